"""The key of a new device, and its confirmation."""

import re
from typing import Any

import pytest

from tests.operations.devices.visits import (
    ALWAYS,
    OPT_IN,
    TRACKED_ONLY,
    USER,
    access_token,
    claims,
    device_pool,
    sign_in,
    told,
)
from tests.operations.factors import (
    EMAIL,
    WAYS,
    mfa_pool,
    prove_password,
)
from tests.operations.refusals import refusal
from tests.operations.remembered_device import confirm
from tests.support.control import Inbox


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
