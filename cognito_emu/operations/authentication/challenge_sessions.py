"""The session between two requests of a sign-in: opaque text at the client, a row in the store."""

from __future__ import annotations

from typing import Any

from cognito_emu.call import Call
from cognito_emu.errors import InvalidParameterException, NotAuthorizedException
from cognito_emu.operations.authentication.attempt import Attempt, Progress
from cognito_emu.operations.lookup import find_user
from cognito_emu.operations.threat_protection.assessment import FAIL, close_event
from cognito_emu.records import replace
from cognito_emu.store import Tx
from cognito_emu.store.app_clients import AppClient
from cognito_emu.store.auth_sessions import AuthSession, hash_session
from cognito_emu.store.users import User

_SESSION_BYTES = 144  # as long as a text of AWS's is at least; the model allows 20 to 4096 characters

# "Wrong code: session stays usable (6 tries observed)". Assumption: there is an end to it, lest codes be guessed.
_MOST_WRONG_CODES = 15


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
    session = new_session_text(attempt.call)
    await store_session(attempt, session, user, progress)
    return render_challenge(session, progress, parameters, available=available)


def render_challenge(session: str, progress: Progress, parameters: dict[str, str], *, available: list[str] | None = None) -> dict[str, Any]:
    """The answer that asks for the challenge which `progress` names."""
    response: dict[str, Any] = {"ChallengeName": progress.challenge, "Session": session, "ChallengeParameters": parameters}
    if available is not None:
        response["AvailableChallenges"] = available
    return response


def new_session_text(call: Call) -> str:
    """What the client will hold."""
    return call.env.opaque(_SESSION_BYTES)


def new_session(call: Call, client: AppClient, session: str, user_id: str | None, progress: Progress) -> AuthSession:
    """The row that `session` will find."""
    minutes = client.settings.get("AuthSessionValidity", 3)
    return AuthSession(
        id=hash_session(session),
        pool_id=client.pool_id,
        client_id=client.id,
        user_id=user_id,
        state=progress.to_state(),
        used=False,
        expires_at=call.env.now() + minutes * 60,
    )


async def store_session(attempt: Attempt, session: str, user: User | None, progress: Progress) -> None:
    """Store where the sign-in stands, under the hash of `session`."""
    row = new_session(attempt.call, attempt.client, session, user.id if user else None, progress)
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


async def use_latest_session(attempt: Attempt, challenge: str, device_key: str) -> tuple[User, Progress]:
    """`use_session` without a session: the latest sign-in of the named user at this client that waits for the challenge and the device.

    Raises:
        InvalidParameterException: No user was named.
        NotAuthorizedException: There is none.
    """
    username, now = attempt.required("USERNAME"), attempt.call.env.now()

    def use(tx: Tx) -> tuple[User, Progress]:
        user = find_user(tx, attempt.pool, username)
        for row in tx.auth_sessions.waiting_of_user(user.id, now) if user is not None else ():
            progress = Progress.from_state(row.state)
            if (row.client_id, progress.door, progress.challenge) != (attempt.client.id, attempt.door, challenge):
                continue
            if user is not None and progress.device_key == device_key:
                tx.auth_sessions.mark_used(row.id)
                return user, progress
        raise NotAuthorizedException("Invalid session for the user.")

    return await attempt.call.store.transact(use)


async def count_wrong_code(attempt: Attempt, *challenges: str) -> None:
    """Note a wrong code. The session stays usable, but not for ever.

    Raises:
        NotAuthorizedException: As `read_session`.
    """
    session = _session_text(attempt, None)

    def count(tx: Tx) -> tuple[User | None, Progress]:
        user, progress = _look_up(attempt, tx, session, challenges)
        wrong = progress.data.get("wrong_codes", 0) + 1
        tx.auth_sessions.update_state(hash_session(session), replace(progress, data=progress.data | {"wrong_codes": wrong}).to_state())
        if wrong >= _MOST_WRONG_CODES:
            tx.auth_sessions.mark_used(hash_session(session))
        return user, progress

    user, progress = await attempt.call.store.transact(count)
    if user is not None and progress.event_id is not None:
        await close_event(attempt.call, user, progress.event_id, FAIL, mfa=False)


def require_waiting(call: Call, tx: Tx, session: str, *challenges: str) -> tuple[AuthSession, Progress]:
    """The row of a session that nobody has answered yet, whosever it is.

    Raises:
        NotAuthorizedException: It is unknown, used up, expired, or waits for something else.
    """
    row = tx.auth_sessions.get(hash_session(session))
    if row is None:
        raise NotAuthorizedException("Invalid session for the user.")
    if row.used:
        raise NotAuthorizedException("Invalid session for the user, session can only be used once.")
    if row.expires_at <= call.env.now():
        raise NotAuthorizedException("Invalid session for the user, session is expired.")
    progress = Progress.from_state(row.state)
    if progress.challenge not in challenges:
        raise NotAuthorizedException("Invalid session for the user.")
    return row, progress


def _session_text(attempt: Attempt, key: str | None) -> str:
    session = key or attempt.session
    if not session:
        raise InvalidParameterException("Missing required parameter Session")
    return session


def _look_up(attempt: Attempt, tx: Tx, session: str, challenges: tuple[str, ...]) -> tuple[User | None, Progress]:
    row, progress = require_waiting(attempt.call, tx, session, *challenges)
    if (row.pool_id, row.client_id, progress.door) != (attempt.pool.id, attempt.client.id, attempt.door):
        raise NotAuthorizedException("Invalid session for the user.")
    user = tx.users.get(row.user_id) if row.user_id else None
    if row.user_id and user is None:
        raise attempt.unknown_user()
    if user is not None and not _is_named(attempt, tx, user, progress):
        raise NotAuthorizedException("Invalid session for the user.")
    return user, progress


def _is_named(attempt: Attempt, tx: Tx, user: User, progress: Progress) -> bool:
    """Whether the request, when it names a user, names the one whose session it is: as typed before, or in any other way."""
    typed = attempt.parameters.get("USERNAME")
    if typed is None or typed in {progress.username, user.username, user.id}:
        return True
    named = find_user(tx, attempt.pool, typed)
    return named is not None and named.id == user.id
