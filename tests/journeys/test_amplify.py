"""Amplify in Chromium, on a page of another origin: signing in by SRP, and the credentials of an identity pool."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Error, Page

from tests.identity_pools.pools import IdentityPool, make_identity_pool, provider_entry
from tests.operations.people import PASSWORD, Pool, make_pool
from tests.support.amplify import AmplifyApp, amplify_app
from tests.support.control import Inbox
from tests.support.server import REGION, Server

# What differs between the databases is below what a browser could tell.
pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def people(idp: Any, inbox: Inbox) -> Pool:
    people = make_pool(idp, inbox).client_with(ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])
    people.enrol("ann", email="ann@example.com")
    return people


@pytest.fixture
def pool(server: Server, identity: Any, account: str, people: Pool) -> IdentityPool:
    return make_identity_pool(server, identity, account, CognitoIdentityProviders=[provider_entry(people)])


@pytest.fixture
def app(page: Page, server: Server, people: Pool, pool: IdentityPool) -> Iterator[AmplifyApp]:
    with amplify_app(page) as app:
        app.open()
        app.configure(configuration(server, people, pool))
        yield app


def configuration(server: Server, people: Pool, pool: IdentityPool) -> dict[str, Any]:
    """What docs/identity-pools.md shows."""
    return {
        "Auth": {
            "Cognito": {
                "userPoolId": people.id,
                "userPoolClientId": people.client,
                "userPoolEndpoint": server.url,
                "identityPoolId": pool.id,
                "identityPoolEndpoint": server.url,
                "allowGuestAccess": True,
            }
        }
    }


def caller(pool: IdentityPool, session: dict[str, Any]) -> str:
    """Whom STS takes the session's credentials for."""
    credentials = session["credentials"]
    return pool.caller(
        {
            "AccessKeyId": credentials["accessKeyId"],
            "SecretAccessKey": credentials["secretAccessKey"],
            "SessionToken": credentials["sessionToken"],
        }
    )


def test_a_guest_becomes_a_user_and_keeps_the_identity(app: AmplifyApp, people: Pool, pool: IdentityPool) -> None:
    guest = app.auth("fetchAuthSession")
    assert caller(pool, guest) == pool.assumed("guests")

    assert app.auth("signIn", {"username": "ann", "password": PASSWORD})["isSignedIn"]
    user = app.auth("fetchAuthSession")
    assert caller(pool, user) == pool.assumed("users")
    assert user["identityId"] == guest["identityId"]
    assert user["userSub"] == user["tokens"]["idToken"]["payload"]["sub"]
    assert user["tokens"]["idToken"]["payload"]["iss"].endswith(f"/{people.id}")
    assert pool.logins(user["identityId"]) == [f"cognito-idp.{REGION}.amazonaws.com/{people.id}"]


def test_a_session_outlives_the_page_and_can_be_renewed(app: AmplifyApp, server: Server, people: Pool, pool: IdentityPool) -> None:
    app.auth("signIn", {"username": "ann", "password": PASSWORD})
    before = app.auth("fetchAuthSession")
    app.open()
    app.configure(configuration(server, people, pool))
    after = app.auth("fetchAuthSession", {"forceRefresh": True})
    assert after["identityId"] == before["identityId"]
    assert after["credentials"]["accessKeyId"] != before["credentials"]["accessKeyId"]
    assert after["tokens"]["accessToken"]["payload"]["origin_jti"] == before["tokens"]["accessToken"]["payload"]["origin_jti"]
    assert app.auth("fetchUserAttributes")["email"] == "ann@example.com"


def test_who_signed_out_is_a_guest_again(app: AmplifyApp, pool: IdentityPool) -> None:
    app.auth("signIn", {"username": "ann", "password": PASSWORD})
    user = app.auth("fetchAuthSession")
    app.auth("signOut")
    guest = app.auth("fetchAuthSession")
    assert caller(pool, guest) == pool.assumed("guests")
    assert guest["identityId"] != user["identityId"]


def test_a_wrong_password_is_amplifys_not_authorized(app: AmplifyApp) -> None:
    with pytest.raises(Error, match=r"NotAuthorizedException: Incorrect username or password\."):
        app.auth("signIn", {"username": "ann", "password": "Wrong-Horse-1"})
