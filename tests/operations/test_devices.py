"""Devices: given a key, confirmed, remembered, proved in the place of MFA, listed, forgotten; and what refresh tokens make of them."""

import re
from collections.abc import Callable
from typing import Any

import jwt
import pytest

from tests.operations.factors import (
    EMAIL,
    ENABLED,
    PREFERRED,
    WAYS,
    mfa_pool,
    prefer,
    prove_password,
    register_app,
    respond,
    set_mfa,
)
from tests.operations.people import PASSWORD, Pool
from tests.operations.refusals import refusal
from tests.operations.remembered_device import RememberedDevice, confirm
from tests.support.control import Clock, Inbox

USER = "ann"
ALWAYS = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False}
OPT_IN = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": True}
TRACKED_ONLY = {"ChallengeRequiredOnNewDevice": False, "DeviceOnlyRememberedOnUserPrompt": False}

NO_DEVICE = ("ResourceNotFoundException", "Device does not exist.")
NOT_TRACKED = ("InvalidUserPoolConfigurationException", "Device tracking is not enabled for the user pool.")
BAD_REFRESH = ("NotAuthorizedException", "Invalid Refresh Token")
WRONG = ("NotAuthorizedException", "Incorrect username or password.")
ONCE = ("NotAuthorizedException", "Invalid session for the user, session can only be used once.")


def device_pool(idp: Any, inbox: Inbox, configuration: dict[str, bool] | None = None, **settings: Any) -> Pool:
    """A pool that tracks devices, and Ann in it."""
    pool = mfa_pool(idp, inbox, DeviceConfiguration=configuration or ALWAYS, **settings)
    pool.enrol(USER, email=EMAIL)
    return pool


def sign_in(pool: Pool, **parameters: str) -> Any:
    """By password, with more parameters."""
    given = {"USERNAME": USER, "PASSWORD": PASSWORD} | parameters
    return pool.idp.initiate_auth(ClientId=pool.client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=given)


def access_token(signed_in: Any) -> str:
    token: str = signed_in["AuthenticationResult"]["AccessToken"]
    return token


def claims(token: str) -> dict[str, Any]:
    read: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return read


def refresh(pool: Pool, signed_in: Any, **parameters: str) -> Any:
    given = {"REFRESH_TOKEN": signed_in["AuthenticationResult"]["RefreshToken"]} | parameters
    return pool.idp.initiate_auth(ClientId=pool.client, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters=given)


# -- a key for a new device


def test_who_signs_in_without_a_device_gets_a_key_for_a_new_one(idp: Any, inbox: Inbox) -> None:
    pool = device_pool(idp, inbox)
    signed_in = sign_in(pool)
    metadata = signed_in["AuthenticationResult"]["NewDeviceMetadata"]
    assert re.fullmatch(r"us-east-1_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", metadata["DeviceKey"])
    assert re.fullmatch(r"-[A-Za-z0-9]{8}", metadata["DeviceGroupKey"])
    assert claims(access_token(signed_in))["device_key"] == metadata["DeviceKey"]
    again = sign_in(pool)["AuthenticationResult"]["NewDeviceMetadata"]
    assert again["DeviceKey"] != metadata["DeviceKey"]
    assert again["DeviceGroupKey"] == metadata["DeviceGroupKey"]


@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_signing_in_gives_a_new_device_its_key(idp: Any, inbox: Inbox, way: str) -> None:
    pool = device_pool(idp, inbox)
    assert "NewDeviceMetadata" in prove_password(pool, USER, way)["AuthenticationResult"]


def test_a_pool_that_does_not_track_devices_gives_no_keys_and_minds_none(idp: Any, inbox: Inbox) -> None:
    pool = mfa_pool(idp, inbox)
    pool.enrol(USER, email=EMAIL)
    signed_in = sign_in(pool, DEVICE_KEY="us-east-1_00000000-0000-4000-8000-000000000000")
    assert "NewDeviceMetadata" not in signed_in["AuthenticationResult"]
    assert "device_key" not in claims(access_token(signed_in))


# -- confirming


@pytest.mark.parametrize(("configuration", "must_ask"), [(ALWAYS, False), (OPT_IN, True), (TRACKED_ONLY, False)])
def test_the_pool_says_whether_the_user_must_be_asked(idp: Any, inbox: Inbox, configuration: dict[str, bool], must_ask: bool) -> None:
    pool = device_pool(idp, inbox, configuration)
    signed_in = sign_in(pool)
    device = confirm(pool, USER, signed_in)
    assert device.needs_confirmation is must_ask
    status = told(pool, device)["dev:device_remembered_status"]
    assert status == ("not_remembered" if must_ask else "remembered")


def test_a_device_is_confirmed_once(idp: Any, inbox: Inbox) -> None:
    pool = device_pool(idp, inbox)
    signed_in = sign_in(pool)
    confirm(pool, USER, signed_in)
    assert refusal(lambda: confirm(pool, USER, signed_in)) == ("DeviceKeyExistsException", "Device key already exists.")


def test_only_a_key_that_the_user_was_given_can_be_confirmed(idp: Any, inbox: Inbox) -> None:
    pool = device_pool(idp, inbox)
    pool.enrol("bob", email="bob@example.com")
    anns, bobs = sign_in(pool), sign_in(pool, USERNAME="bob")
    invalid = ("InvalidParameterException", "Invalid device key given.")
    for key in ("us-east-1_00000000-0000-4000-8000-000000000000", bobs["AuthenticationResult"]["NewDeviceMetadata"]["DeviceKey"]):
        assert refusal(idp.confirm_device, AccessToken=access_token(anns), DeviceKey=key) == invalid


@pytest.mark.parametrize("config", [{"Salt": "?", "PasswordVerifier": "AQ=="}, {"Salt": "AQ==", "PasswordVerifier": "AA=="}])
def test_a_verifier_that_is_none_is_refused(idp: Any, inbox: Inbox, config: dict[str, str]) -> None:
    pool = device_pool(idp, inbox)
    signed_in = sign_in(pool)
    key = signed_in["AuthenticationResult"]["NewDeviceMetadata"]["DeviceKey"]
    call = {"AccessToken": access_token(signed_in), "DeviceKey": key, "DeviceSecretVerifierConfig": config}
    assert refusal(idp.confirm_device, **call) == ("InvalidParameterException", "Invalid device secret verifier config.")


def test_a_device_without_a_verifier_is_known_but_replaces_no_factor(idp: Any, inbox: Inbox) -> None:
    pool = device_pool(idp, inbox)
    signed_in = sign_in(pool)
    key = signed_in["AuthenticationResult"]["NewDeviceMetadata"]["DeviceKey"]
    idp.confirm_device(AccessToken=access_token(signed_in), DeviceKey=key)
    assert "AuthenticationResult" in sign_in(pool, DEVICE_KEY=key)


# -- what is told of devices


def told(pool: Pool, device: RememberedDevice) -> dict[str, str]:
    """The attributes that an administrator sees."""
    shown = pool.idp.admin_get_device(UserPoolId=pool.id, Username=USER, DeviceKey=device.key)["Device"]
    return {attribute["Name"]: attribute["Value"] for attribute in shown["DeviceAttributes"]}


def test_a_device_is_shown_as_aws_shows_it(idp: Any, inbox: Inbox, account: str) -> None:
    pool = device_pool(idp, inbox)
    signed_in = sign_in(pool)
    device = confirm(pool, USER, signed_in)
    shown = idp.get_device(AccessToken=access_token(signed_in), DeviceKey=device.key)["Device"]
    assert shown["DeviceKey"] == device.key
    assert shown["DeviceCreateDate"] == shown["DeviceLastModifiedDate"] == shown["DeviceLastAuthenticatedDate"]
    owner = f"{USER}.{pool.id}"
    assert {attribute["Name"]: attribute["Value"] for attribute in shown["DeviceAttributes"]} == {
        "device_status": "valid",
        "device_name": "Ann's phone",
        "dev:device_arn": f"arn:aws:cognito-idp:us-east-1:{account}:owner/{owner}/device/{device.key}",
        "dev:device_owner": owner,
        "last_ip_used": "127.0.0.1",
        "dev:device_remembered_status": "remembered",
        "dev:device_sdk": "aws-sdk-unknown-unknown",
    }


def test_signing_in_with_a_device_is_noted(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool = device_pool(idp, inbox, TRACKED_ONLY)
    device = confirm(pool, USER, sign_in(pool))
    clock.advance(60)
    signed_in = sign_in(pool, DEVICE_KEY=device.key)
    shown = idp.get_device(AccessToken=access_token(signed_in), DeviceKey=device.key)["Device"]
    assert (shown["DeviceLastAuthenticatedDate"] - shown["DeviceCreateDate"]).total_seconds() == pytest.approx(60, abs=10)
    assert shown["DeviceLastModifiedDate"] == shown["DeviceCreateDate"]


def test_users_see_their_remembered_devices_and_administrators_all(idp: Any, inbox: Inbox) -> None:
    pool = device_pool(idp, inbox, OPT_IN)
    signed_in = sign_in(pool)
    token = access_token(signed_in)
    device = confirm(pool, USER, signed_in)
    assert idp.list_devices(AccessToken=token)["Devices"] == []
    assert refusal(idp.get_device, AccessToken=token, DeviceKey=device.key) == NO_DEVICE
    idp.update_device_status(AccessToken=token, DeviceKey=device.key, DeviceRememberedStatus="remembered")
    assert [shown["DeviceKey"] for shown in idp.list_devices(AccessToken=token)["Devices"]] == [device.key]
    idp.admin_update_device_status(UserPoolId=pool.id, Username=USER, DeviceKey=device.key, DeviceRememberedStatus="not_remembered")
    assert idp.list_devices(AccessToken=token)["Devices"] == []
    listed = idp.admin_list_devices(UserPoolId=pool.id, Username=USER)["Devices"]
    assert [shown["DeviceKey"] for shown in listed] == [device.key]
    assert told(pool, device)["dev:device_remembered_status"] == "not_remembered"


def test_devices_come_in_pages_oldest_first(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool = device_pool(idp, inbox)
    devices = []
    for _ in range(3):
        clock.advance(1)
        signed_in = sign_in(pool)
        devices.append(confirm(pool, USER, signed_in, name=None))
    token = access_token(signed_in)

    def pages(operation: Callable[..., Any], **request: Any) -> list[str]:
        first = operation(Limit=2, **request)
        second = operation(Limit=2, PaginationToken=first["PaginationToken"], **request)
        assert "PaginationToken" not in second
        return [shown["DeviceKey"] for page in (first, second) for shown in page["Devices"]]

    expected = [device.key for device in devices]
    assert pages(idp.list_devices, AccessToken=token) == expected
    assert pages(idp.admin_list_devices, UserPoolId=pool.id, Username=USER) == expected
    foreign = idp.list_devices(AccessToken=token, Limit=1)["PaginationToken"]
    assert refusal(idp.admin_list_devices, UserPoolId=pool.id, Username=USER, PaginationToken=foreign) == (
        "InvalidParameterException",
        "Invalid pagination token.",
    )


def test_a_forgotten_device_is_unknown(idp: Any, inbox: Inbox) -> None:
    pool = device_pool(idp, inbox)
    signed_in = sign_in(pool)
    token, first = access_token(signed_in), confirm(pool, USER, signed_in)
    idp.forget_device(AccessToken=token, DeviceKey=first.key)
    second = confirm(pool, USER, sign_in(pool))
    idp.admin_forget_device(UserPoolId=pool.id, Username=USER, DeviceKey=second.key)
    for key in (first.key, second.key):
        mine, theirs = {"AccessToken": token, "DeviceKey": key}, {"UserPoolId": pool.id, "Username": USER, "DeviceKey": key}
        assert refusal(idp.get_device, **mine) == NO_DEVICE
        assert refusal(idp.forget_device, **mine) == NO_DEVICE
        assert refusal(idp.update_device_status, DeviceRememberedStatus="remembered", **mine) == NO_DEVICE
        assert refusal(idp.admin_get_device, **theirs) == NO_DEVICE
        assert refusal(idp.admin_forget_device, **theirs) == NO_DEVICE
        assert refusal(idp.admin_update_device_status, DeviceRememberedStatus="remembered", **theirs) == NO_DEVICE
        assert refusal(lambda key=key: sign_in(pool, DEVICE_KEY=key)) == NO_DEVICE


def test_without_tracking_the_operations_say_so(idp: Any, inbox: Inbox) -> None:
    pool = mfa_pool(idp, inbox)
    pool.enrol(USER, email=EMAIL)
    token, key = pool.sign_in(USER), "us-east-1_00000000-0000-4000-8000-000000000000"
    mine, theirs = {"AccessToken": token}, {"UserPoolId": pool.id, "Username": USER}
    for operation, request in (
        (idp.confirm_device, mine | {"DeviceKey": key}),
        (idp.get_device, mine | {"DeviceKey": key}),
        (idp.list_devices, mine),
        (idp.forget_device, mine | {"DeviceKey": key}),
        (idp.update_device_status, mine | {"DeviceKey": key, "DeviceRememberedStatus": "remembered"}),
        (idp.admin_get_device, theirs | {"DeviceKey": key}),
        (idp.admin_list_devices, theirs),
        (idp.admin_forget_device, theirs | {"DeviceKey": key}),
        (idp.admin_update_device_status, theirs | {"DeviceKey": key, "DeviceRememberedStatus": "remembered"}),
    ):
        assert refusal(operation, **request) == NOT_TRACKED


def test_what_does_not_exist_and_what_is_missing_is_said(idp: Any, inbox: Inbox) -> None:
    pool = device_pool(idp, inbox)
    key = "us-east-1_00000000-0000-4000-8000-000000000000"
    nobody, nowhere = {"UserPoolId": pool.id, "Username": "bob"}, {"UserPoolId": "us-east-1_nowhere00", "Username": USER}
    no_user, no_pool = "User does not exist.", ("ResourceNotFoundException", "User pool us-east-1_nowhere00 does not exist.")
    # The first two do not declare UserNotFoundException.
    assert refusal(idp.admin_get_device, DeviceKey=key, **nobody) == ("ResourceNotFoundException", no_user)
    assert refusal(idp.admin_list_devices, **nobody) == ("ResourceNotFoundException", no_user)
    assert refusal(idp.admin_forget_device, DeviceKey=key, **nobody) == ("UserNotFoundException", no_user)
    assert refusal(idp.admin_update_device_status, DeviceKey=key, DeviceRememberedStatus="remembered", **nobody) == (
        "UserNotFoundException",
        no_user,
    )
    assert refusal(idp.admin_list_devices, **nowhere) == no_pool
    missing = "InvalidParameterException"
    assert refusal(idp.get_device, DeviceKey=key) == (missing, "Missing required parameter AccessToken")
    assert refusal(idp.forget_device, DeviceKey=key) == (missing, "Missing required parameter AccessToken")
    token = access_token(sign_in(pool))
    assert refusal(idp.update_device_status, AccessToken=token, DeviceKey=key) == (
        missing,
        "Missing required parameter DeviceRememberedStatus",
    )


# -- signing in with a device


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


# -- refreshing


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
