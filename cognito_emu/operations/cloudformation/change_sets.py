"""Change sets: what an update would change, looked at before it is done."""

from __future__ import annotations

from typing import Any

from cognito_emu.call import Call
from cognito_emu.cloudformation.errors import AlreadyExistsException, ChangeSetNotFoundException, InvalidChangeSetStatusException
from cognito_emu.cloudformation.stacks.deployment import Deployment, read_deployment
from cognito_emu.cloudformation.stacks.operation import begin, repeated, set_status
from cognito_emu.cloudformation.stacks.plan import make_plan, without_values
from cognito_emu.errors import ValidationError
from cognito_emu.operations.cloudformation.lookup import (
    EMPTY,
    check_updatable,
    deployment_of,
    find_stack,
    require_live,
    shown_parameters,
    shown_tags,
)
from cognito_emu.operations.cloudformation.stacks import new_stack, settings_of
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.records import replace
from cognito_emu.store import Tx
from cognito_emu.store.stacks import ChangeSet, Stack

# Tools know an empty change set by the beginning of this sentence.
_NO_CHANGES = "The submitted information didn't contain changes. Submit different information to create a change set."


@operation("CreateChangeSet", service="cloudformation")
async def create_change_set(call: Call, request: Request) -> Response:
    """Compute what a template would change; for a stack that is not there yet, make it in name."""
    name = request["StackName"]
    creating = request.get("ChangeSetType", "UPDATE") == "CREATE"
    if request.get("ChangeSetType") == "IMPORT":
        raise ValidationError("This emulator cannot import resources into stacks.")
    current = await call.store.read(lambda tx: find_stack(call, tx, name))
    _check_type(current, name, creating=creating)
    target = await read_deployment(call, request, deployment_of(current) if current else None)
    tenant, change_set_name = call.tenant, request["ChangeSetName"]
    change_set_id = f"arn:aws:cloudformation:{tenant.region}:{tenant.account}:changeSet/{change_set_name}/{call.env.uuid()}"

    def write(tx: Tx) -> Stack:
        stack = find_stack(call, tx, name)
        if stack is None or stack.live_name is None:
            stack = new_stack(call, tx, request)
            tx.stacks.add(stack)
            set_status(call, tx, stack, EMPTY, "User Initiated")
        _make_room(tx, stack, change_set_name)
        document = _document(call, tx, stack, target, request)
        tx.stacks.add_change_set(ChangeSet(change_set_id, stack.id, change_set_name, call.env.now(), document))
        return stack

    stack = await call.store.transact(write)
    return {"Id": change_set_id, "StackId": stack.id}


def _check_type(current: Stack | None, name: str, *, creating: bool) -> None:
    there = current is not None and current.live_name is not None
    if creating and current is not None and there and current.status != EMPTY:
        raise ValidationError(f"Stack [{name}] already exists and cannot be created again with the changeSet [{name}].")
    if not creating:
        if current is None or not there:
            raise ValidationError(f"Stack [{name}] does not exist")
        if current.status == EMPTY:
            raise ValidationError(f"Stack:{current.id} is in {EMPTY} state and can not be updated.")
        check_updatable(current)


def _make_room(tx: Tx, stack: Stack, name: str) -> None:
    """Refuse a name that is taken by a change set that can still be executed.

    `aws cloudformation deploy` names change sets by the second. On AWS a deployment takes longer than that; here two fit into one.
    """
    for other in tx.stacks.change_sets_of(stack.id):
        if other.name == name:
            if other.document["execution"] == "AVAILABLE":
                raise AlreadyExistsException(f"ChangeSet {name} already exists")
            tx.stacks.delete_change_set(other.id)


def _document(call: Call, tx: Tx, stack: Stack, target: Deployment, request: Request) -> dict[str, Any]:
    document: dict[str, Any] = {
        "deployment": target.to_document(),
        "description": request.get("Description"),
        "request": {name: request[name] for name in ("OnStackFailure", "DeploymentConfig", "RollbackConfiguration") if name in request},
        "changes": [],
    }
    try:
        plan = make_plan(call, tx, stack, target)
    except ValidationError as error:
        return document | {"status": "FAILED", "execution": "UNAVAILABLE", "reason": error.message}
    if plan.empty and stack.status != EMPTY:
        return document | {"status": "FAILED", "execution": "UNAVAILABLE", "reason": _NO_CHANGES}
    return document | {"status": "CREATE_COMPLETE", "execution": "AVAILABLE", "changes": plan.changes}


@operation("DescribeChangeSet", service="cloudformation")
async def describe_change_set(call: Call, request: Request) -> Response:
    """Show a change set and its changes."""
    stack, change_set = await call.store.read(lambda tx: require_change_set(call, tx, request))
    deployment, changes = Deployment.from_document(change_set.document["deployment"]), change_set.document["changes"]
    return {
        **_summary(stack, change_set),
        "Parameters": shown_parameters(deployment),
        "NotificationARNs": deployment.notification_arns,
        "Capabilities": deployment.capabilities,
        "Tags": shown_tags(deployment),
        "Changes": changes if request.get("IncludePropertyValues") else [without_values(change) for change in changes],
        "OnStackFailure": change_set.document["request"].get("OnStackFailure"),
        "RollbackConfiguration": change_set.document["request"].get("RollbackConfiguration", {}),
    }


@operation("ListChangeSets", service="cloudformation")
async def list_change_sets(call: Call, request: Request) -> Response:
    """List the change sets of a stack."""

    def look_up(tx: Tx) -> tuple[Stack, list[ChangeSet]]:
        stack = require_live(call, tx, request["StackName"])
        return stack, tx.stacks.change_sets_of(stack.id)

    stack, change_sets = await call.store.read(look_up)
    return {"Summaries": [_summary(stack, change_set) for change_set in change_sets]}


def _summary(stack: Stack, change_set: ChangeSet) -> dict[str, Any]:
    return {
        "ChangeSetId": change_set.id,
        "ChangeSetName": change_set.name,
        "StackId": stack.id,
        "StackName": stack.name,
        "Description": change_set.document["description"],
        "CreationTime": change_set.created_at,
        "Status": change_set.document["status"],
        "ExecutionStatus": change_set.document["execution"],
        "StatusReason": change_set.document.get("reason"),
        "IncludeNestedStacks": False,
        "ImportExistingResources": False,
    }


@operation("ExecuteChangeSet", service="cloudformation")
async def execute_change_set(call: Call, request: Request) -> Response:
    """Do what a change set says; the stack's other change sets are void then."""
    seed = call.env.random_bytes(32).hex()

    def write(tx: Tx) -> Stack:
        stack, change_set = require_change_set(call, tx, request)
        document = change_set.document
        kind = "create" if stack.status == EMPTY else "update"
        if document["execution"] == "EXECUTE_COMPLETE" and repeated(stack, document["kind"], request):
            return stack
        if document["execution"] != "AVAILABLE":
            raise InvalidChangeSetStatusException(
                f"ChangeSet [{change_set.id}] cannot be executed in its current status of [{document['status']}]"
            )
        if kind == "update":
            check_updatable(stack)
        # The executed one can be described on until the next; the others go (Assumption).
        for other in tx.stacks.change_sets_of(stack.id):
            if other.id != change_set.id:
                tx.stacks.delete_change_set(other.id)
        tx.stacks.update_change_set(change_set.id, document | {"execution": "EXECUTE_COMPLETE", "kind": kind})
        stack = replace(stack, document=stack.document | settings_of(request) | {"change_set_id": change_set.id})
        target = Deployment.from_document(document["deployment"])
        return begin(call, tx, stack, kind, {**document["request"], **request}, target=target, seed=seed)

    stack = await call.store.transact(write)
    await call.parts.stacks.run(call, stack)
    return {}


@operation("DeleteChangeSet", service="cloudformation")
async def delete_change_set(call: Call, request: Request) -> Response:
    """Delete a change set; one that is not there is deleted."""

    def write(tx: Tx) -> None:
        try:
            _, change_set = require_change_set(call, tx, request)
        except ChangeSetNotFoundException:
            return
        tx.stacks.delete_change_set(change_set.id)

    await call.store.transact(write)
    return {}


@operation("DescribeChangeSetHooks", service="cloudformation")
async def describe_change_set_hooks(call: Call, request: Request) -> Response:
    """Show the hooks that a change set would call: none, since there are no hooks here."""
    stack, change_set = await call.store.read(lambda tx: require_change_set(call, tx, request))
    names = {"ChangeSetId": change_set.id, "ChangeSetName": change_set.name, "StackId": stack.id, "StackName": stack.name}
    return {**names, "Hooks": [], "Status": "PLANNED"}  # Assumption: that is the status of none


def require_change_set(call: Call, tx: Tx, request: Request) -> tuple[Stack, ChangeSet]:
    """The change set by ARN, or by name and stack.

    Raises:
        ChangeSetNotFoundException: There is none.
        ValidationError: The stack is not there, or not named.
    """
    name = request["ChangeSetName"]
    missing = ChangeSetNotFoundException(f"ChangeSet [{name}] does not exist")
    if name.startswith("arn:"):
        change_set = tx.stacks.change_set(name)
        stack = find_stack(call, tx, change_set.stack_id) if change_set else None
        if change_set is None or stack is None:
            raise missing
        return stack, change_set
    if "StackName" not in request:
        raise ValidationError("StackName must be specified if ChangeSetName is not specified as an ARN.")
    stack = find_stack(call, tx, request["StackName"])
    if stack is None:
        # Tools delete the change set of a stack that is not there, and that must succeed.
        raise missing
    for change_set in tx.stacks.change_sets_of(stack.id):
        if change_set.name == name:
            return stack, change_set
    raise missing
