"""Looking whether resources are still what their stack made them.

What was found is kept with the resource, as the model's StackResourceDrift without the names, until the stack's next update.
"""

from __future__ import annotations

from typing import Any

from cognito_emu.call import Call
from cognito_emu.cloudformation.errors import ResourceFailure
from cognito_emu.cloudformation.resources.base import Step
from cognito_emu.cloudformation.stacks.drift import compare, hide, property_text
from cognito_emu.cloudformation.stacks.wanted import type_of
from cognito_emu.records import replace
from cognito_emu.store import Tx
from cognito_emu.store.stacks import Stack, StackResource

DRIFTED = frozenset({"MODIFIED", "DELETED"})
_KEPT_DETECTIONS = 20
_OVERTAKEN = {
    "DetectionStatus": "DETECTION_FAILED",
    "DetectionStatusReason": "The stack was changed meanwhile.",
}  # Assumption: the sentence


def can_check(resource: StackResource) -> bool:
    """Whether the resource is there and its type can be read."""
    return resource.physical_id is not None and type_of(resource.document["type"]).readable


async def check_resource(call: Call, stack: Stack, resource: StackResource) -> dict[str, Any]:
    """What is to be told of a resource's drift."""
    kind, document = type_of(resource.document["type"]), resource.document
    # Nothing is drawn at random while reading.
    step = Step(call, b"", stack.id, stack.name, resource.logical_id, document["tags"], resource.physical_id, document["attributes"])
    told: dict[str, Any] = {"Timestamp": call.env.now()}
    try:
        actual = await kind.read(step, document["properties"])
    except ResourceFailure as error:
        return told | {"StackResourceDriftStatus": "UNKNOWN", "DriftStatusReason": str(error)}
    if actual is None:
        return told | {"StackResourceDriftStatus": "DELETED"}
    expected = {name: value for name, value in document["properties"].items() if kind.reads_back(name)}
    shown = {name: value for name, value in document.get("shown", expected).items() if kind.reads_back(name)}
    differences, pruned = compare(expected, actual)
    return told | {
        "StackResourceDriftStatus": "MODIFIED" if differences else "IN_SYNC",
        "ExpectedProperties": property_text(shown),
        "ActualProperties": property_text(hide(pruned, shown)),
        "PropertyDifferences": [each.render(shown) for each in differences],
    }


def write_drifts(tx: Tx, stack_id: str, drifts: dict[str, dict[str, Any]], now: float, detection: dict[str, Any] | None = None) -> None:
    """Keep what was found.

    Args:
        drifts: By logical id.
        detection: The detection on the whole stack, if it was one: the answer of DescribeStackDriftDetectionStatus.
    """
    stack = tx.stacks.get(stack_id)
    if stack is None:
        return
    if stack.operation:  # it is being changed meanwhile, so that what was found is worth nothing
        _keep_detection(tx, stack, now, {**(detection or {}), **_OVERTAKEN})
        return
    resources = tx.stacks.resources(stack_id)
    for logical_id, drift in drifts.items():
        if logical_id in resources:
            resources[logical_id] = replace(resources[logical_id], document=resources[logical_id].document | {"drift": drift})
            tx.stacks.put_resource(resources[logical_id])
    drifted = sum(_status(each) in DRIFTED for each in resources.values())
    before = stack.document.get("drift", {}).get("StackDriftStatus", "NOT_CHECKED")
    # Assumption: looking at one resource tells of the whole stack only that it has drifted.
    status = "DRIFTED" if drifted else "IN_SYNC" if detection or before != "NOT_CHECKED" else before
    stack = replace(stack, document=stack.document | {"drift": {"StackDriftStatus": status, "LastCheckTimestamp": now}})
    tx.stacks.update(stack)
    _keep_detection(tx, stack, now, {**(detection or {}), "StackDriftStatus": status, "DriftedStackResourceCount": drifted})


def _keep_detection(tx: Tx, stack: Stack, now: float, detection: dict[str, Any]) -> None:
    """For DescribeStackDriftDetectionStatus, if it was one on the whole stack."""
    if "StackDriftDetectionId" in detection:
        earlier = stack.document.get("drift_detections", [])[1 - _KEPT_DETECTIONS :]
        detections = [*earlier, {**detection, "StackId": stack.id, "Timestamp": now}]
        tx.stacks.update(replace(stack, document=stack.document | {"drift_detections": detections}))


def _status(resource: StackResource) -> str:
    return str(resource.document.get("drift", {}).get("StackResourceDriftStatus", "NOT_CHECKED"))
