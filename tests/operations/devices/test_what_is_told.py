"""What users and administrators are told of devices, and how they change them."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.operations.devices.visits import NO_DEVICE, NOT_TRACKED, OPT_IN, TRACKED_ONLY, USER, access_token, device_pool, sign_in, told
from tests.operations.factors import (
    EMAIL,
    mfa_pool,
)
from tests.operations.refusals import refusal
from tests.operations.remembered_device import confirm
from tests.support.control import Clock, Inbox


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
