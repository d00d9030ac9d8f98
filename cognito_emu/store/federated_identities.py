"""Identities at identity providers, and the users for whom they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.records import Record, asdict
from cognito_emu.store.schema.pool_features import federated_identities
from cognito_emu.store.schema.users import users
from cognito_emu.store.users import User

# The attribute name by which a link means the provider's own subject.
SUBJECT = "Cognito_Subject"


class FederatedIdentity(Record):
    """An identity at a provider and the user for whom it stands.

    Attributes:
        attribute: By what it was linked: SUBJECT, or a user pool attribute that one of the provider's claims is mapped to.
        value: That attribute's value.
        subject: The provider's own id of the identity; None for a link by another attribute with which nobody signed in yet.
        issuer: The SAML provider's entity id; None for the others.
        primary: The user was made by this identity's first sign-in. Others are links.
    """

    pool_id: str
    provider_name: str
    attribute: str
    value: str
    user_id: str
    provider_type: str
    subject: str | None
    issuer: str | None
    primary: bool
    created_at: float


_C = federated_identities.c
_GET = sa.select(federated_identities).where(
    _C.pool_id == sa.bindparam("pool_id"),
    _C.provider_name == sa.bindparam("provider_name"),
    _C.attribute == sa.bindparam("attribute"),
    _C.value == sa.bindparam("value"),
)
_BY_SUBJECT = sa.select(federated_identities).where(
    _C.pool_id == sa.bindparam("pool_id"), _C.provider_name == sa.bindparam("provider_name"), _C.subject == sa.bindparam("subject")
)
_OF_USER = sa.select(federated_identities).where(_C.user_id == sa.bindparam("user_id")).order_by(_C.primary.desc(), _C.created_at)
_LINKED_USER = (
    sa.select(users)
    .join(federated_identities, _C.user_id == users.c.id)
    .where(_C.pool_id == sa.bindparam("pool_id"), _C.provider_name == sa.bindparam("provider_name"))
)


class FederatedIdentities:
    """Queries about identities at providers."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, identity: FederatedIdentity) -> None:
        """Insert an identity."""
        self._connection.execute(federated_identities.insert(), asdict(identity))

    def get(self, pool_id: str, provider_name: str, attribute: str, value: str) -> FederatedIdentity | None:
        """The identity that was linked, or made its user, by exactly this attribute and value."""
        return self._one(_GET, {"pool_id": pool_id, "provider_name": provider_name, "attribute": attribute, "value": value})

    def find_by_subject(self, pool_id: str, provider_name: str, subject: str) -> FederatedIdentity | None:
        """The identity that the provider knows by this subject."""
        return self._one(_BY_SUBJECT, {"pool_id": pool_id, "provider_name": provider_name, "subject": subject})

    def of_user(self, user_id: str) -> list[FederatedIdentity]:
        """The identities that stand for a user, the primary one first, then by age."""
        return [FederatedIdentity(*row) for row in self._connection.execute(_OF_USER, {"user_id": user_id})]

    def find_linked_user(self, pool_id: str, provider_name: str, subject: str) -> User | None:
        """The user for whom the provider's subject stands, be it by a link or because they were made by it."""
        statement = _LINKED_USER.where(_C.subject == sa.bindparam("subject"))
        row = self._connection.execute(statement, {"pool_id": pool_id, "provider_name": provider_name, "subject": subject}).first()
        return User.from_row(row) if row else None

    def find_awaited(self, pool_id: str, provider_name: str, attributes: Mapping[str, str]) -> FederatedIdentity | None:
        """The link by one of these attribute values whose identity has not signed in yet."""
        for attribute, value in attributes.items():
            identity = self.get(pool_id, provider_name, attribute, value)
            if identity is not None and identity.subject is None:
                return identity
        return None

    def learn_subject(self, identity: FederatedIdentity, subject: str, issuer: str | None = None) -> None:
        """The identity signed in: from now on it is known by its subject alone, as on AWS."""
        self._connection.execute(
            sa.update(federated_identities)
            .where(*_key(identity))
            .values(subject=subject, attribute=SUBJECT, value=subject, issuer=issuer or identity.issuer)
        )

    def delete(self, identity: FederatedIdentity) -> None:
        """Delete an identity; the user stays."""
        self._connection.execute(federated_identities.delete().where(*_key(identity)))

    def _one(self, statement: sa.Select[Any], parameters: Mapping[str, Any]) -> FederatedIdentity | None:
        row: Sequence[Any] | None = self._connection.execute(statement, parameters).first()
        return FederatedIdentity(*row) if row else None


def _key(identity: FederatedIdentity) -> list[sa.ColumnElement[bool]]:
    return [
        _C.pool_id == identity.pool_id,
        _C.provider_name == identity.provider_name,
        _C.attribute == identity.attribute,
        _C.value == identity.value,
    ]
