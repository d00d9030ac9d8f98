"""From a sign-in to credentials that the emulator knows: with boto3, with the AWS SDK for JavaScript, and by many at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.identity_pools.pools import IdentityPool, make_identity_pool, provider_entry, provider_name, sign_in
from tests.operations.people import Pool, make_pool
from tests.support.control import Inbox
from tests.support.server import Server


@pytest.fixture
def people(idp: Any, inbox: Inbox) -> Pool:
    people = make_pool(idp, inbox)
    people.enrol("ann")
    return people


@pytest.fixture
def pool(server: Server, identity: Any, account: str, people: Pool) -> IdentityPool:
    entry = provider_entry(people)
    return make_identity_pool(server, identity, account, CognitoIdentityProviders=[entry], DeveloperProviderName="backend")


def test_a_user_calls_the_api_with_the_credentials_of_her_role(pool: IdentityPool, people: Pool) -> None:
    logins = sign_in(people, "ann")
    credentials = pool.credentials(pool.get_id(logins), logins)["Credentials"]
    assert pool.caller(credentials) == pool.assumed("users")
    assert pool.client("cognito-idp", credentials).describe_user_pool(UserPoolId=people.id)["UserPool"]["Id"] == people.id


@pytest.mark.parametrize("role", ["users", "guests"])
def test_the_sdk_for_javascript_signs_with_credentials_of_the_pool(
    server: Server, pool: IdentityPool, people: Pool, javascript: Callable[..., Any], role: str
) -> None:
    token = sign_in(people, "ann")[provider_name(people)] if role == "users" else ""
    got = javascript(
        "identity-pool.mjs", endpoint=server.url, region="us-east-1", pool=pool.id, provider=provider_name(people), token=token
    )
    assert got["userPools"] == [people.id]
    assert got["identityId"].startswith("us-east-1:")
    owner = server.http.get(f"{server.url}/_emu/credentials/{got['accessKeyId']}", timeout=10).json()
    assert (owner["identity_id"], owner["arn"]) == (got["identityId"], pool.assumed(role))


def test_the_sdk_for_javascript_is_told_why_not(server: Server, pool: IdentityPool, people: Pool, javascript: Callable[..., Any]) -> None:
    got = javascript(
        "identity-pool.mjs", endpoint=server.url, region="us-east-1", pool=pool.id, provider=provider_name(people), token="junk"
    )
    assert got["error"]["name"] == "NotAuthorizedException"
    assert got["error"]["message"].startswith("Invalid login token.")


def test_one_user_who_comes_many_times_at_once_is_one_identity(pool: IdentityPool, people: Pool) -> None:
    logins = sign_in(people, "ann")
    with ThreadPoolExecutor(16) as threads:
        ids = set(threads.map(lambda _: pool.get_id(logins), range(32)))
    assert len(ids) == 1
    listed = pool.identity.list_identities(IdentityPoolId=pool.id, MaxResults=60)["Identities"]
    assert [identity["IdentityId"] for identity in listed] == list(ids)


def test_guests_who_sign_in_as_one_user_at_once_end_as_one_identity(pool: IdentityPool, people: Pool) -> None:
    logins = sign_in(people, "ann")
    guests = [pool.get_id() for _ in range(8)]
    with ThreadPoolExecutor(8) as threads:
        ids = set(threads.map(lambda guest: pool.credentials(guest, logins)["IdentityId"], guests))
    assert len(ids) == 1
    visible = pool.identity.list_identities(IdentityPoolId=pool.id, MaxResults=60, HideDisabled=True)["Identities"]
    assert [identity["IdentityId"] for identity in visible] == list(ids)


def test_identities_and_credentials_survive_a_restart(start_server: Callable[..., Server], account: str) -> None:
    server = start_server()
    pool = make_identity_pool(server, server.client("cognito-identity", account=account), account)
    guest = pool.get_id()
    credentials = pool.credentials(guest)["Credentials"]
    token = pool.identity.get_open_id_token(IdentityId=guest)["Token"]
    server.restart()
    assert pool.caller(credentials) == pool.assumed("guests")
    assert pool.credentials(guest, {"cognito-identity.amazonaws.com": token})["IdentityId"] == guest
