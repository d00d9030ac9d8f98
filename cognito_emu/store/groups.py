"""Groups and who is in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.records import Record, asdict
from cognito_emu.store.paging import Page, Position
from cognito_emu.store.prepared import Prepared
from cognito_emu.store.schema.users import group_members, groups, users
from cognito_emu.store.users import User


class Group(Record):
    """A group of a pool's users."""

    pool_id: str
    name: str
    description: str | None
    role_arn: str | None
    precedence: int | None
    created_at: float
    modified_at: float


_C = groups.c
_M = group_members.c
_GET = Prepared(sa.select(groups).where(_C.pool_id == sa.bindparam("pool_id"), _C.name == sa.bindparam("name")))
_OF_POOL = (
    sa.select(groups)
    .where(_C.pool_id == sa.bindparam("pool_id"), _C.name > sa.bindparam("after"))
    .order_by(_C.name)
    .limit(sa.bindparam("count"))
)
# Lowest precedence first, groups without one last: the order in which AWS decides the preferred role.
_OF_USER = Prepared(
    sa.select(groups)
    .join(group_members, (_M.pool_id == _C.pool_id) & (_M.group_name == _C.name))
    .where(_M.user_id == sa.bindparam("user_id"))
    .order_by(_C.precedence.is_(None), _C.precedence, _C.name)
)
_MEMBERS = Prepared(
    sa.select(users)
    .join(group_members, _M.user_id == users.c.id)
    .where(_M.pool_id == sa.bindparam("pool_id"), _M.group_name == sa.bindparam("name"), _M.user_id > sa.bindparam("after"))
    .order_by(_M.user_id)
    .limit(sa.bindparam("count"))
)


class Groups:
    """Queries about groups and memberships."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, group: Group) -> None:
        """Insert a new group."""
        self._connection.execute(groups.insert(), asdict(group))

    def get(self, pool_id: str, name: str) -> Group | None:
        """The group of this name."""
        row = _GET.first(self._connection, {"pool_id": pool_id, "name": name})
        return Group(*row) if row else None

    def update(self, pool_id: str, name: str, changes: Mapping[str, Any]) -> None:
        """Change columns of a group."""
        self._connection.execute(sa.update(groups).where(_C.pool_id == pool_id, _C.name == name).values(**changes))

    def delete(self, pool_id: str, name: str) -> None:
        """Delete the group and its memberships."""
        self._connection.execute(groups.delete().where(_C.pool_id == pool_id, _C.name == name))

    def page(self, pool_id: str, *, limit: int, after: Position) -> Page[Group]:
        """The pool's groups by name."""
        rows = self._connection.execute(_OF_POOL, {"pool_id": pool_id, "after": after[0] if after else "", "count": limit + 1})
        return Page.of([((row.name,), Group(*row)) for row in rows], limit)

    def count(self, pool_id: str) -> int:
        """How many groups the pool has."""
        statement = sa.select(sa.func.count()).select_from(groups).where(_C.pool_id == pool_id)
        return int(self._connection.execute(statement).scalar_one())

    def of_user(self, user_id: str) -> list[Group]:
        """The groups a user is in, by precedence and then by name."""
        return [Group(*row) for row in _OF_USER.all(self._connection, {"user_id": user_id})]

    def members(self, pool_id: str, name: str, *, limit: int, after: Position) -> Page[User]:
        """The users in a group."""
        rows = _MEMBERS.all(self._connection, {"pool_id": pool_id, "name": name, "after": after[0] if after else "", "count": limit + 1})
        members = [User.from_row(row) for row in rows]
        return Page.of([((member.id,), member) for member in members], limit)

    def add_member(self, pool_id: str, name: str, user_id: str, joined_at: float) -> None:
        """Put a user into a group; again is no change."""
        present = sa.select(_M.user_id).where(_M.pool_id == pool_id, _M.group_name == name, _M.user_id == user_id)
        if self._connection.execute(present).first() is None:
            self._connection.execute(
                group_members.insert(), {"pool_id": pool_id, "group_name": name, "user_id": user_id, "joined_at": joined_at}
            )

    def remove_member(self, pool_id: str, name: str, user_id: str) -> None:
        """Take a user out of a group."""
        self._connection.execute(group_members.delete().where(_M.pool_id == pool_id, _M.group_name == name, _M.user_id == user_id))
