"""Authorization requests under way, and the codes in which they end."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.records import Hidden, Record, asdict
from cognito_emu.store.prepared import Prepared
from cognito_emu.store.schema.oauth import authorization_codes, authorization_requests


class StoredRequest(Record):
    """An authorization request while its user signs in.

    Attributes:
        id: Hash of the handle that the pages carry.
        request: The checked parameters.
        flow: Where the pages stand.
    """

    id: bytes
    pool_id: str
    client_id: str
    request: dict[str, Any]
    flow: dict[str, Any]
    expires_at: float


class AuthorizationCode(Record):
    """A code; `sign_in_id` is set by its use, to what it was exchanged for."""

    id: bytes
    pool_id: str
    client_id: str
    user_id: str
    grant: Hidden[dict[str, Any]]
    expires_at: float = 0.0
    sign_in_id: str | None = None


def hash_handle(handle: str) -> bytes:
    """What is stored of a handle or a code."""
    return hashlib.sha256(handle.encode()).digest()


_R = authorization_requests.c
_C = authorization_codes.c
_GET_REQUEST = Prepared(sa.select(authorization_requests).where(_R.id == sa.bindparam("id")))
_GET_CODE = Prepared(sa.select(authorization_codes).where(_C.id == sa.bindparam("id")))
_USE_CODE = (
    sa.update(authorization_codes).where(_C.id == sa.bindparam("code"), _C.sign_in_id.is_(None)).values(sign_in_id=sa.bindparam("sign_in"))
)


class Authorizations:
    """Queries about authorization requests and codes."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_request(self, request: StoredRequest) -> None:
        """Store a request."""
        self._connection.execute(authorization_requests.insert(), asdict(request))

    def get_request(self, request_id: bytes) -> StoredRequest | None:
        """The request under this id, expired ones included."""
        row = _GET_REQUEST.first(self._connection, {"id": request_id})
        return StoredRequest(*row) if row else None

    def set_flow(self, request_id: bytes, flow: Mapping[str, Any]) -> None:
        """Note where the pages stand."""
        self._connection.execute(sa.update(authorization_requests).where(_R.id == request_id).values(flow=dict(flow)))

    def add_code(self, code: AuthorizationCode) -> None:
        """Store a code."""
        self._connection.execute(authorization_codes.insert(), asdict(code))

    def get_code(self, code_id: bytes) -> AuthorizationCode | None:
        """The code under this id, used and expired ones included."""
        row = _GET_CODE.first(self._connection, {"id": code_id})
        return AuthorizationCode(*row) if row else None

    def use_code(self, code_id: bytes, sign_in_id: str) -> bool:
        """Mark a code as exchanged for a sign-in's tokens. False, and nothing changed, when it was used before."""
        return self._connection.execute(_USE_CODE, {"code": code_id, "sign_in": sign_in_id}).rowcount == 1

    def delete_expired(self, before: float) -> None:
        """Sweep out requests and codes that nobody can go on with."""
        self._connection.execute(authorization_requests.delete().where(_R.expires_at < before))
        self._connection.execute(authorization_codes.delete().where(_C.expires_at < before))
