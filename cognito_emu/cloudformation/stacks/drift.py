"""Comparing what a template says of a resource with what the resource is.

"CloudFormation only determines drift for property values that are explicitly set": what the template leaves out is not looked at.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cognito_emu.cloudformation.template.functions import as_text
from cognito_emu.cloudformation.template.parameters import HIDDEN
from cognito_emu.records import Record

Path = tuple[str, ...]


class Difference(Record):
    """One value that is not as the template says: `ADD` and `REMOVE` for what is too much and what is missing, `NOT_EQUAL` else."""

    path: Path
    expected: Any
    actual: Any
    kind: str

    def render(self, shown: Any) -> dict[str, str]:
        """The model's PropertyDifference.

        Args:
            shown: The expected properties with what is not to be echoed hidden.
        """
        hidden = _is_hidden(shown, self.path)
        return {
            "PropertyPath": "".join(f"/{part}" for part in self.path),
            "ExpectedValue": HIDDEN if hidden and self.expected is not None else property_text(self.expected),
            "ActualValue": HIDDEN if hidden and self.actual is not None else property_text(self.actual),
            "DifferenceType": self.kind,
        }


def compare(expected: Any, actual: Any, path: Path = ()) -> tuple[list[Difference], Any]:
    """The differences, and the actual value without what the template does not speak of."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        return _compare_objects(expected, actual, path)
    if isinstance(expected, list) and isinstance(actual, list):
        return _compare_lists(expected, actual, path)
    return ([] if _same(expected, actual) else [Difference(path, expected, actual, "NOT_EQUAL")]), actual


def hide(value: Any, shown: Any) -> Any:
    """A value with hidden what is hidden in `shown`; a list that holds something hidden is hidden as a whole."""
    if shown == HIDDEN or (isinstance(shown, list) and _holds_hidden(shown)):
        return HIDDEN
    if isinstance(value, dict) and isinstance(shown, dict):
        return {name: hide(item, shown.get(name)) for name, item in value.items()}
    return value


def _compare_objects(expected: Mapping[str, Any], actual: Mapping[str, Any], path: Path) -> tuple[list[Difference], Any]:
    differences: list[Difference] = []
    told: dict[str, Any] = {}
    for name, value in expected.items():
        if name.lower() == "kmskeyid":
            continue  # "CloudFormation does not perform drift detection on the KMSKeyId property of any resources"
        if actual.get(name) is None:
            if value not in ({}, [], "", None):
                differences.append(Difference((*path, name), value, None, "REMOVE"))
            continue
        found, told[name] = compare(value, actual[name], (*path, name))
        differences += found
    return differences, told


def _compare_lists(expected: list[Any], actual: list[Any], path: Path) -> tuple[list[Difference], Any]:
    """Assumption: the order does not matter, as it does not to Cognito; what changed inside a member is one member less and one more."""
    left = dict(enumerate(actual))
    told = list(actual)
    differences: list[Difference] = []
    for index, value in enumerate(expected):
        for place, candidate in left.items():
            found, pruned = compare(value, candidate)
            if not found:
                told[place] = pruned
                del left[place]
                break
        else:
            differences.append(Difference((*path, str(index)), value, None, "REMOVE"))
    differences += [Difference((*path, str(place)), None, value, "ADD") for place, value in left.items()]
    return differences, told


def _same(expected: Any, actual: Any) -> bool:
    """Scalars may be written as texts."""
    if isinstance(expected, dict | list) or isinstance(actual, dict | list):
        return bool(expected == actual)
    return expected == actual or as_text(expected) == as_text(actual)


def property_text(value: Any) -> str:
    """A property's value as CloudFormation shows it: what is no scalar as JSON, what is not there as `null`."""
    if value is None:
        return "null"
    return json.dumps(value, separators=(",", ":"), sort_keys=True) if isinstance(value, dict | list) else as_text(value)


def _is_hidden(shown: Any, path: Path) -> bool:
    for part in path:
        if shown == HIDDEN or (isinstance(shown, list) and _holds_hidden(shown)):
            return True
        shown = shown.get(part) if isinstance(shown, dict) else None
    return _holds_hidden(shown)


def _holds_hidden(shown: Any) -> bool:
    if isinstance(shown, dict | list):
        return any(_holds_hidden(item) for item in (shown.values() if isinstance(shown, dict) else shown))
    return bool(shown == HIDDEN)
