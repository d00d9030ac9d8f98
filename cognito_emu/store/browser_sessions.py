"""Browser sessions: who is signed in to a pool's hosted pages."""

from __future__ import annotations

import hashlib
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.records import Record, asdict
from cognito_emu.store.schema.oauth import browser_sessions


class BrowserSession(Record):
    """A sign-in that the browser remembers.

    Attributes:
        id: Its public name, `sso` and 25 lower-case letters and digits.
        cookie_hash: Hash of the cookie's value.
        client_id: The app client at which it began.
        context: `ip`, `user_agent`, `amr`.
        auth_time: The last fresh authentication; every reuse is measured from it.
    """

    id: str
    cookie_hash: bytes
    pool_id: str
    user_id: str
    client_id: str
    context: dict[str, Any]
    auth_time: float
    last_used_at: float
    expires_at: float


def hash_cookie(cookie: str) -> bytes:
    """What is stored of a cookie's value."""
    return hashlib.sha256(cookie.encode()).digest()


_C = browser_sessions.c
_FIND = sa.select(browser_sessions).where(_C.cookie_hash == sa.bindparam("cookie"), _C.pool_id == sa.bindparam("pool_id"))
_OF_USER = sa.select(browser_sessions).where(_C.user_id == sa.bindparam("user_id"), _C.expires_at > sa.bindparam("now"))


class BrowserSessions:
    """Queries about browser sessions."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, session: BrowserSession) -> None:
        """Store a session."""
        self._connection.execute(browser_sessions.insert(), asdict(session))

    def find(self, cookie_hash: bytes, pool_id: str) -> BrowserSession | None:
        """The session in a pool that a cookie stands for, expired ones included."""
        row = self._connection.execute(_FIND, {"cookie": cookie_hash, "pool_id": pool_id}).first()
        return BrowserSession(*row) if row else None

    def of_user(self, user_id: str, now: float) -> list[BrowserSession]:
        """The user's sessions that have not expired."""
        rows = self._connection.execute(_OF_USER.order_by(_C.last_used_at.desc(), _C.id), {"user_id": user_id, "now": now})
        return [BrowserSession(*row) for row in rows]

    def touch(self, session_id: str, at: float) -> None:
        """Note that tokens were issued through the session."""
        self._connection.execute(sa.update(browser_sessions).where(_C.id == session_id).values(last_used_at=at))

    def reuse(self, session: BrowserSession, at: float, *, ip: str, user_agent: str) -> None:
        """Note that the session let its user in, from where and in which browser."""
        context = session.context | {"ip": ip, "user_agent": user_agent}
        self._connection.execute(sa.update(browser_sessions).where(_C.id == session.id).values(last_used_at=at, context=context))

    def move_to_cookie(self, old: bytes, new: bytes) -> None:
        """Give the sessions of one cookie to another."""
        self._connection.execute(sa.update(browser_sessions).where(_C.cookie_hash == old).values(cookie_hash=new))

    def delete(self, session_id: str) -> None:
        """End a session."""
        self._connection.execute(browser_sessions.delete().where(_C.id == session_id))

    def delete_of_cookie(self, cookie_hash: bytes, pool_id: str | None) -> None:
        """End what a cookie stands for in one pool, or in all."""
        statement = browser_sessions.delete().where(_C.cookie_hash == cookie_hash)
        self._connection.execute(statement if pool_id is None else statement.where(_C.pool_id == pool_id))

    def any_of_cookie(self, cookie_hash: bytes) -> bool:
        """Whether a cookie still stands for something."""
        return self._connection.execute(sa.select(_C.id).where(_C.cookie_hash == cookie_hash).limit(1)).first() is not None

    def delete_expired(self, before: float) -> None:
        """Sweep out what no client can reuse any more."""
        self._connection.execute(browser_sessions.delete().where(_C.expires_at < before))
