"""Finding stacks, and showing their parameters."""

from __future__ import annotations

from typing import Any

from cognito_emu.call import Call
from cognito_emu.cloudformation.errors import stack_missing
from cognito_emu.cloudformation.stacks.deployment import Deployment
from cognito_emu.cloudformation.template.parameters import HIDDEN, declared_parameters, has_no_echo
from cognito_emu.cloudformation.template.parse import parse_template
from cognito_emu.errors import ValidationError
from cognito_emu.store import Tx
from cognito_emu.store.stacks import Stack

EMPTY = "REVIEW_IN_PROGRESS"
"""The state of a stack that exists for its first change set only."""


def find_stack(call: Call, tx: Tx, name: str) -> Stack | None:
    """The stack by name or ARN; a deleted one by its ARN only."""
    if name.startswith("arn:"):
        stack = tx.stacks.get(name)
        return stack if stack and (stack.account, stack.region) == (call.tenant.account, call.tenant.region) else None
    return tx.stacks.live(call.tenant.account, call.tenant.region, name)


def require_stack(call: Call, tx: Tx, name: str) -> Stack:
    """The stack by name or ARN.

    Raises:
        ValidationError: There is none.
    """
    stack = find_stack(call, tx, name)
    if stack is None:
        raise stack_missing(name)
    return stack


def require_live(call: Call, tx: Tx, name: str) -> Stack:
    """The stack by name or ARN, which must not be deleted."""
    stack = require_stack(call, tx, name)
    if stack.live_name is None:
        raise stack_missing(name)
    return stack


def check_updatable(stack: Stack) -> None:
    """Refuse to update a stack in a state that does not allow it."""
    stable = stack.status.endswith("_COMPLETE") and stack.status not in {"ROLLBACK_COMPLETE", "DELETE_COMPLETE"}
    if not stable and stack.status not in {"CREATE_FAILED", "UPDATE_FAILED"}:
        raise ValidationError(f"Stack:{stack.id} is in {stack.status} state and can not be updated.")


def deployment_of(stack: Stack) -> Deployment | None:
    """What stands."""
    document = stack.document.get("deployment")
    return Deployment.from_document(document) if document else None


def shown_parameters(deployment: Deployment) -> list[dict[str, Any]]:
    """The model's Parameters, without what NoEcho hides."""
    if not deployment.parameters:
        return []
    declared = declared_parameters(parse_template(deployment.template))
    shown = []
    for key, text in deployment.parameters.items():
        hidden = has_no_echo(declared[key])
        parameter = {"ParameterKey": key, "ParameterValue": HIDDEN if hidden else text}
        if text in deployment.resolved and declared[key]["Type"].startswith("AWS::SSM::Parameter::Value"):
            parameter["ResolvedValue"] = HIDDEN if hidden else deployment.resolved[text]
        shown.append(parameter)
    return shown


def shown_tags(deployment: Deployment) -> list[dict[str, str]]:
    """The model's Tags."""
    return [{"Key": key, "Value": value} for key, value in deployment.tags.items()]
