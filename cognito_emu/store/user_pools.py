"""User pools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.records import Hidden, Record, asdict
from cognito_emu.store.paging import Page, Position
from cognito_emu.store.prepared import Prepared
from cognito_emu.store.remembered import Remembered
from cognito_emu.store.schema.pools import user_pools
from cognito_emu.store.schema.recovery import paused_user_pools, user_data_history
from cognito_emu.store.schema.users import users


class UserPool(Record):
    """A pool.

    Attributes:
        settings: The model's UserPoolType without what stands in the other members or is computed when it is read.
        session_configuration: UserSessionTracking and TokenSession; None when they were never set.
    """

    id: str
    account: str
    region: str
    name: str
    created_at: float
    modified_at: float
    settings: dict[str, Any]
    secret: Hidden[bytes]
    session_configuration: dict[str, Any] | None = None

    @property
    def arn(self) -> str:
        """The pool's ARN."""
        return self.arn_in(self.region)

    def arn_in(self, region: str) -> str:
        """The ARN of the pool's replica in a region."""
        return f"arn:aws:cognito-idp:{region}:{self.account}:userpool/{self.id}"

    @property
    def short_id(self) -> str:
        """The id's part behind the underscore, which SRP calls the pool name."""
        return self.id.split("_", 1)[1]


_C = user_pools.c
_BY_ID = Prepared(sa.select(user_pools).where(_C.id == sa.bindparam("id")))
_OF_TENANT = (
    sa.select(user_pools)
    .where(_C.account == sa.bindparam("account"), _C.region == sa.bindparam("region"))
    .order_by(_C.created_at, _C.id)
    .limit(sa.bindparam("count"))
)
_WITH_REPLICAS = (
    sa.select(user_pools)
    .where(
        _C.account == sa.bindparam("account"),
        sa.or_(_C.region == sa.bindparam("region"), _C.id.in_(sa.bindparam("replicas", expanding=True))),
    )
    .order_by(_C.created_at, _C.id)
    .limit(sa.bindparam("count"))
)
_BEHIND = sa.tuple_(_C.created_at, _C.id) > sa.tuple_(sa.bindparam("created_at"), sa.bindparam("after_id"))
_FIRST_OF_TENANT, _MORE_OF_TENANT = Prepared(_OF_TENANT), Prepared(_OF_TENANT.where(_BEHIND))
_WITH_REPLICAS_AFTER = _WITH_REPLICAS.where(_BEHIND)
_INSERT = Prepared(user_pools.insert())
_UPDATE = Prepared(
    sa.update(user_pools)
    .where(_C.id == sa.bindparam("pool_id"))
    .values(settings=sa.bindparam("settings"), modified_at=sa.bindparam("modified_at"), name=sa.bindparam("name"))
)
_USERS = Prepared(sa.select(sa.func.count()).select_from(users).where(users.c.pool_id == sa.bindparam("pool_id")))
_USERS_UP_TO = Prepared(
    sa.select(sa.func.count()).select_from(
        sa.select(users.c.id).where(users.c.pool_id == sa.bindparam("pool_id")).limit(sa.bindparam("most")).subquery()
    )
)


class UserPools:
    """Queries about user pools."""

    def __init__(self, connection: Connection, remembered: Remembered) -> None:
        self._connection = connection
        self._remembered = remembered

    def add(self, pool: UserPool) -> None:
        """Insert a new pool."""
        _INSERT.run(self._connection, asdict(pool))

    def get(self, pool_id: str) -> UserPool | None:
        """The pool with this id, whoever owns it."""
        pool = self._remembered.pools.get(pool_id)
        if pool is None:
            row = _BY_ID.first(self._connection, {"id": pool_id})
            if row is None:
                return None
            self._remembered.keep_small()
            pool = self._remembered.pools[pool_id] = UserPool(*row)
        return pool

    def update(self, pool_id: str, *, name: str, settings: Mapping[str, Any], modified_at: float) -> None:
        """Replace the pool's settings."""
        self._remembered.forget()
        _UPDATE.run(self._connection, {"pool_id": pool_id, "name": name, "settings": settings, "modified_at": modified_at})

    def set_session_configuration(self, pool_id: str, configuration: Mapping[str, Any]) -> None:
        """Replace the pool's session configuration."""
        self._remembered.forget()
        self._connection.execute(sa.update(user_pools).where(_C.id == pool_id).values(session_configuration=dict(configuration)))

    def delete(self, pool_id: str) -> None:
        """Delete the pool and, by cascade, everything in it."""
        self._delete(_C.id == pool_id)

    def page(self, account: str, region: str, *, limit: int, after: Position, replicas: Sequence[str] = ()) -> Page[UserPool]:
        """The tenant's pools, oldest first, and among them the account's pools whose ids are in `replicas`."""
        parameters: dict[str, Any] = {"account": account, "region": region, "count": limit + 1}
        if after is not None:
            parameters |= {"created_at": after[0], "after_id": after[1]}
        rows: Sequence[Sequence[Any]]
        if replicas:
            statement = _WITH_REPLICAS if after is None else _WITH_REPLICAS_AFTER
            rows = self._connection.execute(statement, parameters | {"replicas": replicas}).all()
        else:
            rows = (_FIRST_OF_TENANT if after is None else _MORE_OF_TENANT).all(self._connection, parameters)
        pools = [UserPool(*row) for row in rows]
        return Page.of([((pool.created_at, pool.id), pool) for pool in pools], limit)

    def find_anywhere(self, text: str, *, limit: int) -> list[UserPool]:
        """Pools of all tenants whose name or id holds `text`, newest first: for the developer, to whom all tenants belong."""
        found = sa.or_(_C.name.icontains(text, autoescape=True), _C.id.icontains(text, autoescape=True))
        statement = sa.select(user_pools).order_by(_C.created_at.desc(), _C.id).limit(limit)
        return [UserPool(*row) for row in self._connection.execute(statement.where(found) if text else statement)]

    def count_users(self, pool_id: str, *, most: int | None = None) -> int:
        """How many users the pool has; no more than `most` are counted."""
        if most is None:
            return int(_USERS.scalar(self._connection, {"pool_id": pool_id}))
        return int(_USERS_UP_TO.scalar(self._connection, {"pool_id": pool_id, "most": most}))

    def delete_of_account(self, account: str | None) -> None:
        """Delete every pool of one account, or of all."""
        self._delete(sa.true() if account is None else _C.account == account)

    def _delete(self, which: sa.ColumnElement[bool]) -> None:
        self._remembered.forget()
        # What has no foreign key, or would refuse that users are deleted, goes before the pool and all that is in it.
        ids = sa.select(_C.id).where(which)
        for table in (paused_user_pools, user_data_history):
            self._connection.execute(table.delete().where(table.c.pool_id.in_(ids)))
        self._connection.execute(user_pools.delete().where(which))
