"""The challenges that can wait for an answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from cognito_emu.domain.secret_hash import check_secret_hash
from cognito_emu.errors import InvalidParameterException
from cognito_emu.operations.authentication.attempt import Attempt
from cognito_emu.operations.authentication.new_password import answer_new_password
from cognito_emu.operations.authentication.progress import after_password
from cognito_emu.operations.authentication.srp import answer_password_verifier

Challenge = Callable[[Attempt], Awaitable[dict[str, Any]]]


async def _new_password(attempt: Attempt) -> dict[str, Any]:
    user, progress = await answer_new_password(attempt)
    return await after_password(attempt, user, progress)


_CHALLENGES: dict[str, Challenge] = {
    "PASSWORD_VERIFIER": answer_password_verifier,
    "NEW_PASSWORD_REQUIRED": _new_password,
}


async def respond(attempt: Attempt, challenge_name: str) -> dict[str, Any]:
    """Answer the challenge that is waiting.

    Raises:
        InvalidParameterException: The challenge cannot be answered, or its answer is incomplete.
    """
    challenge = _CHALLENGES.get(challenge_name)
    if challenge is None:
        raise InvalidParameterException(f"{challenge_name} is not a challenge that can be answered.")
    check_secret_hash(attempt.client.id, attempt.client_secrets, attempt.required("USERNAME"), attempt.parameters.get("SECRET_HASH"))
    return await challenge(attempt)
