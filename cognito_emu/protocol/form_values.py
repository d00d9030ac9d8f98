"""The query protocol's input: from a form's dotted names to the values that the model's shapes describe.

`Tags.member.1.Key=a` is `{"Tags": [{"Key": "a"}]}`. https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from cognito_emu.errors import AwsError
from cognito_emu.protocol.service_models import ListShape, MapShape, Shape, StructureShape

# A form as a tree: the parts of the names lead to texts. A name that is also the beginning of others has its own text under "".
_Tree = dict[str, Any]


class MalformedInput(AwsError):  # noqa: N818 - AWS's code
    """A value has not the form that its type demands."""


def parse_form(body: bytes) -> dict[str, str]:
    """The parameters of a form.

    Raises:
        MalformedInput: It is not UTF-8, or holds U+0000, which no XML can give back and PostgreSQL cannot store.
    """
    if b"%00" in body or b"\0" in body:
        raise MalformedInput("The character U+0000 cannot be part of a text.")
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, errors="strict"))
    except UnicodeDecodeError as error:
        raise MalformedInput("The request is not encoded in UTF-8.") from error


def read_form(shape: Shape | None, parameters: dict[str, str]) -> dict[str, Any]:
    """The members of an operation's input, typed as JSON would carry them, for the same validator that checks JSON.

    Args:
        shape: The operation's input shape; None for an operation without input.
        parameters: From `parse_form`. Names that the shape does not know are left out, `Action` and `Version` among them.

    Raises:
        MalformedInput: A number or a boolean is none.
    """
    return _read_structure(shape, _tree(parameters)) if isinstance(shape, StructureShape) else {}


def _tree(parameters: dict[str, str]) -> _Tree:
    root: _Tree = {}
    for name, text in parameters.items():
        node = root
        for part in name.split("."):
            node = node.setdefault(part, {})
        node[""] = text
    return root


def _read(shape: Shape, node: _Tree) -> Any:
    if isinstance(shape, StructureShape):
        return _read_structure(shape, node)
    if isinstance(shape, ListShape):
        return _read_list(shape, node)
    if isinstance(shape, MapShape):
        return _read_map(shape, node)
    return _SCALARS.get(shape.type_name, str)(node.get("", ""))


def _read_structure(shape: StructureShape, node: _Tree) -> dict[str, Any]:
    members = {}
    for name, member in shape.members.items():
        child = node.get(_member_name(name, member))
        if child is not None:
            members[name] = _read(member, child)
    return members


def _member_name(name: str, member: Shape) -> str:
    """Under which name a member stands: a flattened list's under that of its elements."""
    if isinstance(member, ListShape) and member.serialization.get("flattened"):
        return str(member.member.serialization.get("name", member.serialization.get("name", name)))
    return str(member.serialization.get("name", name))


def _read_list(shape: ListShape, node: _Tree) -> list[Any]:
    if not shape.serialization.get("flattened"):
        node = node.get(str(shape.member.serialization.get("name", "member")), {})
    return [_read(shape.member, entry) for entry in _entries(node)]


def _read_map(shape: MapShape, node: _Tree) -> dict[str, Any]:
    if not shape.serialization.get("flattened"):
        node = node.get("entry", {})
    key_name, value_name = shape.key.serialization.get("name", "key"), shape.value.serialization.get("name", "value")
    return {_read(shape.key, entry.get(key_name, {})): _read(shape.value, entry.get(value_name, {})) for entry in _entries(node)}


def _entries(node: _Tree) -> list[_Tree]:
    """The numbered children in the order of their numbers; gaps don't matter."""
    return [node[number] for number in sorted((name for name in node if name.isascii() and name.isdigit()), key=int)]


def _whole_number(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise MalformedInput(f"{text} is not a whole number") from error


def _fraction(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise MalformedInput(f"{text} is not a number") from error


def _boolean(text: str) -> bool:
    lowered = text.lower()
    if lowered not in {"true", "false"}:
        raise MalformedInput(f"{text} is neither true nor false")
    return lowered == "true"


_SCALARS: dict[str, Callable[[str], Any]] = {
    "boolean": _boolean,
    "double": _fraction,
    "float": _fraction,
    "integer": _whole_number,
    "long": _whole_number,
}
