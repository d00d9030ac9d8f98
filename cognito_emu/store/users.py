"""Users, and the ways to find them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.records import Hidden, Record, asdict, field
from cognito_emu.store.paging import Page, Position
from cognito_emu.store.prepared import Prepared
from cognito_emu.store.schema.users import user_aliases, user_attributes, users

# What ListUsers can filter by beyond the columns of `users`.
# https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-manage-user-accounts.html
SEARCHABLE_ATTRIBUTES = ("email", "phone_number", "name", "given_name", "family_name", "preferred_username")

_END_OF_PREFIX = "\U0010ffff"


class User(Record):
    """A user.

    Attributes:
        id: The `sub`.
        username_key: The user name as it is compared: folded when the pool is not case-sensitive.
        attributes: Name to text, without `sub`.
        pending_attributes: New values that wait for VerifyUserAttribute.
        verifier: SRP salt and verifier, None without a password. Nothing else of a password is stored.
        password_history: Former verifiers, newest first, base64.
        mfa: `{"Enabled": [factor, ...], "Preferred": factor}`; factors as in UserMFASettingList.
    """

    id: str
    pool_id: str
    username: str
    username_key: str
    status: str
    enabled: bool
    created_at: float
    modified_at: float
    attributes: dict[str, str]
    pending_attributes: dict[str, str] = field(default_factory=dict)
    verifier: Hidden[bytes | None] = None
    password_history: Hidden[list[str]] = field(default_factory=list)
    temporary_password_expires_at: float | None = None
    failed_sign_ins: int = 0
    last_failed_sign_in_at: float | None = None
    mfa: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> User:
        """A user from a row that selects the table's columns in order."""
        return cls(*row)


_C = users.c
_BY_ID = Prepared(sa.select(users).where(_C.id == sa.bindparam("id")))
_BY_KEY = Prepared(sa.select(users).where(_C.pool_id == sa.bindparam("pool_id"), _C.username_key == sa.bindparam("username_key")))
_BY_ALIAS = Prepared(
    sa.select(users)
    .join(user_aliases, user_aliases.c.user_id == _C.id)
    .where(user_aliases.c.pool_id == sa.bindparam("pool_id"), user_aliases.c.alias_key == sa.bindparam("alias_key"))
)
_INSERT = Prepared(users.insert())
_INSERT_ATTRIBUTE = Prepared(user_attributes.insert())
_DELETE_ATTRIBUTES = Prepared(user_attributes.delete().where(user_attributes.c.user_id == sa.bindparam("user")))
_INSERT_ALIAS = Prepared(user_aliases.insert())
_DELETE_ALIASES = Prepared(user_aliases.delete().where(user_aliases.c.user_id == sa.bindparam("user")))
_PASSED = Prepared(sa.update(users).where(_C.id == sa.bindparam("user")).values(failed_sign_ins=0, last_failed_sign_in_at=None))


class Users:
    """Queries about users."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # -- finding one

    def get(self, user_id: str) -> User | None:
        """The user with this `sub`."""
        row = _BY_ID.first(self._connection, {"id": user_id})
        return User(*row) if row else None

    def find_by_username_key(self, pool_id: str, username_key: str) -> User | None:
        """The user with this (folded) user name."""
        row = _BY_KEY.first(self._connection, {"pool_id": pool_id, "username_key": username_key})
        return User(*row) if row else None

    def find_by_alias(self, pool_id: str, alias_key: str) -> User | None:
        """The user whom this (folded) alias signs in."""
        row = _BY_ALIAS.first(self._connection, {"pool_id": pool_id, "alias_key": alias_key})
        return User(*row) if row else None

    def find_by_sub(self, pool_id: str, sub: str) -> User | None:
        """The pool's user with this `sub`."""
        user = self.get(sub)
        return user if user and user.pool_id == pool_id else None

    # -- writing

    def add(self, user: User, *, fold: bool) -> None:
        """Insert a new user and what ListUsers finds it by; `fold`: the pool compares without regard to case."""
        _INSERT.run(self._connection, asdict(user))
        self._index_attributes(user.pool_id, {user.id: user.attributes}, fold=fold)

    def update(self, user_id: str, **changes: Any) -> None:
        """Change columns of a user. Attributes go through `set_attributes`."""
        _update_of(tuple(changes)).run(self._connection, {"user": user_id, **changes})

    def set_attributes(self, user: User, attributes: Mapping[str, str], *, modified_at: float, fold: bool, **changes: Any) -> None:
        """Replace all attributes of a user, who is given as stored, and maybe other columns with them."""
        self.update(user.id, attributes=dict(attributes), modified_at=modified_at, **changes)
        if any(user.attributes.get(name) != attributes.get(name) for name in SEARCHABLE_ATTRIBUTES):
            self.reindex(user.id, user.pool_id, attributes, fold=fold)

    def reindex(self, user_id: str, pool_id: str, attributes: Mapping[str, str], *, fold: bool) -> None:
        """Let ListUsers find the user by these attributes, and by no former ones."""
        self.reindex_all(pool_id, {user_id: attributes}, fold=fold)

    def reindex_all(self, pool_id: str, attributes: Mapping[str, Mapping[str, str]], *, fold: bool) -> None:
        """`reindex` many users of a pool, by their ids."""
        if attributes:
            _DELETE_ATTRIBUTES.run_for_each(self._connection, [{"user": user_id} for user_id in attributes])
            self._index_attributes(pool_id, attributes, fold=fold)

    def record_password_success(self, user_id: str) -> None:
        """Forget the failed sign-ins."""
        _PASSED.run(self._connection, {"user": user_id})

    def delete(self, user_id: str) -> None:
        """Delete the user and, by cascade, all that is theirs."""
        self._connection.execute(users.delete().where(_C.id == user_id))

    def _index_attributes(self, pool_id: str, attributes: Mapping[str, Mapping[str, str]], *, fold: bool) -> None:
        rows = [
            {"user_id": user_id, "pool_id": pool_id, "name": name, "value": own[name].casefold() if fold else own[name]}
            for user_id, own in attributes.items()
            for name in SEARCHABLE_ATTRIBUTES
            if name in own
        ]
        if rows:
            _INSERT_ATTRIBUTE.run_for_each(self._connection, rows)

    # -- aliases

    def set_aliases(self, user: User, aliases: Mapping[str, str]) -> None:
        """Make `aliases` (attribute to folded value) the user's aliases; the caller has checked that nobody else has one of them."""
        _DELETE_ALIASES.run(self._connection, {"user": user.id})
        by_key = {key: attribute for attribute, key in aliases.items()}  # two attributes may well say the same
        rows = [{"pool_id": user.pool_id, "alias_key": key, "user_id": user.id, "attribute": by_key[key]} for key in by_key]
        if rows:
            _INSERT_ALIAS.run_for_each(self._connection, rows)

    # -- lists; each order is that of an index, so a page costs the same at a hundred users and at a hundred thousand

    def list_all(self, pool_id: str, *, limit: int, after: Position, conditions: Iterable[Any] = ()) -> Page[User]:
        """The pool's users, oldest first."""
        statement = sa.select(users).where(_C.pool_id == pool_id, *conditions)
        if after is not None:
            statement = statement.where(sa.tuple_(_C.created_at, _C.id) > sa.tuple_(*map(sa.literal, after)))
        rows = self._connection.execute(statement.order_by(_C.created_at, _C.id).limit(limit + 1))
        return Page.of([((row.created_at, row.id), User(*row)) for row in rows], limit)

    def list_by_status(self, pool_id: str, status: str, *, prefix: bool, limit: int, after: Position) -> Page[User]:
        """Users whose UserStatus is, or begins with, `status`."""
        condition = _C.status.startswith(status, autoescape=True) if prefix else _C.status == status
        return self.list_all(pool_id, limit=limit, after=after, conditions=[condition])

    def list_by_enabled(self, pool_id: str, *, enabled: bool, limit: int, after: Position) -> Page[User]:
        """Users who are enabled, or disabled."""
        return self.list_all(pool_id, limit=limit, after=after, conditions=[_C.enabled == enabled])

    def list_by_username(self, pool_id: str, username_key: str, *, prefix: bool, limit: int, after: Position) -> Page[User]:
        """Users whose folded user name is, or begins with, `username_key`."""
        statement = sa.select(users).where(_C.pool_id == pool_id, *_matches(_C.username_key, username_key, prefix=prefix))
        if after is not None:
            statement = statement.where(_C.username_key > after[0])
        rows = self._connection.execute(statement.order_by(_C.username_key).limit(limit + 1))
        return Page.of([((row.username_key,), User(*row)) for row in rows], limit)

    def list_by_sub(self, pool_id: str, sub: str, *, prefix: bool, limit: int, after: Position) -> Page[User]:
        """Users whose `sub` is, or begins with, `sub`."""
        if not sub:
            return self.list_all(pool_id, limit=limit, after=after) if prefix else Page([], None)
        # The beginning of a sub narrows more than the pool does; the concatenation keeps the database from walking the whole pool.
        statement = sa.select(users).where(_C.pool_id.concat("") == pool_id, *_matches(_C.id, sub, prefix=prefix))
        if after is not None:
            statement = statement.where(_C.id > after[0])
        rows = self._connection.execute(statement.order_by(_C.id).limit(limit + 1))
        return Page.of([((row.id,), User(*row)) for row in rows], limit)

    def list_by_attribute(self, pool_id: str, name: str, value: str, *, prefix: bool, limit: int, after: Position) -> Page[User]:
        """Users of whom an attribute (one of SEARCHABLE_ATTRIBUTES) is, or begins with, the folded `value`."""
        parameters = {"pool_id": pool_id, "name": name, "value": value, "count": limit + 1}
        if prefix:
            parameters["end"] = value + _END_OF_PREFIX
        if after is not None:
            parameters |= {"after_value": after[0], "after_id": after[1]}
        rows = _by_attribute(prefix=prefix, continued=after is not None).all(self._connection, parameters)
        return Page.of([((row[0], row[1]), User(*row[1:])) for row in rows], limit)


@cache
def _update_of(columns: tuple[str, ...]) -> Prepared:
    """The statement that changes these columns of a user; building it anew would cost more than to run it."""
    return Prepared(sa.update(users).where(_C.id == sa.bindparam("user")).values({name: sa.bindparam(name) for name in columns}))


@cache
def _by_attribute(*, prefix: bool, continued: bool) -> Prepared:
    """The statement that finds users by an attribute: what most searches look for is an e-mail address."""
    a = user_attributes.c
    value: sa.BindParameter[str] = sa.bindparam("value")
    statement = (
        sa.select(a.value, users)
        .join(users, _C.id == a.user_id)
        .where(
            a.pool_id == sa.bindparam("pool_id"),
            a.name == sa.bindparam("name"),
            *([a.value >= value, a.value < sa.bindparam("end")] if prefix else [a.value == value]),
        )
    )
    if continued:
        statement = statement.where(sa.tuple_(a.value, a.user_id) > sa.tuple_(sa.bindparam("after_value"), sa.bindparam("after_id")))
    return Prepared(statement.order_by(a.value, a.user_id).limit(sa.bindparam("count")))


def _matches(column: sa.ColumnElement[str], value: str, *, prefix: bool) -> list[sa.ColumnElement[bool]]:
    """Equality, or a prefix as the range that an index can walk."""
    return [column >= value, column < value + _END_OF_PREFIX] if prefix else [column == value]
