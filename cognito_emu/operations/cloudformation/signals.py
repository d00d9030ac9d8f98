"""Telling a stack that a resource is ready, or failed to become so."""

from __future__ import annotations

from cognito_emu.call import Call
from cognito_emu.cloudformation.stacks.operation import add_event
from cognito_emu.cloudformation.stacks.resource_signals import FAILURE, signal_handle
from cognito_emu.errors import ValidationError
from cognito_emu.operations.cloudformation.lookup import require_live
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.store import Tx

_IN_PROGRESS = frozenset({"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"})


@operation("SignalResource", service="cloudformation")
async def signal_resource(call: Call, request: Request) -> Response:
    """Signal a resource whose CreationPolicy waits for it.

    A signal to a resource that waits for none is kept and told by an event, and nothing else.
    """
    logical_id, sender, status = request["LogicalResourceId"], request["UniqueId"], request["Status"]

    def write(tx: Tx) -> None:
        stack = require_live(call, tx, request["StackName"])
        if stack.status not in _IN_PROGRESS:
            # https://github.com/aws-cloudformation/aws-cloudformation-templates/issues/34
            raise ValidationError(f"Stack {stack.id} is in {stack.status} state and cannot be signaled")
        resource = tx.stacks.resources(stack.id).get(logical_id)
        if resource is None:
            raise ValidationError(f"Resource {logical_id} does not exist for stack {stack.name}")
        state = resource.document["status"]
        if state not in _IN_PROGRESS:
            # Assumption: the sentence, after that for stacks.
            raise ValidationError(f"Resource {logical_id} is in {state} state and cannot be signaled")
        handle = signal_handle(logical_id)
        if sender in tx.stacks.signals(stack.id, handle) and status != FAILURE:
            # Assumption: the sentence.
            raise ValidationError(
                f"Signal with ID {sender} for resource {logical_id} already exists. Signals may only be updated with a FAILURE status."
            )
        tx.stacks.put_signal(stack.id, handle, sender, status)
        if status != FAILURE:  # a failure is told as the reason why the resource failed
            reason = f"Received SUCCESS signal with UniqueId {sender}"
            kind, physical_id = resource.document["type"], resource.physical_id
            add_event(call, tx, stack, logical_id=logical_id, physical_id=physical_id, kind=kind, status=state, reason=reason)

    await call.store.transact(write)
    call.parts.stacks.bell.ring()
    return None
