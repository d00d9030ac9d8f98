"""Intrinsic functions that need nothing but their arguments.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import base64
import ipaddress
import json
import re
from collections.abc import Callable
from typing import Any

from cognito_emu.errors import ValidationError

SUBSTITUTION = re.compile(r"\$\{(!?)([^}]*)\}")


def refuse(function: str, wanted: str) -> ValidationError:
    """What a function that was used wrongly is refused with."""
    return ValidationError(f"Template error: {function} {wanted}")


def unknown_transform(name: Any) -> ValidationError:
    """What a transform is refused with that is not understood: a macro of the user's, or AWS::Include, which reads from elsewhere."""
    if name == "AWS::Include":
        # What cannot be emulated: a snippet may be of any account and region.
        return ValidationError("Transform AWS::Include is not emulated. Write the snippet into the template itself.")
    return ValidationError(f"No transform named {name} found.")


def as_text(value: Any) -> str:
    """A scalar as CloudFormation writes it into text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        raise ValidationError("Template error: every value that is put into text must be a string")
    return str(value)


def join(argument: Any) -> str:
    """`Fn::Join: [delimiter, [values]]`."""
    if not (isinstance(argument, list) and len(argument) == 2 and isinstance(argument[1], list)):  # noqa: PLR2004
        raise refuse("every Fn::Join object", "requires two parameters, (1) a string delimiter and (2) a list of strings to be joined.")
    return as_text(argument[0]).join(as_text(value) for value in argument[1])


def split(argument: Any) -> list[str]:
    """`Fn::Split: [delimiter, text]`."""
    if not (isinstance(argument, list) and len(argument) == 2):  # noqa: PLR2004
        raise refuse("every Fn::Split object", "requires two parameters, (1) a string delimiter and (2) a string to be split.")
    return as_text(argument[1]).split(as_text(argument[0]))


def select(argument: Any) -> Any:
    """`Fn::Select: [index, list]`."""
    if not (isinstance(argument, list) and len(argument) == 2 and isinstance(argument[1], list)):  # noqa: PLR2004
        raise refuse("Fn::Select", "requires a list argument with two elements: an integer index and a list")
    index = as_text(argument[0])
    if not index.isdigit() or int(index) >= len(argument[1]):
        raise refuse("Fn::Select", f" cannot select nonexistent value at index {index}")
    return argument[1][int(index)]


def encode(argument: Any) -> str:
    """`Fn::Base64: text`."""
    return base64.b64encode(as_text(argument).encode()).decode()


def cidr(argument: Any) -> list[str]:
    """`Fn::Cidr: [block, count, bits]`: bits are those of the host part, 8 when left out."""
    block, count, *bits = argument
    network = ipaddress.ip_network(as_text(block), strict=False)
    prefix = network.max_prefixlen - int(bits[0] if bits else 8)
    blocks = network.subnets(new_prefix=prefix)
    return [str(subnet) for subnet, _ in zip(blocks, range(int(count)), strict=False)]


def to_json(argument: Any) -> str:
    """`Fn::ToJsonString: value`."""
    return json.dumps(argument, separators=(",", ":"))


def length(argument: Any) -> int:
    """`Fn::Length: list`."""
    if not isinstance(argument, list):
        raise refuse("Fn::Length", "requires a list")
    return len(argument)


def substitute(text: str, value_of: Callable[[str], str]) -> str:
    """`${Name}` becomes `value_of("Name")`; `${!Name}` stays, without its mark."""

    def replace(found: re.Match[str]) -> str:
        literal, name = found.groups()
        return f"${{{name}}}" if literal else value_of(name.strip())

    return SUBSTITUTION.sub(replace, text)


PLAIN: dict[str, Callable[[Any], Any]] = {
    "Fn::Base64": encode,
    "Fn::Cidr": cidr,
    "Fn::Join": join,
    "Fn::Length": length,
    "Fn::Select": select,
    "Fn::Split": split,
    "Fn::ToJsonString": to_json,
}
