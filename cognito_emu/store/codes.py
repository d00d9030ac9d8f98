"""Verification codes: stored hashed, one a user and purpose, each with its count of wrong tries."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.records import Record, asdict
from cognito_emu.store.prepared import Prepared
from cognito_emu.store.schema.sign_ins import codes


class Code(Record):
    """An outstanding code.

    Attributes:
        purpose: `sign_up`, `forgot_password`, `verify:<attribute>`...
        attribute: What it was sent to.
        attempts: Wrong tries.
        requests: How often it was asked for, with those before whose place it takes, since `requests_since`.
    """

    user_id: str
    purpose: str
    code_hash: bytes
    attribute: str | None
    created_at: float
    expires_at: float
    attempts: int
    requests: int | None = None
    requests_since: float | None = None


def hash_code(user_id: str, code: str) -> bytes:
    """What is stored of a code. The user's id salts it, so that equal codes of two users look different."""
    return hashlib.sha256(f"{user_id}:{code}".encode()).digest()


_C = codes.c
_GET = Prepared(sa.select(codes).where(_C.user_id == sa.bindparam("user_id"), _C.purpose == sa.bindparam("purpose")))
_DELETE = Prepared(codes.delete().where(_C.user_id == sa.bindparam("user"), _C.purpose == sa.bindparam("what")))
_INSERT = Prepared(codes.insert())


class Codes:
    """Queries about codes."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, code: Code) -> None:
        """Store a code; it takes the place of an earlier one for the same purpose."""
        self.delete(code.user_id, code.purpose)
        _INSERT.run(self._connection, asdict(code))

    def get(self, user_id: str, purpose: str) -> Code | None:
        """The user's outstanding code for a purpose."""
        row = _GET.first(self._connection, {"user_id": user_id, "purpose": purpose})
        return Code(*row) if row else None

    def count_attempt(self, user_id: str, purpose: str) -> None:
        """Note a wrong try."""
        self._connection.execute(sa.update(codes).where(_C.user_id == user_id, _C.purpose == purpose).values(attempts=_C.attempts + 1))

    def delete(self, user_id: str, purpose: str) -> None:
        """Take a code away: it was used."""
        _DELETE.run(self._connection, {"user": user_id, "what": purpose})
