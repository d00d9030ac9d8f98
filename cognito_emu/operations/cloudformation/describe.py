"""Showing stacks, their resources, exports and imports."""

from __future__ import annotations

import json
from typing import Any

from cognito_emu.call import Call
from cognito_emu.cloudformation.stacks.deployment import Deployment
from cognito_emu.cloudformation.template.parse import parse_template
from cognito_emu.errors import ValidationError
from cognito_emu.operations.cloudformation.lookup import require_stack, shown_parameters, shown_tags
from cognito_emu.operations.cloudformation.paging import page
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.store import Tx
from cognito_emu.store.stacks import Stack, StackResource

_SHOWN_SETTINGS = ("EnableTerminationProtection", "TimeoutInMinutes", "RollbackConfiguration", "RetainExceptOnCreate")


@operation("DescribeStacks", service="cloudformation")
async def describe_stacks(call: Call, request: Request) -> Response:
    """Show one stack, or all that are not deleted."""

    def look_up(tx: Tx) -> list[Stack]:
        if "StackName" in request:
            return [require_stack(call, tx, request["StackName"])]
        return [stack for stack in tx.stacks.of_tenant(call.tenant.account, call.tenant.region) if stack.live_name is not None]

    stacks, token = page(call, ["DescribeStacks"], request, await call.store.read(look_up))
    return {"Stacks": [render_stack(stack) for stack in stacks], "NextToken": token}


def render_stack(stack: Stack) -> dict[str, Any]:
    """The model's Stack."""
    document = stack.document.get("deployment")  # not there while the stack exists for its first change set only
    deployment = Deployment.from_document(document) if document else Deployment(template="", parameters={})
    template = parse_template(deployment.template) if document else {}
    return {
        "StackId": stack.id,
        "StackName": stack.name,
        "ChangeSetId": stack.document.get("change_set_id"),
        "Description": template.get("Description"),
        "Parameters": shown_parameters(deployment) or None,
        "CreationTime": stack.created_at,
        "LastUpdatedTime": stack.document.get("updated_at"),
        "DeletionTime": stack.document.get("deleted_at"),
        "StackStatus": stack.status,
        "StackStatusReason": stack.document.get("status_reason"),
        "DisableRollback": bool(stack.document.get("DisableRollback")),
        "NotificationARNs": deployment.notification_arns,
        "Capabilities": deployment.capabilities or None,
        "Outputs": stack.document.get("outputs", []),
        "RoleARN": deployment.role_arn,
        "Tags": shown_tags(deployment),
        "DriftInformation": stack.document.get("drift", {"StackDriftStatus": "NOT_CHECKED"}),
        "EnableTerminationProtection": False,
        "ParentId": stack.document.get("parent_id"),
        "RootId": stack.document.get("root_id"),
        **{name: stack.document[name] for name in _SHOWN_SETTINGS if name in stack.document},
    }


@operation("ListStacks", service="cloudformation")
async def list_stacks(call: Call, request: Request) -> Response:
    """List all stacks, deleted ones too."""
    wanted = set(request.get("StackStatusFilter", ()))
    found = await call.store.read(lambda tx: tx.stacks.of_tenant(call.tenant.account, call.tenant.region))
    chosen = [stack for stack in found if not wanted or stack.status in wanted]
    stacks, token = page(call, ["ListStacks", *sorted(wanted)], request, chosen)
    return {"StackSummaries": [_summary(stack) for stack in stacks], "NextToken": token}


def _summary(stack: Stack) -> dict[str, Any]:
    shown = render_stack(stack)
    names = (
        "StackId",
        "StackName",
        "CreationTime",
        "LastUpdatedTime",
        "DeletionTime",
        "StackStatus",
        "StackStatusReason",
        "ParentId",
        "RootId",
    )
    more = {"TemplateDescription": shown["Description"], "DriftInformation": shown["DriftInformation"]}
    return {**{name: shown[name] for name in names}, **more}


@operation("DescribeStackResource", service="cloudformation")
async def describe_stack_resource(call: Call, request: Request) -> Response:
    """Show one resource of a stack."""

    def look_up(tx: Tx) -> tuple[Stack, StackResource | None]:
        stack = require_stack(call, tx, request["StackName"])
        return stack, tx.stacks.resources(stack.id).get(request["LogicalResourceId"])

    stack, resource = await call.store.read(look_up)
    if resource is None:
        raise ValidationError(f"Resource {request['LogicalResourceId']} does not exist for stack {stack.name}")
    metadata = resource.document.get("metadata")
    detail = {
        **_resource(resource),
        "StackName": stack.name,
        "StackId": stack.id,
        "Metadata": json.dumps(metadata) if metadata is not None else None,
    }
    return {"StackResourceDetail": detail}


@operation("DescribeStackResources", service="cloudformation")
async def describe_stack_resources(call: Call, request: Request) -> Response:
    """Show the resources of a stack, which may be named by one of them."""
    if "StackName" not in request and "PhysicalResourceId" not in request:
        raise ValidationError("Either StackName or PhysicalResourceId must be specified.")

    def look_up(tx: Tx) -> tuple[Stack, list[StackResource]]:
        if "StackName" in request:
            stack = require_stack(call, tx, request["StackName"])
        else:
            found = tx.stacks.stack_of_resource(call.tenant.account, call.tenant.region, request["PhysicalResourceId"])
            if found is None:
                raise ValidationError(f"Stack for {request['PhysicalResourceId']} does not exist")
            stack = found
        return stack, list(tx.stacks.resources(stack.id).values())

    stack, resources = await call.store.read(look_up)
    wanted = request.get("LogicalResourceId")
    shown = []
    for resource in resources:
        if wanted in {None, resource.logical_id}:
            detail = _resource(resource)
            detail["Timestamp"] = detail.pop("LastUpdatedTimestamp")
            shown.append({**detail, "StackName": stack.name, "StackId": stack.id})
    return {"StackResources": shown}


@operation("ListStackResources", service="cloudformation")
async def list_stack_resources(call: Call, request: Request) -> Response:
    """List the resources of a stack."""
    found = await call.store.read(lambda tx: tx.stacks.resources(require_stack(call, tx, request["StackName"]).id))
    resources, token = page(call, ["ListStackResources", request["StackName"]], request, list(found.values()))
    return {"StackResourceSummaries": [_resource(resource) for resource in resources], "NextToken": token}


def _resource(resource: StackResource) -> dict[str, Any]:
    drift = resource.document.get("drift", {"StackResourceDriftStatus": "NOT_CHECKED"})
    return {
        "LogicalResourceId": resource.logical_id,
        "PhysicalResourceId": resource.physical_id,
        "ResourceType": resource.document["type"],
        "LastUpdatedTimestamp": resource.document["updated_at"],
        "ResourceStatus": resource.document["status"],
        "ResourceStatusReason": resource.document.get("reason"),
        "DriftInformation": {
            "StackResourceDriftStatus": drift["StackResourceDriftStatus"],
            "LastCheckTimestamp": drift.get("Timestamp"),
        },
    }


@operation("ListExports", service="cloudformation")
async def list_exports(call: Call, request: Request) -> Response:
    """List what all stacks export."""
    found = await call.store.read(lambda tx: tx.stacks.exports(call.tenant.account, call.tenant.region))
    exports, token = page(call, ["ListExports"], request, found)
    return {
        "Exports": [{"ExportingStackId": stack_id, "Name": name, "Value": value} for stack_id, name, value in exports],
        "NextToken": token,
    }


@operation("ListImports", service="cloudformation")
async def list_imports(call: Call, request: Request) -> Response:
    """List the stacks that import an export."""
    name = request["ExportName"]
    found = await call.store.read(lambda tx: tx.stacks.importers(call.tenant.account, call.tenant.region, name))
    if not found:
        raise ValidationError(f"Export '{name}' is not imported by any stack.")
    imports, token = page(call, ["ListImports", name], request, found)
    return {"Imports": imports, "NextToken": token}
