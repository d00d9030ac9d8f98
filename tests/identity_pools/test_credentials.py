"""Credentials: of the right role, recognised by the emulator, good for an hour, and in their account."""

from typing import Any

import pytest

from tests.identity_pools.pools import NO_ROLE, IdentityPool, make_identity_pool, provider_entry, provider_name, sign_in
from tests.identity_pools.providers import Provider
from tests.operations.people import Pool
from tests.operations.refusals import refusal
from tests.support.control import Clock
from tests.support.server import Server


def test_the_caller_is_the_role_that_the_identity_has_assumed(pool: IdentityPool, people: Pool) -> None:
    logins = sign_in(people, "ann")
    credentials = pool.credentials(pool.get_id(logins), logins)["Credentials"]
    caller = pool.client("sts", credentials).get_caller_identity()
    assert caller["Arn"] == pool.assumed("users")
    assert caller["Account"] == pool.account
    role_id, session = caller["UserId"].split(":")
    assert (role_id[:4], len(role_id), session) == ("AROA", 21, "CognitoIdentityCredentials")


def test_a_guest_has_the_role_of_guests(pool: IdentityPool) -> None:
    assert pool.caller(pool.credentials(pool.get_id())["Credentials"]) == pool.assumed("guests")


def test_credentials_look_like_those_of_aws(pool: IdentityPool, clock: Clock) -> None:
    credentials = pool.credentials(pool.get_id())["Credentials"]
    assert len(credentials["AccessKeyId"]) == 20
    assert credentials["AccessKeyId"].startswith("ASIA")
    assert len(credentials["SecretKey"]) == 40
    assert len(credentials["SessionToken"]) > 300
    assert 3590 < credentials["Expiration"].timestamp() - clock.now() <= 3600


def test_calls_made_with_credentials_act_in_their_account(pool: IdentityPool, people: Pool) -> None:
    credentials = pool.credentials(pool.get_id())["Credentials"]
    pools = pool.client("cognito-idp", credentials).list_user_pools(MaxResults=10)["UserPools"]
    assert [found["Id"] for found in pools] == [people.id]
    assert pool.client("cognito-identity", credentials).describe_identity_pool(IdentityPoolId=pool.id)["IdentityPoolName"] == "app"


def test_expired_credentials_are_refused_by_each_protocol_in_its_words(pool: IdentityPool, clock: Clock) -> None:
    credentials = pool.credentials(pool.get_id())["Credentials"]
    clock.advance(minutes=61)
    message = "The security token included in the request is expired"
    assert refusal(pool.client("sts", credentials).get_caller_identity) == ("ExpiredToken", message)
    assert refusal(pool.client("cognito-idp", credentials).list_user_pools, MaxResults=1) == ("ExpiredTokenException", message)
    refused = refusal(pool.client("cognito-identity", credentials).list_identity_pools, MaxResults=1)
    assert refused == ("ExpiredTokenException", message)


def test_a_developers_real_session_acts_in_the_configured_account(server: Server) -> None:
    sts = server.client("sts", account="ASIAABCDEFGHIJKLMNOP", aws_session_token="from AWS")
    assert sts.get_caller_identity()["Account"] == "000000000000"


def test_a_pool_without_roles_gives_no_credentials(server: Server, identity: Any, account: str, people: Pool) -> None:
    pool = make_identity_pool(server, identity, account, roles=False, CognitoIdentityProviders=[provider_entry(people)])
    logins = sign_in(people, "ann")
    assert refusal(pool.credentials, identity_id=pool.get_id()) == NO_ROLE
    assert refusal(pool.credentials, identity_id=pool.get_id(logins), logins=logins) == NO_ROLE


# -- roles, with real tokens; every branch of the resolution is in tests/domain


def mapped(pool: IdentityPool, name: str, mapping: dict[str, Any]) -> None:
    roles = {"authenticated": pool.role("users")}
    pool.identity.set_identity_pool_roles(IdentityPoolId=pool.id, Roles=roles, RoleMappings={name: mapping})


def test_a_users_group_chooses_the_role(pool: IdentityPool, people: Pool, idp: Any) -> None:
    for group, precedence in (("admins", 1), ("editors", 2)):
        idp.create_group(UserPoolId=people.id, GroupName=group, RoleArn=pool.role(group), Precedence=precedence)
        idp.admin_add_user_to_group(UserPoolId=people.id, Username="ann", GroupName=group)
    mapped(pool, f"{provider_name(people)}:{people.client}", {"Type": "Token", "AmbiguousRoleResolution": "AuthenticatedRole"})
    assert pool.role_of(sign_in(people, "ann")) == "admins"
    assert pool.role_of(sign_in(people, "ann"), CustomRoleArn=pool.role("editors")) == "editors"
    assert pool.role_of(sign_in(people, "bob")) == "users"
    other = refusal(pool.role_of, logins=sign_in(people, "ann"), CustomRoleArn=pool.role("root"))
    assert other == ("NotAuthorizedException", f"Access to Role '{pool.role('root')}' is forbidden.")


def test_a_providers_claim_chooses_the_role(pool: IdentityPool, provider: Provider) -> None:
    rule = {"Claim": "tier", "MatchType": "Equals", "Value": "gold", "RoleARN": pool.role("gold")}
    rules = {"Type": "Rules", "AmbiguousRoleResolution": "Deny", "RulesConfiguration": {"Rules": [rule]}}
    mapped(pool, provider.arn(pool.account), rules)
    assert pool.role_of({provider.name: provider.issue(sub="ann", tier="gold")}) == "gold"
    refused = refusal(pool.role_of, logins={provider.name: provider.issue(sub="bob", tier="silver")})
    assert refused == ("NotAuthorizedException", "The ambiguous role mapping rules denied this request")


# -- who a key belongs to, for other services on this machine


def test_claims_become_the_tags_of_the_session(server: Server, pool: IdentityPool, people: Pool, provider: Provider) -> None:
    name = provider_name(people)
    shown = pool.identity.set_principal_tag_attribute_map(IdentityPoolId=pool.id, IdentityProviderName=name, UseDefaults=True)
    assert shown["PrincipalTags"] == {"client": "aud", "username": "sub"}
    pool.identity.set_principal_tag_attribute_map(
        IdentityPoolId=pool.id, IdentityProviderName=provider.arn(pool.account), PrincipalTags={"Team": "team"}
    )
    both = sign_in(people, "ann") | {provider.name: provider.issue(sub="ann", team="blue")}
    ann = pool.get_id(both)
    key = pool.credentials(ann, both)["Credentials"]["AccessKeyId"]
    record = server.http.get(f"{server.url}/_emu/credentials/{key}", timeout=10).json()
    assert record["tags"] == {"client": people.client, "username": people.user("ann")["UserAttributes"][0]["Value"], "Team": "blue"}
    assert (record["identity_id"], record["identity_pool_id"]) == (ann, pool.id)
    assert (record["role_arn"], record["arn"], record["expired"]) == (pool.role("users"), pool.assumed("users"), False)
    assert record["amr"][:2] == ["authenticated", name]
    assert record["amr"][2].startswith(f"{name}:CognitoSignIn:")
    assert "secret" not in str(record).lower()


def test_the_map_of_principal_tags_is_shown_once_it_is_set(pool: IdentityPool, people: Pool) -> None:
    asked = {"IdentityPoolId": pool.id, "IdentityProviderName": provider_name(people)}
    assert refusal(pool.identity.get_principal_tag_attribute_map, **asked)[0] == "ResourceNotFoundException"
    pool.identity.set_principal_tag_attribute_map(**asked, PrincipalTags={"Team": "custom:team"})
    shown = pool.identity.get_principal_tag_attribute_map(**asked)
    assert (shown["UseDefaults"], shown["PrincipalTags"]) == (False, {"Team": "custom:team"})
    refused = refusal(pool.identity.set_principal_tag_attribute_map, IdentityPoolId=pool.id, IdentityProviderName="graph.facebook.com")
    assert refused == ("InvalidParameterException", "graph.facebook.com is not a configured provider.")


def test_the_credential_endpoint_serves_an_sdk_as_a_containers_does(
    server: Server, pool: IdentityPool, people: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    import boto3  # noqa: PLC0415 - a session of its own, which finds its credentials as an application's would

    ann = pool.get_id(sign_in(people, "ann"))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{server.url}/_emu/credentials?identity_id={ann}")
    sts = boto3.Session().client("sts", region_name="us-east-1", endpoint_url=server.url)
    assert sts.get_caller_identity()["Arn"] == pool.assumed("users")


def test_the_credential_endpoint_says_what_it_cannot_do(server: Server, identity: Any, account: str) -> None:
    pool = make_identity_pool(server, identity, account, roles=False)
    url = f"{server.url}/_emu/credentials"
    guest = pool.get_id()
    assert server.http.get(url, params={"identity_id": "us-east-1:0"}, timeout=10).status_code == 404
    assert server.http.get(url, params={"identity_id": guest}, timeout=10).status_code == 400
    assert server.http.get(url, timeout=10).status_code == 400
    assert server.http.get(f"{url}/ASIANONE", timeout=10).status_code == 404
    named = server.http.get(url, params={"identity_id": guest, "role_arn": pool.role("other")}, timeout=10).json()
    assert named["RoleArn"] == pool.role("other")


def test_a_reset_of_the_account_takes_pools_and_credentials_away(server: Server, pool: IdentityPool) -> None:
    credentials = pool.credentials(pool.get_id())["Credentials"]
    server.http.post(f"{server.url}/_emu/reset", params={"account": pool.account}, timeout=10).raise_for_status()
    assert pool.identity.list_identity_pools(MaxResults=10)["IdentityPools"] == []
    assert pool.client("sts", credentials).get_caller_identity()["Account"] == "000000000000"
