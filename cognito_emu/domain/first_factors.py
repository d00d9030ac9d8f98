"""Choice-based sign-in: which first factors a user can choose from.

Source: developer guide, "Manage authentication methods"; API reference, InitiateAuth and SignInPolicyType.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any

from cognito_emu.domain.user_attributes import is_email, is_phone_number

_ATTRIBUTE_OF_CODE = {"EMAIL_OTP": "email", "SMS_OTP": "phone_number"}


def allowed_first_factors(settings: Mapping[str, Any]) -> list[str]:
    """The pool's AllowedFirstAuthFactors."""
    return list(settings["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"])


def available_challenges(
    settings: Mapping[str, Any],
    attributes: Mapping[str, str],
    *,
    status: str,
    has_password: bool,
    has_verifier: bool,
    has_passkey: bool,
    needs_mfa: bool,
    passkey_is_multi_factor: bool,
) -> list[str]:
    """AvailableChallenges: what the pool allows and the user has, in AWS's order.

    Args:
        settings: The pool's.
        attributes: The user's.
        status: The user's UserStatus.
        has_password: Whether the user has a password.
        has_verifier: Whether it can be proved by SRP: not before the first sign-in of a user who was imported with a hash.
        has_passkey: Whether the user has a passkey for the pool's relying party.
        needs_mfa: Whether a sign-in of this user needs a second factor. Codes cannot be followed by one.
        passkey_is_multi_factor: Whether the user's passkey counts as two.
    """
    allowed = allowed_first_factors(settings)
    challenges = []
    if "PASSWORD" in allowed and has_password:
        challenges = ["PASSWORD_SRP", "PASSWORD"] if has_verifier else ["PASSWORD"]
    if status == "FORCE_CHANGE_PASSWORD":
        return challenges  # a temporary password must be replaced first
    if not needs_mfa:
        challenges += [code for code, attribute in _ATTRIBUTE_OF_CODE.items() if code in allowed and attributes.get(attribute)]
    if "WEB_AUTHN" in allowed and has_passkey and (passkey_is_multi_factor or not needs_mfa):
        challenges.append("WEB_AUTHN")
    return challenges


def simulated_challenges(settings: Mapping[str, Any], pool_secret: bytes, username: str) -> list[str]:
    """AvailableChallenges of a user who does not exist, where that must not show: the same at each asking.

    "Amazon Cognito returns a simulated challenge" of the pool's factors (developer guide, "Managing user existence error responses").
    """
    allowed = allowed_first_factors(settings)
    challenges = ["PASSWORD_SRP", "PASSWORD"] if "PASSWORD" in allowed else []
    codes = [code for code in _ATTRIBUTE_OF_CODE if code in allowed]
    if is_email(username):
        codes = [code for code in codes if code == "EMAIL_OTP"]
    elif is_phone_number(username):
        codes = [code for code in codes if code == "SMS_OTP"]
    elif len(codes) > 1:
        # Assumption: a name that is no address gets one of the codes, by lot.
        lot = hmac.digest(pool_secret, f"first-factor:{username}".encode(), "sha256")[0] % len(codes)
        codes = codes[lot : lot + 1]
    return challenges + codes


def configured_factors(attributes: Mapping[str, str], *, has_password: bool, has_passkey: bool, has_software_token: bool) -> list[str]:
    """ConfiguredUserAuthFactors: what the user has, whatever the pool allows. Codes count where the address is verified."""
    codes = [code for code, attribute in _ATTRIBUTE_OF_CODE.items() if attributes.get(f"{attribute}_verified", "").lower() == "true"]
    return [
        *(["PASSWORD"] if has_password else []),
        *codes,
        *(["WEB_AUTHN"] if has_passkey else []),
        *(["SOFTWARE_TOKEN"] if has_software_token else []),
    ]
