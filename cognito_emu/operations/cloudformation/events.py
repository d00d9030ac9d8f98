"""What happened to stacks and their resources.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
"""

from __future__ import annotations

from typing import Any

from cognito_emu.call import Call
from cognito_emu.cloudformation.stacks.operation import STACK_TYPE
from cognito_emu.errors import ValidationError
from cognito_emu.operations.cloudformation.change_sets import require_change_set
from cognito_emu.operations.cloudformation.lookup import find_stack
from cognito_emu.operations.cloudformation.paging import PAGE, page, position
from cognito_emu.operations.pagination import make_token
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.store import Tx
from cognito_emu.store.stacks import Stack, StackEvent

# Members of an event that DescribeStackEvents does not show.
_OF_OPERATIONS = frozenset({"OperationType"})
_FAILURES = frozenset({"PROVISIONING_ERROR", "VALIDATION_ERROR", "HOOK_INVOCATION_ERROR"})


@operation("DescribeStackEvents", service="cloudformation")
async def describe_stack_events(call: Call, request: Request) -> Response:
    """Show what happened to a stack, newest first."""
    name = request["StackName"]
    scope = ["DescribeStackEvents", name]
    after = position(call, scope, request)

    def look_up(tx: Tx) -> tuple[Stack, list[StackEvent]]:
        stack = _require(call, tx, name)
        return stack, tx.stacks.events(stack.id, before=after, limit=PAGE + 1)

    stack, events = await call.store.read(look_up)
    token = make_token(call, scope, [events[PAGE - 1].sequence]) if len(events) > PAGE else None
    return {"StackEvents": [{"StackName": stack.name, **_event(each)} for each in events[:PAGE]], "NextToken": token}


def _require(call: Call, tx: Tx, name: str) -> Stack:
    stack = find_stack(call, tx, name)
    if stack is None:
        raise ValidationError(f"Stack [{name}] does not exist")
    return stack


def _event(event: StackEvent) -> dict[str, Any]:
    shown = {name: value for name, value in event.document.items() if name not in _OF_OPERATIONS}
    return {"StackId": event.stack_id, "Timestamp": event.happened_at, **shown}


@operation("DescribeEvents", service="cloudformation")
async def describe_events(call: Call, request: Request) -> Response:
    """Show the events of a stack or of one operation, newest first. A change set has none: its StatusReason says why it failed."""
    wanted = {name: request[name] for name in ("StackName", "OperationId", "ChangeSetName") if name in request}
    if not wanted:
        # https://github.com/aws-cloudformation/cloudformation-cli/issues/1116
        raise ValidationError("One of ChangeSetName, OperationId or StackName must be specified")
    failed = bool(request.get("Filters", {}).get("FailedEvents"))
    events = [_of_operation(each) for each in await call.store.read(lambda tx: _events(call, tx, request))]
    chosen = [each for each in events if not failed or each["EventType"] in _FAILURES]
    shown, token = page(call, ["DescribeEvents", *wanted.values(), str(failed)], request, chosen)
    return {"OperationEvents": shown, "NextToken": token}


def _events(call: Call, tx: Tx, request: Request) -> list[StackEvent]:
    if "ChangeSetName" in request:
        require_change_set(call, tx, request)
        return []
    if "StackName" in request:
        stacks = [_require(call, tx, request["StackName"])]
    else:
        stacks = tx.stacks.of_tenant(call.tenant.account, call.tenant.region)
    found = [event for stack in stacks for event in tx.stacks.events(stack.id)]
    operation_id = request.get("OperationId")
    return [event for event in found if operation_id in {None, event.document.get("OperationId")}]


def _of_operation(event: StackEvent) -> dict[str, Any]:
    """The model's OperationEvent. Assumption: which EventType which event has."""
    document = event.document
    shown = {"StackId": event.stack_id, "Timestamp": event.happened_at, **document}
    if document["ResourceType"] == STACK_TYPE and document["PhysicalResourceId"] == event.stack_id:
        return {**shown, "EventType": "STACK_EVENT"}
    return {**shown, "EventType": "PROVISIONING_ERROR" if document["ResourceStatus"].endswith("_FAILED") else "PROGRESS_EVENT"}
