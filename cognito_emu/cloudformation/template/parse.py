"""From a template's text, JSON or YAML with short forms, to one dictionary of long forms.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
"""

from __future__ import annotations

import json
import re
from functools import partial
from typing import Any

import yaml

from cognito_emu.errors import ValidationError

Template = dict[str, Any]

# `!Condition` and `!Ref` are the two functions whose long forms have no `Fn::`.
_BARE = frozenset({"Condition", "Ref"})
_FUNCTIONS = (
    *_BARE,
    *("And", "Base64", "Cidr", "Equals", "FindInMap", "GetAZs", "GetAtt", "GetStackOutput", "If", "ImportValue", "Join", "Length"),
    *("Not", "Or", "Select", "Split", "Sub", "ToJsonString", "Transform"),
    *("Contains", "EachMemberEquals", "EachMemberIn", "RefAll", "ValueOf", "ValueOfAll"),  # of Rules
)
_LEADING_ZERO = re.compile(r"[-+]?0\d+")


class _Loader(yaml.SafeLoader):
    """YAML as CloudFormation reads it: dates stay text (`2010-09-09`), and so do numbers that begin with zero (account ids)."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    loader.flatten_mapping(node)
    found: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        # A key is text, also where it looks like a number (an account in a mapping) or a truth (`Yes`).
        key = key_node.value if isinstance(key_node, yaml.ScalarNode) else loader.construct_object(key_node, deep=True)
        if key in found:
            raise yaml.constructor.ConstructorError(None, None, f"duplicate key: {key}", key_node.start_mark)
        found[key] = loader.construct_object(value_node, deep=True)
    return found


def _integer(loader: _Loader, node: yaml.ScalarNode) -> int | str:
    text = str(loader.construct_scalar(node))
    return text if _LEADING_ZERO.fullmatch(text) or ":" in text else int(loader.construct_yaml_int(node))


def _text(loader: _Loader, node: yaml.ScalarNode) -> str:
    return str(loader.construct_scalar(node))


def _function(name: str, loader: _Loader, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        if name == "GetAtt":
            value = value.split(".", 1)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = _mapping(loader, node)
    return {name if name in _BARE else f"Fn::{name}": value}


for _name in _FUNCTIONS:
    _Loader.add_constructor(f"!{_name}", partial(_function, _name))
_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
_Loader.add_constructor("tag:yaml.org,2002:int", _integer)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _text)


def parse_template(text: str) -> Template:
    """The template.

    Raises:
        ValidationError: It is neither JSON nor YAML, or holds no object.
    """
    try:
        template = json.loads(text) if text.lstrip().startswith("{") else _load_yaml(text)
    except json.JSONDecodeError as error:
        # JSON is almost YAML, and a YAML template may begin with a brace too.
        try:
            template = _load_yaml(text)
        except yaml.YAMLError:
            raise ValidationError(f"Template format error: JSON not well-formed. (line {error.lineno}, column {error.colno})") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        raise ValidationError(f"Template format error: YAML not well-formed.{where}") from error
    if not isinstance(template, dict):
        raise ValidationError("Template format error: unsupported structure.")
    return template


def _load_yaml(text: str) -> Any:
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader with CloudFormation's tags
