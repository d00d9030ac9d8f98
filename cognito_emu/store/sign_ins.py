"""Completed sign-ins and their refresh tokens. Revoking a sign-in revokes every token that came from it."""

from __future__ import annotations

import hashlib
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.records import Record, asdict
from cognito_emu.store.prepared import Prepared
from cognito_emu.store.schema.sign_ins import refresh_tokens, sign_ins
from cognito_emu.store.schema.users import users
from cognito_emu.store.users import User


class SignIn(Record):
    """A completed sign-in. Times are seconds since the epoch.

    Attributes:
        id: The `event_id` claim of its tokens.
        device_key: The device that took part, or the key that was handed out for a new one.
        context: `created_at`; `ip` and `user_agent` of its latest use; `oauth`, `nonce`, `resource`, `amr`, `tells_level`,
            `browser_session`.
        session_id: `tkn` and 25 lower-case letters and digits; None while the pool does not track sessions.
    """

    id: str
    pool_id: str
    client_id: str
    user_id: str
    origin_jti: str
    scopes: list[str]
    device_key: str | None
    context: dict[str, Any]
    auth_time: float
    last_used_at: float
    expires_at: float
    revoked_at: float | None = None
    session_id: str | None = None


class RefreshToken(Record):
    """A refresh token; `replaced_at` tells since when a rotated token stands in for it."""

    token_hash: bytes
    sign_in_id: str
    expires_at: float
    replaced_at: float | None = None


def hash_refresh_token(token: str) -> bytes:
    """What is stored of a refresh token."""
    return hashlib.sha256(token.encode()).digest()


_S = sign_ins.c
_R = refresh_tokens.c
_WIDTH = len(SignIn.__struct_fields__)
_GET = Prepared(sa.select(sign_ins).where(_S.id == sa.bindparam("id")))
_GET_WITH_USER = Prepared(sa.select(sign_ins, users).join(users, users.c.id == _S.user_id).where(_S.id == sa.bindparam("id")))
_INSERT = Prepared(sign_ins.insert())
_INSERT_REFRESH = Prepared(refresh_tokens.insert())
_GET_REFRESH = Prepared(sa.select(refresh_tokens).where(_R.token_hash == sa.bindparam("token_hash")))
_TOUCH = Prepared(
    sa.update(sign_ins).where(_S.id == sa.bindparam("sign_in")).values(last_used_at=sa.bindparam("at"), context=sa.bindparam("new_context"))
)
_REVOKE = Prepared(
    sa.update(sign_ins).where(_S.id == sa.bindparam("sign_in"), _S.revoked_at.is_(None)).values(revoked_at=sa.bindparam("at"))
)
_REVOKE_USER = Prepared(
    sa.update(sign_ins).where(_S.user_id == sa.bindparam("user"), _S.revoked_at.is_(None)).values(revoked_at=sa.bindparam("at"))
)
_LIVE = Prepared(
    sa.select(sign_ins)
    .where(_S.user_id == sa.bindparam("user_id"), _S.revoked_at.is_(None), _S.expires_at > sa.bindparam("now"))
    .order_by(_S.last_used_at.desc(), _S.id)
)


class SignIns:
    """Queries about sign-ins and refresh tokens."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, sign_in: SignIn) -> None:
        """Store a completed sign-in."""
        _INSERT.run(self._connection, asdict(sign_in))

    def get(self, sign_in_id: str) -> SignIn | None:
        """The sign-in that a token's `event_id` names."""
        row = _GET.first(self._connection, {"id": sign_in_id})
        return SignIn(*row) if row else None

    def get_with_user(self, sign_in_id: str) -> tuple[SignIn, User] | None:
        """`get`, and whose it is, in one question: each request with an access token asks it."""
        row = _GET_WITH_USER.first(self._connection, {"id": sign_in_id})
        return (SignIn(*row[:_WIDTH]), User(*row[_WIDTH:])) if row else None

    def touch(self, sign_in: SignIn, at: float, *, ip: str, user_agent: str) -> None:
        """Note that a token of the sign-in was refreshed, from where and by what."""
        context = sign_in.context | {"ip": ip, "user_agent": user_agent}
        _TOUCH.run(self._connection, {"sign_in": sign_in.id, "at": at, "new_context": context})

    def revoke(self, sign_in_id: str, at: float) -> None:
        """Revoke every token of one sign-in."""
        _REVOKE.run(self._connection, {"sign_in": sign_in_id, "at": at})

    def revoke_all_of_user(self, user_id: str, at: float) -> None:
        """Revoke every token of a user."""
        _REVOKE_USER.run(self._connection, {"user": user_id, "at": at})

    def live_of_user(self, user_id: str, now: float) -> list[SignIn]:
        """The sign-ins of a user that still have living tokens, most recently used first."""
        return [SignIn(*row) for row in _LIVE.all(self._connection, {"user_id": user_id, "now": now})]

    def tracked_of_user(self, user_id: str, now: float) -> list[SignIn]:
        """The living sign-ins of a user that are token sessions, most recently used first."""
        return [sign_in for sign_in in self.live_of_user(user_id, now) if sign_in.session_id is not None]

    def has_device_key(self, user_id: str, device_key: str, now: float) -> bool:
        """Whether a living sign-in of the user was given this device key."""
        statement = sa.select(_S.id).where(_S.user_id == user_id, _S.revoked_at.is_(None), _S.device_key == device_key, _S.expires_at > now)
        return self._connection.execute(statement.limit(1)).first() is not None

    def delete_expired(self, before: float) -> None:
        """Sweep out sign-ins whose last token has expired."""
        self._connection.execute(sign_ins.delete().where(_S.expires_at < before))

    def add_refresh_token(self, token: RefreshToken) -> None:
        """Store a refresh token."""
        _INSERT_REFRESH.run(self._connection, asdict(token))

    def find_refresh_token(self, token_hash: bytes) -> RefreshToken | None:
        """The refresh token with this hash, expired and replaced ones included."""
        row = _GET_REFRESH.first(self._connection, {"token_hash": token_hash})
        return RefreshToken(*row) if row else None

    def replace_refresh_token(self, token_hash: bytes, at: float) -> None:
        """Note that a rotated token stands in for this one."""
        self._connection.execute(sa.update(refresh_tokens).where(_R.token_hash == token_hash).values(replaced_at=at))
