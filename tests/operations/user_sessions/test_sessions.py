"""Sessions as they come to be and are listed."""

import re
from datetime import datetime
from typing import Any

import pytest
import requests

from tests.oauth.relying_party import CALLBACK, Application, Browser, Tenant, query_of
from tests.operations.refusals import refusal
from tests.operations.user_sessions.tracking import (
    CHROME,
    FIREFOX,
    REVOKED,
    all_of,
    own,
    sign_in,
    track,
)
from tests.support.control import Clock
from tests.support.server import Server


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
