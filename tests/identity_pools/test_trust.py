"""Roles and providers that IAM knows: trust policies decide who gets a role, and a provider's client ids whose tokens are taken."""

import json
from typing import Any

import pytest

from tests.identity_pools.pools import NO_ROLE, UNSUPPORTED, IdentityPool, provider_name, sign_in
from tests.identity_pools.providers import Provider
from tests.operations.people import Pool
from tests.operations.refusals import refusal
from tests.support.server import Server

SERVICE = "cognito-identity.amazonaws.com"
DENIED = ("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity")


@pytest.fixture
def iam(server: Server, account: str) -> Any:
    return server.client("iam", account=account)


@pytest.fixture
def sts(server: Server, account: str) -> Any:
    return server.client("sts", account=account)


def make_role(iam: Any, name: str, principal: str, equals: dict[str, str], *, amr: str = "", actions: str | list[str] = "") -> None:
    condition: dict[str, Any] = {"StringEquals": equals}
    if amr:
        condition["ForAnyValue:StringLike"] = {f"{SERVICE}:amr": amr}
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": principal},
        "Action": actions or "sts:AssumeRoleWithWebIdentity",
        "Condition": condition,
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(policy))


def test_the_roles_of_a_pool_must_trust_it(iam: Any, pool: IdentityPool, people: Pool) -> None:
    make_role(iam, "users", SERVICE, {f"{SERVICE}:aud": pool.id}, amr="authenticated")
    make_role(iam, "guests", SERVICE, {f"{SERVICE}:aud": "us-east-1:another"}, amr="unauthenticated")
    assert pool.role_of(sign_in(people, "ann")) == "users"
    assert refusal(pool.role_of, logins={}) == NO_ROLE


def test_a_role_for_users_is_not_for_guests(iam: Any, pool: IdentityPool) -> None:
    make_role(iam, "guests", SERVICE, {f"{SERVICE}:aud": pool.id}, amr="authenticated")
    assert refusal(pool.role_of, logins={}) == NO_ROLE


def test_a_role_may_be_for_one_providers_users(iam: Any, pool: IdentityPool, people: Pool, provider: Provider) -> None:
    make_role(iam, "users", SERVICE, {f"{SERVICE}:aud": pool.id}, amr=provider.name)
    assert pool.role_of({provider.name: provider.issue(sub="ann")}) == "users"
    assert refusal(pool.role_of, logins=sign_in(people, "ann")) == NO_ROLE


def test_principal_tags_need_a_role_that_takes_tags(iam: Any, pool: IdentityPool, people: Pool) -> None:
    pool.identity.set_principal_tag_attribute_map(IdentityPoolId=pool.id, IdentityProviderName=provider_name(people), UseDefaults=True)
    make_role(iam, "users", SERVICE, {f"{SERVICE}:aud": pool.id})
    assert refusal(pool.role_of, logins=sign_in(people, "ann")) == NO_ROLE
    iam.delete_role(RoleName="users")
    make_role(iam, "users", SERVICE, {f"{SERVICE}:aud": pool.id}, actions=["sts:AssumeRoleWithWebIdentity", "sts:TagSession"])
    assert pool.role_of(sign_in(people, "ann")) == "users"


def test_the_classic_flow_asks_the_role_as_well(iam: Any, sts: Any, pool: IdentityPool) -> None:
    guest = pool.get_id()
    request = {
        "RoleArn": pool.role("chosen"),
        "RoleSessionName": "app",
        "WebIdentityToken": pool.identity.get_open_id_token(IdentityId=guest)["Token"],
    }
    sts.assume_role_with_web_identity(**request)  # nothing is known of the role
    make_role(iam, "chosen", SERVICE, {f"{SERVICE}:aud": pool.id}, amr="authenticated")
    assert refusal(sts.assume_role_with_web_identity, **request) == DENIED
    iam.delete_role(RoleName="chosen")
    make_role(iam, "chosen", SERVICE, {f"{SERVICE}:aud": pool.id, f"{SERVICE}:sub": guest}, amr="unauthenticated")
    assert sts.assume_role_with_web_identity(**request)["SubjectFromWebIdentityToken"] == guest


def test_a_provider_that_iam_knows_is_for_its_clients_only(iam: Any, pool: IdentityPool, provider: Provider) -> None:
    arn = iam.create_open_id_connect_provider(Url=provider.issuer, ClientIDList=["app"])["OpenIDConnectProviderArn"]
    assert arn == provider.arn(pool.account)
    ann = pool.get_id({provider.name: provider.issue(sub="ann", aud="app")})
    another = {provider.name: provider.issue(sub="ann", aud="another")}
    assert refusal(pool.get_id, logins=another) == UNSUPPORTED
    assert refusal(pool.get_id, logins={provider.name: provider.issue(sub="ann", aud=["app", "another"], azp="another")}) == UNSUPPORTED
    iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="another")
    assert pool.get_id(another) == ann


def test_a_role_for_a_providers_users_is_assumed_by_the_providers_token(iam: Any, sts: Any, account: str) -> None:
    with Provider() as provider:
        request = {"RoleArn": f"arn:aws:iam::{account}:role/ci", "RoleSessionName": "build"}
        token = provider.issue(sub="repo:shop", aud="sts.amazonaws.com")
        refused = refusal(sts.assume_role_with_web_identity, WebIdentityToken=token, **request)
        assert refused == ("InvalidIdentityToken", f"No OpenIDConnect provider found in your account for {provider.issuer}")

        arn = iam.create_open_id_connect_provider(Url=provider.issuer, ClientIDList=["sts.amazonaws.com"])["OpenIDConnectProviderArn"]
        make_role(iam, "ci", arn, {f"{provider.name}:sub": "repo:shop", f"{provider.name}:aud": "sts.amazonaws.com"})
        assumed = sts.assume_role_with_web_identity(WebIdentityToken=token, **request)
        assert (assumed["Provider"], assumed["Audience"]) == (arn, "sts.amazonaws.com")

        another = provider.issue(sub="repo:another", aud="sts.amazonaws.com")
        assert refusal(sts.assume_role_with_web_identity, WebIdentityToken=another, **request) == DENIED
        elsewhere = provider.issue(sub="repo:shop", aud="elsewhere")
        refused = refusal(sts.assume_role_with_web_identity, WebIdentityToken=elsewhere, **request)
        assert refused == ("InvalidIdentityToken", "Incorrect token audience")
