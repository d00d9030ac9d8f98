"""Trust policies, as AWS's guides write them for identity pools and for providers of one's own."""

from typing import Any

import pytest

from cognito_emu.domain.trust_policies import trusts

SERVICE = "cognito-identity.amazonaws.com"
ANN = {
    f"{SERVICE}:aud": ["us-east-1:pool"],
    f"{SERVICE}:sub": ["us-east-1:ann"],
    f"{SERVICE}:amr": ["authenticated", "graph.facebook.com", "graph.facebook.com:us-east-1:pool:7"],
}
ACTION = "sts:AssumeRoleWithWebIdentity"


def allow(condition: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"Federated": SERVICE},
        "Action": ACTION,
        **({"Condition": condition} if condition is not None else {}),
        **changes,
    }


def may(*statements: dict[str, Any], tags: dict[str, str] | None = None) -> bool:
    return trusts({"Version": "2012-10-17", "Statement": list(statements)}, action=ACTION, provider=SERVICE, context=ANN, tags=tags or {})


def test_the_policy_that_the_console_writes_lets_the_pools_users_in() -> None:
    aud = {"StringEquals": {f"{SERVICE}:aud": "us-east-1:pool"}}
    assert may(allow(aud | {"ForAnyValue:StringLike": {f"{SERVICE}:amr": "authenticated"}}))
    assert not may(allow(aud | {"ForAnyValue:StringLike": {f"{SERVICE}:amr": "unauthenticated"}}))


def test_a_statement_by_itself_may_be_no_list() -> None:
    assert trusts({"Statement": allow()}, action=ACTION, provider=SERVICE, context=ANN, tags={})


@pytest.mark.parametrize(
    ("changes", "allowed"),
    [
        ({"Action": ["sts:AssumeRole", "sts:AssumeRoleWithWebIdentity"]}, True),
        ({"Action": "sts:*"}, True),
        ({"Action": "STS:assumerolewithwebidentity"}, True),
        ({"Action": "sts:AssumeRole"}, False),
        ({"Principal": "*"}, True),
        ({"Principal": {"Federated": [SERVICE, "accounts.google.com"]}}, True),
        ({"Principal": {"Federated": "accounts.google.com"}}, False),
        ({"Principal": {"AWS": "*"}}, False),
        ({"Principal": {"Service": "lambda.amazonaws.com"}}, False),
    ],
)
def test_action_and_principal_must_fit(changes: dict[str, Any], allowed: bool) -> None:
    assert may(allow(**changes)) is allowed


@pytest.mark.parametrize(
    ("operator", "key", "wanted", "allowed"),
    [
        ("StringEquals", "aud", ["another", "us-east-1:pool"], True),
        ("StringEquals", "aud", "another", False),
        ("StringNotEquals", "aud", "another", True),
        ("StringNotEquals", "aud", ["another", "us-east-1:pool"], False),
        ("StringEqualsIgnoreCase", "aud", "US-EAST-1:POOL", True),
        ("StringLike", "sub", "us-east-1:*", True),
        ("StringLike", "sub", "us-east-?:a[n]n", False),
        ("StringNotLike", "sub", "us-east-1:*", False),
        ("ForAnyValue:StringEquals", "amr", "graph.facebook.com", True),
        ("ForAllValues:StringEquals", "amr", "authenticated", False),
        ("ForAllValues:StringLike", "amr", ["authenticated", "graph.facebook.com*"], True),
        ("StringEquals", "absent", "x", False),
        ("StringNotEquals", "absent", "x", True),
        ("StringEqualsIfExists", "absent", "x", True),
        ("ForAllValues:StringEquals", "absent", "x", True),
        ("Null", "absent", "true", True),
        ("Null", "aud", True, False),
        ("Null", "aud", "false", True),
    ],
)
def test_conditions(operator: str, key: str, wanted: Any, allowed: bool) -> None:
    assert may(allow({operator: {f"{SERVICE}:{key}": wanted}})) is allowed


def test_the_names_of_keys_may_be_of_any_case() -> None:
    assert may(allow({"StringEquals": {f"{SERVICE.upper()}:AUD": "us-east-1:pool"}}))


def test_a_misspelt_key_lets_nobody_in() -> None:
    assert not may(allow({"StringEquals": {"cognito-identity.amazon.com:aud": "us-east-1:pool"}}))


def test_a_denial_counts_more_than_what_allows() -> None:
    assert not may(allow(), allow({"ForAnyValue:StringEquals": {f"{SERVICE}:amr": "graph.facebook.com"}}, Effect="Deny"))
    assert may(allow(), allow({"ForAnyValue:StringEquals": {f"{SERVICE}:amr": "accounts.google.com"}}, Effect="Deny"))


def test_tags_must_be_allowed_too() -> None:
    assert not may(allow(), tags={"team": "blue"})
    assert may(allow(Action=[ACTION, "sts:TagSession"]), tags={"team": "blue"})
    only_blue = allow({"StringEquals": {"aws:RequestTag/team": "blue"}}, Action="sts:TagSession")
    assert may(allow(), only_blue, tags={"team": "blue"})
    assert not may(allow(), only_blue, tags={"team": "red"})


def test_an_empty_policy_lets_nobody_in() -> None:
    assert not trusts({}, action=ACTION, provider=SERVICE, context=ANN, tags={})
