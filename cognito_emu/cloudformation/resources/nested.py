"""AWS::CloudFormation::Stack: a stack that belongs to another, made, changed and deleted with it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stack.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typing_extensions import override

from cognito_emu.cloudformation.errors import ResourceFailure
from cognito_emu.cloudformation.resources.base import Properties, ResourceType, Step
from cognito_emu.errors import AwsError
from cognito_emu.operations import find_operation
from cognito_emu.records import replace
from cognito_emu.store import Tx
from cognito_emu.store.stacks import Stack

_SERVICE = "cloudformation"
_NO_UPDATES = "No updates are to be performed."
_GOOD = {"create": "CREATE_COMPLETE", "update": "UPDATE_COMPLETE"}


class NestedStackType(ResourceType):
    """A nested stack. It is a stack like any other, whose document names its parent."""

    name = "AWS::CloudFormation::Stack"
    properties = frozenset({"NotificationARNs", "Parameters", "Tags", "TemplateURL", "TimeoutInMinutes"})
    required = frozenset({"TemplateURL"})
    tagged = True
    patient = True
    # Another template may lie at the same address, so that CloudFormation looks at a nested stack with every update.
    dynamic = True

    @override
    async def create(self, step: Step, properties: Properties) -> None:
        name = step.new_name()
        child = await step.call.store.read(lambda tx: _named(step, tx, name)) if step.resumed else None
        if child is None:
            step.physical_id = (await _ask(step, "CreateStack", {**await _request(step, properties), "StackName": name}))["StackId"]
        else:
            step.physical_id = child.id
        step.attributes = _outputs(await _finished(step, "create"))

    @override
    async def update(self, step: Step, old: Properties, new: Properties) -> None:
        request = {**await _request(step, new), "StackName": step.physical_id}
        await _settled(step)  # what a process that died began
        try:
            await _ask(step, "UpdateStack", request)
        except AwsError as error:
            if error.message != _NO_UPDATES:
                raise
            child = await _child(step)
        else:
            child = await _finished(step, "update")
        step.attributes = _outputs(child)

    @override
    async def delete(self, step: Step, properties: Properties) -> None:
        await _ask(step, "DeleteStack", {"StackName": step.physical_id})
        child = await _settled(step)
        if child is not None and child.status != "DELETE_COMPLETE":
            raise ResourceFailure(f"Embedded stack {child.id} was not successfully deleted: {_reason(child)}")


async def _ask(step: Step, name: str, request: Mapping[str, Any]) -> dict[str, Any]:
    """Run an operation of CloudFormation's with what requests from outside cannot have: a parent, and a wish to restore."""
    function = find_operation(_SERVICE, name)
    assert function is not None
    call = step.drawing(f"{name} {step.undoing}")
    # Going there and back are two operations on the nested stack, though one on its parent.
    call = replace(call, request_id=step.drawing(f"operation {name} {step.undoing}").env.uuid())
    return dict(await function(call, dict(request)) or {})


async def _request(step: Step, properties: Properties) -> dict[str, Any]:
    """Capabilities and notifications are the parent's."""
    parent = await step.call.store.read(lambda tx: tx.stacks.get(step.stack_id))
    if parent is None:
        raise ResourceFailure("The emulator was reset while the stack was in progress.")
    standing = parent.operation.get("target") or parent.document["deployment"]
    tags = {**step.tags, **{tag["Key"]: tag["Value"] for tag in properties.get("Tags", [])}}
    parameters = properties.get("Parameters", {})
    request: dict[str, Any] = {
        "TemplateURL": properties["TemplateURL"],
        "Parameters": [{"ParameterKey": key, "ParameterValue": _text(value)} for key, value in parameters.items()],
        "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
        "Capabilities": standing["capabilities"],
        "Parent": parent.id,
        "Family": parent.operation["family"],
        "Restore": step.undoing or parent.operation["restore"],
    }
    if "NotificationARNs" in properties:
        request["NotificationARNs"] = properties["NotificationARNs"]
    if "TimeoutInMinutes" in properties:
        request["TimeoutInMinutes"] = int(properties["TimeoutInMinutes"])
    return request


def _text(value: Any) -> str:
    """A list is given to a list parameter as text."""
    if isinstance(value, list):
        return ",".join(map(_text, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _named(step: Step, tx: Tx, name: str) -> Stack | None:
    tenant = step.call.tenant
    return tx.stacks.live(tenant.account, tenant.region, name)


async def _child(step: Step) -> Stack | None:
    return await step.call.store.read(lambda tx: tx.stacks.get(str(step.physical_id)))


async def _settled(step: Step) -> Stack | None:
    """The stack, as soon as nothing is under way on it. When the parent turns back meanwhile, so does the nested stack."""
    cancelled = False
    while (child := await _child(step)) is not None and child.status.endswith("_IN_PROGRESS"):
        if step.given_up() and not cancelled:
            cancelled = True
            await step.call.store.transact(lambda tx: tx.stacks.cancel(str(step.physical_id)))
        await step.call.parts.stacks.bell.wait(1.0)
    return child


async def _finished(step: Step, verb: str) -> Stack:
    child = await _settled(step)
    if child is None or child.status != _GOOD[verb]:
        state = f" Currently in {child.status} with reason: " if child and verb == "update" else " "
        reason = _reason(child) if child else "it is gone"
        raise ResourceFailure(f"Embedded stack {step.physical_id} was not successfully {verb}d:{state}{reason}")
    return child


def _reason(child: Stack) -> str:
    """Why it failed: `status_reason` is only there while it goes back."""
    return str(child.document.get("failure") or child.document.get("status_reason", ""))


def _outputs(child: Stack | None) -> dict[str, Any]:
    outputs = child.document.get("outputs", []) if child else []
    return {f"Outputs.{output['OutputKey']}": output["OutputValue"] for output in outputs}


TYPES: tuple[ResourceType, ...] = (NestedStackType(),)
