"""Whether a function's resource policy lets Cognito invoke it.

The policy is what Lambda's AddPermission builds. Only what such policies contain is understood: service principals, actions and
resources with wildcards, and conditions on aws:SourceArn and aws:SourceAccount.
https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any, Literal, TypeAlias

Mode: TypeAlias = Literal["warn", "enforce"]
"""What a missing permission is: a line in the log, or an AccessDeniedException."""

_SERVICE = "cognito-idp.amazonaws.com"
_ACTION = "lambda:InvokeFunction"


def allows(policy: Mapping[str, Any] | None, *, function_arn: str, source_arn: str | None) -> bool:
    """Whether `policy` lets the user pool `source_arn` invoke `function_arn`. A denial wins over any number of permissions."""
    effects = {
        statement.get("Effect") for statement in _listed((policy or {}).get("Statement")) if _applies(statement, function_arn, source_arn)
    }
    return "Allow" in effects and "Deny" not in effects


def _applies(statement: Mapping[str, Any], function_arn: str, source_arn: str | None) -> bool:
    return (
        _principal_matches(statement.get("Principal"))
        and any(_like(_ACTION.lower(), action.lower()) for action in _listed(statement.get("Action")))
        and any(_like(function_arn, resource) for resource in _listed(statement.get("Resource", "*")))
        and all(
            _condition_holds(operator, key, _listed(wanted), source_arn)
            for operator, tests in statement.get("Condition", {}).items()
            for key, wanted in tests.items()
        )
    )


def _principal_matches(principal: Any) -> bool:
    if isinstance(principal, Mapping):
        return _SERVICE in _listed(principal.get("Service")) or "*" in _listed(principal.get("AWS"))
    return principal in {"*", _SERVICE}


def _condition_holds(operator: str, key: str, wanted: Iterable[str], source_arn: str | None) -> bool:
    """A condition that is not understood does not hold: better a warning too many than a permission that AWS would not grant."""
    actual = {"aws:sourcearn": source_arn, "aws:sourceaccount": _account_of(source_arn)}.get(key.lower())
    if actual is None:
        return operator.endswith("IfExists")
    match operator.removesuffix("IfExists"):
        case "ArnLike" | "ArnEquals" | "StringLike":
            return any(_like(actual, pattern) for pattern in wanted)
        case "StringEquals":
            return actual in wanted
        case _:
            return False


def _account_of(arn: str | None) -> str | None:
    parts = (arn or "").split(":")
    return parts[4] if len(parts) > 4 and parts[4] else None  # noqa: PLR2004 - arn:partition:service:region:ACCOUNT


def _like(text: str, pattern: str) -> bool:
    """`*` and `?` as IAM has them; brackets are ordinary characters there."""
    return fnmatchcase(text, pattern.replace("[", "[[]"))


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
