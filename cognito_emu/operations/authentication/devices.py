"""Devices at sign-in: a remembered device proves itself by SRP, a new one gets a key.

https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-device-tracking.html
"""

from __future__ import annotations

import base64
from typing import Any

from cognito_emu.domain import srp
from cognito_emu.domain.devices import device_group_key, devices_replace_mfa, tracks_devices
from cognito_emu.errors import ResourceNotFoundException
from cognito_emu.operations.authentication.attempt import Attempt, Door, Progress, wrong_credentials
from cognito_emu.operations.authentication.challenge_sessions import (
    open_challenge,
    store_session,
    use_latest_session,
    use_session,
)
from cognito_emu.operations.authentication.srp_claim import Claim, new_secret_block, verify_claim
from cognito_emu.records import replace
from cognito_emu.store.devices import Device
from cognito_emu.store.users import User

DEVICE_SRP_AUTH = "DEVICE_SRP_AUTH"
DEVICE_PASSWORD_VERIFIER = "DEVICE_PASSWORD_VERIFIER"  # noqa: S105 - a challenge's name

_TOKEN_SOURCE = "TokenGeneration_AuthenticateDevice"  # noqa: S105 - a trigger source


async def with_named_device(attempt: Attempt, user: User, progress: Progress) -> Progress:
    """The sign-in with the device that this request, or one before, names by DEVICE_KEY.

    A key that an earlier request named and that was forgotten meanwhile is as if it had not been named: clients that are told of it
    leave it away and try again.

    Raises:
        ResourceNotFoundException: This request names a device that the user does not have.
    """
    named = attempt.parameters.get("DEVICE_KEY")
    key = named or progress.device_key
    # Assumption: a pool that does not track devices pays no attention to their keys, which clients may still have from before.
    if key is None or not tracks_devices(attempt.pool.settings):
        return replace(progress, device_key=None)
    if await _find(attempt, user, key) is not None:
        return replace(progress, device_key=key)
    if named:
        raise ResourceNotFoundException("Device does not exist.")
    return replace(progress, device_key=None)


async def has_trusted_device(attempt: Attempt, user: User, progress: Progress) -> bool:
    """Whether the named device takes the place of a second factor, once it has proved itself."""
    return await _trusted(attempt, user, progress) is not None


async def ask_for_device(attempt: Attempt, user: User, progress: Progress) -> dict[str, Any] | None:
    """DEVICE_SRP_AUTH for the named device; None when there is none that is trusted."""
    if progress.token_source == _TOKEN_SOURCE or await _trusted(attempt, user, progress) is None:
        return None
    return await open_challenge(attempt, user, replace(progress, challenge=DEVICE_SRP_AUTH, data={}), {})


async def answer_device_srp(attempt: Attempt) -> dict[str, Any]:
    """SRP_A of the device: DEVICE_PASSWORD_VERIFIER follows.

    The session may be left out, as clients do that first met Cognito's devices without one: then the user's latest sign-in that waits
    for this device goes on.
    """
    srp_a, key = attempt.required("SRP_A"), attempt.required("DEVICE_KEY")
    user: User | None
    if attempt.session is None:
        user, progress = await use_latest_session(attempt, DEVICE_SRP_AUTH, key)
    else:
        user, progress = await use_session(attempt, DEVICE_SRP_AUTH)
    assert user is not None  # a device is only asked of users who exist
    device = await _find(attempt, user, key) if key == progress.device_key else None
    if device is None or device.verifier is None:
        raise ResourceNotFoundException("Device does not exist.")
    verifier = srp.Verifier.from_bytes(device.verifier)
    handshake, srp_b = srp.ServerHandshake.start(verifier, attempt.call.env.random_bytes(srp.SECRET_BYTES), srp_a)
    secret_block = new_secret_block(attempt.call)
    data = {"handshake": base64.b64encode(handshake.to_bytes()).decode()}
    await store_session(attempt, secret_block, user, replace(progress, challenge=DEVICE_PASSWORD_VERIFIER, data=data))
    parameters = {
        "SALT": verifier.salt_hex,
        "SRP_B": srp_b,
        "SECRET_BLOCK": secret_block,
        "DEVICE_KEY": key,
        "USERNAME": user.username,
    }
    return {"ChallengeName": DEVICE_PASSWORD_VERIFIER, "ChallengeParameters": parameters}


async def answer_device_verifier(attempt: Attempt) -> tuple[User, Progress]:
    """Check the device's proof, which counts once.

    Raises:
        NotAuthorizedException: The proof is wrong.
        ResourceNotFoundException: The device was forgotten meanwhile.
    """
    claim, key = Claim.of(attempt), attempt.required("DEVICE_KEY")
    user, progress = await use_session(attempt, DEVICE_PASSWORD_VERIFIER, key=claim.secret_block)
    assert user is not None
    device = await _find(attempt, user, key) if key == progress.device_key else None
    if device is None or device.verifier is None:
        raise ResourceNotFoundException("Device does not exist.")
    handshake = srp.ServerHandshake.from_bytes(base64.b64decode(progress.data["handshake"]))
    proved = await verify_claim(
        claim,
        handshake,
        srp.Verifier.from_bytes(device.verifier),
        identity_prefix=device_group_key(attempt.pool.secret, user.id),
        username=key,
    )
    if not proved:
        raise wrong_credentials()
    return user, replace(progress, data={}, token_source=_TOKEN_SOURCE)


def new_device_key(attempt: Attempt, progress: Progress) -> str | None:
    """The key for a device that is not known yet; None when one is, or when devices are not tracked.

    "Managed login ... doesn't offer to remember devices" (developer guide).
    """
    if attempt.door is not Door.API or progress.device_key is not None or not tracks_devices(attempt.pool.settings):
        return None
    return f"{attempt.pool.region}_{attempt.call.env.uuid()}"


def new_device_metadata(attempt: Attempt, user: User, key: str) -> dict[str, str]:
    """NewDeviceMetadata, by which the client can confirm its device."""
    return {"DeviceKey": key, "DeviceGroupKey": device_group_key(attempt.pool.secret, user.id)}


async def _trusted(attempt: Attempt, user: User, progress: Progress) -> Device | None:
    if progress.device_key is None or not devices_replace_mfa(attempt.pool.settings):
        return None
    device = await _find(attempt, user, progress.device_key)
    return device if device is not None and device.remembered and device.verifier is not None else None


async def _find(attempt: Attempt, user: User, key: str) -> Device | None:
    return await attempt.call.store.read(lambda tx: tx.devices.get(user.id, key))
