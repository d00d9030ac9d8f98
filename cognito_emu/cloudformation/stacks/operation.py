"""What is under way on a stack: written before the first step, so that whoever finds it can go on or go back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cognito_emu.call import Call
from cognito_emu.cloudformation.errors import TokenAlreadyExistsException
from cognito_emu.cloudformation.stacks.deployment import Deployment
from cognito_emu.records import replace
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
    the way back), `cleanup` (what is to be deleted at the end), `seed` (what its steps draw at random follows from it), `family` (the
    operation on the root stack that it is part of) and `restore` (it leads a nested stack back to what was before that).
    """
    before = _forget_drift(tx, stack)
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
        "force": request.get("DeletionMode") == "FORCE_DELETE_STACK",
        "on_failure": _on_failure(request),
        "reason": None,
        "deadline": _deadline(call, stack, kind),
        "family": request.get("Family", call.request_id),
        "restore": bool(request.get("Restore")),
    }
    document = {name: value for name, value in stack.document.items() if name not in {"failure", "unfinished", "drift"}}
    if "ClientRequestToken" in request:
        document["tokens"] = {**document.get("tokens", {}), request["ClientRequestToken"]: kind}
    if kind == "update":
        document = document | {"updated_at": call.env.now()}
    if kind == "update" and not operation["restore"]:
        document["before_update"] = {"family": operation["family"], "deployment": document.get("deployment")}
    if kind != "update" and target is not None:
        document = document | {"deployment": target.to_document()}  # shown from the beginning, and after a rollback still
    stack = replace(stack, document=document, operation=operation)
    return set_status(call, tx, stack, f"{kind.upper()}_IN_PROGRESS", "User Initiated")


def _forget_drift(tx: Tx, stack: Stack) -> dict[str, StackResource]:
    """The stack's resources. Assumption: what drift detection found of them is forgotten when the stack is changed."""
    resources = tx.stacks.resources(stack.id)
    for name, resource in resources.items():
        if "drift" in resource.document:
            document = {key: value for key, value in resource.document.items() if key != "drift"}
            resources[name] = replace(resource, document=document)
            tx.stacks.put_resource(resources[name])
    return resources


def repeated(stack: Stack, kind: str, request: Mapping[str, Any]) -> bool:
    """Whether a request was made before, by its token, and needs nothing but the same answer.

    Raises:
        TokenAlreadyExistsException: Another kind of operation had the token.
    """
    had = stack.document.get("tokens", {}).get(request.get("ClientRequestToken"))
    if had not in {None, kind}:
        raise TokenAlreadyExistsException("A client request token already exists.")
    return had is not None


def end(call: Call, tx: Tx, stack: Stack, status: str, reason: str | None = None, *, unfinished: bool = False) -> None:
    """Say how the operation ended, and that nothing is under way any more.

    Args:
        unfinished: Somebody may go on with the way back: `resume`.
    """
    kept = {"unfinished": stack.operation} if unfinished else {}
    tx.stacks.update(replace(set_status(call, tx, replace(stack, document=stack.document | kept), status, reason), operation={}))


def resume(call: Call, tx: Tx, stack: Stack, changes: dict[str, Any], status: str) -> Stack:
    """Go on with an operation that ended unfinished."""
    document = {name: value for name, value in stack.document.items() if name not in {"failure", "unfinished"}}
    stack = replace(stack, document=document, operation=stack.document["unfinished"] | changes)
    return set_status(call, tx, stack, status, "User Initiated")


def _deadline(call: Call, stack: Stack, kind: str) -> float | None:
    """When the creation of a stack has taken too long."""
    minutes = stack.document.get("TimeoutInMinutes")
    return call.env.now() + 60 * minutes if minutes and kind == "create" else None


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
        "OperationId": stack.operation.get("id"),
        "OperationType": f"{stack.operation['kind'].upper()}_STACK" if stack.operation else None,
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


def made_by(tx: Tx, stack: Stack) -> list[dict[str, Any]]:
    """What a failed update made: new resources, replacements, and halves of replacements."""
    before = stack.operation["before"]
    made = [
        cleanup_entry(each, "Delete")
        for name, each in tx.stacks.resources(stack.id).items()
        if name not in before or each.physical_id != before[name]["physical_id"]
    ]
    return made + [entry for entry in stack.operation["cleanup"] if entry["document"]["status"] == "CREATE_FAILED"]


def resource_before(stack: Stack, logical_id: str) -> StackResource | None:
    """A resource as it was when the operation began."""
    found = stack.operation["before"].get(logical_id)
    return StackResource(stack.id, logical_id, found["physical_id"], found["document"]) if found else None
