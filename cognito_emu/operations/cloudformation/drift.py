"""Drift: whether resources are still what their stack made them."""

from __future__ import annotations

import json
from typing import Any

from cognito_emu.call import Call
from cognito_emu.cloudformation.stacks.drift_detection import can_check, check_resource, write_drifts
from cognito_emu.errors import ValidationError
from cognito_emu.operations.cloudformation.lookup import require_stack
from cognito_emu.operations.cloudformation.paging import page
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.store import Tx
from cognito_emu.store.stacks import Stack, StackResource

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html
_CHECKABLE = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED"})
_IDS = ("LogicalResourceId", "PhysicalResourceId", "ResourceType")


@operation("DetectStackDrift", service="cloudformation")
async def detect_stack_drift(call: Call, request: Request) -> Response:
    """Compare the resources of a stack with its template; all is done when this answers."""
    stack, resources = await call.store.read(lambda tx: _checkable(call, tx, request["StackName"]))
    wanted = set(request.get("LogicalResourceIds", resources))
    if unknown := sorted(wanted - resources.keys()):
        raise ValidationError(f"Resources [{', '.join(unknown)}] do not exist for stack {stack.name}")  # Assumption: the sentence
    checked = [each for name, each in resources.items() if name in wanted and can_check(each)]
    drifts = {each.logical_id: await check_resource(call, stack, each) for each in checked}
    detection = {"StackDriftDetectionId": call.env.uuid(), **_outcome(drifts)}
    await call.store.transact(lambda tx: write_drifts(tx, stack.id, drifts, call.env.now(), detection))
    return {"StackDriftDetectionId": detection["StackDriftDetectionId"]}


def _outcome(drifts: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The reason has the form of aws-cloudformation/cloudformation-coverage-roadmap#801."""
    failures = {name: drift["DriftStatusReason"] for name, drift in drifts.items() if "DriftStatusReason" in drift}
    if not failures:
        return {"DetectionStatus": "DETECTION_COMPLETE"}
    reason = {
        "Summary": f"Failed to detect drift on resources [{','.join(failures)}]",
        "Failures": [{"Resource": name, "FailureReason": why} for name, why in failures.items()],
    }
    return {"DetectionStatus": "DETECTION_FAILED", "DetectionStatusReason": json.dumps(reason, separators=(",", ":"))}


@operation("DescribeStackDriftDetectionStatus", service="cloudformation")
async def describe_stack_drift_detection_status(call: Call, request: Request) -> Response:
    """Show how a drift detection ended; the newest of each stack are known."""
    wanted = request["StackDriftDetectionId"]
    stacks = await call.store.read(lambda tx: tx.stacks.of_tenant(call.tenant.account, call.tenant.region))
    for stack in stacks:
        for detection in stack.document.get("drift_detections", ()):
            if detection["StackDriftDetectionId"] == wanted:
                return dict(detection)
    # Assumption: the sentence.
    raise ValidationError(f"Drift detection {wanted} does not exist")


@operation("DetectStackResourceDrift", service="cloudformation")
async def detect_stack_resource_drift(call: Call, request: Request) -> Response:
    """Compare one resource of a stack with the template."""
    logical_id = request["LogicalResourceId"]
    stack, resources = await call.store.read(lambda tx: _checkable(call, tx, request["StackName"]))
    resource = resources.get(logical_id)
    if resource is None:
        raise ValidationError(f"Resource {logical_id} does not exist for stack {stack.name}")
    if not can_check(resource):
        # Assumption: the sentence.
        raise ValidationError(f"Drift detection is not supported for resources of type {resource.document['type']}.")
    drift = await check_resource(call, stack, resource)
    if "DriftStatusReason" in drift:
        raise ValidationError(f"Failed to detect drift on resource {logical_id}: {drift['DriftStatusReason']}")  # Assumption: the sentence
    await call.store.transact(lambda tx: write_drifts(tx, stack.id, {logical_id: drift}, call.env.now()))
    return {"StackResourceDrift": _render(stack, resource, drift)}


@operation("DescribeStackResourceDrifts", service="cloudformation")
async def describe_stack_resource_drifts(call: Call, request: Request) -> Response:
    """Show the drift of the resources that were checked."""
    name, wanted = request["StackName"], sorted(request.get("StackResourceDriftStatusFilters", ()))

    def look_up(tx: Tx) -> tuple[Stack, list[StackResource]]:
        stack = require_stack(call, tx, name)
        return stack, [each for each in tx.stacks.resources(stack.id).values() if "drift" in each.document]

    stack, checked = await call.store.read(look_up)
    chosen = [each for each in checked if not wanted or each.document["drift"]["StackResourceDriftStatus"] in wanted]
    shown, token = page(call, ["DescribeStackResourceDrifts", name, *wanted], request, chosen)
    return {"StackResourceDrifts": [_render(stack, each, each.document["drift"]) for each in shown], "NextToken": token}


def _checkable(call: Call, tx: Tx, name: str) -> tuple[Stack, dict[str, StackResource]]:
    stack = require_stack(call, tx, name)
    if stack.status not in _CHECKABLE:
        # Assumption: the sentence.
        raise ValidationError(f"Drift detection cannot be performed on stack [{stack.id}] in its current status of {stack.status}")
    return stack, tx.stacks.resources(stack.id)


def _render(stack: Stack, resource: StackResource, drift: dict[str, Any]) -> dict[str, Any]:
    ids = dict(zip(_IDS, (resource.logical_id, resource.physical_id, resource.document["type"]), strict=True))
    return {"StackId": stack.id, **ids, **drift}
