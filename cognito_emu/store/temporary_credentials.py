"""Temporary credentials that the emulator handed out."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.records import Hidden, Record, asdict
from cognito_emu.store.schema.identity_pools import temporary_credentials


class TemporaryCredentials(Record):
    """What is behind an access key that begins with ASIA.

    Attributes:
        role_arn: The role that was assumed; None when the credentials are the account's own (GetSessionToken).
        identity_id: The identity of an identity pool that they were made for, None outside of identity pools.
        amr: How the identity had signed in, as the `amr` claim of GetOpenIdToken has it.
        tags: Session tags.
    """

    access_key_id: str
    secret_key: Hidden[str]
    session_token_hash: Hidden[bytes]
    account: str
    role_arn: str | None
    role_session_name: str | None
    identity_id: str | None
    identity_pool_id: str | None
    amr: list[str]
    tags: dict[str, str]
    created_at: float
    expires_at: float


def hash_session_token(token: str) -> bytes:
    """What is stored of a session token."""
    return hashlib.sha256(token.encode()).digest()


_C = temporary_credentials.c
_GET = sa.select(temporary_credentials).where(_C.access_key_id == sa.bindparam("id"))


class TemporaryCredentialRecords:
    """Queries about temporary credentials."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, credentials: TemporaryCredentials) -> None:
        """Store new credentials."""
        self._connection.execute(temporary_credentials.insert(), asdict(credentials))

    def get(self, access_key_id: str) -> TemporaryCredentials | None:
        """The record of an access key, expired ones included."""
        row = self._connection.execute(_GET, {"id": access_key_id}).first()
        return TemporaryCredentials(*row) if row else None

    def delete_expired(self, before: float) -> None:
        """Sweep out credentials that expired before a moment."""
        self._connection.execute(temporary_credentials.delete().where(_C.expires_at < before))

    def delete_of_account(self, account: str | None) -> None:
        """Delete the credentials of one account, or of all."""
        statement = temporary_credentials.delete()
        self._connection.execute(statement if account is None else statement.where(_C.account == account))
