"""Passkeys, and registrations of passkeys under way."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.records import Record, asdict
from cognito_emu.store.paging import Page, Position
from cognito_emu.store.schema.factors import webauthn_credentials, webauthn_registrations


class Passkey(Record):
    """A WebAuthn credential.

    Attributes:
        id: The credential id, base64url.
        public_key: COSE.
        sign_count: What the authenticator counted at its last signature; 0 for those that do not count.
        attachment: `platform` or `cross-platform`, where the client told it.
        multi_device: A synced passkey, not bound to one device.
    """

    pool_id: str
    id: str
    user_id: str
    public_key: bytes
    sign_count: int
    relying_party_id: str
    name: str
    attachment: str | None
    transports: list[str]
    multi_device: bool
    created_at: float


class PasskeyRegistration(Record):
    """A registration that waits for its credential. `id` is the hash of its challenge."""

    id: bytes
    user_id: str
    client_id: str
    relying_party_id: str
    expires_at: float


def hash_challenge(challenge: bytes) -> bytes:
    """Under what a registration is stored."""
    return hashlib.sha256(challenge).digest()


_C = webauthn_credentials.c
_R = webauthn_registrations.c
_OF_USER = sa.select(webauthn_credentials).where(_C.user_id == sa.bindparam("user_id")).order_by(_C.created_at, _C.id)
_GET = sa.select(webauthn_credentials).where(_C.pool_id == sa.bindparam("pool_id"), _C.id == sa.bindparam("id"))


class Passkeys:
    """Queries about passkeys."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, passkey: Passkey) -> None:
        """Store a new passkey."""
        self._connection.execute(webauthn_credentials.insert(), asdict(passkey))

    def get(self, pool_id: str, credential_id: str) -> Passkey | None:
        """The pool's passkey with this id."""
        row = self._connection.execute(_GET, {"pool_id": pool_id, "id": credential_id}).first()
        return Passkey(*row) if row else None

    def of_user(self, user_id: str) -> list[Passkey]:
        """All passkeys of a user, oldest first."""
        return [Passkey(*row) for row in self._connection.execute(_OF_USER, {"user_id": user_id})]

    def page(self, user_id: str, *, limit: int, after: Position) -> Page[Passkey]:
        """The user's passkeys, oldest first."""
        statement = _OF_USER
        if after is not None:
            statement = statement.where(sa.tuple_(_C.created_at, _C.id) > sa.tuple_(*map(sa.literal, after)))
        passkeys = [Passkey(*row) for row in self._connection.execute(statement.limit(limit + 1), {"user_id": user_id})]
        return Page.of([((passkey.created_at, passkey.id), passkey) for passkey in passkeys], limit)

    def set_sign_count(self, passkey: Passkey, sign_count: int) -> None:
        """Note what the authenticator counts now."""
        statement = sa.update(webauthn_credentials).where(_C.pool_id == passkey.pool_id, _C.id == passkey.id)
        self._connection.execute(statement.values(sign_count=sign_count))

    def delete(self, passkey: Passkey) -> None:
        """Forget a passkey."""
        self._connection.execute(webauthn_credentials.delete().where(_C.pool_id == passkey.pool_id, _C.id == passkey.id))

    # -- registrations under way

    def begin_registration(self, registration: PasskeyRegistration, now: float) -> None:
        """Store a registration, and sweep out those of the same user that have expired."""
        self._connection.execute(webauthn_registrations.delete().where(_R.user_id == registration.user_id, _R.expires_at <= now))
        self._connection.execute(webauthn_registrations.insert(), asdict(registration))

    def find_registration(self, registration_id: bytes) -> PasskeyRegistration | None:
        """The registration with this challenge hash, expired ones included."""
        row = self._connection.execute(sa.select(webauthn_registrations).where(_R.id == registration_id)).first()
        return PasskeyRegistration(*row) if row else None

    def end_registration(self, registration_id: bytes) -> None:
        """The registration is complete: its challenge is used up."""
        self._connection.execute(webauthn_registrations.delete().where(_R.id == registration_id))
