"""`AWS::LanguageExtensions`: loops, and functions that templates may use only when they declare it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-languageextensions.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cognito_emu.cloudformation.template.functions import as_text
from cognito_emu.cloudformation.template.parse import Template
from cognito_emu.errors import ValidationError

TRANSFORM = "AWS::LanguageExtensions"
_LOOP = "Fn::ForEach::"
_FUNCTIONS = ("Fn::Length", "Fn::ToJsonString")
_NOT_ALPHANUMERIC = re.compile(r"[^A-Za-z0-9]")
_FIND_IN_MAP_NAMES = 3


def expand_loops(template: Template, value: Callable[[Any], Any]) -> Template:
    """The template with every `Fn::ForEach` written out.

    Args:
        value: Computes a collection: from literals, parameters and mappings.

    Raises:
        ValidationError: A loop is malformed, or writes a key twice.
    """
    expanded: Template = _expanded(template, {}, value)
    return expanded


def extended_functions(node: Any) -> Iterator[str]:
    """The functions below a node that need the transform."""
    if isinstance(node, list):
        for item in node:
            yield from extended_functions(item)
    elif isinstance(node, dict):
        for name, argument in node.items():
            if name in _FUNCTIONS or str(name).startswith(_LOOP):
                yield name
            if name == "Fn::FindInMap" and isinstance(argument, list) and len(argument) > _FIND_IN_MAP_NAMES:
                yield "Fn::FindInMap with a DefaultValue"
            yield from extended_functions(argument)


def _expanded(node: Any, known: Mapping[str, str], value: Callable[[Any], Any]) -> Any:
    if isinstance(node, list):
        return [_expanded(item, known, value) for item in node]
    if isinstance(node, str):
        return _filled(node, known)
    if not isinstance(node, dict):
        return node
    if len(node) == 1 and node.get("Ref") in known:
        return known[node["Ref"]]
    written: dict[str, Any] = {}
    for name, item in node.items():
        pairs = _loop(name, item, known, value) if str(name).startswith(_LOOP) else [(_filled(name, known), _expanded(item, known, value))]
        for key, each in pairs:
            if key in written:
                raise _malformed(f"{key} is written more than once")
            written[key] = each
    return written


def _loop(name: str, argument: Any, known: Mapping[str, str], value: Callable[[Any], Any]) -> Iterator[tuple[str, Any]]:
    """`[identifier, collection, {key: body}]`, once for each member of the collection."""
    match argument:
        case [str(identifier), collection, dict(body)]:
            members = value(_expanded(collection, known, value))
        case _:
            raise _malformed(f"{name} takes an identifier, a collection and an object")
    if not isinstance(members, list):
        raise _malformed(f"the collection of {name} is no list")
    if identifier in known:
        raise _malformed(f"the identifier {identifier} of {name} is that of a loop around it")
    for member in members:
        yield from _expanded(body, {**known, identifier: as_text(member)}, value).items()


def _filled(text: Any, known: Mapping[str, str]) -> Any:
    """`${Identifier}` is the member; `&{Identifier}` is it without what a logical id cannot have."""
    if not isinstance(text, str):
        return text
    for identifier, member in known.items():
        text = text.replace(f"${{{identifier}}}", member).replace(f"&{{{identifier}}}", _NOT_ALPHANUMERIC.sub("", member))
    return text


def _malformed(reason: str) -> ValidationError:
    """Assumption: the sentence after the transform's name."""
    return ValidationError(f"Transform {TRANSFORM} failed with: Fn::ForEach is malformed: {reason}.")
