"""Trust policies of roles: whether somebody whom a provider vouches for may assume one.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

ASSUME_BY_WEB_IDENTITY, ASSUME_BY_SAML, TAG_SESSION = "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML", "sts:TagSession"


def _like(value: str, pattern: str) -> bool:
    """`*` and `?`; nothing else is special."""
    return fnmatchcase(value, pattern.replace("[", "[[]"))


_QUALIFIERS = ("ForAnyValue:", "ForAllValues:")
_Test = Callable[[str, str], bool]
_TESTS: dict[str, _Test] = {
    "StringEquals": lambda value, wanted: value == wanted,
    "StringEqualsIgnoreCase": lambda value, wanted: value.lower() == wanted.lower(),
    "StringLike": _like,
    "ArnEquals": _like,
    "ArnLike": _like,
    "Bool": lambda value, wanted: value.lower() == wanted.lower(),
}
_NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}


def trusts(policy: Any, *, action: str, provider: str, context: Mapping[str, Sequence[str]], tags: Mapping[str, str]) -> bool:
    """Whether a trust policy lets a federated principal assume the role.

    Args:
        policy: The document as JSON.
        action: Of this module's constants.
        provider: The federated principal: `cognito-identity.amazonaws.com`, or a provider's ARN.
        context: The condition keys of the request and their values.
        tags: The session's, which need sts:TagSession as well.
    """
    keys = {name.lower(): list(values) for name, values in context.items()}
    keys |= {f"aws:requesttag/{name}".lower(): [value] for name, value in tags.items()} | {"aws:tagkeys": list(tags)}
    actions = [action, TAG_SESSION] if tags else [action]
    return all(_allowed(_list(policy.get("Statement")), each, provider, keys) for each in actions)


def _allowed(statements: Sequence[Any], action: str, provider: str, keys: Mapping[str, list[str]]) -> bool:
    effects = {
        statement.get("Effect")
        for statement in statements
        if any(_like(action.lower(), str(pattern).lower()) for pattern in _list(statement.get("Action")))
        and _is_for(statement.get("Principal"), provider)
        and all(
            _holds(operator, keys.get(key.lower()), [_text(value) for value in _list(wanted)])
            for operator, tests in statement.get("Condition", {}).items()
            for key, wanted in tests.items()
        )
    }
    return effects == {"Allow"}


def _is_for(principal: Any, provider: str) -> bool:
    if isinstance(principal, dict):
        return not {provider, "*"}.isdisjoint(map(str, _list(principal.get("Federated"))))
    return bool(principal == "*")


def _holds(operator: str, values: list[str] | None, wanted: list[str]) -> bool:
    """One condition. A key that the request doesn't have meets only negations, `...IfExists` and `ForAllValues`."""
    qualifier = next((each for each in _QUALIFIERS if operator.startswith(each)), "")
    name = operator.removeprefix(qualifier)
    if name == "Null":
        return (values is None) == (wanted[:1] == ["true"])
    name, if_exists = name.removesuffix("IfExists"), name.endswith("IfExists")
    test = _TESTS.get(_NEGATED.get(name, name))
    if test is None:
        # Assumption: a condition on dates, numbers or addresses is met, since a trust policy for an identity has hardly any of them.
        return True
    negated = name in _NEGATED
    if values is None:
        return if_exists or negated or qualifier == "ForAllValues:"
    results = [any(test(value, each) for each in wanted) != negated for value in values]
    # Without a qualifier a key has one value; should it have several, a negation must hold for each.
    return all(results) if qualifier == "ForAllValues:" or (negated and not qualifier) else any(results)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
