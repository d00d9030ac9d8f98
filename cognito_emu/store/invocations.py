"""Invocations of Lambda functions, as many as are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.records import Record, asdict
from cognito_emu.store.schema.functions import invocations


class StoredInvocation(Record):
    """One attempt at running a function; see `triggers.invocations.Invocation`.

    Attributes:
        account: The account in the function's ARN, None when it was asked for by name.
        pool_id: The pool in the event, None for what is no trigger's.
        event: None when it was too large to be kept.
        number: The order of recording, given by the database.
    """

    request_id: str
    account: str | None
    pool_id: str | None
    trigger: str
    trigger_source: str
    function_arn: str
    executor: str
    at: float
    event: Any
    response: Any
    error: str | None
    error_type: str | None
    duration: float
    cold: bool
    attempt: int
    logs: str
    number: int = 0


_C = invocations.c
_COLUMNS = [_C[name] for name in StoredInvocation.__struct_fields__]


class InvocationFilter(Record, kw_only=True):
    """Which invocations are meant; None leaves a point open.

    Attributes:
        function: A part of the function's ARN.
        failed: Only those that ended in an error, or only those that did not.
        after_number: Only those recorded after that one.
    """

    account: str | None = None
    pool_id: str | None = None
    trigger: str | None = None
    function: str | None = None
    failed: bool | None = None
    after_number: int | None = None

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """As SQL."""
        columns = (_C.account, _C.pool_id, _C.trigger)
        conditions = [column == value for column in columns if (value := getattr(self, column.name)) is not None]
        if self.function is not None:
            conditions.append(_C.function_arn.contains(self.function, autoescape=True))
        if self.failed is not None:
            conditions.append(_C.error.is_not(None) if self.failed else _C.error.is_(None))
        if self.after_number is not None:
            conditions.append(_C.number > self.after_number)
        return conditions


EVERY_INVOCATION = InvocationFilter()

_INSERT = invocations.insert()
_GET = sa.select(*_COLUMNS).where(_C.request_id == sa.bindparam("id"))
_SET_LOGS = sa.update(invocations).where(_C.request_id == sa.bindparam("id")).values(logs=sa.bindparam("all_logs"))


class Invocations:
    """Queries about invocations."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, invocation: StoredInvocation) -> int:
        """Record an invocation, and tell its number."""
        values = asdict(invocation)
        del values["number"]  # the database counts them
        key = self._connection.execute(_INSERT, values).inserted_primary_key
        assert key is not None
        return int(key[0])

    def get(self, request_id: str) -> StoredInvocation | None:
        """One invocation."""
        row = self._connection.execute(_GET, {"id": request_id}).first()
        return StoredInvocation(*row) if row else None

    def set_logs(self, request_id: str, logs: str) -> None:
        """Replace what it printed."""
        self._connection.execute(_SET_LOGS, {"id": request_id, "all_logs": logs})

    def search(
        self, wanted: InvocationFilter = EVERY_INVOCATION, *, limit: int = 100, oldest_first: bool = False
    ) -> Sequence[StoredInvocation]:
        """Invocations, the last to be recorded first, or the first."""
        order = _C.number if oldest_first else _C.number.desc()
        statement = sa.select(*_COLUMNS).where(*wanted.conditions()).order_by(order).limit(limit)
        return [StoredInvocation(*row) for row in self._connection.execute(statement)]

    def last_number(self) -> int:
        """The number of the last one to be recorded; 0 when there is none."""
        return self._connection.execute(sa.select(sa.func.max(_C.number))).scalar() or 0

    def delete(self, wanted: InvocationFilter = EVERY_INVOCATION) -> int:
        """Delete invocations. Returns how many went."""
        return self._connection.execute(invocations.delete().where(*wanted.conditions())).rowcount

    def delete_up_to(self, number: int) -> None:
        """Delete the oldest ones."""
        self._connection.execute(invocations.delete().where(_C.number <= number))
