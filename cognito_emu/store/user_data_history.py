"""What a pool's user data was at an earlier time, and how to go back to it.

Triggers of the database write a row for each change (migration 0014): what a row was before its first change after that time is what it
was at that time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.records import Record
from cognito_emu.store.schema.factors import software_tokens, webauthn_credentials
from cognito_emu.store.schema.history import imported_passwords
from cognito_emu.store.schema.pool_features import federated_identities
from cognito_emu.store.schema.recovery import user_data_history
from cognito_emu.store.schema.users import group_members, groups, user_aliases, users
from cognito_emu.store.users import Users

Row = dict[str, Any]
Kind = Literal["created", "updated", "deleted"]

# Parents first.
_TABLES = (users, groups, user_aliases, group_members, software_tokens, webauthn_credentials, federated_identities, imported_passwords)
# What sign-ins write: its change is none of user data, and going back leaves it as it is.
_QUIET = {
    "users": {"failed_sign_ins", "last_failed_sign_in_at", "modified_at"},
    "software_tokens": {"last_step"},
    "webauthn_credentials": {"sign_count"},
}
# "Users who changed their password after the recovery point keep their current password" (API reference). Assumption: and with it the
# status, so that nobody must choose a permanent password twice.
_PASSWORD = {"verifier", "password_history", "temporary_password_expires_at", "status"}
_CHUNK = 500
_MOST_SWEPT = 10_000
_ROUNDING_SECONDS = 1e-6

_C = user_data_history.c
_FIRST_CHANGES = (
    sa.select(_C.table_name, sa.func.min(_C.sequence))
    .where(_C.pool_id == sa.bindparam("pool_id"), _C.changed_at > sa.bindparam("since"))
    .group_by(_C.table_name, _C.row_key)
)


class Difference(Record):
    """A row that is not what it was.

    Attributes:
        before: What it shall be again; None: it did not exist.
        now: None: it exists no more.
    """

    table: str
    before: Row | None
    now: Row | None

    @property
    def kind(self) -> Kind:
        """What going back does to it."""
        if self.before is None:
            return "deleted"
        return "created" if self.now is None else "updated"

    def changed(self) -> set[str]:
        """The names of the columns that differ; all of a row that is created or deleted."""
        if self.before is None or self.now is None:
            return set(self.before or self.now or ())
        return {name for name, value in self.before.items() if value != self.now[name]}


class UserDataHistory:
    """Queries about what user data was."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def differences(self, pool_id: str, since: float) -> Iterator[Difference]:
        """What is not as it was at `since`, parents before what belongs to them."""
        firsts: dict[str, list[int]] = {}
        for table_name, sequence in self._connection.execute(_FIRST_CHANGES, {"pool_id": pool_id, "since": since}):
            firsts.setdefault(table_name, []).append(sequence)
        for table in _TABLES:
            sequences = firsts.get(table.name, [])
            for at in range(0, len(sequences), _CHUNK):
                yield from self._differences_of(table, sequences[at : at + _CHUNK])

    def restore(self, pool_id: str, since: float, *, fold: bool) -> None:
        """Make everything what it was at `since`; `fold`: the pool compares without regard to case."""
        differences = list(self.differences(pool_id, since))
        for table in reversed(_TABLES):
            gone = [one.now for one in differences if one.table == table.name and one.before is None and one.now is not None]
            self._each(table.delete().where(_is_bound(table)), [_bound_key(table, row) for row in gone])
        for table in _TABLES:
            self._bring_back(table, [one for one in differences if one.table == table.name and one.before is not None])
        again = [one.before for one in differences if one.table == users.name and one.before is not None]
        Users(self._connection).reindex_all(pool_id, {row["id"]: row["attributes"] for row in again}, fold=fold)

    def _bring_back(self, table: sa.Table, differences: Iterable[Difference]) -> None:
        """Rows that changed, then rows that are gone: a value that only one row may have is free again by then."""
        created = []
        for one in differences:
            assert one.before is not None
            if one.now is None:
                created.append(one.before)
            else:
                changes = {name: one.before[name] for name in one.changed()}
                self._connection.execute(sa.update(table).where(_is_bound(table)).values(**changes), _bound_key(table, one.before))
        self._each(table.insert(), created)

    def _each(self, statement: sa.Executable, rows: list[Row]) -> None:
        """Run a statement for each row: at once, since one by one takes five times as long."""
        if rows:
            self._connection.execute(statement, rows)

    def delete_before(self, time: float) -> None:
        """Sweep out what is older than any recovery may reach, some of it at a time: the oldest rows come first."""
        oldest = sa.select(_C.sequence).order_by(_C.sequence).limit(_MOST_SWEPT)
        self._connection.execute(user_data_history.delete().where(_C.changed_at < time, _C.sequence.in_(oldest)))

    def _differences_of(self, table: sa.Table, sequences: list[int]) -> Iterator[Difference]:
        found = self._connection.execute(sa.select(_C.row_key, _C.row_before).where(_C.sequence.in_(sequences)))
        before = {tuple(orjson.loads(key)): _decode(table, row) for key, row in found}
        key = tuple(table.primary_key.columns)
        condition = key[0].in_([values[0] for values in before]) if len(key) == 1 else sa.tuple_(*key).in_(list(before))
        now = {
            tuple(row[column.name] for column in key): dict(row)
            for row in self._connection.execute(sa.select(table).where(condition)).mappings()
        }
        for values, former in before.items():
            difference = Difference(table.name, _aim(table, former, now.get(values)), now.get(values))
            if difference.before != difference.now:
                yield difference


def _aim(table: sa.Table, before: Row | None, now: Row | None) -> Row | None:
    """What a row shall be again: what it was, but for what is kept as it is."""
    if before is None or now is None:
        return before
    kept = set(_QUIET.get(table.name, ()))
    if table is users and before["verifier"] != now["verifier"]:
        kept |= _PASSWORD
    aim = {name: now[name] if name in kept or _same_time(value, now[name]) else value for name, value in before.items()}
    if table is users and aim != now:
        aim["modified_at"] = before["modified_at"]
    return aim


def _same_time(before: Any, now: Any) -> bool:
    """Whether two times are one but for what writing them as text may have taken."""
    return isinstance(before, float) and isinstance(now, float) and abs(before - now) < _ROUNDING_SECONDS


def _decode(table: sa.Table, document: Mapping[str, Any] | None) -> Row | None:
    """A row as the triggers wrote it down: bytes in hexadecimal, and in SQLite booleans as numbers and times as text."""
    if document is None:
        return None
    return {column.name: _value(column, document[column.name]) for column in table.columns}


def _value(column: sa.Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, sa.LargeBinary):
        return bytes.fromhex(value)
    if isinstance(column.type, sa.Double):
        return float(value)
    return bool(value) if isinstance(column.type, sa.Boolean) else value


def _is_bound(table: sa.Table) -> sa.ColumnElement[bool]:
    """The row whose key is given with the statement; see `_bound_key`."""
    return sa.and_(*(column == sa.bindparam(f"key_{column.name}") for column in table.primary_key.columns))


def _bound_key(table: sa.Table, row: Row) -> Row:
    return {f"key_{column.name}": row[column.name] for column in table.primary_key.columns}
