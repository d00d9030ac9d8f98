"""Events that were sent to Lambda functions and wait to run, or to run again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.records import Record, asdict
from cognito_emu.store.schema.functions import function_events


class FunctionEvent(Record):
    """An invocation that nobody waits for; see `triggers.event_queue.QueuedEvent`.

    Attributes:
        account: The account that sent it, or whose pool did.
        leased_until: A worker is on it until then, by the machine's own clock, or was; None as long as none took it.
    """

    id: str
    account: str
    function_arn: str
    event: Any
    sent_at: float
    due_at: float
    failures: int = 0
    deferrals: int = 0
    leased_until: float | None = None
    trigger: str | None = None
    source_arn: str | None = None


_C = function_events.c
_COLUMNS = [_C[name] for name in FunctionEvent.__struct_fields__]
_FREE = sa.or_(_C.leased_until.is_(None), _C.leased_until <= sa.bindparam("wall_now"))
_DUE = (
    sa.select(*_COLUMNS)
    .where(_C.due_at <= sa.bindparam("now"), _FREE)
    .order_by(_C.due_at, _C.id)
    .limit(sa.bindparam("most"))
    .with_for_update(skip_locked=True)
)
_NEXT = sa.select(sa.func.min(_C.due_at)).where(_FREE)
_GIVEN_BACK = 0.0


class FunctionEvents:
    """Queries about events."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, event: FunctionEvent) -> None:
        """Accept an event."""
        self._connection.execute(function_events.insert(), asdict(event))

    def claim_due(self, now: float, wall_now: float, *, until: float, limit: int) -> list[FunctionEvent]:
        """Take events that are due and that no worker holds, as they were; they are this worker's until the lease ends."""
        claimed = [FunctionEvent(*row) for row in self._connection.execute(_DUE, {"now": now, "wall_now": wall_now, "most": limit})]
        if claimed:
            self._update(_C.id.in_([event.id for event in claimed]), leased_until=until)
        return claimed

    def next_due_at(self, wall_now: float) -> float | None:
        """When the next one that no worker holds is due; None when none waits."""
        return self._connection.execute(_NEXT, {"wall_now": wall_now}).scalar()

    def hold(self, event_ids: Sequence[str], until: float) -> None:
        """Lease events for longer, but for those that were given back meanwhile."""
        self._update(sa.and_(_C.id.in_(event_ids), _C.leased_until > _GIVEN_BACK), leased_until=until)

    def put_back(self, event_id: str, due_at: float, *, failures: int, deferrals: int) -> None:
        """End the lease, and have the event wait until `due_at`."""
        self._update(_C.id == event_id, due_at=due_at, failures=failures, deferrals=deferrals, leased_until=_GIVEN_BACK)

    def remove(self, event_id: str) -> None:
        """It ran, or will not run any more."""
        self._connection.execute(function_events.delete().where(_C.id == event_id))

    def shorten_waits(self, seconds: float) -> None:
        """The clock was moved back by so much: what waits for a time shall not wait longer for that, nor grow older."""
        earlier = {name: _C[name] - seconds for name in ("sent_at", "due_at")}
        self._update(sa.true(), **earlier)

    def delete_of_account(self, account: str | None) -> None:
        """Delete the events that one account sent, or all."""
        statement = function_events.delete()
        self._connection.execute(statement if account is None else statement.where(_C.account == account))

    def _update(self, condition: sa.ColumnElement[bool], **changes: Any) -> None:
        self._connection.execute(sa.update(function_events).where(condition).values(**changes))
