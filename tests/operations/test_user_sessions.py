"""Sessions: tracked or not, how many, listed, ended one by one; and how long the hosted pages let somebody in again."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import requests

from tests.oauth.relying_party import CALLBACK, Application, Browser, Tenant, query_of
from tests.operations.people import PASSWORD
from tests.operations.refusals import refusal
from tests.support.control import Clock
from tests.support.server import Server

USER = "ann"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0"

OFF = ("OperationNotEnabledException", "Session tracking is not enabled for the user pool.")
NO_SESSION = ("ResourceNotFoundException", "Session does not exist.")
REVOKED = ("NotAuthorizedException", "Access Token has been revoked")
TIER = (
    "FeatureUnavailableInTierException",
    "The following features need to be disabled for the LITE pricing tier configured: Session Management",
)


@pytest.fixture
def tenant(server: Server, idp: Any) -> Tenant:
    """A pool that tracks sessions, with Ann in it."""
    tenant = Tenant.make(server, idp)
    tenant.user()
    track(tenant)
    return tenant


@pytest.fixture
def app(tenant: Tenant) -> Application:
    return tenant.client()


def track(tenant: Tenant, most: int = 20, *, on: bool = True) -> Any:
    """SetUserPoolSessionConfiguration."""
    return tenant.idp.set_user_pool_session_configuration(
        UserPoolId=tenant.pool_id, UserSessionTracking="ENABLED" if on else "DISABLED", TokenSession={"MaxPerUser": most}
    )


def sign_in(app: Application) -> dict[str, Any]:
    """By API; returns AuthenticationResult."""
    result: dict[str, Any] = app.tenant.idp.initiate_auth(
        ClientId=app.client_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": USER, "PASSWORD": PASSWORD}
    )["AuthenticationResult"]
    return result


def own(app: Application, access_token: str) -> list[dict[str, Any]]:
    sessions: list[dict[str, Any]] = app.tenant.idp.list_user_sessions(AccessToken=access_token)["Sessions"]
    return sessions


def current(app: Application, access_token: str) -> str:
    """The id of the token's own session."""
    (session,) = (session for session in own(app, access_token) if session["IsCurrentSession"])
    found: str = session["SessionId"]
    return found


def all_of(tenant: Tenant) -> list[dict[str, Any]]:
    """What an administrator sees."""
    sessions: list[dict[str, Any]] = tenant.idp.admin_list_user_sessions(UserPoolId=tenant.pool_id, Username=USER)["Sessions"]
    return sessions


def ids(sessions: list[dict[str, Any]], session_type: str) -> list[str]:
    return [session["SessionId"] for session in sessions if session["SessionType"] == session_type]


def is_good(app: Application, access_token: str) -> bool:
    answer = app.server.http.get(f"{app.server.url}/oauth2/userInfo", headers={"Authorization": f"Bearer {access_token}"}, timeout=10)
    return answer.status_code == 200


# -- configuration


def test_a_pool_tracks_no_sessions_until_it_is_told_to(server: Server, idp: Any) -> None:
    tenant = Tenant.make(server, idp)
    shown = idp.get_user_pool_session_configuration(UserPoolId=tenant.pool_id)
    del shown["ResponseMetadata"]
    assert shown == {"UserPoolId": tenant.pool_id, "UserSessionTracking": "DISABLED", "TokenSession": {"MaxPerUser": 20}}


def test_a_configuration_is_replaced_as_a_whole_and_outlives_an_update_of_the_pool(server: Server, idp: Any) -> None:
    tenant = Tenant.make(server, idp)
    for expected in (
        {"UserPoolId": tenant.pool_id, "UserSessionTracking": "ENABLED", "TokenSession": {"MaxPerUser": 3}},
        {"UserPoolId": tenant.pool_id, "UserSessionTracking": "DISABLED", "TokenSession": {"MaxPerUser": 100}},
    ):
        answer = idp.set_user_pool_session_configuration(**expected)
        idp.update_user_pool(UserPoolId=tenant.pool_id)
        shown = idp.get_user_pool_session_configuration(UserPoolId=tenant.pool_id)
        assert {name: answer[name] for name in expected} == {name: shown[name] for name in expected} == expected
    assert "SessionConfiguration" not in idp.describe_user_pool(UserPoolId=tenant.pool_id)["UserPool"]


def test_a_client_lets_browsers_in_again_for_an_hour_until_it_is_told_otherwise(tenant: Tenant) -> None:
    app = tenant.client()
    named = {"UserPoolId": tenant.pool_id, "ClientId": app.client_id}
    assert tenant.idp.get_user_pool_client_session_configuration(**named)["SSOSession"] == {"MaxValidityMinutes": 60}
    answer = tenant.idp.set_user_pool_client_session_configuration(SSOSession={"MaxValidityMinutes": 0}, **named)
    assert answer["SSOSession"] == {"MaxValidityMinutes": 0}
    tenant.idp.update_user_pool_client(ClientName="renamed", **named)
    shown = tenant.idp.get_user_pool_client_session_configuration(**named)
    assert (shown["UserPoolId"], shown["ClientId"], shown["SSOSession"]) == (tenant.pool_id, app.client_id, {"MaxValidityMinutes": 0})


def test_a_clients_setting_needs_the_pools_tracking_and_sleeps_without_it(tenant: Tenant) -> None:
    app = tenant.client()
    named = {"UserPoolId": tenant.pool_id, "ClientId": app.client_id}
    tenant.idp.set_user_pool_client_session_configuration(SSOSession={"MaxValidityMinutes": 5}, **named)
    track(tenant, on=False)
    assert refusal(tenant.idp.set_user_pool_client_session_configuration, SSOSession={"MaxValidityMinutes": 6}, **named) == OFF
    assert tenant.idp.get_user_pool_client_session_configuration(**named)["SSOSession"] == {"MaxValidityMinutes": 5}


def test_both_need_the_essentials_tier(server: Server, idp: Any) -> None:
    tenant = Tenant.make(server, idp, UserPoolTier="LITE")
    app = tenant.client()
    assert refusal(lambda: track(tenant)) == TIER
    named = {"UserPoolId": tenant.pool_id, "ClientId": app.client_id}
    assert refusal(idp.set_user_pool_client_session_configuration, SSOSession={"MaxValidityMinutes": 6}, **named) == TIER


def test_what_does_not_exist_is_said(tenant: Tenant) -> None:
    idp, nowhere = tenant.idp, "us-east-1_nowhere00"
    no_pool = ("ResourceNotFoundException", f"User pool {nowhere} does not exist.")
    no_client = ("ResourceNotFoundException", "User pool client none does not exist.")
    tracking = {"UserSessionTracking": "ENABLED", "TokenSession": {"MaxPerUser": 3}}
    sso = {"SSOSession": {"MaxValidityMinutes": 6}}
    assert refusal(idp.set_user_pool_session_configuration, UserPoolId=nowhere, **tracking) == no_pool
    assert refusal(idp.get_user_pool_session_configuration, UserPoolId=nowhere) == no_pool
    assert refusal(idp.admin_list_user_sessions, UserPoolId=nowhere, Username=USER) == no_pool
    assert refusal(idp.set_user_pool_client_session_configuration, UserPoolId=tenant.pool_id, ClientId="none", **sso) == no_client
    assert refusal(idp.get_user_pool_client_session_configuration, UserPoolId=tenant.pool_id, ClientId="none") == no_client
    no_user = ("UserNotFoundException", "User does not exist.")
    assert refusal(idp.admin_list_user_sessions, UserPoolId=tenant.pool_id, Username="nobody") == no_user
    revocation = {"UserPoolId": tenant.pool_id, "SessionId": "tkn" + "0" * 25}
    assert refusal(idp.admin_revoke_user_session, Username="nobody", **revocation) == no_user


@pytest.mark.parametrize(
    ("operation", "member"),
    [("list_user_sessions", {}), ("revoke_user_session", {"SessionId": "tkn" + "0" * 25})],
)
def test_without_tracking_the_operations_on_sessions_say_so(server: Server, idp: Any, operation: str, member: dict[str, str]) -> None:
    tenant = Tenant.make(server, idp)
    tenant.user()
    token = sign_in(tenant.client())["AccessToken"]
    assert refusal(getattr(idp, operation), AccessToken=token, **member) == OFF
    named = {"UserPoolId": tenant.pool_id, "Username": USER}
    assert refusal(getattr(idp, f"admin_{operation}"), **named, **member) == OFF


# -- token sessions


def test_a_sign_in_by_api_is_a_token_session(app: Application, tenant: Tenant) -> None:
    token = sign_in(app)["AccessToken"]
    (session,) = own(app, token)
    assert re.fullmatch(r"tkn[a-z0-9]{25}", session["SessionId"])
    assert session["CreateDate"] == session["LastActiveDate"]
    del session["SessionId"], session["CreateDate"], session["LastActiveDate"]
    device = session.pop("DeviceType")
    assert device.startswith("Boto3 1")
    assert session == {
        "SessionType": "TOKEN",
        "ClientId": app.client_id,
        "LastIPAddress": "127.0.0.1",
        "IsCurrentSession": True,
    }
    assert [session["IsCurrentSession"] for session in all_of(tenant)] == [False]


def test_who_signed_in_while_sessions_were_not_tracked_has_none(server: Server, idp: Any) -> None:
    tenant = Tenant.make(server, idp)
    tenant.user()
    app = tenant.client()
    before = sign_in(app)["AccessToken"]
    track(tenant)
    assert own(app, before) == []
    sign_in(app)
    assert [session["IsCurrentSession"] for session in own(app, before)] == [False]


def test_sessions_of_all_clients_come_the_latest_used_first(app: Application, tenant: Tenant, clock: Clock) -> None:
    first = sign_in(app)
    clock.advance(60)
    other = tenant.client()
    second = sign_in(other)["AccessToken"]
    assert [session["ClientId"] for session in own(app, second)] == [other.client_id, app.client_id]
    clock.advance(60)
    refreshed = app.tenant.idp.initiate_auth(
        ClientId=app.client_id, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={"REFRESH_TOKEN": first["RefreshToken"]}
    )["AuthenticationResult"]["AccessToken"]
    latest, _ = own(app, refreshed)
    assert (latest["ClientId"], latest["IsCurrentSession"]) == (app.client_id, True)
    assert (latest["LastActiveDate"] - latest["CreateDate"]).total_seconds() == pytest.approx(120, abs=10)


def test_a_refresh_tells_by_what_it_came(app: Application, tenant: Tenant) -> None:
    result = sign_in(app)
    form = {"grant_type": "refresh_token", "refresh_token": result["RefreshToken"], "client_id": app.client_id}
    assert requests.post(f"{app.server.url}/oauth2/token", data=form, headers={"User-Agent": FIREFOX}, timeout=10).ok
    (session,) = all_of(tenant)
    assert session["DeviceType"] == "Firefox 127, Linux"


def test_at_the_limit_the_least_recently_used_session_goes(app: Application, tenant: Tenant, clock: Clock) -> None:
    track(tenant, 2)
    first = sign_in(app)
    clock.advance(10)
    second = sign_in(app)
    clock.advance(10)
    refresh = {"AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": {"REFRESH_TOKEN": first["RefreshToken"]}}
    tenant.idp.initiate_auth(ClientId=app.client_id, **refresh)
    clock.advance(10)
    third = sign_in(app)
    assert len(own(app, third["AccessToken"])) == 2
    assert own(app, first["AccessToken"])
    assert refusal(lambda: own(app, second["AccessToken"])) == REVOKED
    gone = {"AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": {"REFRESH_TOKEN": second["RefreshToken"]}}
    assert refusal(tenant.idp.initiate_auth, ClientId=app.client_id, **gone) == (
        "NotAuthorizedException",
        "Refresh Token has been revoked",
    )


def test_a_lowered_limit_counts_from_the_next_sign_in(app: Application, tenant: Tenant, clock: Clock) -> None:
    for _ in range(4):
        sign_in(app)
        clock.advance(1)
    track(tenant, 2)
    assert len(all_of(tenant)) == 4
    last = sign_in(app)["AccessToken"]
    assert len(own(app, last)) == 2


def test_sessions_end_with_their_refresh_token_and_with_a_global_sign_out(app: Application, tenant: Tenant, clock: Clock) -> None:
    tenant.idp.global_sign_out(AccessToken=sign_in(app)["AccessToken"])
    assert all_of(tenant) == []
    sign_in(app)
    assert len(all_of(tenant)) == 1
    clock.advance(days=31)
    assert all_of(tenant) == []


# -- SSO sessions


def test_a_sign_in_on_the_hosted_pages_is_an_sso_session_from_which_token_sessions_come(app: Application, tenant: Tenant) -> None:
    surfer = Browser(app.server)
    location = surfer.sign_in(app.authorize_url(), **{"User-Agent": CHROME})
    (session,) = all_of(tenant)
    assert re.fullmatch(r"sso[a-z0-9]{25}", session["SessionId"])
    assert (session["SessionType"], session["DeviceType"], session["ClientId"]) == ("SSO", "Chrome 126, Windows 10", app.client_id)
    app.redeem(query_of(location)["code"])
    other = tenant.client()
    other.redeem(query_of(surfer.location(other.authorize_url()))["code"])
    tokens = [shown for shown in all_of(tenant) if shown["SessionType"] == "TOKEN"]
    assert {shown["ClientId"] for shown in tokens} == {app.client_id, other.client_id}
    assert {shown["OriginSessionId"] for shown in tokens} == {session["SessionId"]}
    assert "OriginSessionId" not in session


def test_an_sso_session_is_active_whenever_tokens_come_from_it(app: Application, tenant: Tenant, clock: Clock) -> None:
    surfer = Browser(app.server)
    code = query_of(surfer.sign_in(app.authorize_url()))["code"]

    def last_active() -> datetime:
        (session,) = (shown for shown in all_of(tenant) if shown["SessionType"] == "SSO")
        active: datetime = session["LastActiveDate"]
        return active

    signed_in = last_active()
    clock.advance(60)
    app.redeem(code)
    granted = last_active()
    assert (granted - signed_in).total_seconds() == pytest.approx(60, abs=10)
    clock.advance(60)
    surfer.location(app.authorize_url())
    assert (last_active() - granted).total_seconds() == pytest.approx(60, abs=10)


@pytest.mark.parametrize(("minutes", "passed", "again"), [(5, 4, True), (5, 6, False), (0, 0, False), (120, 61, True), (None, 61, False)])
def test_a_client_reuses_an_sso_session_for_as_long_as_it_is_set_to(
    app: Application, tenant: Tenant, clock: Clock, minutes: int | None, passed: int, again: bool
) -> None:
    if minutes is not None:
        tenant.idp.set_user_pool_client_session_configuration(
            UserPoolId=tenant.pool_id, ClientId=app.client_id, SSOSession={"MaxValidityMinutes": minutes}
        )
    surfer = Browser(app.server)
    surfer.sign_in(app.authorize_url())
    clock.advance(minutes=passed)
    assert surfer.location(app.authorize_url()).startswith(CALLBACK if again else "/login?")


def test_a_client_that_never_reuses_leaves_the_session_to_others(app: Application, tenant: Tenant) -> None:
    tenant.idp.set_user_pool_client_session_configuration(
        UserPoolId=tenant.pool_id, ClientId=app.client_id, SSOSession={"MaxValidityMinutes": 0}
    )
    surfer = Browser(app.server)
    surfer.sign_in(app.authorize_url())
    assert surfer.location(app.authorize_url()).startswith("/login?")
    assert surfer.location(tenant.client().authorize_url()).startswith(CALLBACK)


def test_while_nothing_is_tracked_a_clients_setting_does_not_count(app: Application, tenant: Tenant) -> None:
    tenant.idp.set_user_pool_client_session_configuration(
        UserPoolId=tenant.pool_id, ClientId=app.client_id, SSOSession={"MaxValidityMinutes": 0}
    )
    surfer = Browser(app.server)
    surfer.sign_in(app.authorize_url())
    track(tenant, on=False)
    assert surfer.location(app.authorize_url()).startswith(CALLBACK)
    track(tenant)
    assert surfer.location(app.authorize_url()).startswith("/login?")


# -- ending them


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
