"""Signing in with a remembered device, and refreshing."""

from typing import Any

import pytest

from tests.operations.devices.visits import (
    ALWAYS,
    BAD_REFRESH,
    NO_DEVICE,
    ONCE,
    OPT_IN,
    TRACKED_ONLY,
    USER,
    WRONG,
    access_token,
    claims,
    device_pool,
    refresh,
    sign_in,
)
from tests.operations.factors import (
    EMAIL,
    ENABLED,
    PREFERRED,
    mfa_pool,
    prefer,
    register_app,
    respond,
    set_mfa,
)
from tests.operations.people import PASSWORD, Pool
from tests.operations.refusals import refusal
from tests.operations.remembered_device import RememberedDevice, confirm
from tests.support.control import Clock, Inbox


def protected(idp: Any, inbox: Inbox, clock: Clock, configuration: dict[str, bool], mode: str) -> tuple[Pool, RememberedDevice]:
    """Ann with an authenticator app that MFA asks for, and a device that was confirmed before."""
    pool = device_pool(idp, inbox, configuration)
    signed_in = sign_in(pool)
    register_app(pool, clock, access_token(signed_in))
    device = confirm(pool, USER, signed_in)
    prefer(pool, USER, SoftwareTokenMfaSettings=PREFERRED)
    set_mfa(pool, mode, ("SOFTWARE_TOKEN_MFA",))
    return pool, device


def with_device(pool: Pool, device: RememberedDevice, way: str) -> Any:
    """Begin a sign-in with the device in one of the ways that take DEVICE_KEY."""
    password = {"USERNAME": USER, "PASSWORD": PASSWORD, "DEVICE_KEY": device.key}
    if way == "password":
        return sign_in(pool, DEVICE_KEY=device.key)
    if way == "admin":
        return pool.idp.admin_initiate_auth(
            UserPoolId=pool.id, ClientId=pool.client, AuthFlow="ADMIN_USER_PASSWORD_AUTH", AuthParameters=password
        )
    if way == "choice":
        chosen = password | {"PREFERRED_CHALLENGE": "PASSWORD"}
        return pool.idp.initiate_auth(ClientId=pool.client, AuthFlow="USER_AUTH", AuthParameters=chosen)
    client = device.srp()
    begun = pool.idp.initiate_auth(ClientId=pool.client, AuthFlow="USER_SRP_AUTH", AuthParameters=client.get_auth_params())
    proof = client.process_challenge(begun["ChallengeParameters"], {"USERNAME": USER})
    return pool.idp.respond_to_auth_challenge(ClientId=pool.client, ChallengeName="PASSWORD_VERIFIER", ChallengeResponses=proof)


@pytest.mark.parametrize("mode", ["ON", "OPTIONAL"])
@pytest.mark.parametrize("way", ["password", "admin", "choice", "SRP"])
def test_a_remembered_device_proves_itself_in_the_place_of_mfa(idp: Any, inbox: Inbox, clock: Clock, way: str, mode: str) -> None:
    pool, device = protected(idp, inbox, clock, ALWAYS, mode)
    asked = with_device(pool, device, way)
    assert (asked["ChallengeName"], asked["ChallengeParameters"]) == ("DEVICE_SRP_AUTH", {})
    result = device.prove(asked)["AuthenticationResult"]
    assert "NewDeviceMetadata" not in result
    assert claims(result["AccessToken"])["device_key"] == device.key


@pytest.mark.parametrize("configuration", [OPT_IN, TRACKED_ONLY])
@pytest.mark.parametrize("way", ["password", "admin", "choice", "SRP"])
def test_mfa_stays_where_the_device_is_not_remembered_or_does_not_replace_it(
    idp: Any, inbox: Inbox, clock: Clock, way: str, configuration: dict[str, bool]
) -> None:
    pool, device = protected(idp, inbox, clock, configuration, "ON")
    assert with_device(pool, device, way)["ChallengeName"] == "SOFTWARE_TOKEN_MFA"


def test_a_device_that_is_not_to_be_remembered_any_more_meets_mfa_again(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool, device = protected(idp, inbox, clock, ALWAYS, "ON")
    theirs = {"UserPoolId": pool.id, "Username": USER, "DeviceKey": device.key}
    idp.admin_update_device_status(DeviceRememberedStatus="not_remembered", **theirs)
    assert sign_in(pool, DEVICE_KEY=device.key)["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    idp.admin_update_device_status(DeviceRememberedStatus="remembered", **theirs)
    assert sign_in(pool, DEVICE_KEY=device.key)["ChallengeName"] == "DEVICE_SRP_AUTH"


def test_another_device_meets_mfa(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool, _ = protected(idp, inbox, clock, ALWAYS, "ON")
    assert sign_in(pool)["ChallengeName"] == "SOFTWARE_TOKEN_MFA"


def test_a_key_that_comes_with_the_answer_to_mfa_is_the_sign_ins_device(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool = device_pool(idp, inbox)
    signed_in = sign_in(pool)
    app = register_app(pool, clock, access_token(signed_in))
    device = confirm(pool, USER, signed_in)
    set_mfa(pool, "ON", ("SOFTWARE_TOKEN_MFA",))
    result = respond(pool, sign_in(pool), USER, SOFTWARE_TOKEN_MFA_CODE=app.code(), DEVICE_KEY=device.key)["AuthenticationResult"]
    assert "NewDeviceMetadata" not in result
    assert claims(result["AccessToken"])["device_key"] == device.key


def test_a_temporary_password_is_replaced_before_the_device_is_asked(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool, device = protected(idp, inbox, clock, ALWAYS, "ON")
    idp.admin_set_user_password(UserPoolId=pool.id, Username=USER, Password="Temporary-1")
    asked = sign_in(pool, PASSWORD="Temporary-1", DEVICE_KEY=device.key)
    assert asked["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    asked = respond(pool, asked, USER, NEW_PASSWORD=PASSWORD)
    assert device.prove(asked)["AuthenticationResult"]


def test_pycognito_signs_in_with_a_device_without_sending_sessions(idp: Any, inbox: Inbox, clock: Clock) -> None:
    _, device = protected(idp, inbox, clock, ALWAYS, "ON")
    assert claims(device.srp().authenticate_user()["AuthenticationResult"]["AccessToken"])["device_key"] == device.key


def test_a_wrong_secret_ends_the_sign_in(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool, device = protected(idp, inbox, clock, ALWAYS, "ON")
    right, device.secret = device.secret, "wrong"
    _, following = device.begin(sign_in(pool, DEVICE_KEY=device.key))
    assert refusal(lambda: respond(pool, following, USER, **device.begun_claim)) == WRONG
    assert refusal(lambda: respond(pool, following, USER, **device.begun_claim)) == ONCE
    device.secret = right
    assert device.prove(sign_in(pool, DEVICE_KEY=device.key))["AuthenticationResult"]


def test_a_proof_counts_once(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool, device = protected(idp, inbox, clock, ALWAYS, "ON")
    _, following = device.begin(sign_in(pool, DEVICE_KEY=device.key))
    assert respond(pool, following, USER, **device.begun_claim)["AuthenticationResult"]
    assert refusal(lambda: respond(pool, following, USER, **device.begun_claim)) == ONCE


def test_one_device_cannot_answer_for_another(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool, device = protected(idp, inbox, clock, ALWAYS, "OPTIONAL")
    prefer(pool, USER, SoftwareTokenMfaSettings={"Enabled": False})
    other = confirm(pool, USER, sign_in(pool))
    prefer(pool, USER, SoftwareTokenMfaSettings=ENABLED)
    asked = sign_in(pool, DEVICE_KEY=device.key)
    assert refusal(lambda: respond(pool, asked, USER, DEVICE_KEY=other.key, SRP_A="02")) == NO_DEVICE
    _, following = device.begin(sign_in(pool, DEVICE_KEY=device.key))
    lie = device.begun_claim | {"DEVICE_KEY": other.key}
    assert refusal(lambda: respond(pool, following, USER, **lie)) == NO_DEVICE


def test_device_authentication_alone_signs_nobody_in(idp: Any, inbox: Inbox, clock: Clock) -> None:
    _, device = protected(idp, inbox, clock, ALWAYS, "ON")
    alone = {"ChallengeName": "DEVICE_SRP_AUTH"}
    assert refusal(lambda: device.begin(alone)) == ("NotAuthorizedException", "Invalid session for the user.")


def test_what_is_missing_in_an_answer_is_said(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool, device = protected(idp, inbox, clock, ALWAYS, "ON")
    asked = sign_in(pool, DEVICE_KEY=device.key)
    assert refusal(lambda: respond(pool, asked, USER, DEVICE_KEY=device.key)) == (
        "InvalidParameterException",
        "Missing required parameter SRP_A",
    )
    assert refusal(lambda: respond(pool, asked, USER, SRP_A="02")) == (
        "InvalidParameterException",
        "Missing required parameter DEVICE_KEY",
    )


def test_an_unknown_device_leaves_an_srp_proof_good_for_another_try(idp: Any, inbox: Inbox) -> None:
    """amazon-cognito-identity-js sends the same proof again without the key."""
    pool = device_pool(idp, inbox)
    device = RememberedDevice(pool, USER, "us-east-1_00000000-0000-4000-8000-000000000000", "-group", "secret", needs_confirmation=False)
    client = device.srp()
    begun = idp.initiate_auth(ClientId=pool.client, AuthFlow="USER_SRP_AUTH", AuthParameters=client.get_auth_params())
    proof = client.process_challenge(begun["ChallengeParameters"], {"USERNAME": USER})
    answer = {"ClientId": pool.client, "ChallengeName": "PASSWORD_VERIFIER"}
    assert refusal(idp.respond_to_auth_challenge, ChallengeResponses=proof, **answer) == NO_DEVICE
    del proof["DEVICE_KEY"]
    assert "NewDeviceMetadata" in idp.respond_to_auth_challenge(ChallengeResponses=proof, **answer)["AuthenticationResult"]


def test_refreshing_takes_the_confirmed_device_of_the_sign_in(idp: Any, inbox: Inbox) -> None:
    pool = device_pool(idp, inbox, TRACKED_ONLY)
    signed_in = sign_in(pool)
    key = signed_in["AuthenticationResult"]["NewDeviceMetadata"]["DeviceKey"]
    assert refusal(lambda: refresh(pool, signed_in, DEVICE_KEY=key)) == BAD_REFRESH, "not confirmed yet"
    device = confirm(pool, USER, signed_in)
    other = confirm(pool, USER, sign_in(pool))
    assert refusal(lambda: refresh(pool, signed_in)) == BAD_REFRESH
    assert refusal(lambda: refresh(pool, signed_in, DEVICE_KEY=other.key)) == BAD_REFRESH
    result = refresh(pool, signed_in, DEVICE_KEY=device.key)["AuthenticationResult"]
    assert claims(result["AccessToken"])["device_key"] == device.key
    assert "NewDeviceMetadata" not in result
    token = signed_in["AuthenticationResult"]["RefreshToken"]
    by_other_operation = {"RefreshToken": token, "ClientId": pool.client}
    assert refusal(idp.get_tokens_from_refresh_token, **by_other_operation) == BAD_REFRESH
    assert idp.get_tokens_from_refresh_token(DeviceKey=device.key, **by_other_operation)["AuthenticationResult"]
    idp.admin_forget_device(UserPoolId=pool.id, Username=USER, DeviceKey=device.key)
    assert refusal(lambda: refresh(pool, signed_in, DEVICE_KEY=device.key)) == BAD_REFRESH


def test_without_tracking_a_refresh_needs_no_device(idp: Any, inbox: Inbox) -> None:
    pool = mfa_pool(idp, inbox)
    pool.enrol(USER, email=EMAIL)
    assert refresh(pool, sign_in(pool))["AuthenticationResult"]
