"""The challenges of CUSTOM_AUTH, which the pool's own functions define, create and verify.

https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-challenge.html
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from cognito_emu.errors import InvalidLambdaResponseException, InvalidParameterException
from cognito_emu.operations.authentication.attempt import Attempt, Progress, wrong_credentials
from cognito_emu.operations.authentication.challenge_sessions import open_challenge, use_session
from cognito_emu.records import replace
from cognito_emu.store.users import User

CUSTOM_AUTH = "CUSTOM_AUTH"
CUSTOM_CHALLENGE = "CUSTOM_CHALLENGE"
PASSWORD_VERIFIER = "PASSWORD_VERIFIER"  # noqa: S105 - a challenge's name
SRP_A = "SRP_A"

Issue = Callable[[Attempt, User, Progress], Awaitable[dict[str, Any]]]
AskForProof = Callable[[Attempt, User | None, Progress], Awaitable[dict[str, Any]]]


def is_custom(progress: Progress) -> bool:
    """Whether the pool's functions lead the sign-in."""
    return progress.flow == CUSTOM_AUTH


def with_answered(progress: Progress, challenge: str, *, correct: bool = True, metadata: str | None = None) -> Progress:
    """The sign-in with an answered challenge in its history."""
    if not is_custom(progress):
        return progress
    entry = {"challengeName": challenge, "challengeResult": correct, "challengeMetadata": metadata}
    return replace(progress, challenge_history=[*progress.challenge_history, entry])


def require_functions(attempt: Attempt) -> None:
    """Refuse the flow in a pool that does not define its challenges.

    Raises:
        InvalidParameterException: There is no DefineAuthChallenge function, or triggers are off.
    """
    if not attempt.call.triggers.has(attempt.pool, "DefineAuthChallenge"):
        raise InvalidParameterException("Custom auth lambda trigger is not configured for the user pool.")


async def ask_next(
    attempt: Attempt, user: User | None, progress: Progress, *, issue: Issue, ask_for_proof: AskForProof | None = None
) -> dict[str, Any]:
    """Let DefineAuthChallenge decide what comes next: another challenge, tokens, or the end.

    Args:
        attempt: The request.
        user: None for one who does not exist, where that must not show.
        progress: The sign-in so far.
        issue: Goes on to the tokens.
        ask_for_proof: Asks for the password by SRP. Only where the request brings SRP_A.

    Raises:
        NotAuthorizedException: The function ends the sign-in, or would let in a user who does not exist.
        InvalidLambdaResponseException: It says nothing that can be done.
    """
    verdict = await attempt.call.triggers.define_auth_challenge(
        attempt.call,
        attempt.pool,
        user,
        username=progress.username,
        client_id=attempt.client.id,
        session=progress.challenge_history,
        client_metadata=attempt.metadata_for_triggers,
    )
    if verdict.get("failAuthentication"):
        raise wrong_credentials()
    if verdict.get("issueTokens"):
        if user is None:
            raise wrong_credentials()
        return await issue(attempt, user, progress)
    match verdict.get("challengeName"):
        case "CUSTOM_CHALLENGE":
            return await _ask(attempt, user, progress)
        case "PASSWORD_VERIFIER" if ask_for_proof is not None:
            return await ask_for_proof(attempt, user, progress)
    # Assumption: the sentence is that for answers of another shape; nothing else can be asked for by its name alone.
    raise InvalidLambdaResponseException("Unrecognizable lambda output")


async def answer_custom_challenge(attempt: Attempt) -> tuple[User | None, Progress]:
    """Let VerifyAuthChallengeResponse judge ANSWER. A wrong one is no error: what follows is DefineAuthChallenge's decision.

    Raises:
        InvalidParameterException: There is no answer.
        NotAuthorizedException: The session is not, or no longer, waiting for one.
    """
    answer = attempt.required("ANSWER")
    user, progress = await use_session(attempt, CUSTOM_CHALLENGE)
    correct = await attempt.call.triggers.verify_auth_challenge(
        attempt.call,
        attempt.pool,
        user,
        username=progress.username,
        client_id=attempt.client.id,
        private_parameters=progress.data["private"],
        answer=answer,
        client_metadata=attempt.metadata_for_triggers,
    )
    metadata = progress.data["metadata"]
    return user, with_answered(replace(progress, data={}), CUSTOM_CHALLENGE, correct=correct, metadata=metadata)


async def _ask(attempt: Attempt, user: User | None, progress: Progress) -> dict[str, Any]:
    """CUSTOM_CHALLENGE as CreateAuthChallenge makes it; what it keeps private waits in the session for the answer."""
    created = await attempt.call.triggers.create_auth_challenge(
        attempt.call,
        attempt.pool,
        user,
        username=progress.username,
        client_id=attempt.client.id,
        challenge_name=CUSTOM_CHALLENGE,
        session=progress.challenge_history,
        client_metadata=attempt.metadata_for_triggers,
    )
    waiting = replace(
        progress,
        challenge=CUSTOM_CHALLENGE,
        data={"private": dict(created.get("privateChallengeParameters") or {}), "metadata": created.get("challengeMetadata")},
    )
    parameters = {"USERNAME": user.username if user is not None else progress.username}
    return await open_challenge(attempt, user, waiting, parameters | dict(created.get("publicChallengeParameters") or {}))
