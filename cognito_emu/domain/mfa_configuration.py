"""A pool's MFA and passkey configuration: SetUserPoolMfaConfig and its rules.

Source: API reference, SetUserPoolMfaConfig; sentences measured on AWS by go-to-k/cdkd (issues 1920, 1923, 1975, 2064)
and badmintoncryer/cdk-preflight (pf-cognito-mfa-* and pf-cognito-web-authn-*).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cognito_emu.domain.mfa import SMS_MFA, pool_factors
from cognito_emu.domain.tiers import require_tier
from cognito_emu.errors import InvalidParameterException

Settings = dict[str, Any]

MEMBERS = ("SmsMfaConfiguration", "SoftwareTokenMfaConfiguration", "EmailMfaConfiguration", "WebAuthnConfiguration")
"""What a pool's settings hold beside the members of UserPoolType."""

_FACTOR_MEMBERS = MEMBERS[:3]
_RECOVERY_OF_MEMBER = {"SmsMfaConfiguration": ("verified_phone_number", "SMS"), "EmailMfaConfiguration": ("verified_email", "Email")}

_DOMAIN_NAME = re.compile(r"(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)+[a-z][a-z0-9-]*[a-z0-9]|localhost", re.IGNORECASE)
_DOMAIN_CHARACTERS = re.compile(r"[a-z0-9.-]+", re.IGNORECASE)
_AWS_SUFFIX = re.compile(r"(?:auth\.[a-z0-9-]+\.)?amazoncognito\.com", re.IGNORECASE)


def with_mfa_config(settings: Mapping[str, Any], request: Mapping[str, Any], *, lenient: bool) -> Settings:
    """A pool's settings after SetUserPoolMfaConfig, which replaces all that it sets: what is absent is off.

    Raises:
        InvalidParameterException: The members contradict each other or the pool's other settings.
        FeatureUnavailableInTierException: A member is not in the pool's tier.
    """
    _check_tier(settings, request, lenient=lenient)
    mode = request.get("MfaConfiguration", "OFF")
    given = {name: request[name] for name in MEMBERS if name in request}
    _check_mode(mode, given)
    # Assumption: an absent WebAuthnConfiguration is removed too, as everything else that this operation sets.
    changed = {name: value for name, value in settings.items() if name not in MEMBERS}
    changed |= {"MfaConfiguration": mode, **given}
    if "SmsMfaConfiguration" in given:
        _share_sms_settings(changed, given["SmsMfaConfiguration"])
    _check_email(changed)
    _check_recovery(changed)
    _check_relying_party(changed)
    check_first_factors(changed, single_factor=SINGLE_FACTOR_REFUSED)
    return changed


def mfa_config(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What GetUserPoolMfaConfig and SetUserPoolMfaConfig return: MfaConfiguration, and only what was configured."""
    shown = {name: settings[name] for name in MEMBERS if name in settings}
    if SMS_MFA in pool_factors(settings):
        sms = {name: settings[name] for name in ("SmsAuthenticationMessage", "SmsConfiguration") if name in settings}
        shown["SmsMfaConfiguration"] = sms | shown.get("SmsMfaConfiguration", {})
    return {**shown, "MfaConfiguration": settings.get("MfaConfiguration", "OFF")}


SINGLE_FACTOR_REFUSED = (
    "Cannot set WebAuthn factor configuration to SINGLE_FACTOR if MFA is required and WebAuthn is an allowed first auth factor"
)
"""What SetUserPoolMfaConfig says of passkeys that count as one factor where MFA is required."""
PASSKEYS_REFUSED = "WEB_AUTHN cannot be used as an auth factor when MFA is enabled if not configured for MFA."
"""What UpdateUserPool says of them (hashicorp/terraform-provider-aws issue 50110)."""


def check_first_factors(settings: Mapping[str, Any], *, single_factor: str) -> None:
    """Refuse first factors that required MFA would make unusable.

    Args:
        settings: The pool's.
        single_factor: The sentence for passkeys that count as one factor; the operations have different ones.

    Raises:
        InvalidParameterException: A code, or a passkey that counts as one factor, could begin a sign-in that cannot end.
    """
    if settings.get("MfaConfiguration", "OFF") != "ON":
        return
    factors = set(settings["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"])
    if factors & {"EMAIL_OTP", "SMS_OTP"}:
        raise InvalidParameterException("Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled")
    single = settings.get("WebAuthnConfiguration", {}).get("FactorConfiguration") != "MULTI_FACTOR_WITH_USER_VERIFICATION"
    if "WEB_AUTHN" in factors and single:
        raise InvalidParameterException(single_factor)


def _check_tier(settings: Mapping[str, Any], request: Mapping[str, Any], *, lenient: bool) -> None:
    if "EmailMfaConfiguration" in request:
        require_tier(settings, "ESSENTIALS", "Email MFA", lenient=lenient)
    if "WebAuthnConfiguration" in request:
        require_tier(settings, "ESSENTIALS", "Passkey authentication", lenient=lenient)


def _check_mode(mode: str, given: Mapping[str, Any]) -> None:
    """Presence decides, not Enabled; passkeys are no second factor, so they count for neither rule."""
    has_factor = any(name in given for name in _FACTOR_MEMBERS)
    if mode == "OFF" and has_factor:
        raise InvalidParameterException("Invalid MFA configuration given, can't turn off MFA and configure an MFA together.")
    if mode != "OFF" and not has_factor:
        raise InvalidParameterException("Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled.")


def _share_sms_settings(settings: Settings, configuration: Mapping[str, Any]) -> None:
    """Keep the SMS sender and message as the pool's own.

    "You can set SmsConfiguration in CreateUserPool and UpdateUserPool, or in SetUserPoolMfaConfig." (API reference)
    """
    if not configuration.get("SmsConfiguration") and "SmsConfiguration" not in settings:
        # Assumption: the sentence; a pool without a sender cannot send.
        raise InvalidParameterException("SmsConfiguration is required when SMS MFA is configured.")
    settings |= {name: configuration[name] for name in ("SmsConfiguration", "SmsAuthenticationMessage") if configuration.get(name)}


def _check_email(settings: Mapping[str, Any]) -> None:
    if "EmailMfaConfiguration" in settings and settings["EmailConfiguration"]["EmailSendingAccount"] != "DEVELOPER":
        raise InvalidParameterException(
            "Cannot set EmailMfaConfiguration when user pool EmailConfiguration contains an EmailSendingAccount of COGNITO_DEFAULT. "
            "Update the value of EmailSendingAccount."
        )


def _check_recovery(settings: Mapping[str, Any]) -> None:
    """A pool whose accounts are recovered in one way only cannot use it for MFA as well (hashicorp/terraform-provider-aws issue 41049)."""
    mechanisms = [item["Name"] for item in settings.get("AccountRecoverySetting", {}).get("RecoveryMechanisms", [])]
    for member, (mechanism, medium) in _RECOVERY_OF_MEMBER.items():
        if member in settings and mechanisms == [mechanism]:
            # Assumption: the sentence for email follows the one for SMS (aws/aws-cdk issue 11478).
            raise InvalidParameterException(
                f"Invalid account recovery setting parameter. Account Recovery Setting cannot use {mechanism} "
                f"as a recovery mechanism when {medium} MFA is configured."
            )


def _check_relying_party(settings: Mapping[str, Any]) -> None:
    name = settings.get("WebAuthnConfiguration", {}).get("RelyingPartyId")
    if name is not None and not _DOMAIN_CHARACTERS.fullmatch(name):
        raise InvalidParameterException("RelyingPartyId contains invalid characters")
    # Assumption: the sentence. "Domains on the public suffix list are refused" is documented; of that list we know the top-level
    # domains and AWS's own names.
    if name is not None and (not _DOMAIN_NAME.fullmatch(name) or _AWS_SUFFIX.fullmatch(name)):
        raise InvalidParameterException(f"{name} is not a valid relying party ID.")
