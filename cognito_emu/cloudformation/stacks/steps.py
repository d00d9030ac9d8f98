"""Steps with one resource: each is announced, done, and recorded, so that a step that was cut short is known for what it is."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Awaitable
from typing import Any

import structlog

from cognito_emu.call import Call
from cognito_emu.cloudformation.errors import ResourceFailure
from cognito_emu.cloudformation.resources.base import Step
from cognito_emu.cloudformation.stacks.operation import add_event, cleanup_entry, resource_before
from cognito_emu.cloudformation.stacks.resource_signals import ResourceSignal, signal_handle, wait_until_signalled
from cognito_emu.cloudformation.stacks.wanted import Wanted, shown_of, type_of
from cognito_emu.errors import AwsError
from cognito_emu.records import replace
from cognito_emu.store import Tx
from cognito_emu.store.stacks import Stack, StackResource

_log = structlog.get_logger(__name__)

_INITIATED = "Resource creation Initiated"
_REPLACING = "Requested update requires the creation of a new physical resource; hence creating one."


class Steps:
    """The steps of one operation on one stack."""

    def __init__(self, call: Call, stack: Stack) -> None:
        self._call = call
        self._stack = stack
        # Steps are taken at the same time, but told one after the other: each event is numbered after the one before.
        self._telling = asyncio.Lock()
        self._given_up = False

    def give_up(self) -> None:
        """Let steps that wait for somebody else wait no more: what they are for goes anyway."""
        self._given_up = True
        self._call.parts.stacks.bell.ring()

    async def bring(self, wanted: Wanted, current: StackResource | None) -> None:
        """Make a resource what is wanted.

        Raises:
            ResourceFailure: It cannot be.
        """
        mine = current is not None and current.document.get("operation") == self._stack.operation["id"]
        if mine and current and current.document["status"].endswith("_COMPLETE"):
            return  # done before a crash
        there = resource_before(self._stack, wanted.logical_id)
        if there is None or there.physical_id is None or there.document["status"] == "DELETE_COMPLETE":
            await self._create(wanted, resumed=mine)
        elif wanted.changed(there) or there.document["status"].endswith("_FAILED"):  # what failed may be half of what is recorded
            try:
                wanted.check_change(there)
            except ResourceFailure as failure:
                await self.refuse(wanted.logical_id, wanted.type.name, str(failure), there)
                raise
            if wanted.replacement(there):
                await self._create(wanted, replacing=there, resumed=mine)
            else:
                await self._update(wanted, there)
        else:
            await self._write(there, {**wanted.document(), **_kept(there), "status": there.document["status"]}, event=False)

    async def refuse(self, logical_id: str, kind: str, reason: str, there: StackResource | None = None) -> None:
        """Tell by an event that a resource cannot even be tried."""
        verb = "CREATE" if self._stack.operation["kind"] == "create" else "UPDATE"

        def write(tx: Tx) -> None:
            physical_id = there.physical_id if there else None
            stack, status = _current(tx, self._stack), f"{verb}_FAILED"
            add_event(self._call, tx, stack, logical_id=logical_id, physical_id=physical_id, kind=kind, status=status, reason=reason)

        async with self._telling:
            await self._call.store.transact(write)

    async def _create(self, wanted: Wanted, *, replacing: StackResource | None = None, resumed: bool = False) -> None:
        verb = "UPDATE" if replacing else "CREATE"
        row = replacing or StackResource(self._stack.id, wanted.logical_id, None, {})
        if not resumed:
            if wanted.signal is not None:
                await self._forget_signals(wanted.logical_id)
            kept = replacing.document if replacing else wanted.document()
            await self._write(row, {**kept, "status": f"{verb}_IN_PROGRESS"}, reason=_REPLACING if replacing else None)
        step = self._step(wanted.logical_id, wanted.tags, resumed=resumed)
        step.awaits_signals = wanted.signal is not None
        try:
            await _run(wanted.type.create(step, wanted.properties))
            if wanted.signal is not None:
                await self._hear(wanted, step, row, wanted.signal)
        except ResourceFailure as failure:
            if replacing and step.physical_id:
                await self._drop_later(wanted, step)
            failed = row if replacing else replace(row, physical_id=step.physical_id)
            document = replacing.document if replacing else wanted.document(attributes=step.attributes)
            await self._write(failed, {**document, "status": f"{verb}_FAILED"}, reason=str(failure))
            raise
        made = replace(row, physical_id=step.physical_id)
        document = wanted.document(attributes=step.attributes, hidden=step.hidden)
        if wanted.signal is None:
            await self._write(made, {**document, "status": f"{verb}_IN_PROGRESS"}, reason=_INITIATED, stored=False)
        await self._write(made, {**document, "status": f"{verb}_COMPLETE"}, replaced=replacing)

    async def _forget_signals(self, logical_id: str) -> None:
        """A resource of that name may have been signalled before."""
        stack_id, handle = self._stack.id, signal_handle(logical_id)
        await self._call.store.transact(lambda tx: tx.stacks.delete_signals(stack_id, handle))

    async def _hear(self, wanted: Wanted, step: Step, row: StackResource, signal: ResourceSignal) -> None:
        """Tell that the resource is there, and wait until it is signalled."""
        stack_id, logical_id = self._stack.id, wanted.logical_id
        made = replace(row, physical_id=step.physical_id)
        document = {**wanted.document(attributes=step.attributes), "status": "CREATE_IN_PROGRESS"}
        await self._write(made, document, reason=_INITIATED, event=not step.resumed)
        await wait_until_signalled(self._call, stack_id, logical_id, signal, given_up=step.given_up)

    async def _update(self, wanted: Wanted, there: StackResource) -> None:
        await self._write(there, {**there.document, "status": "UPDATE_IN_PROGRESS"})
        step = self._step(wanted.logical_id, wanted.tags, there)
        try:
            await _run(wanted.type.update(step, there.document["properties"], wanted.properties))
        except ResourceFailure as failure:
            await self._write(there, {**there.document, "status": "UPDATE_FAILED"}, reason=str(failure))
            raise
        made = replace(there, physical_id=step.physical_id)
        document = wanted.document(attributes=step.attributes, hidden=step.hidden, status="UPDATE_COMPLETE")
        await self._write(made, document, replaced=there if step.physical_id != there.physical_id else None)

    async def restore(self, there: StackResource, attempted: dict[str, Any]) -> None:
        """Change a resource back to what it was.

        Args:
            there: As it was.
            attempted: The properties that it may have now.
        """
        kind = type_of(there.document["type"])
        await self._write(there, {**there.document, "status": "UPDATE_IN_PROGRESS"}, mark=False)
        step = self._step(there.logical_id, there.document["tags"], there, undoing=True)
        try:
            await _run(kind.update(step, attempted, there.document["properties"]))
        except ResourceFailure as failure:
            await self._write(there, {**there.document, "status": "UPDATE_FAILED"}, reason=str(failure), mark=False)
            raise
        await self._write(there, {**there.document, "status": "UPDATE_COMPLETE"}, mark=False)

    async def put_back(self, there: StackResource) -> None:
        """Let the stack have again, instead of its replacement, the resource that it had before."""
        await self._write(there, {**there.document, "status": "UPDATE_COMPLETE"}, mark=False)

    async def delete(self, resource: StackResource, policy: str, *, forget: bool) -> None:
        """Delete a resource, or leave it as its policy says.

        Args:
            forget: The stack keeps no line of it.

        Raises:
            ResourceFailure: It cannot be deleted.
        """
        kind = type_of(resource.document["type"])
        if policy in {"Retain", "Skip"}:
            await self._write(resource, {**resource.document, "status": "DELETE_SKIPPED"}, stored=not forget)
            return
        if resource.physical_id is not None:
            await self._write(resource, {**resource.document, "status": "DELETE_IN_PROGRESS"}, stored=not forget)
            step = self._step(resource.logical_id, resource.document["tags"], resource)
            try:
                await _run(kind.delete(step, resource.document["properties"]))
            except ResourceFailure as failure:
                await self._write(resource, {**resource.document, "status": "DELETE_FAILED"}, reason=str(failure), stored=not forget)
                raise
        await self._write(resource, {**resource.document, "status": "DELETE_COMPLETE"}, stored=not forget)

    def _step(
        self,
        logical_id: str,
        tags: dict[str, str],
        there: StackResource | None = None,
        *,
        resumed: bool = False,
        undoing: bool = False,
    ) -> Step:
        seed = hmac.new(bytes.fromhex(self._stack.operation["seed"]), logical_id.encode(), hashlib.sha256).digest()
        step = Step(self._call, seed, self._stack.id, self._stack.name, logical_id, tags, resumed=resumed, undoing=undoing)
        step.given_up = lambda: self._given_up and not undoing
        if there is not None:
            step.physical_id, step.attributes = there.physical_id, there.document["attributes"]
        return step

    async def _drop_later(self, wanted: Wanted, step: Step) -> None:
        """A replacement that was made half-way goes with what the rollback cleans up."""
        document = wanted.document(attributes=step.attributes, status="CREATE_FAILED")
        entry = cleanup_entry(StackResource(self._stack.id, wanted.logical_id, step.physical_id, document), "Delete")

        def write(tx: Tx) -> None:
            stack = _current(tx, self._stack)
            tx.stacks.update(replace(stack, operation=stack.operation | {"cleanup": [*stack.operation["cleanup"], entry]}))

        async with self._telling:
            await self._call.store.transact(write)

    async def _write(
        self,
        resource: StackResource,
        document: dict[str, Any],
        *,
        reason: str | None = None,
        stored: bool = True,
        event: bool = True,
        mark: bool = True,
        replaced: StackResource | None = None,
    ) -> None:
        """Record a resource's state.

        Args:
            stored: Keep the state; else only tell it as an event.
            mark: Say that this operation brought the state about.
            replaced: What the resource takes the place of, and what the end of the update deletes.
        """
        # SQLite answers in place, so nothing else here would ever let other requests have their turn.
        await asyncio.sleep(0)
        marked = document | {"reason": reason, "updated_at": self._call.env.now()}
        if mark:
            marked["operation"] = self._stack.operation["id"]

        def write(tx: Tx) -> None:
            stack = _current(tx, self._stack)
            if stored:
                tx.stacks.put_resource(replace(resource, document=marked))
            if replaced is not None:
                entry = cleanup_entry(replaced, document["update_replace_policy"])
                tx.stacks.update(replace(stack, operation=stack.operation | {"cleanup": [*stack.operation["cleanup"], entry]}))
            if event:
                add_event(
                    self._call,
                    tx,
                    stack,
                    logical_id=resource.logical_id,
                    physical_id=resource.physical_id,
                    kind=document["type"],
                    status=document["status"],
                    reason=reason,
                    properties=json.dumps(shown_of(replace(resource, document=document))),
                )

        async with self._telling:
            await self._call.store.transact(write)


def _kept(there: StackResource) -> dict[str, Any]:
    return {name: there.document[name] for name in ("attributes", "tags", "hidden") if name in there.document}


def _current(tx: Tx, stack: Stack) -> Stack:
    current = tx.stacks.get(stack.id)
    if current is None:
        raise ResourceFailure("The emulator was reset while the stack was in progress.")
    return current


async def _run(work: Awaitable[None]) -> None:
    """Await a resource type's work; whatever goes wrong fails the resource, never the emulator."""
    try:
        await work
    except ResourceFailure:
        raise
    except AwsError as error:
        raise ResourceFailure(error.message) from error
    except Exception as error:
        _log.exception("a resource step failed")
        raise ResourceFailure("Internal Failure") from error
