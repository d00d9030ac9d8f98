"""Identity providers of user pools, and the identifiers that lead to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.records import Hidden, Record, asdict
from cognito_emu.store.paging import Page, Position
from cognito_emu.store.prepared import Prepared
from cognito_emu.store.schema.pool_features import identity_provider_identifiers, identity_providers


class IdentityProvider(Record):
    """An identity provider.

    Attributes:
        details: ProviderDetails, as they are described.
        discovered: What the provider itself told: `authorize_url`, `token_url`, `attributes_url`, `jwks_uri` of an OIDC issuer's
            discovery document, `metadata` (XML) of a SAML provider.
        attribute_mapping: User pool attribute to the provider's claim.
        acr_mapping: Level to the provider's ACR value; None when it was never set.
    """

    pool_id: str
    name: str
    type: str
    details: Hidden[dict[str, str]]
    discovered: Hidden[dict[str, str]]
    attribute_mapping: dict[str, str]
    acr_mapping: dict[str, str] | None
    created_at: float
    modified_at: float

    def setting(self, name: str) -> str | None:
        """A provider detail: what was configured, else what the provider itself told."""
        return self.details.get(name) or self.discovered.get(name)


_C = identity_providers.c
_I = identity_provider_identifiers.c
_OF_POOL = sa.select(identity_providers).where(_C.pool_id == sa.bindparam("pool_id"))
_GET = _OF_POOL.where(_C.name == sa.bindparam("name"))
_PAGE = _OF_POOL.where(_C.name > sa.bindparam("after")).order_by(_C.name).limit(sa.bindparam("count"))
_NAMES = Prepared(sa.select(_C.name).where(_C.pool_id == sa.bindparam("pool_id")))
_COUNT = sa.select(sa.func.count()).select_from(identity_providers).where(_C.pool_id == sa.bindparam("pool_id"))
_BY_IDENTIFIER = (
    sa.select(identity_providers)
    .join(identity_provider_identifiers, (_I.pool_id == _C.pool_id) & (_I.provider_name == _C.name))
    .where(_I.pool_id == sa.bindparam("pool_id"), _I.identifier == sa.bindparam("identifier"))
)
_IDENTIFIERS = (
    sa.select(_I.identifier).where(_I.pool_id == sa.bindparam("pool_id"), _I.provider_name == sa.bindparam("name")).order_by(_I.position)
)


class IdentityProviders:
    """Queries about identity providers."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, provider: IdentityProvider) -> None:
        """Insert a new provider."""
        self._connection.execute(identity_providers.insert(), asdict(provider))

    def get(self, pool_id: str, name: str) -> IdentityProvider | None:
        """The pool's provider of this name."""
        return self._one(_GET, {"pool_id": pool_id, "name": name})

    def find_by_identifier(self, pool_id: str, identifier: str) -> IdentityProvider | None:
        """The pool's provider that this identifier leads to."""
        return self._one(_BY_IDENTIFIER, {"pool_id": pool_id, "identifier": identifier})

    def update(self, pool_id: str, name: str, changes: Mapping[str, Any]) -> None:
        """Change columns of a provider."""
        self._connection.execute(sa.update(identity_providers).where(_C.pool_id == pool_id, _C.name == name).values(**changes))

    def delete(self, pool_id: str, name: str) -> None:
        """Delete a provider and its identifiers. Identities there stay with their users."""
        self._connection.execute(identity_providers.delete().where(_C.pool_id == pool_id, _C.name == name))

    def page(self, pool_id: str, *, limit: int, after: Position) -> Page[IdentityProvider]:
        """The pool's providers by name."""
        rows = self._connection.execute(_PAGE, {"pool_id": pool_id, "after": after[0] if after else "", "count": limit + 1})
        return Page.of([((row.name,), IdentityProvider(*row)) for row in rows], limit)

    def names(self, pool_id: str) -> frozenset[str]:
        """The names of all providers of the pool."""
        return frozenset(row[0] for row in _NAMES.all(self._connection, {"pool_id": pool_id}))

    def count(self, pool_id: str) -> int:
        """How many providers the pool has."""
        return int(self._connection.execute(_COUNT, {"pool_id": pool_id}).scalar_one())

    # -- identifiers

    def identifiers(self, pool_id: str, name: str) -> list[str]:
        """A provider's identifiers in the order in which they were given."""
        return list(self._connection.execute(_IDENTIFIERS, {"pool_id": pool_id, "name": name}).scalars())

    def set_identifiers(self, pool_id: str, name: str, identifiers: Iterable[str]) -> None:
        """Replace a provider's identifiers; the caller has checked that no other provider has one of them."""
        self._connection.execute(identity_provider_identifiers.delete().where(_I.pool_id == pool_id, _I.provider_name == name))
        rows = [
            {"pool_id": pool_id, "identifier": identifier, "provider_name": name, "position": position}
            for position, identifier in enumerate(identifiers)
        ]
        if rows:
            self._connection.execute(identity_provider_identifiers.insert(), rows)

    def _one(self, statement: sa.Select[Any], parameters: Mapping[str, Any]) -> IdentityProvider | None:
        row: Sequence[Any] | None = self._connection.execute(statement, parameters).first()
        return IdentityProvider(*row) if row else None
