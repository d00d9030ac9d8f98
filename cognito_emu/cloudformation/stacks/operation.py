"""What is under way on a stack: written before the first step, so that whoever finds it can go on or go back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cognito_emu.call import Call
from cognito_emu.cloudformation.stacks.deployment import Deployment
from cognito_emu.store import Tx
from cognito_emu.store.stacks import Stack, StackResource

STACK_TYPE = "AWS::CloudFormation::Stack"


def begin(
    call: Call,
    tx: Tx,
    stack: Stack,
    kind: str,
    request: Mapping[str, Any],
    *,
    target: Deployment | None = None,
    seed: str,
) -> Stack:
    """Put an operation on a stack: `create`, `update` or `delete`.

    The operation document holds, beside what the request said: `phase` (see `engine.py`), `before` (the resources as they were, for
    the way back), `cleanup` (what is to be deleted at the end) and `seed` (what its steps draw at random follows from it).
    """
    before = tx.stacks.resources(stack.id)
    operation = {
        "id": call.request_id,
        "kind": kind,
        "phase": "delete" if kind == "delete" else "forward",
        "token": request.get("ClientRequestToken"),
        "seed": seed,
        "target": target.to_document() if target else None,
        "before": {name: {"physical_id": each.physical_id, "document": each.document} for name, each in before.items()},
        "cleanup": [],
        "retain": request.get("RetainResources", []),
        "on_failure": _on_failure(request),
        "reason": None,
    }
    document = stack.document
    if kind == "update":
        document = document | {"updated_at": call.env.now()}
    elif target is not None:
        document = document | {"deployment": target.to_document()}  # shown from the beginning, and after a rollback still
    stack = replace(stack, document=document, operation=operation)
    return set_status(call, tx, stack, f"{kind.upper()}_IN_PROGRESS", "User Initiated")


def _on_failure(request: Mapping[str, Any]) -> str:
    chosen = request.get("OnFailure") or request.get("OnStackFailure")
    disabled = request.get("DisableRollback") or request.get("DeploymentConfig", {}).get("DisableRollback")
    return chosen or ("DO_NOTHING" if disabled else "ROLLBACK")


def set_status(call: Call, tx: Tx, stack: Stack, status: str, reason: str | None = None) -> Stack:
    """Write the stack with a new status, and the event that says so."""
    document = {name: value for name, value in stack.document.items() if name != "status_reason"}
    shown = reason if reason != "User Initiated" else None
    stack = replace(stack, status=status, document=document | ({"status_reason": shown} if shown else {}))
    tx.stacks.update(stack)
    add_event(call, tx, stack, logical_id=stack.name, physical_id=stack.id, kind=STACK_TYPE, status=status, reason=reason)
    return stack


def add_event(
    call: Call,
    tx: Tx,
    stack: Stack,
    *,
    logical_id: str,
    physical_id: str | None,
    kind: str,
    status: str,
    reason: str | None = None,
    properties: str | None = None,
) -> None:
    """Write an event."""
    document = {
        "EventId": call.env.uuid() if kind == STACK_TYPE else f"{logical_id}-{status}-{call.env.uuid()}",
        "LogicalResourceId": logical_id,
        "PhysicalResourceId": physical_id or "",
        "ResourceType": kind,
        "ResourceStatus": status,
        "ResourceStatusReason": reason,
        "ResourceProperties": properties,
        "ClientRequestToken": stack.operation.get("token"),
    }
    tx.stacks.add_event(stack.id, call.env.now(), {name: value for name, value in document.items() if value is not None})


def cleanup_entry(resource: StackResource, policy: str) -> dict[str, Any]:
    """What is to be deleted at the end of an operation, as its document keeps it."""
    return {
        "logical_id": resource.logical_id,
        "physical_id": resource.physical_id,
        "document": resource.document,
        "policy": policy,
    }


def resource_before(stack: Stack, logical_id: str) -> StackResource | None:
    """A resource as it was when the operation began."""
    found = stack.operation["before"].get(logical_id)
    return StackResource(stack.id, logical_id, found["physical_id"], found["document"]) if found else None
