"""Tracking, as pools and clients have it configured."""

from typing import Any

import pytest

from tests.oauth.relying_party import Tenant
from tests.operations.refusals import refusal
from tests.operations.user_sessions.tracking import OFF, TIER, USER, sign_in, track
from tests.support.server import Server


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
