"""Remembered devices: what a pool does with them, and how they are named.

Source: developer guide, "Working with user devices in your user pool"; API reference, DeviceConfigurationType.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from typing import Any

REMEMBERED = "remembered"
NOT_REMEMBERED = "not_remembered"

_GROUP_KEY_LENGTH = 8


def tracks_devices(settings: Mapping[str, Any]) -> bool:
    """Whether a pool tracks devices: it does once any member of DeviceConfiguration has a value."""
    return bool(settings.get("DeviceConfiguration"))


def remembers_on_prompt_only(settings: Mapping[str, Any]) -> bool:
    """Whether the user must agree before a confirmed device is remembered (UserConfirmationNecessary)."""
    return bool(settings.get("DeviceConfiguration", {}).get("DeviceOnlyRememberedOnUserPrompt"))


def devices_replace_mfa(settings: Mapping[str, Any]) -> bool:
    """Whether a remembered device proves itself, in place of a second factor."""
    return bool(settings.get("DeviceConfiguration", {}).get("ChallengeRequiredOnNewDevice"))


def device_group_key(pool_secret: bytes, user_id: str) -> str:
    """The DeviceGroupKey of a user's devices: `-` and eight letters or digits, which SRP takes in the place of the pool's name."""
    # Assumption: it is one for all of a user's devices. Computing it anew spares keeping it for devices that are never confirmed.
    digest = base64.b64encode(hmac.digest(pool_secret, f"device group:{user_id}".encode(), "sha256")).decode()
    return "-" + "".join(character for character in digest if character.isalnum())[:_GROUP_KEY_LENGTH]


def device_attributes(
    *, key: str, name: str | None, last_ip: str, remembered: bool, owner: str, pool_id: str, region: str, account: str
) -> dict[str, str]:
    """DeviceAttributes, by the examples of AdminGetDevice and AdminListDevices."""
    owner_name = f"{owner}.{pool_id}"
    return {
        "device_status": "valid",
        **({"device_name": name} if name else {}),
        "dev:device_arn": f"arn:aws:cognito-idp:{region}:{account}:owner/{owner_name}/device/{key}",
        "dev:device_owner": owner_name,
        "last_ip_used": last_ip,
        "dev:device_remembered_status": REMEMBERED if remembered else NOT_REMEMBERED,
        "dev:device_sdk": "aws-sdk-unknown-unknown",
    }
