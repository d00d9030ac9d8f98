"""What tests ask of a stack."""

import json
from typing import Any

from botocore.exceptions import ClientError


def body(resources: dict[str, Any], **sections: Any) -> str:
    """The text of a template."""
    return json.dumps({"Resources": resources, **sections})


def status(cfn: Any, stack: str) -> str:
    """A stack's state."""
    found: str = cfn.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
    return found


def told(cfn: Any, stack: str) -> list[tuple[str, str, str]]:
    """What happened, oldest first: logical id, state, reason."""
    found = cfn.describe_stack_events(StackName=stack)["StackEvents"]
    return [(each["LogicalResourceId"], each["ResourceStatus"], each.get("ResourceStatusReason", "")) for each in reversed(found)]


def assert_status(cfn: Any, stack: str, wanted: str) -> None:
    """The stack is in that state; else what happened is shown."""
    assert status(cfn, stack) == wanted, told(cfn, stack)


def outputs_of(cfn: Any, stack: str) -> dict[str, str]:
    """A stack's outputs by their keys."""
    return {each["OutputKey"]: each["OutputValue"] for each in cfn.describe_stacks(StackName=stack)["Stacks"][0].get("Outputs", [])}


def physical_ids(cfn: Any, stack: str) -> dict[str, str]:
    """The physical ids of a stack's resources by their logical ids."""
    found = cfn.list_stack_resources(StackName=stack)["StackResourceSummaries"]
    return {each["LogicalResourceId"]: each.get("PhysicalResourceId", "") for each in found}


def until_in_progress(cfn: Any, logical_id: str, reason: str = "") -> None:
    """Ask until the resource is being made, and an event told that for a reason; the test's own time limit ends it otherwise."""
    while True:
        try:
            if any(name == logical_id and state.endswith("_IN_PROGRESS") and reason in why for name, state, why in told(cfn, "s")):
                return
        except ClientError:
            pass
