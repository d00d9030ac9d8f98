"""Tracked sessions at sign-in: their ids, and how many of them a user may have."""

from __future__ import annotations

from cognito_emu.domain.sessions import PREFIX_OF_TYPE, SESSION_ID_ALPHABET, SESSION_ID_RANDOM_LENGTH, most_token_sessions
from cognito_emu.environment import Environment
from cognito_emu.store import Tx
from cognito_emu.store.user_pools import UserPool


def new_session_id(env: Environment, session_type: str) -> str:
    """A SessionId: `tkn` or `sso`, and 25 lower-case letters and digits."""
    return PREFIX_OF_TYPE[session_type] + env.random_text(SESSION_ID_RANDOM_LENGTH, SESSION_ID_ALPHABET)


def make_room(tx: Tx, pool: UserPool, user_id: str, now: float) -> None:
    """End the least recently used token sessions, so that one more fits.

    "The user is brought back within the limit on their next sign-in" when it was lowered (API reference).
    """
    sessions = tx.sign_ins.tracked_of_user(user_id, now)
    for sign_in in sessions[most_token_sessions(pool.session_configuration) - 1 :]:
        tx.sign_ins.revoke(sign_in.id, now)
