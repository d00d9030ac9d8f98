import json

import pytest

from cognito_emu.domain import tokens
from cognito_emu.domain.tokens import Group, GroupClaims, Issue

ISSUE = Issue(issuer="http://localhost/pool", client_id="client", event_id="event", origin_jti="origin", auth_time=1_000, issued_at=2_000)
ATTRIBUTES = {
    "sub": "7000-sub",
    "email": "ann@b.example",
    "email_verified": "true",
    "phone_number": "+4930123456",
    "phone_number_verified": "false",
    "address": "1 Long Road",
    "updated_at": "1700000000",
    "name": "Ann",
    "nickname": "",
    "custom:age": "41",
}

NO_GROUPS = GroupClaims()


def id_token(issue=ISSUE, attributes=ATTRIBUTES, groups=NO_GROUPS, **rest):
    arguments = {"username": "ann", "attributes": attributes, "readable": set(attributes), "groups": groups, "jti": "jti", "lifetime": 3600}
    return tokens.id_token_claims(issue, **arguments | rest)


def access_token(issue=ISSUE, groups=NO_GROUPS, **rest):
    return tokens.access_token_claims(
        issue, **{"sub": "7000-sub", "username": "ann", "groups": groups, "jti": "jti", "lifetime": 60} | rest
    )


def test_the_id_token_of_an_api_sign_in():
    assert id_token() == {
        "sub": "7000-sub",
        "iss": "http://localhost/pool",
        "cognito:username": "ann",
        "origin_jti": "origin",
        "jti": "jti",
        "aud": "client",
        "event_id": "event",
        "token_use": "id",
        "auth_time": 1_000,
        "exp": 5_600,
        "iat": 2_000,
        "email": "ann@b.example",
        "email_verified": True,
        "phone_number": "+4930123456",
        "phone_number_verified": False,
        "address": {"formatted": "1 Long Road"},
        "updated_at": 1_700_000_000,
        "name": "Ann",
        "custom:age": "41",
    }


def test_the_access_token_of_an_api_sign_in():
    assert access_token() == {
        "sub": "7000-sub",
        "iss": "http://localhost/pool",
        "client_id": "client",
        "origin_jti": "origin",
        "event_id": "event",
        "token_use": "access",
        "scope": "aws.cognito.signin.user.admin",
        "auth_time": 1_000,
        "exp": 2_060,
        "iat": 2_000,
        "jti": "jti",
        "username": "ann",
    }


def test_an_access_token_by_oauth_has_a_version_and_its_scopes():
    claims = access_token(scopes=["openid", "api/read"], device_key="device", resource="https://api.example")
    assert (claims["version"], claims["scope"], claims["device_key"], claims["aud"]) == (
        2,
        "openid api/read",
        "device",
        "https://api.example",
    )


def test_a_machine_token_has_no_user_in_it():
    claims = tokens.machine_token_claims(
        issuer="http://localhost/pool", client_id="client", scopes=["api/read"], jti="jti", issued_at=2_000, lifetime=3600
    )
    assert claims == {
        "sub": "client",
        "client_id": "client",
        "token_use": "access",
        "scope": "api/read",
        "auth_time": 2_000,
        "iat": 2_000,
        "exp": 5_600,
        "iss": "http://localhost/pool",
        "version": 2,
        "jti": "jti",
    }


def test_a_machine_token_may_be_bound_to_a_resource():
    claims = tokens.machine_token_claims(
        issuer="i", client_id="c", scopes=[], jti="j", issued_at=1, lifetime=1, resource="https://api.example"
    )
    assert claims["aud"] == "https://api.example"


def test_without_revocation_tokens_have_no_origin():
    issue = Issue("iss", "client", "event", None, 1, 1)
    assert not {"jti", "origin_jti"} & id_token(issue).keys()
    assert "origin_jti" not in access_token(issue)
    assert access_token(issue)["jti"] == "jti"


def test_only_what_the_client_may_read_is_told():
    assert not {"email", "custom:age"} & id_token(readable={"name"}).keys()


@pytest.mark.parametrize(
    ("scopes", "shown", "hidden"),
    [
        (["openid"], {"email", "phone_number", "name", "custom:age"}, set()),
        (["openid", "aws.cognito.signin.user.admin"], {"email", "name"}, set()),
        (["openid", "email"], {"email", "email_verified"}, {"phone_number", "name", "custom:age"}),
        (["openid", "phone"], {"phone_number", "phone_number_verified"}, {"email", "name"}),
        (["openid", "email", "phone"], {"email", "phone_number"}, {"name"}),
        (["openid", "profile"], {"name", "custom:age", "email"}, set()),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_scopes_open_attributes_of_the_id_token(scopes, shown, hidden):
    claims = id_token(scopes=scopes)
    assert claims.keys() >= shown | {"sub"}
    assert not claims.keys() & hidden


def test_no_attribute_can_take_the_place_of_a_claim():
    assert id_token(attributes={"sub": "s", "iss": "x", "aud": "x"})["aud"] == "client"


def test_user_info_is_text_and_keeps_profile_apart():
    claims = tokens.user_info_claims(username="ann", attributes=ATTRIBUTES, readable=set(ATTRIBUTES), scopes=["openid", "profile", "email"])
    assert claims == {
        "sub": "7000-sub",
        "username": "ann",
        "email": "ann@b.example",
        "email_verified": "true",
        "name": "Ann",
        "address": "1 Long Road",
        "updated_at": "1700000000",
        "custom:age": "41",
    }
    everything = tokens.user_info_claims(username="ann", attributes=ATTRIBUTES, readable=set(ATTRIBUTES), scopes=["openid"])
    assert everything["phone_number_verified"] == "false"


def test_identities_are_a_list_whose_entries_are_text():
    stored = [
        {"userId": "1", "providerName": "Google", "providerType": "Google", "issuer": None, "primary": True, "dateCreated": 1700000000000}
    ]
    claims = id_token(attributes={"sub": "s", "identities": json.dumps(stored)}, readable={"email"})
    assert claims["identities"] == [
        {
            "userId": "1",
            "providerName": "Google",
            "providerType": "Google",
            "issuer": None,
            "primary": "true",
            "dateCreated": "1700000000000",
        }
    ]


@pytest.mark.parametrize(
    ("groups", "preferred"),
    [
        pytest.param([], None, id="no groups"),
        pytest.param([Group("a")], None, id="no roles"),
        pytest.param([Group("a", "A")], "A", id="the only role"),
        pytest.param([Group("a", "A", 2), Group("b", "B", 1)], "B", id="the lowest precedence"),
        pytest.param([Group("a", "A"), Group("b", "B", 9)], "B", id="no precedence comes last"),
        pytest.param([Group("a", "A", 0), Group("b", "B", 1)], "A", id="zero is the lowest"),
        pytest.param([Group("a", "A", 1), Group("b", "B", 1)], None, id="a tie of different roles"),
        pytest.param([Group("a", "A", 1), Group("b", "A", 1)], "A", id="a tie of one role"),
        pytest.param([Group("a", None, 1), Group("b", "B", 2)], "B", id="a group without a role prefers none"),
    ],
)
def test_the_preferred_role(groups, preferred):
    assert GroupClaims.of(groups).preferred_role == preferred


def test_groups_are_in_both_tokens_and_roles_in_the_id_token():
    groups = GroupClaims.of([Group("a", "A", 1), Group("b", "A", 2), Group("c")])
    claims = id_token(groups=groups)
    assert claims["cognito:groups"] == ["a", "b", "c"]
    assert claims["cognito:roles"] == ["A"]
    assert claims["cognito:preferred_role"] == "A"
    assert access_token(groups=groups)["cognito:groups"] == ["a", "b", "c"]
    assert "cognito:roles" not in access_token(groups=groups)
    assert "cognito:groups" not in id_token()


def test_at_hash_of_the_example_in_openid_connect_core():
    """Appendix A.3 and A.4."""
    assert tokens.at_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y") == "77QmUPtjPfzWtF2AnpK9RQ"


def test_a_nonce_comes_back():
    assert id_token(nonce="n")["nonce"] == "n"
