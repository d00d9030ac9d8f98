"""Stacks, their resources, events, change sets and exports."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.records import Record, asdict, replace
from cognito_emu.store.schema.cloudformation import (
    change_sets,
    stack_events,
    stack_exports,
    stack_imports,
    stack_resources,
    stack_signals,
    stacks,
)

# AWS stamps events to the millisecond, and tools rely on their order.
_TICK = 0.001


class Stack(Record):
    """A stack.

    Attributes:
        live_name: The name, None once it is deleted.
        document: What stands: `template`, `parameters` (texts), `tags`, `outputs`, and what the request set.
        operation: What is under way, see `cloudformation/stacks/operation.py`; empty when nothing is.
        runner: The process that works on it, until `runner_until` (real time); empty when none does.
    """

    id: str
    account: str
    region: str
    name: str
    live_name: str | None
    status: str
    created_at: float
    document: dict[str, Any]
    operation: dict[str, Any]
    runner: str = ""
    runner_until: float = 0.0


class StackResource(Record):
    """A resource of a stack; the document says its type, status, properties, attributes, dependencies and policies."""

    stack_id: str
    logical_id: str
    physical_id: str | None
    document: dict[str, Any]


class StackEvent(Record):
    """What happened to a stack or a resource: the model's StackEvent without the stack's names."""

    stack_id: str
    sequence: int
    happened_at: float
    document: dict[str, Any]


class ChangeSet(Record):
    """A change set; the document holds what it would deploy and what would change."""

    id: str
    stack_id: str
    name: str
    created_at: float
    document: dict[str, Any]


class Stacks:
    """Queries about stacks."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, stack: Stack) -> None:
        """Insert a new stack."""
        self._connection.execute(stacks.insert(), asdict(stack))

    def get(self, stack_id: str) -> Stack | None:
        """The stack with this ARN, deleted or not."""
        row = self._connection.execute(sa.select(stacks).where(stacks.c.id == stack_id)).first()
        return Stack(*row) if row else None

    def live(self, account: str, region: str, name: str) -> Stack | None:
        """The tenant's stack of that name that is not deleted."""
        statement = sa.select(stacks).where(stacks.c.account == account, stacks.c.region == region, stacks.c.live_name == name)
        row = self._connection.execute(statement).first()
        return Stack(*row) if row else None

    def of_tenant(self, account: str, region: str) -> list[Stack]:
        """All the tenant's stacks, deleted ones too, newest first."""
        statement = sa.select(stacks).where(stacks.c.account == account, stacks.c.region == region)
        rows = self._connection.execute(statement.order_by(stacks.c.created_at.desc(), stacks.c.id))
        return [Stack(*row) for row in rows]

    def update(self, stack: Stack) -> None:
        """Write a stack as it is now, except for who works on it."""
        values = {"live_name": stack.live_name, "status": stack.status, "document": stack.document, "operation": stack.operation}
        self._connection.execute(sa.update(stacks).where(stacks.c.id == stack.id).values(**values))

    def cancel(self, stack_id: str) -> None:
        """Ask whoever works on a stack to turn back."""
        stack = self.get(stack_id)
        if stack is not None and stack.operation:
            self.update(replace(stack, operation=stack.operation | {"cancelled": True}))

    def claim(self, stack_id: str, runner: str, *, now: float, until: float) -> bool:
        """Become, or stay, the process that works on a stack; False while another does."""
        free = sa.or_(stacks.c.runner.in_(["", runner]), stacks.c.runner_until <= now)
        statement = sa.update(stacks).where(stacks.c.id == stack_id, free).values(runner=runner, runner_until=until)
        return self._connection.execute(statement).rowcount == 1

    def release(self, stack_id: str, runner: str) -> None:
        """Say that a process works on a stack no more."""
        self._connection.execute(sa.update(stacks).where(stacks.c.id == stack_id, stacks.c.runner == runner).values(runner=""))

    def abandoned(self, now: float) -> list[Stack]:
        """Stacks with work under way on which no living process works."""
        statement = sa.select(stacks).where(
            stacks.c.status.like("%\\_IN\\_PROGRESS", escape="\\"),
            stacks.c.status != "REVIEW_IN_PROGRESS",
            sa.or_(stacks.c.runner == "", stacks.c.runner_until <= now),
        )
        return [Stack(*row) for row in self._connection.execute(statement)]

    def delete_of_account(self, account: str | None) -> None:
        """Forget every stack of one account, or of all, with their events. Their resources stay."""
        statement = stacks.delete()
        self._connection.execute(statement if account is None else statement.where(stacks.c.account == account))

    # -- resources

    def resources(self, stack_id: str) -> dict[str, StackResource]:
        """A stack's resources by logical id."""
        statement = sa.select(stack_resources).where(stack_resources.c.stack_id == stack_id).order_by(stack_resources.c.logical_id)
        return {row.logical_id: StackResource(*row) for row in self._connection.execute(statement)}

    def put_resource(self, resource: StackResource) -> None:
        """Insert a resource, or write it as it is now."""
        self.delete_resource(resource.stack_id, resource.logical_id)
        self._connection.execute(stack_resources.insert(), asdict(resource))

    def delete_resource(self, stack_id: str, logical_id: str) -> None:
        """Forget a resource."""
        condition = (stack_resources.c.stack_id == stack_id, stack_resources.c.logical_id == logical_id)
        self._connection.execute(stack_resources.delete().where(*condition))

    def stack_of_resource(self, account: str, region: str, physical_id: str) -> Stack | None:
        """The tenant's stack that has a resource of this physical id."""
        statement = (
            sa.select(stacks)
            .join(stack_resources, stack_resources.c.stack_id == stacks.c.id)
            .where(stack_resources.c.physical_id == physical_id, stacks.c.account == account, stacks.c.region == region)
        )
        row = self._connection.execute(statement).first()
        return Stack(*row) if row else None

    def resource(self, account: str, region: str, physical_id: str) -> StackResource | None:
        """The resource of a tenant's stack that has this physical id."""
        statement = (
            sa.select(stack_resources)
            .join(stacks, stack_resources.c.stack_id == stacks.c.id)
            .where(stack_resources.c.physical_id == physical_id, stacks.c.account == account, stacks.c.region == region)
            .where(stacks.c.live_name.is_not(None))
        )
        row = self._connection.execute(statement).first()
        return StackResource(*row) if row else None

    # -- events

    def add_event(self, stack_id: str, now: float, document: dict[str, Any]) -> None:
        """Append an event, later than the one before it even when the clock did not move."""
        statement = sa.select(stack_events.c.sequence, stack_events.c.happened_at).where(stack_events.c.stack_id == stack_id)
        last = self._connection.execute(statement.order_by(stack_events.c.sequence.desc()).limit(1)).first()
        sequence = last.sequence + 1 if last else 1
        happened_at = round(max(now, last.happened_at + _TICK) if last else now, 3)
        values = {"stack_id": stack_id, "sequence": sequence, "happened_at": happened_at, "document": document}
        self._connection.execute(stack_events.insert(), values)

    def events(self, stack_id: str, *, before: int | None = None, limit: int | None = None) -> list[StackEvent]:
        """A stack's events, newest first; `before` is a sequence number."""
        statement = sa.select(stack_events).where(stack_events.c.stack_id == stack_id)
        if before is not None:
            statement = statement.where(stack_events.c.sequence < before)
        rows = self._connection.execute(statement.order_by(stack_events.c.sequence.desc()).limit(limit))
        return [StackEvent(*row) for row in rows]

    # -- signals

    def add_signal(self, stack_id: str, handle: str, unique_id: str, body: str) -> bool:
        """Keep what was put at an address; False when something of that name was."""
        if unique_id in self.signals(stack_id, handle):
            return False
        row = {"stack_id": stack_id, "handle": handle, "unique_id": unique_id, "body": body}
        self._connection.execute(stack_signals.insert(), row)
        return True

    def put_signal(self, stack_id: str, handle: str, unique_id: str, body: str) -> None:
        """Keep a signal in the place of the sender's earlier one."""
        values = {"stack_id": stack_id, "handle": handle, "unique_id": unique_id}
        self._connection.execute(stack_signals.delete().where(*(stack_signals.c[name] == value for name, value in values.items())))
        self._connection.execute(stack_signals.insert(), values | {"body": body})

    def signals(self, stack_id: str, handle: str) -> dict[str, str]:
        """What was put at an address, by the senders' names for it."""
        condition = (stack_signals.c.stack_id == stack_id, stack_signals.c.handle == handle)
        rows = self._connection.execute(sa.select(stack_signals).where(*condition).order_by(stack_signals.c.unique_id))
        return {row.unique_id: row.body for row in rows}

    def delete_signals(self, stack_id: str, handle: str) -> None:
        """Forget what was put at an address."""
        self._connection.execute(stack_signals.delete().where(stack_signals.c.stack_id == stack_id, stack_signals.c.handle == handle))

    # -- exports

    def export(self, account: str, region: str, name: str) -> tuple[str, str] | None:
        """An export's stack and value."""
        condition = (stack_exports.c.account == account, stack_exports.c.region == region, stack_exports.c.name == name)
        row = self._connection.execute(sa.select(stack_exports.c.stack_id, stack_exports.c.value).where(*condition)).first()
        return (row.stack_id, row.value) if row else None

    def exports(self, account: str, region: str) -> list[tuple[str, str, str]]:
        """The tenant's exports: stack, name and value, by name."""
        statement = sa.select(stack_exports).where(stack_exports.c.account == account, stack_exports.c.region == region)
        rows = self._connection.execute(statement.order_by(stack_exports.c.name))
        return [(row.stack_id, row.name, row.value) for row in rows]

    def exports_of(self, stack_id: str) -> dict[str, str]:
        """What a stack exports."""
        rows = self._connection.execute(sa.select(stack_exports).where(stack_exports.c.stack_id == stack_id))
        return {row.name: row.value for row in rows}

    def replace_exports(self, stack: Stack, exports: dict[str, str]) -> None:
        """Let a stack export exactly these."""
        self._connection.execute(stack_exports.delete().where(stack_exports.c.stack_id == stack.id))
        for name, value in exports.items():
            row = {"account": stack.account, "region": stack.region, "name": name, "stack_id": stack.id, "value": value}
            self._connection.execute(stack_exports.insert(), row)

    def importers(self, account: str, region: str, name: str) -> list[str]:
        """The names of the tenant's stacks that import an export."""
        statement = (
            sa.select(stacks.c.name)
            .join(stack_imports, stack_imports.c.stack_id == stacks.c.id)
            .where(stack_imports.c.name == name, stacks.c.account == account, stacks.c.region == region)
        )
        return [row.name for row in self._connection.execute(statement.order_by(stacks.c.name))]

    def replace_imports(self, stack_id: str, names: Iterable[str]) -> None:
        """Let a stack import exactly these."""
        self._connection.execute(stack_imports.delete().where(stack_imports.c.stack_id == stack_id))
        for name in sorted(set(names)):
            self._connection.execute(stack_imports.insert(), {"stack_id": stack_id, "name": name})

    # -- change sets

    def add_change_set(self, change_set: ChangeSet) -> None:
        """Insert a change set."""
        self._connection.execute(change_sets.insert(), asdict(change_set))

    def change_set(self, change_set_id: str) -> ChangeSet | None:
        """The change set with this ARN."""
        row = self._connection.execute(sa.select(change_sets).where(change_sets.c.id == change_set_id)).first()
        return ChangeSet(*row) if row else None

    def change_sets_of(self, stack_id: str) -> list[ChangeSet]:
        """A stack's change sets, oldest first."""
        statement = sa.select(change_sets).where(change_sets.c.stack_id == stack_id).order_by(change_sets.c.created_at, change_sets.c.id)
        return [ChangeSet(*row) for row in self._connection.execute(statement)]

    def update_change_set(self, change_set_id: str, document: dict[str, Any]) -> None:
        """Write a change set as it is now."""
        self._connection.execute(sa.update(change_sets).where(change_sets.c.id == change_set_id).values(document=document))

    def delete_change_set(self, change_set_id: str) -> None:
        """Forget a change set."""
        self._connection.execute(change_sets.delete().where(change_sets.c.id == change_set_id))
