"""Statements that are written with SQLAlchemy and, on SQLite, executed without it.

A question by key costs SQLite some ten microseconds, and SQLAlchemy ten times that: it looks up the compiled text, makes an execution
context, and wraps cursor and rows. What requests ask all the time is therefore compiled once and handed to sqlite3 itself; the text and
the conversion of values stay SQLAlchemy's. PostgreSQL's round trips outweigh all that: there SQLAlchemy executes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect

_Convert = Callable[[Any], Any]
_Statement = sa.Select[Any] | sa.Insert | sa.Update | sa.Delete


class Prepared:
    """A statement for the whole life of the process, made at module level.

    Its values are `bindparam`s, or the columns of an `insert`, with the same names in each execution. Lists of values do not expand.
    """

    __slots__ = ("_compiled", "statement")

    def __init__(self, statement: _Statement) -> None:
        self.statement = statement
        self._compiled: _Compiled | None = None

    def first(self, connection: Connection, parameters: Mapping[str, Any]) -> Sequence[Any] | None:
        """The first row, None without one."""
        if connection.dialect.name != "sqlite":
            return connection.execute(self.statement, parameters).first()
        rows = self._execute(connection, parameters)
        return rows[0] if rows else None

    def all(self, connection: Connection, parameters: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """All rows."""
        if connection.dialect.name != "sqlite":
            return connection.execute(self.statement, parameters).all()
        return self._execute(connection, parameters)

    def scalar(self, connection: Connection, parameters: Mapping[str, Any]) -> Any:
        """The first column of the first row, None without one."""
        row = self.first(connection, parameters)
        return row[0] if row else None

    def run(self, connection: Connection, parameters: Mapping[str, Any]) -> None:
        """Execute what answers no rows."""
        if connection.dialect.name != "sqlite":
            connection.execute(self.statement, parameters)
        else:
            self._execute(connection, parameters)

    def run_for_each(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """`run` with each of these, of which there is at least one."""
        if connection.dialect.name != "sqlite":
            connection.execute(self.statement, rows)
        else:
            compiled = self._compiled_for(connection, rows[0])
            sqlite: Any = connection.connection.driver_connection
            sqlite.executemany(compiled.text, map(compiled.bind, rows))

    def _execute(self, connection: Connection, parameters: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        compiled = self._compiled_for(connection, parameters)
        sqlite: Any = connection.connection.driver_connection
        # All rows at once: SQLite ends a statement, and with it what it reads from, when it has given the last.
        return compiled.read(sqlite.execute(compiled.text, compiled.bind(parameters)).fetchall())

    def _compiled_for(self, connection: Connection, parameters: Mapping[str, Any]) -> _Compiled:
        if self._compiled is None:
            self._compiled = _Compiled(self.statement, connection.dialect, list(parameters))
        return self._compiled


class _Compiled:
    """A statement's text for SQLite, and what its values go through on their way in and out."""

    __slots__ = ("_constants", "_converted_in", "_converted_out", "_names", "text")

    def __init__(self, statement: _Statement, dialect: Dialect, names: Sequence[str]) -> None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=names)
        if set(names) - set(compiled.binds):
            raise TypeError(f"The statement has no values {sorted(set(names) - set(compiled.binds))}.")
        self.text = str(compiled)
        self._names = [name if name in names else None for name in compiled.positiontup]
        self._constants = [compiled.binds[name].value for name in compiled.positiontup]
        self._converted_in = _converted(
            bind.type.dialect_impl(dialect).bind_processor(dialect) for bind in map(compiled.binds.get, compiled.positiontup)
        )
        self._converted_out = _converted(
            column.type.dialect_impl(dialect).result_processor(dialect, None)
            for column in (statement.selected_columns if isinstance(statement, sa.Select) else ())
        )

    def bind(self, parameters: Mapping[str, Any]) -> list[Any]:
        """The values by position, as sqlite3 takes them."""
        values = [parameters[name] if name else constant for name, constant in zip(self._names, self._constants, strict=True)]
        for index, convert in self._converted_in:
            values[index] = convert(values[index])
        return values

    def read(self, rows: Sequence[tuple[Any, ...]]) -> Sequence[Sequence[Any]]:
        """Rows from sqlite3 as rows of what the columns hold."""
        if not self._converted_out:
            return rows
        read = [list(row) for row in rows]
        for row in read:
            for index, convert in self._converted_out:
                row[index] = convert(row[index])
        return read


def _converted(converters: Iterable[_Convert | None]) -> list[tuple[int, _Convert]]:
    """Which values are converted, by position, and how."""
    return [(index, convert) for index, convert in enumerate(converters) if convert]
