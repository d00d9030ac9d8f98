"""Sign-ins between two challenges."""

from __future__ import annotations

import hashlib
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.records import Hidden, Record, asdict
from cognito_emu.store.prepared import Prepared
from cognito_emu.store.schema.sign_ins import auth_sessions


class AuthSession(Record):
    """The state of a sign-in that waits for an answer.

    Attributes:
        id: Hash of the opaque session text that the client holds.
        state: The challenge, and what answering it needs.
        used: The session was answered; it is kept until it expires, so that a second use gets its own error.
    """

    id: bytes
    pool_id: str
    client_id: str
    user_id: str | None
    state: Hidden[dict[str, Any]]
    used: bool
    expires_at: float


def hash_session(session: str) -> bytes:
    """What is stored of a session text."""
    return hashlib.sha256(session.encode()).digest()


_C = auth_sessions.c
_GET = Prepared(sa.select(auth_sessions).where(_C.id == sa.bindparam("id")))
_WAITING = Prepared(
    sa.select(auth_sessions)
    .where(_C.user_id == sa.bindparam("user_id"), _C.used.is_(False), _C.expires_at > sa.bindparam("now"))
    .order_by(_C.expires_at.desc())
)
_INSERT = Prepared(auth_sessions.insert())
_USE = Prepared(sa.update(auth_sessions).where(_C.id == sa.bindparam("session")).values(used=True))
_EXPIRE = Prepared(auth_sessions.delete().where(_C.expires_at < sa.bindparam("now")))


class AuthSessions:
    """Queries about sign-ins between challenges."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, session: AuthSession) -> None:
        """Store a new state."""
        _INSERT.run(self._connection, asdict(session))

    def get(self, session_id: bytes) -> AuthSession | None:
        """The state under this id, used and expired ones included."""
        row = _GET.first(self._connection, {"id": session_id})
        return AuthSession(*row) if row else None

    def waiting_of_user(self, user_id: str, now: float) -> list[AuthSession]:
        """The user's states that wait for an answer, latest first."""
        return [AuthSession(*row) for row in _WAITING.all(self._connection, {"user_id": user_id, "now": now})]

    def mark_used(self, session_id: bytes) -> None:
        """The session was answered."""
        _USE.run(self._connection, {"session": session_id})

    def update_state(self, session_id: bytes, state: dict[str, Any]) -> None:
        """Change the state without using it up (a wrong code, a new TOTP secret)."""
        self._connection.execute(sa.update(auth_sessions).where(_C.id == session_id).values(state=state))

    def delete_expired(self, before: float) -> None:
        """Sweep out states that nobody can answer any more."""
        _EXPIRE.run(self._connection, {"now": before})
