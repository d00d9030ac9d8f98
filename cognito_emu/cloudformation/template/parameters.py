"""Parameters: what a template declares, what a request gives, and the values that come of both.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from cognito_emu.cloudformation.template.functions import as_text
from cognito_emu.cloudformation.template.parse import Template
from cognito_emu.errors import ValidationError

# The documentation shows five asterisks; answers of AWS that people quote have four, in parameters and in events.
HIDDEN = "****"
_SSM_VALUE = re.compile(r"AWS::SSM::Parameter::Value<(.+)>")
_LIST = re.compile(r"CommaDelimitedList|List<.+>")


def declared_parameters(template: Template) -> dict[str, dict[str, Any]]:
    """The `Parameters` section."""
    found: dict[str, dict[str, Any]] = template.get("Parameters") or {}
    return found


def has_no_echo(declaration: Mapping[str, Any]) -> bool:
    """Whether the parameter's value is not to be shown."""
    return str(declaration.get("NoEcho", "")).lower() == "true"


def given_texts(template: Template, given: list[dict[str, Any]], previous: Mapping[str, str]) -> dict[str, str]:
    """Each declared parameter's text: from the request, the previous deployment or the default.

    Raises:
        ValidationError: Some have no value, are not declared, or break their constraints.
    """
    declared = declared_parameters(template)
    texts: dict[str, str] = {}
    for entry in given:
        key = entry.get("ParameterKey", "")
        if key not in declared:
            if entry.get("UsePreviousValue"):
                continue  # `aws cloudformation deploy` sends it for parameters that the new template has no more
            raise ValidationError(f"Parameters: [{key}] do not exist in the template")
        if not entry.get("UsePreviousValue"):
            texts[key] = entry.get("ParameterValue", "")
        elif key in previous:
            texts[key] = previous[key]
    for key, declaration in declared.items():
        if key not in texts and "Default" in declaration:
            texts[key] = as_text(declaration["Default"])
    missing = [key for key in declared if key not in texts]
    if missing:
        raise ValidationError(f"Parameters: [{', '.join(missing)}] must have values")
    for key, text in texts.items():
        _check(key, declared[key], text)
    return texts


def parameter_values(template: Template, texts: Mapping[str, str], ssm: Callable[[str], str]) -> dict[str, Any]:
    """What `Ref` gives for each parameter: lists for list types, SSM values for those that name them.

    Args:
        ssm: The value of an SSM parameter by its name.
    """
    values: dict[str, Any] = {}
    for key, declaration in declared_parameters(template).items():
        kind, text = declaration.get("Type", "String"), texts[key]
        stored = _SSM_VALUE.fullmatch(kind)
        if stored:
            kind, text = stored[1], ssm(text)
        values[key] = [part.strip() for part in text.split(",")] if _LIST.fullmatch(kind) else text
    return values


def is_ssm_value(declaration: Mapping[str, Any]) -> bool:
    """Whether the parameter's text names an SSM parameter, whose value is meant."""
    return _SSM_VALUE.fullmatch(declaration.get("Type", "")) is not None


def is_list(declaration: Mapping[str, Any]) -> bool:
    """Whether the value is a list; of an SSM parameter that is named, whether that is one."""
    kind = declaration.get("Type", "String")
    stored = _SSM_VALUE.fullmatch(kind)
    return _LIST.fullmatch(stored[1] if stored else kind) is not None


def _check(key: str, declaration: Mapping[str, Any], text: str) -> None:
    """One parameter's constraints; those of a list hold for each of its elements."""
    kind = declaration.get("Type", "String")
    parts = [part.strip() for part in text.split(",")] if _LIST.fullmatch(kind) else [text]
    for part in parts:
        if reason := _broken(declaration, kind, part):
            said = declaration.get("ConstraintDescription")
            raise ValidationError(f"Parameter '{key}' must {said}" if said else f"Parameter '{key}' {reason}")


def _broken(declaration: Mapping[str, Any], kind: str, text: str) -> str | None:  # noqa: PLR0911 - a table of constraints
    allowed = [as_text(value) for value in declaration.get("AllowedValues", ())]
    if allowed and text not in allowed:
        return f"must be one of AllowedValues: [{', '.join(allowed)}]"
    if "AllowedPattern" in declaration and not re.fullmatch(declaration["AllowedPattern"], text):
        return f"must match pattern {declaration['AllowedPattern']}"
    if kind in {"Number", "List<Number>"}:
        try:
            number = float(text)
        except ValueError:
            return "must be a number."
        if number < float(declaration.get("MinValue", number)):
            return f"must be a number not less than {declaration['MinValue']}"
        if number > float(declaration.get("MaxValue", number)):
            return f"must be a number not greater than {declaration['MaxValue']}"
        return None
    if len(text) < int(declaration.get("MinLength", 0)):
        return f"must contain at least {declaration['MinLength']} characters"
    if len(text) > int(declaration.get("MaxLength", len(text))):
        return f"must contain at most {declaration['MaxLength']} characters"
    return None
