"""Rules: what must hold between parameters before a stack is made or changed.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from typing_extensions import override

from cognito_emu.cloudformation.template.evaluation import Evaluation, Facts
from cognito_emu.cloudformation.template.functions import as_text, refuse
from cognito_emu.cloudformation.template.parameters import declared_parameters
from cognito_emu.cloudformation.template.parse import Template
from cognito_emu.errors import ValidationError


class _NoFacts(Facts):
    """Rules speak of parameters only."""

    @override
    def reference(self, logical_id: str) -> Any:
        raise ValidationError(f"Template error: a rule can refer to parameters only, not to {logical_id}")

    @override
    def attribute(self, logical_id: str, name: str) -> Any:
        raise ValidationError("Template error: Fn::GetAtt cannot be used in rules")

    @override
    def export(self, name: str) -> str:
        raise ValidationError("Template error: Fn::ImportValue cannot be used in rules")

    @override
    def dynamic(self, service: str, key: str) -> str:
        raise ValidationError("Template error: dynamic references cannot be used in rules")

    @override
    def stack_output(self, stack: str, output: str, *, region: str | None, role_arn: str | None) -> str:
        raise ValidationError("Template error: Fn::GetStackOutput cannot be used in rules")


NO_FACTS = _NoFacts()


def check_rules(template: Template, parameters: Mapping[str, Any], pseudo: Mapping[str, Any]) -> None:
    """Refuse parameters that break a rule whose condition holds.

    Raises:
        ValidationError: With the assertion's description. Assumption: the sentence around it.
    """
    for name, rule in (template.get("Rules") or {}).items():
        evaluation = _RuleEvaluation(template, parameters, pseudo)
        if "RuleCondition" in rule and not evaluation.truth(rule["RuleCondition"]):
            continue
        for assertion in rule.get("Assertions", []):
            if not evaluation.truth(assertion["Assert"]):
                raise ValidationError(f"Template error: rule {name} failed: {assertion.get('AssertDescription', 'its assertion is false')}")


class _RuleEvaluation(Evaluation):
    """The functions of conditions, and those that only rules have."""

    def __init__(self, template: Template, parameters: Mapping[str, Any], pseudo: Mapping[str, Any]) -> None:
        super().__init__(template, parameters, pseudo, NO_FACTS)
        self._parameters = parameters
        functions: dict[str, Callable[[Any], Any]] = {
            "Fn::Contains": lambda argument: as_text(self.value(argument[1])) in self._texts(argument[0]),
            "Fn::EachMemberEquals": lambda argument: all(member == as_text(self.value(argument[1])) for member in self._texts(argument[0])),
            "Fn::EachMemberIn": lambda argument: set(self._texts(argument[0])) <= set(self._texts(argument[1])),
            "Fn::RefAll": self._ref_all,
            "Fn::ValueOf": lambda argument: self._value_of("Fn::ValueOf", argument),
            "Fn::ValueOfAll": lambda argument: self._value_of("Fn::ValueOfAll", argument),
        }
        self.functions.update(functions)

    def _texts(self, node: Any) -> list[str]:
        values = self.value(node)
        if not isinstance(values, list):
            raise refuse("A rule's function", "requires a list of strings")
        return [as_text(each) for each in values]

    def _ref_all(self, argument: Any) -> list[str]:
        """All values of parameters of a type."""
        wanted, found = as_text(argument), []
        for name, declaration in declared_parameters(self.template).items():
            if declaration.get("Type") == wanted:
                value = self._parameters[name]
                found += value if isinstance(value, list) else [value]
        return found

    def _value_of(self, function: str, argument: Any) -> Any:
        # What cannot be emulated: the attributes are those of VPCs, subnets and the like.
        raise ValidationError(f"Template error: {function} asks for {argument[1]} of resources that this emulator does not have")
