import pytest

from cognito_emu.domain.claims_override import override_access_token, override_id_token
from triggers.responses import pre_token_generation

ID = {
    "sub": "s",
    "aud": "client",
    "cognito:username": "ann",
    "cognito:groups": ["a"],
    "cognito:roles": ["A"],
    "cognito:preferred_role": "A",
    "email": "a@b.c",
    "dev:custom:x": "1",
}
ACCESS = {"sub": "s", "client_id": "client", "cognito:groups": ["a"], "scope": "openid email", "username": "ann"}


def version_1(**details):
    return pre_token_generation({"claimsOverrideDetails": details})


def version_2(**details):
    return pre_token_generation({"claimsAndScopeOverrideDetails": details})


def test_an_answer_that_asks_for_nothing_changes_nothing():
    for override in (version_1(), version_2()):
        assert override_id_token(ID, override) == ID
        assert override_access_token(ACCESS, override) == ACCESS


def test_version_1_changes_the_id_token_alone():
    override = version_1(claimsToAddOrOverride={"email": "x@y.z", "new": "1"}, claimsToSuppress=["dev:custom:x"])
    changed = override_id_token(ID, override)
    assert (changed["email"], changed["new"], "dev:custom:x" in changed) == ("x@y.z", "1", False)
    assert override_access_token(ACCESS, override) == ACCESS


def test_version_2_changes_both_and_takes_any_value():
    claims = {"list": [1], "map": {"a": True}, "number": 1.5}
    override = version_2(
        idTokenGeneration={"claimsToAddOrOverride": claims}, accessTokenGeneration={"claimsToAddOrOverride": {"tenant": "t"}}
    )
    assert override_id_token(ID, override).items() >= claims.items()
    assert override_access_token(ACCESS, override)["tenant"] == "t"


def test_suppression_wins_over_addition():
    override = version_1(claimsToAddOrOverride={"email": "x@y.z"}, claimsToSuppress=["email"])
    assert "email" not in override_id_token(ID, override)


@pytest.mark.parametrize("name", ["sub", "aud", "iss", "exp", "token_use", "cognito:username", "cognito:anything", "at_hash", "event_id"])
def test_what_belongs_to_the_service_stays(name):
    override = version_2(
        idTokenGeneration={"claimsToAddOrOverride": {name: "x"}, "claimsToSuppress": [name]},
        accessTokenGeneration={"claimsToAddOrOverride": {name: "x"}, "claimsToSuppress": [name]},
    )
    assert override_id_token(ID, override) == ID
    assert override_access_token(ACCESS, override) == ACCESS


def test_developer_attributes_can_be_suppressed_but_not_added():
    assert override_id_token(ID, version_1(claimsToAddOrOverride={"dev:custom:x": "2"})) == ID


@pytest.mark.parametrize("name", ["email_verified", "phone_number_verified", "updated_at", "address"])
def test_some_attributes_take_no_complex_value(name):
    assert override_id_token(ID, version_2(idTokenGeneration={"claimsToAddOrOverride": {name: {"a": 1}}})) == ID


@pytest.mark.parametrize(("audience", "expected"), [("client", "client"), ("other", None)])
def test_the_access_token_may_name_its_own_client_as_audience(audience, expected):
    override = version_2(accessTokenGeneration={"claimsToAddOrOverride": {"aud": audience}})
    assert override_access_token(ACCESS, override).get("aud") == expected


def test_groups_and_roles_are_replaced_as_a_whole():
    override = version_1(groupOverrideDetails={"groupsToOverride": ["x"], "iamRolesToOverride": ["X"], "preferredRole": "X"})
    changed = override_id_token(ID, override)
    assert (changed["cognito:groups"], changed["cognito:roles"], changed["cognito:preferred_role"]) == (["x"], ["X"], "X")
    assert override_access_token(ACCESS, override)["cognito:groups"] == ["x"]
    assert (
        not {"cognito:roles", "cognito:preferred_role"}
        & override_id_token(ID, version_1(groupOverrideDetails={"groupsToOverride": ["x"]})).keys()
    )


@pytest.mark.parametrize("details", [None, {}], ids=["null", "empty"])
def test_an_empty_override_suppresses_the_groups(details):
    override = version_1(groupOverrideDetails=details)
    assert not any(name in override_id_token(ID, override) for name in ("cognito:groups", "cognito:roles", "cognito:preferred_role"))
    assert "cognito:groups" not in override_access_token(ACCESS, override)


def test_suppressing_the_groups_takes_the_roles_along():
    changed = override_id_token(ID, version_1(claimsToSuppress=["cognito:groups"]))
    assert changed.keys() == ID.keys() - {"cognito:groups", "cognito:roles", "cognito:preferred_role"}


def test_scopes_are_added_and_taken_away():
    override = version_2(
        accessTokenGeneration={"scopesToAdd": ["api/read", "two words", "openid", "never"], "scopesToSuppress": ["email", "never"]}
    )
    assert override_access_token(ACCESS, override)["scope"] == "openid api/read"


def test_the_claims_given_are_left_untouched():
    before = (dict(ID), dict(ACCESS))
    override = version_2(
        idTokenGeneration={"claimsToAddOrOverride": {"a": 1}, "claimsToSuppress": ["email"]},
        accessTokenGeneration={"scopesToAdd": ["x"]},
    )
    override_id_token(ID, override)
    override_access_token(ACCESS, override)
    assert before == (ID, ACCESS)
