"""MFAOptions, the older way to turn SMS MFA on and off.

Source: API reference, AdminSetUserSettings and SetUserSettings: "You can use it to configure only SMS MFA."
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cognito_emu.errors import InvalidParameterException

_SMS = {"DeliveryMedium": "SMS", "AttributeName": "phone_number"}


def with_mfa_options(mfa: Mapping[str, Any], attributes: Mapping[str, str], options: Iterable[Mapping[str, str]]) -> dict[str, Any]:
    """A user's MFA settings after MFAOptions were set: SMS MFA is on when they name it, else off; other factors stay.

    Args:
        mfa: `{"Enabled": [factor, ...], "Preferred": factor}`.
        attributes: The user's.
        options: MFAOptions of the request.

    Raises:
        InvalidParameterException: An option is not SMS to the phone number, or the user has no phone number.
    """
    chosen = list(options)
    if any(option != _SMS for option in chosen):
        # Assumption: the sentence. That SMS is all there is, is documented.
        raise InvalidParameterException("MFAOptions can only set SMS as DeliveryMedium with phone_number as AttributeName.")
    if chosen and not attributes.get("phone_number"):
        raise InvalidParameterException("User does not have delivery config set to turn on SMS_MFA")
    enabled = [factor for factor in mfa.get("Enabled", ()) if factor != "SMS_MFA"] + ["SMS_MFA"] * bool(chosen)
    preferred = mfa.get("Preferred")
    changed: dict[str, Any] = {"Enabled": enabled} if enabled else {}
    return changed | {"Preferred": preferred} if preferred in enabled else changed
