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
    match argument:
        case [delimiter, [*values]]:
            return as_text(delimiter).join(map(as_text, values))
    raise refuse("every Fn::Join object", "requires two parameters, (1) a string delimiter and (2) a list of strings to be joined.")


def split(argument: Any) -> list[str]:
    """`Fn::Split: [delimiter, text]`."""
    match argument:
        case [delimiter, text]:
            return as_text(text).split(as_text(delimiter))
    raise refuse("every Fn::Split object", "requires two parameters, (1) a string delimiter and (2) a string to be split.")


def select(argument: Any) -> Any:
    """`Fn::Select: [index, list]`."""
    match argument:
        case [index, [*values]]:
            place = as_text(index)
            if not place.isdigit() or int(place) >= len(values):
                raise refuse("Fn::Select", f" cannot select nonexistent value at index {place}")
            return values[int(place)]
    raise refuse("Fn::Select", "requires a list argument with two elements: an integer index and a list")


def encode(argument: Any) -> str:
    """`Fn::Base64: text`."""
    return base64.b64encode(as_text(argument).encode()).decode()


def cidr(argument: Any) -> list[str]:
    """`Fn::Cidr: [block, count, bits]`: bits are those of the host part, 8 when left out. Assumption: the sentences of its refusals."""
    try:
        block, count, *bits = map(as_text, argument)
        network = ipaddress.ip_network(block, strict=False)
        prefix = network.max_prefixlen - int(bits[0] if bits else 8)
        blocks = network.subnets(new_prefix=prefix)
        return [str(subnet) for subnet, _ in zip(blocks, range(int(count)), strict=False)]
    except (TypeError, ValueError) as error:
        raise refuse("every Fn::Cidr object", f"requires an address block, a count and the bits of a block: {error}") from error


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
