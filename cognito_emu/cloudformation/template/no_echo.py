"""Properties as events show them: what comes of a parameter with NoEcho is hidden.

What a template puts into its outputs and its metadata is not, on AWS either.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cognito_emu.cloudformation.template.evaluation import NO_VALUE, Evaluation
from cognito_emu.cloudformation.template.parameters import HIDDEN, declared_parameters, has_no_echo
from cognito_emu.cloudformation.template.structure import references


def shown_properties(evaluation: Evaluation, properties: Mapping[str, Any]) -> dict[str, Any]:
    """A resource's properties, computed, with `HIDDEN` in the place of every value that a parameter with NoEcho is part of.

    Assumption: a text that holds such a parameter is hidden as a whole.
    """
    declared = declared_parameters(evaluation.template)
    hidden = {name for name, declaration in declared.items() if has_no_echo(declaration)}
    shown: dict[str, Any] = evaluation.resolved(_shown(evaluation, evaluation.chosen(dict(properties)), hidden))
    return shown


def _shown(evaluation: Evaluation, node: Any, hidden: set[str]) -> Any:
    if hidden.isdisjoint(references(node)):
        return evaluation.value(node)
    if isinstance(node, list):
        return [item for item in (_shown(evaluation, each, hidden) for each in node) if item is not NO_VALUE]
    if _is_function(node):
        return HIDDEN
    computed = {name: _shown(evaluation, item, hidden) for name, item in node.items()}
    return {name: item for name, item in computed.items() if item is not NO_VALUE}


def _is_function(node: dict[str, Any]) -> bool:
    return node.keys() == {"Ref"} or (len(node) == 1 and next(iter(node)).startswith("Fn::"))
