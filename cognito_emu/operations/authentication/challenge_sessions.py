"""The session between two requests of a sign-in: opaque text at the client, a row in the store."""

from __future__ import annotations

from typing import Any

from cognito_emu.errors import InvalidParameterException, NotAuthorizedException
from cognito_emu.operations.authentication.attempt import Attempt, Progress
from cognito_emu.store import Tx
from cognito_emu.store.auth_sessions import AuthSession, hash_session
from cognito_emu.store.users import User

_SESSION_BYTES = 144  # as long as a text of AWS's is at least; the model allows 20 to 4096 characters


async def open_challenge(
    attempt: Attempt,
    user: User | None,
    progress: Progress,
    parameters: dict[str, str],
    *,
    available: list[str] | None = None,
) -> dict[str, Any]:
    """Store where the sign-in stands and answer with the challenge that `progress` names.

    Args:
        user: None for a simulated challenge of a user who does not exist.
        parameters: ChallengeParameters.
        available: AvailableChallenges of choice-based sign-in.
    """
    session = attempt.call.env.opaque(_SESSION_BYTES)
    await store_session(attempt, session, user, progress)
    response: dict[str, Any] = {"ChallengeName": progress.challenge, "Session": session, "ChallengeParameters": parameters}
    if available is not None:
        response["AvailableChallenges"] = available
    return response


async def store_session(attempt: Attempt, session: str, user: User | None, progress: Progress) -> None:
    """Store where the sign-in stands, under the hash of `session`."""
    minutes = attempt.client.settings.get("AuthSessionValidity", 3)
    row = AuthSession(
        id=hash_session(session),
        pool_id=attempt.pool.id,
        client_id=attempt.client.id,
        user_id=user.id if user else None,
        state=progress.to_state(),
        used=False,
        expires_at=attempt.call.env.now() + minutes * 60,
    )
    await attempt.call.store.transact(lambda tx: tx.auth_sessions.add(row))


async def read_session(attempt: Attempt, *challenges: str, key: str | None = None) -> tuple[User | None, Progress]:
    """Where the sign-in stands, without using the session up.

    Args:
        challenges: The session must wait for one of these.
        key: The session's text, when it does not come as `Session`.

    Raises:
        InvalidParameterException: No session was sent.
        NotAuthorizedException: It is not one of this client's, is used up, expired, or waits for something else.
    """
    return await attempt.call.store.read(lambda tx: _look_up(attempt, tx, _session_text(attempt, key), challenges))


async def use_session(attempt: Attempt, *challenges: str, key: str | None = None) -> tuple[User | None, Progress]:
    """`read_session`, and nobody can use it again: of two who answer at once, one fails.

    Raises:
        InvalidParameterException: No session was sent.
        NotAuthorizedException: As `read_session`.
    """
    session = _session_text(attempt, key)

    def use(tx: Tx) -> tuple[User | None, Progress]:
        found = _look_up(attempt, tx, session, challenges)
        tx.auth_sessions.mark_used(hash_session(session))
        return found

    return await attempt.call.store.transact(use)


def _session_text(attempt: Attempt, key: str | None) -> str:
    session = key or attempt.session
    if not session:
        raise InvalidParameterException("Missing required parameter Session")
    return session


def _look_up(attempt: Attempt, tx: Tx, session: str, challenges: tuple[str, ...]) -> tuple[User | None, Progress]:
    row = tx.auth_sessions.get(hash_session(session))
    if row is None or (row.pool_id, row.client_id) != (attempt.pool.id, attempt.client.id):
        raise NotAuthorizedException("Invalid session for the user.")
    if row.used:
        raise NotAuthorizedException("Invalid session for the user, session can only be used once.")
    if row.expires_at <= attempt.call.env.now():
        raise NotAuthorizedException("Invalid session for the user, session is expired.")
    progress = Progress.from_state(row.state)
    if progress.challenge not in challenges or progress.door != attempt.door:
        raise NotAuthorizedException("Invalid session for the user.")
    user = tx.users.get(row.user_id) if row.user_id else None
    if row.user_id and user is None:
        raise attempt.unknown_user()
    return user, progress
