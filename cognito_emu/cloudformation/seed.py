"""`cognito-emu serve --template`: a stack that is there when the emulator answers, whether it was before or not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cognito_emu.call import Call, Origin, Parts, Tenant
from cognito_emu.cloudformation.local_templates import with_local_addresses
from cognito_emu.cloudformation.resources.operate import operate
from cognito_emu.errors import AwsError

_SERVICE = "cloudformation"
_CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
_GOOD = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE"})
# States from which a stack can only be deleted, so that it is made anew.
_DEAD = frozenset({"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED", "CREATE_FAILED"})


class SeedError(Exception):
    """The stack did not come up; the message says why."""


async def bring_up(parts: Parts, template: str, stack_name: str, parameters: Mapping[str, str], *, folder: Path) -> str:
    """Make or update the stack of a template, in the configured account and region.

    Args:
        folder: Where the template lies, and from where it names the files of nested stacks.

    Returns:
        The stack's state.

    Raises:
        SeedError: The template was refused, or its stack failed.
    """
    tenant = Tenant(parts.settings.account, parts.settings.region)
    base_url = parts.settings.public_url.rstrip("/") or f"http://localhost:{parts.settings.port}"
    call = Call(parts, tenant, Origin(base_url), parts.env.uuid(), signed=True, access_key=tenant.account)
    request = {
        "StackName": stack_name,
        "TemplateBody": with_local_addresses(parts.secret, template, folder),
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        "Capabilities": _CAPABILITIES,
    }
    try:
        status = await _status(call, stack_name)
        if status in _DEAD:
            await operate(call, _SERVICE, "DeleteStack", {"StackName": stack_name})
            status = None
        await operate(call, _SERVICE, "UpdateStack" if status else "CreateStack", request)
    except AwsError as error:
        if error.message != "No updates are to be performed.":
            raise SeedError(f"the stack {stack_name} cannot be brought up. {error.message}") from error
    status = await _status(call, stack_name)
    if status not in _GOOD:
        raise SeedError(f"the stack {stack_name} is {status}. {await _first_reason(call, stack_name)}")
    return str(status)


async def _status(call: Call, stack_name: str) -> str | None:
    try:
        found = await operate(call, _SERVICE, "DescribeStacks", {"StackName": stack_name})
    except AwsError:
        return None
    status: str = found["Stacks"][0]["StackStatus"]
    return status


async def _first_reason(call: Call, stack_name: str) -> str:
    """What failed first since the last operation began."""
    events: list[dict[str, Any]] = (await operate(call, _SERVICE, "DescribeStackEvents", {"StackName": stack_name}))["StackEvents"]
    reason = ""
    for event in events:  # newest first
        if event.get("ResourceStatusReason") == "User Initiated":
            break
        if event["ResourceStatus"].endswith("_FAILED"):
            reason = f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"
    return reason
