"""Devices of users: a signed-in user's own, and those that an administrator looks after. How they sign in: `authentication/devices.py`.

https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-device-tracking.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from cognito_emu.call import Call
from cognito_emu.domain import devices, srp
from cognito_emu.errors import (
    DeviceKeyExistsException,
    InvalidParameterException,
    InvalidUserPoolConfigurationException,
    ResourceNotFoundException,
    UserNotFoundException,
)
from cognito_emu.operations.access_token import require_signed_in
from cognito_emu.operations.lookup import require_pool, require_user
from cognito_emu.operations.pagination import make_token, page_size, read_token
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.records import Record
from cognito_emu.store import Tx
from cognito_emu.store.devices import Device
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User

T = TypeVar("T")


class _Owner(Record):
    """Whose devices a request is about.

    Attributes:
        sees_all: An administrator asks. Users see the devices that are remembered, as AWS's own tests of its Android SDK found.
    """

    pool: UserPool
    user: User
    sees_all: bool


FindOwner = Callable[[Tx], _Owner]


@operation("ConfirmDevice")
async def confirm_device(call: Call, request: Request) -> Response:
    """Make a new device known, with the verifier of a secret that only the device has."""
    find_owner = await _signed_in(call, request)
    key, verifier, now = request["DeviceKey"], _verifier(request), call.env.now()

    def write(tx: Tx) -> bool:
        owner = _tracked(find_owner(tx))
        if tx.devices.get(owner.user.id, key) is not None:
            # Assumption: the sentence.
            raise DeviceKeyExistsException("Device key already exists.")
        if not tx.sign_ins.has_device_key(owner.user.id, key, now):
            raise InvalidParameterException("Invalid device key given.")
        must_ask = devices.remembers_on_prompt_only(owner.pool.settings)
        tx.devices.add(
            Device(
                user_id=owner.user.id,
                key=key,
                name=request.get("DeviceName"),
                verifier=verifier.to_bytes() if verifier else None,
                remembered=not must_ask,
                last_ip=call.origin.ip,
                created_at=now,
                modified_at=now,
                last_authenticated_at=now,
            )
        )
        return must_ask

    return {"UserConfirmationNecessary": await call.store.transact(write)}


@operation("GetDevice")
async def get_device(call: Call, request: Request) -> Response:
    """Show one of the signed-in user's remembered devices."""
    return await _get(call, request, await _signed_in(call, request))


@operation("AdminGetDevice")
async def admin_get_device(call: Call, request: Request) -> Response:
    """Show one of a user's devices."""
    return await _get(call, request, _named(call, request, declares_no_user=True))


@operation("ListDevices")
async def list_devices(call: Call, request: Request) -> Response:
    """List the signed-in user's remembered devices, oldest first."""
    return await _list(call, request, await _signed_in(call, request))


@operation("AdminListDevices")
async def admin_list_devices(call: Call, request: Request) -> Response:
    """List a user's devices, oldest first."""
    return await _list(call, request, _named(call, request, declares_no_user=True))


@operation("ForgetDevice")
async def forget_device(call: Call, request: Request) -> Response:
    """Forget one of the signed-in user's devices."""
    await _forget(call, request, await _signed_in(call, request))
    return None


@operation("AdminForgetDevice")
async def admin_forget_device(call: Call, request: Request) -> Response:
    """Forget one of a user's devices."""
    await _forget(call, request, _named(call, request))
    return None


@operation("UpdateDeviceStatus")
async def update_device_status(call: Call, request: Request) -> Response:
    """Remember one of the signed-in user's devices, or no longer."""
    return await _update(call, request, await _signed_in(call, request))


@operation("AdminUpdateDeviceStatus")
async def admin_update_device_status(call: Call, request: Request) -> Response:
    """Remember one of a user's devices, or no longer."""
    return await _update(call, request, _named(call, request))


async def _get(call: Call, request: Request, find_owner: FindOwner) -> Response:
    def look_up(tx: Tx) -> dict[str, Any]:
        owner = _tracked(find_owner(tx))
        device = _require_device(tx, owner, request["DeviceKey"])
        if not (device.remembered or owner.sees_all):
            raise _no_device()
        return _render(owner, device)

    return {"Device": await call.store.read(look_up)}


async def _list(call: Call, request: Request, find_owner: FindOwner) -> Response:
    def look_up(tx: Tx) -> dict[str, Any]:
        owner = _tracked(find_owner(tx))
        scope = ["ListDevices", owner.user.id, str(owner.sees_all)]
        after = read_token(call, scope, request.get("PaginationToken"))
        page = tx.devices.page(owner.user.id, remembered_only=not owner.sees_all, limit=page_size(request.get("Limit")), after=after)
        return {
            "Devices": [_render(owner, device) for device in page.items],
            "PaginationToken": make_token(call, scope, page.next),
        }

    return await call.store.read(look_up)


async def _forget(call: Call, request: Request, find_owner: FindOwner) -> None:
    def write(tx: Tx) -> None:
        tx.devices.delete(_require_device(tx, _tracked(find_owner(tx)), request["DeviceKey"]))

    await call.store.transact(write)


async def _update(call: Call, request: Request, find_owner: FindOwner) -> Response:
    status = request.get("DeviceRememberedStatus")
    if status is None:
        # Assumption: the model leaves the status out of the required members, but a request without one asks for nothing.
        raise InvalidParameterException("Missing required parameter DeviceRememberedStatus")

    def write(tx: Tx) -> None:
        device = _require_device(tx, _tracked(find_owner(tx)), request["DeviceKey"])
        tx.devices.set_remembered(device, status == devices.REMEMBERED, call.env.now())

    await call.store.transact(write)
    return {}


async def _signed_in(call: Call, request: Request) -> FindOwner:
    """The user of the access token, which GetDevice and ForgetDevice have as optional though nothing else tells whose devices are meant."""
    if "AccessToken" not in request:
        # Assumption: the sentence.
        raise InvalidParameterException("Missing required parameter AccessToken")
    signed_in, _ = await require_signed_in(call, request["AccessToken"])
    return lambda _tx: _Owner(signed_in.pool, signed_in.user, sees_all=False)


def _named(call: Call, request: Request, *, declares_no_user: bool = False) -> FindOwner:
    """The user whom an administrator names.

    Args:
        call: The request.
        request: With UserPoolId and Username.
        declares_no_user: The operation does not declare UserNotFoundException. Assumption: it says the same by ResourceNotFoundException.
    """

    def find(tx: Tx) -> _Owner:
        pool = require_pool(call, tx, request["UserPoolId"])
        try:
            return _Owner(pool, require_user(tx, pool, request["Username"]), sees_all=True)
        except UserNotFoundException as error:
            if declares_no_user:
                raise ResourceNotFoundException(error.message) from error
            raise

    return find


def _tracked(owner: _Owner) -> _Owner:
    if not devices.tracks_devices(owner.pool.settings):
        # Assumption: the sentence.
        raise InvalidUserPoolConfigurationException("Device tracking is not enabled for the user pool.")
    return owner


def _require_device(tx: Tx, owner: _Owner, key: str) -> Device:
    device = tx.devices.get(owner.user.id, key)
    if device is None:
        raise _no_device()
    return device


def _no_device() -> ResourceNotFoundException:
    return ResourceNotFoundException("Device does not exist.")


def _verifier(request: Request) -> srp.Verifier | None:
    """The verifier of the device's secret. Assumption: a device that is confirmed without one is known, but cannot prove itself."""
    config = request.get("DeviceSecretVerifierConfig", {})
    if not config:
        return None
    return srp.Verifier.from_device(salt=config.get("Salt", ""), password_verifier=config.get("PasswordVerifier", ""))


def _render(owner: _Owner, device: Device) -> dict[str, Any]:
    """The model's DeviceType."""
    attributes = devices.device_attributes(
        key=device.key,
        name=device.name,
        last_ip=device.last_ip,
        remembered=device.remembered,
        owner=owner.user.username,
        pool_id=owner.pool.id,
        region=owner.pool.region,
        account=owner.pool.account,
    )
    return {
        "DeviceKey": device.key,
        "DeviceAttributes": [{"Name": name, "Value": value} for name, value in attributes.items()],
        "DeviceCreateDate": device.created_at,
        "DeviceLastModifiedDate": device.modified_at,
        "DeviceLastAuthenticatedDate": device.last_authenticated_at,
    }
