"""CUSTOM_AUTH: its beginning, with the password first where the client wants that, and the answers to its challenges."""

from __future__ import annotations

from typing import Any

from cognito_emu.operations.authentication.attempt import Attempt, Progress
from cognito_emu.operations.authentication.custom_challenges import (
    SRP_A,
    answer_custom_challenge,
    ask_next,
    require_functions,
    with_answered,
)
from cognito_emu.operations.authentication.passwords import pre_authentication
from cognito_emu.operations.authentication.progress import check_state, issue_after_challenges
from cognito_emu.operations.authentication.srp import ask_for_proof
from cognito_emu.operations.lookup import find_user
from cognito_emu.records import replace


async def begin_custom(attempt: Attempt, flow: str) -> dict[str, Any]:
    """Begin with what DefineAuthChallenge wants first. With CHALLENGE_NAME=SRP_A that may be the password.

    Raises:
        InvalidParameterException: The pool has no such function, or SRP_A is missing.
        UserNotFoundException: The user does not exist, and existence is not hidden. Where it is, the functions are told.
    """
    username = attempt.required("USERNAME")
    require_functions(attempt)
    with_password = attempt.parameters.get("CHALLENGE_NAME") == SRP_A
    if with_password:
        attempt.required(SRP_A)
    user = await attempt.call.store.read(lambda tx: find_user(tx, attempt.pool, username))
    if user is None and not attempt.hides_users:
        raise attempt.unknown_user()
    if user is not None:
        check_state(user)
    await pre_authentication(attempt, user, username)
    progress = Progress(flow=flow, username=username, door=attempt.door, device_key=attempt.parameters.get("DEVICE_KEY"))
    if with_password:
        progress = with_answered(progress, SRP_A)
    return await ask_next(attempt, user, progress, issue=issue_after_challenges, ask_for_proof=ask_for_proof if with_password else None)


async def answer_custom(attempt: Attempt) -> dict[str, Any]:
    """CUSTOM_CHALLENGE: the functions judge the answer and say what comes next."""
    user, progress = await answer_custom_challenge(attempt)
    return await ask_next(attempt, user, replace(progress, challenge=""), issue=issue_after_challenges)
