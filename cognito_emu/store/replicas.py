"""Secondary replicas of user pools."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.records import Record, asdict, field, replace
from cognito_emu.store.prepared import Prepared
from cognito_emu.store.schema.history import user_pool_replicas


class Replica(Record):
    """A replica in another region. A transition, CREATING or DELETING, is over at `changes_at`.

    Attributes:
        settings: What it has of its own: EmailConfiguration, SmsConfiguration, LambdaConfig, LogConfigurations.
    """

    pool_id: str
    region: str
    status: str
    tags: dict[str, str]
    changes_at: float | None
    created_at: float
    settings: dict[str, Any] = field(default_factory=dict)


def present_replica(replica: Replica | None, now: float) -> Replica | None:
    """A stored replica as it is now: what is being created becomes INACTIVE, what is being deleted ceases to be."""
    if replica is None or replica.changes_at is None or now < replica.changes_at:
        return replica
    return replace(replica, status="INACTIVE", changes_at=None) if replica.status == "CREATING" else None


_C = user_pool_replicas.c
_ALL = Prepared(sa.select(user_pool_replicas).order_by(_C.created_at, _C.region))


class UserPoolReplicas:
    """Queries about replicas."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, replica: Replica) -> None:
        """Insert a new replica."""
        self._connection.execute(user_pool_replicas.insert(), asdict(replica))

    def get(self, pool_id: str, region: str) -> Replica | None:
        """The pool's replica in a region, as it was last written."""
        row = self._connection.execute(sa.select(user_pool_replicas).where(_C.pool_id == pool_id, _C.region == region)).first()
        return _replica(row) if row else None

    def of_pool(self, pool_id: str) -> list[Replica]:
        """The pool's replicas, oldest first."""
        rows = self._connection.execute(sa.select(user_pool_replicas).where(_C.pool_id == pool_id).order_by(_C.created_at, _C.region))
        return [_replica(row) for row in rows]

    def all(self) -> list[Replica]:
        """All there are, of whatever account, oldest first: few pools have any."""
        return [_replica(row) for row in _ALL.all(self._connection, {})]

    def update(self, replica: Replica, **changes: Any) -> None:
        """Change columns of a replica."""
        statement = sa.update(user_pool_replicas).where(_C.pool_id == replica.pool_id, _C.region == replica.region)
        self._connection.execute(statement.values(**changes))

    def delete(self, replica: Replica) -> None:
        """Forget a replica."""
        self._connection.execute(user_pool_replicas.delete().where(_C.pool_id == replica.pool_id, _C.region == replica.region))


def _replica(row: Sequence[Any]) -> Replica:
    replica = Replica(*row)
    return replica if replica.settings else replace(replica, settings={})  # older ones have none
