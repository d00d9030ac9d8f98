"""Identities of identity pools, and the logins that lead to them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.records import Record, asdict
from cognito_emu.store.paging import Page, Position
from cognito_emu.store.schema.identity_pools import identities, identity_logins


class Identity(Record):
    """An identity.

    Attributes:
        enabled: False once it was merged into another.
        authenticated: Whether it ever had a login. One that had, and has none left, is inaccessible.
    """

    id: str
    pool_id: str
    created_at: float
    modified_at: float
    enabled: bool
    authenticated: bool


class IdentityLogin(Record):
    """A login of an identity: the provider's name as in `Logins`, and the provider's own id of the user."""

    pool_id: str
    provider: str
    subject: str
    identity_id: str
    linked_at: float


_I = identities.c
_L = identity_logins.c
_BY_ID = sa.select(identities).where(_I.id == sa.bindparam("id"))
_BY_LOGIN = (
    sa.select(identities)
    .join(identity_logins, _L.identity_id == _I.id)
    .where(_L.pool_id == sa.bindparam("pool_id"), _L.provider == sa.bindparam("provider"), _L.subject == sa.bindparam("subject"))
)
_LOGINS = sa.select(identity_logins).where(_L.identity_id == sa.bindparam("identity_id")).order_by(_L.provider, _L.subject)


class Identities:
    """Queries about identities."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, identity: Identity) -> None:
        """Insert a new identity."""
        self._connection.execute(identities.insert(), asdict(identity))

    def get(self, identity_id: str) -> Identity | None:
        """The identity with this id, disabled ones included."""
        row = self._connection.execute(_BY_ID, {"id": identity_id}).first()
        return Identity(*row) if row else None

    def update(self, identity_id: str, **changes: Any) -> None:
        """Change columns of an identity."""
        self._connection.execute(sa.update(identities).where(_I.id == identity_id).values(**changes))

    def delete(self, identity_id: str) -> None:
        """Delete the identity and its logins."""
        self._connection.execute(identities.delete().where(_I.id == identity_id))

    def page(self, pool_id: str, *, hide_disabled: bool, limit: int, after: Position) -> Page[Identity]:
        """The pool's identities, oldest first."""
        statement = sa.select(identities).where(_I.pool_id == pool_id).order_by(_I.created_at, _I.id).limit(limit + 1)
        if hide_disabled:
            statement = statement.where(_I.enabled)
        if after is not None:
            statement = statement.where(sa.tuple_(_I.created_at, _I.id) > sa.tuple_(*map(sa.literal, after)))
        found = [Identity(*row) for row in self._connection.execute(statement)]
        return Page.of([((identity.created_at, identity.id), identity) for identity in found], limit)

    def find_by_login(self, pool_id: str, provider: str, subject: str) -> Identity | None:
        """The identity that a login leads to."""
        row = self._connection.execute(_BY_LOGIN, {"pool_id": pool_id, "provider": provider, "subject": subject}).first()
        return Identity(*row) if row else None

    def logins(self, identity_id: str) -> list[IdentityLogin]:
        """The identity's logins, by provider and subject."""
        return [IdentityLogin(*row) for row in self._connection.execute(_LOGINS, {"identity_id": identity_id})]

    def page_subjects(self, identity_id: str, provider: str, *, limit: int, after: Position) -> Page[str]:
        """The identity's users of one provider, in the order of their ids."""
        statement = (
            sa.select(_L.subject).where(_L.identity_id == identity_id, _L.provider == provider).order_by(_L.subject).limit(limit + 1)
        )
        if after is not None:
            statement = statement.where(_L.subject > after[0])
        subjects = [str(row.subject) for row in self._connection.execute(statement)]
        return Page.of([((subject,), subject) for subject in subjects], limit)

    def link(self, login: IdentityLogin) -> None:
        """Let a login that nobody has lead to an identity."""
        self._connection.execute(identity_logins.insert(), asdict(login))

    def unlink(self, login: IdentityLogin) -> None:
        """Take a login away from its identity."""
        self._connection.execute(
            identity_logins.delete().where(_L.pool_id == login.pool_id, _L.provider == login.provider, _L.subject == login.subject)
        )

    def move_logins(self, source_id: str, destination_id: str) -> None:
        """Let all logins of one identity lead to another."""
        self._connection.execute(sa.update(identity_logins).where(_L.identity_id == source_id).values(identity_id=destination_id))
