"""Which role a login earns: every branch of AWS's resolution."""

from typing import Any

import pytest

from cognito_emu.domain.identity_roles import ProviderClaims, resolve_role
from cognito_emu.domain.principal_tags import session_tags, tags_claim, tags_in_claims
from cognito_emu.errors import AwsError, InvalidIdentityPoolConfigurationException, NotAuthorizedException

ROLES = {"authenticated": "users", "unauthenticated": "guests"}
DENIED = "The ambiguous role mapping rules denied this request"


def rule(match: str, value: str, role: str, claim: str = "tier") -> dict[str, str]:
    return {"Claim": claim, "MatchType": match, "Value": value, "RoleARN": role}


def by_rules(*rules: dict[str, str], ambiguous: str = "Deny") -> dict[str, Any]:
    return {"Type": "Rules", "AmbiguousRoleResolution": ambiguous, "RulesConfiguration": {"Rules": list(rules)}}


def by_token(ambiguous: str = "Deny") -> dict[str, Any]:
    return {"Type": "Token", "AmbiguousRoleResolution": ambiguous}


def resolve(mapping: dict[str, Any] | None, claims: dict[str, Any], custom: str | None = None) -> str:
    login = ProviderClaims(("provider:client", "provider"), claims)
    return resolve_role(ROLES, {"provider": mapping} if mapping else {}, [login], custom)


def test_guests_get_the_role_of_guests() -> None:
    assert resolve_role(ROLES, {"provider": by_token()}, []) == "guests"


def test_a_provider_without_mapping_gives_the_role_of_users() -> None:
    assert resolve(None, {"cognito:preferred_role": "admin"}) == "users"


@pytest.mark.parametrize("logins", [[], [ProviderClaims(("provider",), {})]])
def test_a_role_that_is_not_set_is_an_invalid_configuration(logins: list[ProviderClaims]) -> None:
    with pytest.raises(InvalidIdentityPoolConfigurationException, match="Check assigned IAM roles for this pool"):
        resolve_role({}, {}, logins)


@pytest.mark.parametrize(
    ("claims", "role"),
    [
        ({"cognito:roles": ["a", "b"], "cognito:preferred_role": "b"}, "b"),
        ({"cognito:roles": "a,b", "cognito:preferred_role": "b"}, "b"),
        ({"cognito:roles": ["a"]}, "a"),
        ({"cognito:roles": ["a", "b"]}, "users"),
        ({}, "users"),
    ],
)
def test_a_token_chooses_by_its_preferred_role(claims: dict[str, Any], role: str) -> None:
    assert resolve(by_token("AuthenticatedRole"), claims) == role


@pytest.mark.parametrize("claims", [{}, {"cognito:roles": ["a", "b"]}])
def test_a_token_that_is_ambiguous_is_denied_where_the_pool_says_so(claims: dict[str, Any]) -> None:
    with pytest.raises(NotAuthorizedException, match=DENIED):
        resolve(by_token(), claims)


@pytest.mark.parametrize(
    ("match", "value", "claim", "matches"),
    [
        ("Equals", "gold", "gold", True),
        ("Equals", "gold", "golden", False),
        ("Equals", "true", True, True),
        ("Equals", "5", 5, True),
        ("Equals", "gold", ["silver", "gold"], True),
        ("Contains", "old", "gold", True),
        ("Contains", "admin", ["admins", "users"], True),
        ("Contains", "x", "gold", False),
        ("StartsWith", "go", "gold", True),
        ("StartsWith", "old", "gold", False),
        ("NotEqual", "gold", "silver", True),
        ("NotEqual", "gold", "gold", False),
        ("NotEqual", "gold", ["silver", "gold"], False),
        ("NotEqual", "gold", None, False),
    ],
)
def test_a_rule_matches_a_claim(match: str, value: str, claim: Any, matches: bool) -> None:
    assert resolve(by_rules(rule(match, value, "special"), ambiguous="AuthenticatedRole"), {"tier": claim}) == (
        "special" if matches else "users"
    )


def test_the_first_rule_that_matches_counts() -> None:
    mapping = by_rules(rule("Equals", "none", "a"), rule("Contains", "g", "b"), rule("Equals", "gold", "c"))
    assert resolve(mapping, {"tier": "gold"}) == "b"


def test_no_rule_that_matches_is_denied_where_the_pool_says_so() -> None:
    with pytest.raises(NotAuthorizedException, match=DENIED):
        resolve(by_rules(rule("Equals", "gold", "a")), {"tier": "silver"})


@pytest.mark.parametrize(
    ("mapping", "claims", "custom"),
    [
        (by_token(), {"cognito:roles": ["a", "b"]}, "b"),
        (by_token(), {"cognito:roles": ["a", "b"], "cognito:preferred_role": "a"}, "b"),
        (by_rules(rule("Contains", "g", "a"), rule("Equals", "gold", "b")), {"tier": "gold"}, "b"),
        (None, {}, "users"),
    ],
)
def test_a_request_chooses_among_the_roles_that_it_is_offered(mapping: Any, claims: dict[str, Any], custom: str) -> None:
    assert resolve(mapping, claims, custom) == custom


@pytest.mark.parametrize(
    ("mapping", "claims"),
    [
        (by_token("AuthenticatedRole"), {"cognito:roles": ["a", "b"]}),
        (by_rules(rule("Equals", "gold", "a"), rule("Equals", "silver", "c")), {"tier": "gold"}),
        (None, {"cognito:roles": ["c"]}),
    ],
)
def test_a_role_that_is_not_offered_is_forbidden(mapping: Any, claims: dict[str, Any]) -> None:
    with pytest.raises(AwsError, match="Access to Role 'c' is forbidden") as caught:
        resolve(mapping, claims, "c")
    assert caught.value.code == "NotAuthorizedException"


def test_the_most_particular_name_of_a_login_finds_its_mapping() -> None:
    login = ProviderClaims(("provider:client", "provider"), {"tier": "gold"})
    mappings = {"provider": by_rules(rule("Equals", "gold", "a")), "provider:client": by_rules(rule("Equals", "gold", "b"))}
    assert resolve_role(ROLES, mappings, [login]) == "b"


def test_tags_come_from_claims_and_go_into_tokens_and_out_again() -> None:
    login = ProviderClaims(("provider",), {"sub": "1", "aud": "app", "team": "blue", "groups": ["a", "b"], "long": "x" * 300})
    given = {"provider": {"PrincipalTags": {"Team": "team", "Groups": "groups", "Long": "long", "None": "absent"}}}
    tags = session_tags(given, [login])
    assert tags == {"Team": "blue", "Groups": "a,b", "Long": "x" * 256}
    assert session_tags({"provider": {"UseDefaults": True}}, [login]) == {"username": "1", "client": "app"}
    assert session_tags({"another": {"UseDefaults": True}}, [login]) == {}
    assert tags_in_claims(tags_claim(tags)) == tags
    assert tags_claim({}) == {}


@pytest.mark.parametrize("claim", [None, [], {"principal_tags": "x"}, {"principal_tags": {"a": []}}])
def test_malformed_tags_are_none(claim: Any) -> None:
    assert tags_in_claims({"https://aws.amazon.com/tags": claim}) == {}
