"""Making, changing and deleting stacks."""

from __future__ import annotations

from typing import Any

from cognito_emu.call import Call
from cognito_emu.cloudformation.errors import AlreadyExistsException
from cognito_emu.cloudformation.stacks.deployment import Deployment, read_deployment
from cognito_emu.cloudformation.stacks.operation import begin, repeated
from cognito_emu.cloudformation.stacks.plan import make_plan
from cognito_emu.errors import ValidationError
from cognito_emu.operations.cloudformation.lookup import (
    EMPTY,
    check_updatable,
    deployment_of,
    find_stack,
    require_live,
    require_stack,
)
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.records import replace
from cognito_emu.store import Tx
from cognito_emu.store.stacks import Stack

# What a request sets for the stack itself, beside the deployment.
_SETTINGS = ("DisableRollback", "EnableTerminationProtection", "TimeoutInMinutes", "RollbackConfiguration", "RetainExceptOnCreate")


@operation("CreateStack", service="cloudformation")
async def create_stack(call: Call, request: Request) -> Response:
    """Make a stack and what its template describes."""
    target = await read_deployment(call, request, None)
    seed = call.env.random_bytes(32).hex()

    def write(tx: Tx) -> Stack:
        current = find_stack(call, tx, request["StackName"])
        if current is not None and repeated(current, "create", request):
            return current
        if current is not None and current.status == EMPTY:
            raise AlreadyExistsException(f"Stack [{request['StackName']}] already exists and cannot be created again with the changeSet.")
        if current is not None:
            raise AlreadyExistsException(f"Stack [{request['StackName']}] already exists")
        stack = new_stack(call, tx, request)
        tx.stacks.add(stack)
        return begin(call, tx, stack, "create", request, target=target, seed=seed)

    stack = await call.store.transact(write)
    await call.parts.stacks.run(call, stack)
    return {"StackId": stack.id, "OperationId": call.request_id}


def new_stack(call: Call, tx: Tx, request: Request) -> Stack:
    """A stack in which nothing has happened yet."""
    tenant, name = call.tenant, request["StackName"]
    if not name[:1].isalpha() or not name.replace("-", "").isalnum():
        raise ValidationError(
            f"1 validation error detected: Value '{name}' at 'stackName' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"
        )
    return Stack(
        id=f"arn:aws:cloudformation:{tenant.region}:{tenant.account}:stack/{name}/{call.env.uuid()}",
        account=tenant.account,
        region=tenant.region,
        name=name,
        live_name=name,
        status=EMPTY,
        created_at=call.env.now(),
        document={**settings_of(request), **_policy(request), **_family(tx, request)},
        operation={},
    )


def settings_of(request: Request) -> dict[str, Any]:
    """What the request sets for the stack itself."""
    return {name: request[name] for name in _SETTINGS if name in request}


def _family(tx: Tx, request: Request) -> dict[str, Any]:
    """Whose nested stack it is. No request from outside says so: see `cloudformation/resources/nested.py`."""
    parent = tx.stacks.get(request["Parent"]) if "Parent" in request else None
    return {"parent_id": parent.id, "root_id": parent.document.get("root_id", parent.id)} if parent else {}


def _policy(request: Request) -> dict[str, Any]:
    return {"policy": request["StackPolicyBody"]} if "StackPolicyBody" in request else {}


@operation("UpdateStack", service="cloudformation")
async def update_stack(call: Call, request: Request) -> Response:
    """Make a stack what another template, or other parameters, describe."""
    current = await call.store.read(lambda tx: require_live(call, tx, request["StackName"]))
    if not repeated(current, "update", request):
        check_updatable(current)
    target = _before(current, request) if request.get("Restore") else await read_deployment(call, request, deployment_of(current))
    seed = call.env.random_bytes(32).hex()

    def write(tx: Tx) -> Stack:
        stack = require_live(call, tx, current.id)
        if repeated(stack, "update", request):
            return stack
        if current.status == EMPTY:
            raise ValidationError(f"Stack:{stack.id} is in {stack.status} state and can not be updated.")
        check_updatable(stack)
        if stack.status.endswith("_COMPLETE") and make_plan(call, tx, stack, target).empty:
            raise ValidationError("No updates are to be performed.")
        stack = replace(stack, document=stack.document | settings_of(request) | _policy(request))
        return begin(call, tx, stack, "update", request, target=target, seed=seed)

    stack = await call.store.transact(write)
    await call.parts.stacks.run(call, stack)
    return {"StackId": stack.id, "OperationId": call.request_id}


def _before(stack: Stack, request: Request) -> Deployment:
    """What stood before the update of the parent that is taken back now; what stands, if that update did not come so far."""
    before = stack.document.get("before_update", {})
    document = before["deployment"] if before.get("family") == request["Family"] else stack.document["deployment"]
    return Deployment.from_document(document)


@operation("DeleteStack", service="cloudformation")
async def delete_stack(call: Call, request: Request) -> Response:
    """Delete a stack and its resources; one that is not there is deleted."""
    seed = call.env.random_bytes(32).hex()

    def write(tx: Tx) -> Stack | None:
        stack = find_stack(call, tx, request["StackName"])
        if stack is None or stack.live_name is None or repeated(stack, "delete", request):
            return None
        if stack.document.get("EnableTerminationProtection"):
            raise ValidationError(
                f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled",
            )
        if stack.status.endswith("_IN_PROGRESS") and stack.status != EMPTY:
            raise ValidationError(f"Stack [{stack.name}] is in {stack.status} state and can not be deleted")
        if request.get("DeletionMode") == "FORCE_DELETE_STACK" and stack.status != "DELETE_FAILED":
            # "You can only use this parameter when the stack is in a DELETE_FAILED state." (API reference) Assumption: the sentence.
            raise ValidationError("DeletionMode FORCE_DELETE_STACK can be specified only when the stack is in the DELETE_FAILED state")
        if request.get("RetainResources") and stack.status != "DELETE_FAILED":
            raise ValidationError("RetainResources can be specified only when the stack is in the DELETE_FAILED state")
        return begin(call, tx, stack, "delete", request, seed=seed)

    stack = await call.store.transact(write)
    if stack is not None:
        await call.parts.stacks.run(call, stack)
    return None


@operation("UpdateTerminationProtection", service="cloudformation")
async def update_termination_protection(call: Call, request: Request) -> Response:
    """Protect a stack from deletion, or no more."""

    def write(tx: Tx) -> str:
        stack = require_live(call, tx, request["StackName"])
        protection = {"EnableTerminationProtection": request["EnableTerminationProtection"]}
        tx.stacks.update(replace(stack, document=stack.document | protection))
        return stack.id

    return {"StackId": await call.store.transact(write)}


@operation("SetStackPolicy", service="cloudformation")
async def set_stack_policy(call: Call, request: Request) -> Response:
    """Keep a stack policy; none is enforced."""

    def write(tx: Tx) -> None:
        stack = require_live(call, tx, request["StackName"])
        tx.stacks.update(replace(stack, document=stack.document | _policy(request)))

    await call.store.transact(write)
    return None


@operation("GetStackPolicy", service="cloudformation")
async def get_stack_policy(call: Call, request: Request) -> Response:
    """Show the policy of a stack."""
    stack = await call.store.read(lambda tx: require_stack(call, tx, request["StackName"]))
    return {"StackPolicyBody": stack.document.get("policy")}
