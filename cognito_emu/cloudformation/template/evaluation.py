"""Evaluating a template: conditions, intrinsic functions, references."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any

from cognito_emu.cloudformation.template.functions import PLAIN, as_text, refuse, substitute, unknown_transform
from cognito_emu.cloudformation.template.parse import Template
from cognito_emu.errors import ValidationError

_DYNAMIC = re.compile(r"\{\{resolve:([a-z-]+):([^}]+)\}\}")

# As AWS answered in cloudtools/troposphere#479 and sparkleformation/sparkle_formation#222.
_MAP_WANTS = "requires three parameters, the map name, map key and the attribute for return value"
_SUB_WANTS = (
    "don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of "
    "values to replace in the string"
)
_FEWEST_CONDITIONS, _MOST_CONDITIONS = 2, 10

_STACK_OUTPUT = frozenset({"StackName", "OutputName", "Region", "RoleArn"})


class _NoValue:
    """What `AWS::NoValue` gives: the member that holds it is not there."""


NO_VALUE = _NoValue()


class Facts(ABC):
    """What a template may ask of the world around it."""

    @abstractmethod
    def reference(self, logical_id: str) -> Any:
        """The value of `Ref` for a resource."""

    @abstractmethod
    def attribute(self, logical_id: str, name: str) -> Any:
        """The value of `Fn::GetAtt`."""

    @abstractmethod
    def export(self, name: str) -> str:
        """The value of `Fn::ImportValue`."""

    @abstractmethod
    def dynamic(self, service: str, key: str) -> str:
        """The value of `{{resolve:service:key}}`."""

    @abstractmethod
    def stack_output(self, stack: str, output: str, *, region: str | None, role_arn: str | None) -> str:
        """The value of `Fn::GetStackOutput`."""


class Evaluation:
    """One template with its parameters' values and facts.

    Args:
        pseudo: The pseudo parameters, by name (`AWS::Region`); a list is a list.
    """

    def __init__(self, template: Template, parameters: Mapping[str, Any], pseudo: Mapping[str, Any], facts: Facts) -> None:
        self.template = template
        self._values = {**parameters, **pseudo}
        self._facts = facts
        self._conditions: dict[str, bool | None] = {}
        self.functions: dict[str, Callable[[Any], Any]] = {
            "Condition": self.condition,
            "Fn::And": self._and,
            "Fn::Equals": self._equals,
            "Fn::FindInMap": self._find_in_map,
            "Fn::GetAZs": self._zones,
            "Fn::GetAtt": self._get_att,
            "Fn::GetStackOutput": self._stack_output,
            "Fn::If": self._if,
            "Fn::ImportValue": lambda name: self._facts.export(as_text(self.value(name))),
            "Fn::Not": self._not,
            "Fn::Or": self._or,
            "Fn::Sub": self._sub,
            "Fn::Transform": self._transform,
            "Ref": self._ref,
        }

    def condition(self, name: Any) -> bool:
        """Whether a condition of the template holds.

        Raises:
            ValidationError: It is not declared, or depends on itself.
        """
        declared = self.template.get("Conditions", {})
        if name not in declared:
            raise ValidationError(f"Template error: unresolved condition dependency {name} in the Conditions block of the template")
        if name not in self._conditions:
            self._conditions[name] = None
            self._conditions[name] = self.truth(declared[name])
        known = self._conditions[name]
        if known is None:
            raise ValidationError(f"Template format error: Circular dependency between conditions: {name}")
        return known

    def value(self, node: Any) -> Any:
        """A part of the template with all its functions computed; `NO_VALUE` where there is nothing."""
        if isinstance(node, dict):
            if len(node) == 1:
                ((name, argument),) = node.items()
                if name in PLAIN:
                    return PLAIN[name](self.value(argument))
                if name in self.functions and (name != "Condition" or isinstance(argument, str)):
                    return self.functions[name](argument)
                if isinstance(name, str) and name.startswith("Fn::"):
                    raise ValidationError(f"Template format error: Unrecognized intrinsic function {name}")
            computed = {key: self.value(item) for key, item in node.items()}
            return {key: item for key, item in computed.items() if item is not NO_VALUE}
        if isinstance(node, list):
            return [item for item in map(self.value, node) if item is not NO_VALUE]
        return node

    def resolved(self, value: Any) -> Any:
        """A computed value with its dynamic references read. They mean something in the properties of resources only."""
        if isinstance(value, dict):
            return {key: self.resolved(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.resolved(item) for item in value]
        if isinstance(value, str) and "{{resolve:" in value:
            return _DYNAMIC.sub(lambda found: self._facts.dynamic(found[1], found[2]), value)
        return value

    def chosen(self, node: Any) -> Any:
        """The node with each `Fn::If` replaced by its chosen branch, all else as written: what is looked at for dependencies."""
        if isinstance(node, dict):
            if len(node) == 1 and "Fn::If" in node:
                return self.chosen(self._branch(node["Fn::If"]))
            return {key: self.chosen(item) for key, item in node.items()}
        return [self.chosen(item) for item in node] if isinstance(node, list) else node

    def truth(self, node: Any) -> bool:
        """Whether a condition function, or a text that says so, is true."""
        value = self.value(node)
        return value if isinstance(value, bool) else str(value).lower() == "true"

    def _equals(self, argument: Any) -> bool:
        match argument:
            case [first, second]:
                one, other = self.value(first), self.value(second)
            case _:
                raise refuse("Fn::Equals", "requires a list argument with two elements")
        if isinstance(one, dict | list) or isinstance(other, dict | list):
            return bool(one == other)
        return as_text(one) == as_text(other)

    def _and(self, argument: Any) -> bool:
        return all(self.truth(part) for part in _several("Fn::And", argument))

    def _or(self, argument: Any) -> bool:
        return any(self.truth(part) for part in _several("Fn::Or", argument))

    def _not(self, argument: Any) -> bool:
        match argument:
            case [condition]:
                return not self.truth(condition)
        # Assumption: the sentence, which is built as those of Fn::And and Fn::Or.
        raise refuse("every Fn::Not object", "requires a list of one boolean parameter.")

    def _branch(self, argument: Any) -> Any:
        match argument:
            case [condition, yes, no]:
                return yes if self.condition(condition) else no
        raise refuse("Fn::If", "requires a list argument with three elements")

    def _if(self, argument: Any) -> Any:
        return self.value(self._branch(argument))

    def _ref(self, argument: Any) -> Any:
        name = self.value(argument)
        if name == "AWS::NoValue":
            return NO_VALUE
        return self._values[name] if name in self._values else self._facts.reference(name)

    def _get_att(self, argument: Any) -> Any:
        parts = argument.split(".", 1) if isinstance(argument, str) else argument
        match parts:
            case [resource, attribute]:
                return self._facts.attribute(as_text(self.value(resource)), as_text(self.value(attribute)))
        raise refuse("every Fn::GetAtt object", "requires two non-empty parameters, the resource name and the resource attribute")

    def _sub(self, argument: Any) -> str:
        match argument:
            case str(text):
                values: dict[str, Any] = {}
            case [str(text), dict(given)]:
                values = {name: self.value(value) for name, value in given.items()}
            case _:
                raise refuse("One or more Fn::Sub intrinsic functions", _SUB_WANTS)

        def value_of(name: str) -> str:
            if name in values:
                return as_text(values[name])
            return as_text(self._get_att(name) if "." in name and name not in self._values else self._ref(name))

        return str(self.value(substitute(text, value_of)))

    def _find_in_map(self, argument: Any) -> Any:
        match argument:
            case [mapping, first, second] | [mapping, first, second, {"DefaultValue": _}]:
                names = [as_text(self.value(part)) for part in (mapping, first, second)]
            case _:
                raise refuse("every Fn::FindInMap object", _MAP_WANTS)
        found: Any = self.template.get("Mappings", {})
        for name in names:
            if not isinstance(found, dict) or name not in found:
                if argument[3:]:  # AWS::LanguageExtensions
                    return self.value(argument[3]["DefaultValue"])
                raise refuse("Unable to get mapping for", "::".join(names))
            found = found[name]
        return found

    def _stack_output(self, argument: Any) -> str:
        given = self.value(argument)
        if not isinstance(given, dict) or not {"StackName", "OutputName"} <= given.keys() <= _STACK_OUTPUT:
            raise refuse("Fn::GetStackOutput", "requires StackName and OutputName; Region and RoleArn are optional")
        texts = {name: as_text(value) for name, value in given.items()}
        return self._facts.stack_output(texts["StackName"], texts["OutputName"], region=texts.get("Region"), role_arn=texts.get("RoleArn"))

    def _zones(self, argument: Any) -> list[str]:
        """Assumption: every region has the three zones a, b and c."""
        region = as_text(self.value(argument)) or self._values["AWS::Region"]
        return [f"{region}{zone}" for zone in "abc"]

    def _transform(self, argument: Any) -> Any:
        raise unknown_transform(argument.get("Name") if isinstance(argument, dict) else argument)


def _several(name: str, argument: Any) -> list[Any]:
    """The conditions that `Fn::And` or `Fn::Or` joins."""
    if not isinstance(argument, list) or not _FEWEST_CONDITIONS <= len(argument) <= _MOST_CONDITIONS:
        wanted = f"requires a list of at least {_FEWEST_CONDITIONS} and at most {_MOST_CONDITIONS} boolean parameters."
        raise refuse(f"every {name} object", wanted)
    return argument
