"""Identity pools."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.records import Record, asdict
from cognito_emu.store.paging import Page, Position
from cognito_emu.store.schema.identity_pools import identity_pools


class IdentityPool(Record):
    """A pool.

    Attributes:
        settings: The model's IdentityPool without the id and the name.
        roles: `Roles` and `RoleMappings` as SetIdentityPoolRoles took them; empty before.
        principal_tags: By provider name, `UseDefaults` and `PrincipalTags`.
    """

    id: str
    account: str
    region: str
    name: str
    created_at: float
    settings: dict[str, Any]
    roles: dict[str, Any]
    principal_tags: dict[str, Any]

    @property
    def arn(self) -> str:
        """The pool's ARN."""
        return f"arn:aws:cognito-identity:{self.region}:{self.account}:identitypool/{self.id}"


_C = identity_pools.c
_BY_ID = sa.select(identity_pools).where(_C.id == sa.bindparam("id"))
_OF_TENANT = (
    sa.select(identity_pools)
    .where(_C.account == sa.bindparam("account"), _C.region == sa.bindparam("region"))
    .order_by(_C.created_at, _C.id)
    .limit(sa.bindparam("count"))
)
_OF_TENANT_AFTER = _OF_TENANT.where(sa.tuple_(_C.created_at, _C.id) > sa.tuple_(sa.bindparam("created_at"), sa.bindparam("after_id")))
_SETTINGS_OF_ACCOUNT = sa.select(_C.settings).where(_C.account == sa.bindparam("account"))


class IdentityPools:
    """Queries about identity pools."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, pool: IdentityPool) -> None:
        """Insert a new pool."""
        self._connection.execute(identity_pools.insert(), asdict(pool))

    def get(self, pool_id: str) -> IdentityPool | None:
        """The pool with this id, whoever owns it."""
        row = self._connection.execute(_BY_ID, {"id": pool_id}).first()
        return IdentityPool(*row) if row else None

    def update(self, pool_id: str, *, name: str, settings: Mapping[str, Any]) -> None:
        """Replace the pool's name and settings."""
        self._set(pool_id, name=name, settings=dict(settings))

    def set_roles(self, pool_id: str, roles: Mapping[str, Any]) -> None:
        """Replace the pool's roles and role mappings."""
        self._set(pool_id, roles=dict(roles))

    def set_principal_tags(self, pool_id: str, principal_tags: Mapping[str, Any]) -> None:
        """Replace the principal tags of all the pool's providers."""
        self._set(pool_id, principal_tags=dict(principal_tags))

    def _set(self, pool_id: str, **values: Any) -> None:
        self._connection.execute(sa.update(identity_pools).where(_C.id == pool_id).values(**values))

    def delete(self, pool_id: str) -> None:
        """Delete the pool and, by cascade, its identities."""
        self._connection.execute(identity_pools.delete().where(_C.id == pool_id))

    def page(self, account: str, region: str, *, limit: int, after: Position) -> Page[IdentityPool]:
        """The tenant's pools, oldest first."""
        parameters: dict[str, Any] = {"account": account, "region": region, "count": limit + 1}
        if after is None:
            rows = self._connection.execute(_OF_TENANT, parameters)
        else:
            rows = self._connection.execute(_OF_TENANT_AFTER, parameters | {"created_at": after[0], "after_id": after[1]})
        pools = [IdentityPool(*row) for row in rows]
        return Page.of([((pool.created_at, pool.id), pool) for pool in pools], limit)

    def openid_provider_arns(self, account: str) -> set[str]:
        """The ARNs of all OpenID Connect providers that any pool of the account trusts."""
        rows = self._connection.execute(_SETTINGS_OF_ACCOUNT, {"account": account})
        return {arn for row in rows for arn in row.settings.get("OpenIdConnectProviderARNs", ())}

    def delete_of_account(self, account: str | None) -> None:
        """Delete every pool of one account, or of all."""
        statement = identity_pools.delete()
        self._connection.execute(statement if account is None else statement.where(_C.account == account))
