"""What is still missing after a factor was proved: the order in which AWS asks.

https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cognito_emu.errors import NotAuthorizedException, PasswordResetRequiredException, UserNotConfirmedException
from cognito_emu.operations.authentication.attempt import Attempt, Progress
from cognito_emu.operations.authentication.new_password import ask_for_new_password
from cognito_emu.operations.authentication.second_factor import ask_for_second_factor
from cognito_emu.operations.authentication.threat_checks import ask_because_of_risk, judge, note_completion
from cognito_emu.store.users import User


async def after_first_factor(attempt: Attempt, user: User, progress: Progress, *factors: str) -> dict[str, Any]:
    """Go on with a sign-in whose first factor was proved: the next challenge, or the end.

    Args:
        attempt: The request.
        user: Who signs in.
        progress: The sign-in so far.
        factors: What was proved just now, in RFC 8176's words.

    Raises:
        NotAuthorizedException: The user is disabled, the temporary password has expired, or threat protection blocks the sign-in.
        UserNotConfirmedException: The user did not confirm the sign-up yet.
        PasswordResetRequiredException: An administrator (or an import) demands a new password first.
    """
    check_state(user)
    progress = await judge(attempt, user, replace(progress, amr=[*progress.amr, *factors]))
    if user.status == "FORCE_CHANGE_PASSWORD":
        expires_at = user.temporary_password_expires_at
        if expires_at is not None and expires_at <= attempt.call.env.now():
            raise NotAuthorizedException("Temporary password has expired and must be reset by an administrator.")
        return await ask_for_new_password(attempt, user, progress)
    return await after_password(attempt, user, progress)


async def after_password(attempt: Attempt, user: User, progress: Progress) -> dict[str, Any]:
    """Go on once the user has a permanent password or needs none: a second factor, or the end."""
    challenge = await ask_for_second_factor(attempt, user, progress) or await ask_because_of_risk(attempt, user, progress)
    return challenge or await _complete(attempt, user, progress)


async def after_second_factor(attempt: Attempt, user: User, progress: Progress) -> dict[str, Any]:
    """Go on once MFA is met: to the end, unless the user's state has changed since the first factor.

    Raises:
        NotAuthorizedException, UserNotConfirmedException, PasswordResetRequiredException: By the user's state.
    """
    check_state(user)
    return await _complete(attempt, user, progress, mfa=True)


def check_state(user: User) -> None:
    """Refuse users who may not sign in as they are.

    Raises:
        NotAuthorizedException, UserNotConfirmedException, PasswordResetRequiredException: By the user's state.
    """
    if not user.enabled:
        raise NotAuthorizedException("User is disabled.")
    if user.status == "UNCONFIRMED":
        raise UserNotConfirmedException
    if user.status == "RESET_REQUIRED":
        raise PasswordResetRequiredException


async def _complete(attempt: Attempt, user: User, progress: Progress, *, mfa: bool | None = None) -> dict[str, Any]:
    answer = await attempt.finish(attempt, user, progress)
    await note_completion(attempt, user, progress, mfa=mfa)
    return answer
