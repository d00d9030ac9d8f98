"""A template's form: its sections, what its resources refer to, and the order that follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from cognito_emu.cloudformation.template.evaluation import Evaluation
from cognito_emu.cloudformation.template.functions import SUBSTITUTION
from cognito_emu.cloudformation.template.parameters import declared_parameters
from cognito_emu.cloudformation.template.parse import Template
from cognito_emu.errors import ValidationError

_SECTIONS = frozenset(
    {
        "AWSTemplateFormatVersion",
        "Conditions",
        "Description",
        "Globals",  # of AWS::Serverless, gone after the transform
        "Mappings",
        "Metadata",
        "Outputs",
        "Parameters",
        "Resources",
        "Rules",
        "Transform",
    }
)
_POLICIES = frozenset({"Delete", "Retain", "RetainExceptOnCreate", "Snapshot"})


def check_structure(template: Template) -> None:
    """Refuse what can be told from the template alone.

    Raises:
        ValidationError: In CloudFormation's words.
    """
    if unknown := [name for name in template if name not in _SECTIONS]:
        raise ValidationError(f"Invalid template property or properties [{', '.join(map(str, unknown))}]")
    resources = template.get("Resources")
    if not isinstance(resources, dict) or not resources:
        raise ValidationError("Template format error: At least one Resources member must be defined.")
    for logical_id, resource in resources.items():
        _check_resource(logical_id, resource)
    _check_references(template)


def _check_resource(logical_id: str, resource: Any) -> None:
    if not logical_id.isalnum():
        raise ValidationError(f"Template format error: Resource name {logical_id} is non alphanumeric.")
    if not isinstance(resource, dict) or not isinstance(resource.get("Type"), str):
        raise ValidationError(f"Template format error: [/Resources/{logical_id}] Every Resources object must contain a Type member.")
    policy = resource.get("DeletionPolicy", "Delete")
    if isinstance(policy, str) and policy not in _POLICIES:
        raise ValidationError(f"Template format error: Unrecognized DeletionPolicy {policy} for resource {logical_id}")


def _check_references(template: Template) -> None:
    """Every name that a resource or an output refers to is a parameter or a resource."""
    resources = template["Resources"]
    known = resources.keys() | declared_parameters(template).keys()
    for section in ("Resources", "Outputs"):
        named = set(references(template.get(section) or {}))
        missing = sorted(name for name in named if name not in known and not name.startswith("AWS::"))
        if missing:
            raise ValidationError(
                f"Template format error: Unresolved resource dependencies [{', '.join(missing)}] in the {section} block of the template"
            )
    for resource in resources.values():
        for name in depends_on(resource):
            if name not in resources:
                raise ValidationError(
                    f"Template format error: Unresolved resource dependencies [{name}] in the Resources block of the template"
                )


def depends_on(resource: Mapping[str, Any]) -> list[str]:
    """`DependsOn`, which may be one name or a list."""
    names = resource.get("DependsOn", [])
    return [names] if isinstance(names, str) else list(names)


def references(node: Any) -> Iterator[str]:
    """The names in `Ref`, `Fn::GetAtt` and `Fn::Sub` below a node."""
    if isinstance(node, list):
        for item in node:
            yield from references(item)
    elif isinstance(node, dict):
        if len(node) == 1:
            ((function, argument),) = node.items()
            if function == "Ref" and isinstance(argument, str):
                yield argument
                return
            if function == "Fn::GetAtt" and argument:
                name = argument.split(".")[0] if isinstance(argument, str) else argument[0]
                if isinstance(name, str):
                    yield name
            if function == "Fn::Sub":
                yield from _in_substitution(argument)
        for item in node.values():
            yield from references(item)


def _in_substitution(argument: Any) -> Iterator[str]:
    text, given = (argument[0], argument[1]) if isinstance(argument, list) else (argument, {})
    for literal, name in SUBSTITUTION.findall(text):
        if not literal and name.strip() not in given:
            yield name.strip().split(".")[0]


def wanted_resources(evaluation: Evaluation) -> dict[str, dict[str, Any]]:
    """The resources whose conditions hold, as written, in an order in which each comes after those it refers to.

    Raises:
        ValidationError: Resources refer to each other in a circle.
    """
    resources: dict[str, dict[str, Any]] = {
        logical_id: resource
        for logical_id, resource in evaluation.template["Resources"].items()
        if "Condition" not in resource or evaluation.condition(resource["Condition"])
    }
    graph = {logical_id: dependencies(evaluation, resource, resources) for logical_id, resource in resources.items()}
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle = ", ".join(sorted(set(error.args[1])))
        raise ValidationError(f"Circular dependency between resources: [{circle}]") from error
    return {logical_id: resources[logical_id] for logical_id in order}


def dependencies(evaluation: Evaluation, resource: Mapping[str, Any], among: Mapping[str, Any]) -> list[str]:
    """The resources that must be there before this one."""
    named = set(references(evaluation.chosen(resource.get("Properties", {})))) | set(depends_on(resource))
    return sorted(named & among.keys())
