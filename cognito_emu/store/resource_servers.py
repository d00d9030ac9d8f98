"""Resource servers and their custom scopes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.records import Record, asdict
from cognito_emu.store.paging import Page, Position
from cognito_emu.store.prepared import Prepared
from cognito_emu.store.schema.oauth import resource_servers


class ResourceServer(Record):
    """A resource server; `scopes` as in the model, `[{ScopeName, ScopeDescription}, ...]`."""

    pool_id: str
    identifier: str
    name: str
    scopes: list[dict[str, str]]

    @property
    def scope_names(self) -> frozenset[str]:
        """The scopes as clients ask for them: `identifier/name`."""
        return frozenset(f"{self.identifier}/{scope['ScopeName']}" for scope in self.scopes)


_C = resource_servers.c
_GET = sa.select(resource_servers).where(_C.pool_id == sa.bindparam("pool_id"), _C.identifier == sa.bindparam("identifier"))
_OF_POOL = sa.select(resource_servers).where(_C.pool_id == sa.bindparam("pool_id"))
_ALL = Prepared(_OF_POOL)
_PAGE = _OF_POOL.where(_C.identifier > sa.bindparam("after")).order_by(_C.identifier).limit(sa.bindparam("count"))


class ResourceServers:
    """Queries about resource servers."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, server: ResourceServer) -> None:
        """Insert a new resource server."""
        self._connection.execute(resource_servers.insert(), asdict(server))

    def get(self, pool_id: str, identifier: str) -> ResourceServer | None:
        """The pool's resource server of this identifier."""
        row = self._connection.execute(_GET, {"pool_id": pool_id, "identifier": identifier}).first()
        return ResourceServer(*row) if row else None

    def update(self, pool_id: str, identifier: str, changes: Mapping[str, Any]) -> None:
        """Change columns of a resource server."""
        self._connection.execute(sa.update(resource_servers).where(_C.pool_id == pool_id, _C.identifier == identifier).values(**changes))

    def delete(self, pool_id: str, identifier: str) -> None:
        """Delete a resource server; clients keep its scopes in their lists, but nobody is granted them any more."""
        self._connection.execute(resource_servers.delete().where(_C.pool_id == pool_id, _C.identifier == identifier))

    def page(self, pool_id: str, *, limit: int, after: Position) -> Page[ResourceServer]:
        """The pool's resource servers by identifier."""
        rows = self._connection.execute(_PAGE, {"pool_id": pool_id, "after": after[0] if after else "", "count": limit + 1})
        return Page.of([((row.identifier,), ResourceServer(*row)) for row in rows], limit)

    def count(self, pool_id: str) -> int:
        """How many resource servers the pool has."""
        statement = sa.select(sa.func.count()).select_from(resource_servers).where(_C.pool_id == pool_id)
        return int(self._connection.execute(statement).scalar_one())

    def scope_names(self, pool_id: str) -> frozenset[str]:
        """All custom scopes that the pool knows, `identifier/name`."""
        rows = _ALL.all(self._connection, {"pool_id": pool_id})
        return frozenset[str]().union(*(ResourceServer(*row).scope_names for row in rows))
