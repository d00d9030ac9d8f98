"""Sessions that are ended."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.oauth.relying_party import Application, Browser, Tenant, query_of
from tests.operations.people import PASSWORD
from tests.operations.refusals import refusal
from tests.operations.user_sessions.tracking import NO_SESSION, REVOKED, USER, all_of, current, ids, is_good, own, sign_in


def revoke_as_user(tenant: Tenant, access_token: str, session_id: str, **more: str) -> Any:
    return tenant.idp.revoke_user_session(AccessToken=access_token, SessionId=session_id, **more)


def revoke_as_admin(tenant: Tenant, _access_token: str, session_id: str, **more: str) -> Any:
    return tenant.idp.admin_revoke_user_session(UserPoolId=tenant.pool_id, Username=USER, SessionId=session_id, **more)


either = pytest.mark.parametrize("revoke", [revoke_as_user, revoke_as_admin])
Revoke = Callable[..., Any]


@either
def test_ending_a_token_session_ends_its_tokens_and_no_others(app: Application, tenant: Tenant, revoke: Revoke) -> None:
    mine, other = sign_in(app)["AccessToken"], sign_in(app)["AccessToken"]
    revoke(tenant, mine, current(app, other))
    assert refusal(lambda: own(app, other)) == REVOKED
    assert len(own(app, mine)) == 1


def test_users_cannot_end_the_session_that_they_speak_from_but_administrators_can(app: Application, tenant: Tenant) -> None:
    token = sign_in(app)["AccessToken"]
    session = current(app, token)
    assert refusal(lambda: revoke_as_user(tenant, token, session)) == (
        "InvalidParameterException",
        "The session that the access token belongs to can't be revoked.",
    )
    revoke_as_admin(tenant, token, session)
    assert refusal(lambda: own(app, token)) == REVOKED


@either
def test_only_the_users_own_living_sessions_can_be_ended(app: Application, tenant: Tenant, revoke: Revoke) -> None:
    tenant.user("bob")
    bobs = tenant.idp.initiate_auth(
        ClientId=app.client_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": "bob", "PASSWORD": PASSWORD}
    )["AuthenticationResult"]["AccessToken"]
    mine, other = sign_in(app)["AccessToken"], sign_in(app)["AccessToken"]
    assert refusal(lambda: revoke(tenant, mine, current(app, bobs))) == NO_SESSION
    assert refusal(lambda: revoke(tenant, mine, "sso" + "0" * 25)) == NO_SESSION
    session = current(app, other)
    revoke(tenant, mine, session)
    assert refusal(lambda: revoke(tenant, mine, session)) == NO_SESSION


def hosted(app: Application, tenant: Tenant) -> tuple[Browser, list[str]]:
    """A browser that signed in, and the tokens that two clients got through it."""
    surfer, tokens = Browser(app.server), []
    first = surfer.sign_in(app.authorize_url())
    tokens.append(app.redeem(query_of(first)["code"]).json()["access_token"])
    other = tenant.client()
    tokens.append(other.redeem(query_of(surfer.location(other.authorize_url()))["code"]).json()["access_token"])
    return surfer, tokens


@either
@pytest.mark.parametrize("associated", [None, "NONE"])
def test_by_default_only_the_session_itself_ends(app: Application, tenant: Tenant, revoke: Revoke, associated: str | None) -> None:
    more = {"RevokeAssociatedSessions": associated} if associated else {}
    mine = sign_in(app)["AccessToken"]
    surfer, tokens = hosted(app, tenant)
    revoke(tenant, mine, current(app, tokens[0]), **more)
    assert [is_good(app, token) for token in tokens] == [False, True]
    (sso,) = ids(all_of(tenant), "SSO")
    revoke(tenant, mine, sso, **more)
    assert is_good(app, tokens[1])
    assert surfer.location(app.authorize_url()).startswith("/login?")


@either
def test_linked_ends_the_tokens_that_came_through_an_sso_session(app: Application, tenant: Tenant, revoke: Revoke) -> None:
    mine = sign_in(app)["AccessToken"]
    surfer, tokens = hosted(app, tenant)
    (sso,) = ids(all_of(tenant), "SSO")
    revoke(tenant, mine, sso, RevokeAssociatedSessions="LINKED")
    assert [is_good(app, token) for token in tokens] == [False, False]
    assert surfer.location(app.authorize_url()).startswith("/login?")
    assert own(app, mine), "another sign-in goes on"


@either
def test_linked_ends_the_sso_session_of_a_token_session_but_not_its_sisters(app: Application, tenant: Tenant, revoke: Revoke) -> None:
    mine = sign_in(app)["AccessToken"]
    surfer, tokens = hosted(app, tenant)
    revoke(tenant, mine, current(app, tokens[0]), RevokeAssociatedSessions="LINKED")
    assert [is_good(app, token) for token in tokens] == [False, True]
    assert surfer.location(app.authorize_url()).startswith("/login?")
