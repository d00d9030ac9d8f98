"""Showing and checking templates."""

from __future__ import annotations

import json
from typing import Any

from cognito_emu.call import Call
from cognito_emu.cloudformation.stacks.deployment import (
    Deployment,
    check_functions,
    check_template,
    declared_transforms,
    needed_capabilities,
    template_text,
)
from cognito_emu.cloudformation.template.functions import as_text
from cognito_emu.cloudformation.template.language_extensions import TRANSFORM as LANGUAGE_EXTENSIONS
from cognito_emu.cloudformation.template.parameters import declared_parameters, has_no_echo
from cognito_emu.cloudformation.template.parse import Template, parse_template
from cognito_emu.cloudformation.template.serverless import TRANSFORM
from cognito_emu.errors import ValidationError
from cognito_emu.operations.cloudformation.change_sets import require_change_set
from cognito_emu.operations.cloudformation.lookup import deployment_of, require_stack
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.store import Tx
from cognito_emu.store.stacks import Stack


@operation("GetTemplate", service="cloudformation")
async def get_template(call: Call, request: Request) -> Response:
    """Show the template of a stack or a change set, as it was submitted, or as JSON after its transforms."""

    def look_up(tx: Tx) -> Deployment:
        if "ChangeSetName" in request:
            return Deployment.from_document(require_change_set(call, tx, request)[1].document["deployment"])
        if "StackName" not in request:
            raise ValidationError("StackName is required if ChangeSetName is not specified.")
        # A stack that exists for its first change set only has an empty one (envato/stack_master#233); CDK asks for it.
        return deployment_of(require_stack(call, tx, request["StackName"])) or Deployment(template="", parameters={})

    deployment = await call.store.read(look_up)
    text = deployment.template
    if text and request.get("TemplateStage") == "Processed" and declared_transforms(parse_template(text)):
        text = json.dumps(deployment.processed(call.tenant.region))
    return {"TemplateBody": text, "StagesAvailable": ["Original", "Processed"]}


def _standing(stack: Stack) -> Deployment:
    deployment = deployment_of(stack)
    if deployment is None:  # it exists for its first change set only
        raise ValidationError("GetTemplateSummary cannot be called on REVIEW_IN_PROGRESS stacks.")  # getmoto/moto#4424
    return deployment


@operation("GetTemplateSummary", service="cloudformation")
async def get_template_summary(call: Call, request: Request) -> Response:
    """Tell what a template declares and needs."""
    if "StackName" in request:
        stack = await call.store.read(lambda tx: require_stack(call, tx, request["StackName"]))
        template = parse_template(_standing(stack).template)
    else:
        template = parse_template(await template_text(call, request))
        _check(call, template)
    types = sorted({resource["Type"] for resource in template["Resources"].values() if isinstance(resource, dict)})
    return {
        "Parameters": [_declaration(key, each) for key, each in declared_parameters(template).items()],
        "Description": template.get("Description"),
        "ResourceTypes": types,
        "Version": template.get("AWSTemplateFormatVersion"),
        "DeclaredTransforms": declared_transforms(template),
        **_capabilities(template),
    }


@operation("ValidateTemplate", service="cloudformation")
async def validate_template(call: Call, request: Request) -> Response:
    """Check a template."""
    template = parse_template(await template_text(call, request))
    _check(call, template)
    parameters = [_declaration(key, each) for key, each in declared_parameters(template).items()]
    for parameter in parameters:
        parameter.pop("ParameterType")
        parameter.pop("ParameterConstraints")
    return {
        "Parameters": parameters,
        "Description": template.get("Description"),
        "DeclaredTransforms": declared_transforms(template),
        **_capabilities(template),
    }


def _check(call: Call, template: Template) -> None:
    """A template with transforms can only be checked with the values of its parameters: when it is deployed."""
    transforms = declared_transforms(template)
    if LANGUAGE_EXTENSIONS not in transforms:
        check_functions(template)
    if not {TRANSFORM, LANGUAGE_EXTENSIONS} & set(transforms):
        check_template(call, template)


def _capabilities(template: Template) -> dict[str, Any]:
    needed = needed_capabilities(template)
    if not needed:
        return {}
    named = ", ".join(sorted({resource["Type"] for resource in template["Resources"].values() if "::IAM::" in resource["Type"]}))
    return {"Capabilities": needed, "CapabilitiesReason": f"The following resource(s) require capabilities: [{named}]"}


def _declaration(key: str, declared: dict[str, Any]) -> dict[str, Any]:
    allowed = [as_text(value) for value in declared.get("AllowedValues", ())]
    return {
        "ParameterKey": key,
        "DefaultValue": as_text(declared["Default"]) if "Default" in declared else None,
        "ParameterType": declared.get("Type", "String"),
        "NoEcho": has_no_echo(declared),
        "Description": declared.get("Description"),
        "ParameterConstraints": {"AllowedValues": allowed} if allowed else {},
    }
