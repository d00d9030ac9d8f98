"""Which second factor a sign-in needs, and what users may choose for themselves.

Source: developer guide, "Adding MFA to a user pool"; API reference, SetUserMFAPreference. `settings` is a pool's UserPoolType with
the members of SetUserPoolMfaConfig beside; `mfa` a user's `{"Enabled": [factor, ...], "Preferred": factor}`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from cognito_emu.errors import InvalidParameterException
from cognito_emu.records import Record

SMS_MFA = "SMS_MFA"
SOFTWARE_TOKEN_MFA = "SOFTWARE_TOKEN_MFA"  # noqa: S105 - a factor's name
EMAIL_OTP = "EMAIL_OTP"
WEB_AUTHN = "WEB_AUTHN"

# In this order they stand in MFAS_CAN_CHOOSE (fixtures of aws-amplify/amplify-js).
_SECOND_FACTORS = (SMS_MFA, SOFTWARE_TOKEN_MFA, EMAIL_OTP)

_MEMBER_OF_FACTOR = {
    SMS_MFA: "SmsMfaConfiguration",
    SOFTWARE_TOKEN_MFA: "SoftwareTokenMfaConfiguration",
    EMAIL_OTP: "EmailMfaConfiguration",
}
_ATTRIBUTE_OF_FACTOR = {SMS_MFA: "phone_number", EMAIL_OTP: "email"}
_ATTRIBUTE_OF_MECHANISM = {"verified_email": "email", "verified_phone_number": "phone_number"}

# The preferences of SetUserMFAPreference, and what they set.
_FACTOR_OF_PREFERENCE = {
    "SMSMfaSettings": SMS_MFA,
    "SoftwareTokenMfaSettings": SOFTWARE_TOKEN_MFA,
    "EmailMfaSettings": EMAIL_OTP,
    "WebAuthnMfaSettings": WEB_AUTHN,
}


class Demand(Enum):
    """What a sign-in still needs after its first factor."""

    NOTHING = "nothing"
    FACTOR = "factor"
    CHOICE = "choice"
    SETUP = "setup"


class Decision(Record):
    """The demand, and the factors that it is about: the one to prove, those to choose from, or those to set up."""

    demand: Demand
    factors: tuple[str, ...] = ()


def pool_factors(settings: Mapping[str, Any]) -> list[str]:
    """The second factors that a pool offers; none while MFA is OFF."""
    if settings.get("MfaConfiguration", "OFF") == "OFF":
        return []
    configured = [factor for factor in _SECOND_FACTORS if _MEMBER_OF_FACTOR[factor] in settings]
    if not configured and "SmsConfiguration" in settings:
        return [SMS_MFA]  # CreateUserPool and UpdateUserPool can turn on SMS MFA alone, and do it by these two members
    return [factor for factor in configured if settings[_MEMBER_OF_FACTOR[factor]].get("Enabled", True)]


def offers_software_tokens(settings: Mapping[str, Any]) -> bool:
    """Whether the pool's users may register authenticator apps."""
    return SOFTWARE_TOKEN_MFA in pool_factors(settings)


def decide(settings: Mapping[str, Any], attributes: Mapping[str, str], mfa: Mapping[str, Any], *, has_software_token: bool) -> Decision:
    """What a user has to do after a correct first factor."""
    offered = pool_factors(settings)
    if not offered:
        return Decision(Demand.NOTHING)
    usable = usable_factors(settings, attributes, has_software_token=has_software_token)
    preferred = mfa.get("Preferred")
    if preferred in usable:
        return Decision(Demand.FACTOR, (preferred,))
    if settings["MfaConfiguration"] == "OPTIONAL":
        return _of_one_or_more([factor for factor in usable if factor in mfa.get("Enabled", ())])
    if usable:
        return _of_one_or_more(_without_recovery(settings, usable, mfa))
    return Decision(Demand.SETUP, tuple(offered))


def usable_factors(settings: Mapping[str, Any], attributes: Mapping[str, str], *, has_software_token: bool) -> list[str]:
    """The second factors that the pool offers and the user has."""
    return [factor for factor in pool_factors(settings) if _has(factor, attributes, has_software_token=has_software_token)]


def decide_among(factors: Sequence[str], mfa: Mapping[str, Any]) -> Decision:
    """What a user has to do who must prove one of these factors: the preferred one, the only one, or choose."""
    preferred = [factor for factor in factors if factor == mfa.get("Preferred")]
    return _of_one_or_more(preferred or list(factors))


def is_multi_factor_passkey(settings: Mapping[str, Any], mfa: Mapping[str, Any]) -> bool:
    """Whether a user's passkey, with user verification, counts as two factors."""
    # Assumption: the pool's FactorConfiguration makes it possible, the user's own WebAuthnMfaSettings make it so. The reference says of
    # the latter: "When activated ... passkey sign-in is available when MFA is required."
    configuration = settings.get("WebAuthnConfiguration", {}).get("FactorConfiguration")
    return configuration == "MULTI_FACTOR_WITH_USER_VERIFICATION" and WEB_AUTHN in mfa.get("Enabled", ())


def with_preferences(
    settings: Mapping[str, Any],
    attributes: Mapping[str, str],
    mfa: Mapping[str, Any],
    request: Mapping[str, Any],
    *,
    has_software_token: bool,
) -> dict[str, Any]:
    """A user's MFA settings after SetUserMFAPreference; factors that the request does not name stay as they are.

    Whether the pool offers a factor is not asked, as on AWS (aws-amplify/amplify-js issue 11260): it is heeded at the sign-in.

    Raises:
        InvalidParameterException: The user does not have what a factor needs, or the preferences contradict each other.
    """
    given = {factor: request[member] for member, factor in _FACTOR_OF_PREFERENCE.items() if member in request}
    enabled = [factor for factor in (*_SECOND_FACTORS, WEB_AUTHN) if _stays_enabled(factor, mfa, given)]
    for factor in given:
        if factor in enabled and factor != WEB_AUTHN and not _has(factor, attributes, has_software_token=has_software_token):
            raise InvalidParameterException(f"User does not have delivery config set to turn on {factor}")
    if given.get(WEB_AUTHN, {}).get("Enabled"):
        _check_passkey_preference(settings, enabled)
    preferred = _preferred(mfa, given, enabled)
    changed: dict[str, Any] = {"Enabled": enabled} if enabled else {}
    return changed | ({"Preferred": preferred} if preferred else {})


def with_factor(mfa: Mapping[str, Any], factor: str) -> dict[str, Any]:
    """A user's MFA settings with a factor enabled."""
    enabled = {*mfa.get("Enabled", ()), factor}
    return dict(mfa) | {"Enabled": [name for name in (*_SECOND_FACTORS, WEB_AUTHN) if name in enabled]}


def without_factor(mfa: Mapping[str, Any], factor: str) -> dict[str, Any]:
    """A user's MFA settings once a factor is gone."""
    enabled = [name for name in mfa.get("Enabled", ()) if name != factor]
    changed: dict[str, Any] = {"Enabled": enabled} if enabled else {}
    preferred = mfa.get("Preferred")
    return changed | ({"Preferred": preferred} if preferred and preferred != factor else {})


def _has(factor: str, attributes: Mapping[str, str], *, has_software_token: bool) -> bool:
    """Whether a user has what a factor needs. Addresses need not be verified."""
    return has_software_token if factor == SOFTWARE_TOKEN_MFA else bool(attributes.get(_ATTRIBUTE_OF_FACTOR[factor]))


def _of_one_or_more(factors: list[str]) -> Decision:
    if not factors:
        return Decision(Demand.NOTHING)
    return Decision(Demand.FACTOR if len(factors) == 1 else Demand.CHOICE, tuple(factors))


def _without_recovery(settings: Mapping[str, Any], usable: list[str], mfa: Mapping[str, Any]) -> list[str]:
    """Leave out the factor by whose address the pool first of all recovers accounts.

    "Users can't receive MFA and password reset codes at the same email address or phone number." (developer guide, "SMS and email
    message MFA")
    """
    mechanisms = settings.get("AccountRecoverySetting", {}).get("RecoveryMechanisms", [])
    by_priority = sorted(mechanisms, key=lambda mechanism: mechanism["Priority"])
    recovers = _ATTRIBUTE_OF_MECHANISM.get(by_priority[0]["Name"]) if by_priority else None
    if recovers is None:
        return usable
    # Assumption: a factor that the user enabled stays, and so does the only one there is. Recovery then goes another way (`recovery`),
    # where AWS's most common set-up, SMS MFA beside recovery by phone, would otherwise lock everybody out.
    others = [factor for factor in usable if _ATTRIBUTE_OF_FACTOR.get(factor) != recovers or factor in mfa.get("Enabled", ())]
    return others or usable


def _stays_enabled(factor: str, mfa: Mapping[str, Any], given: Mapping[str, Mapping[str, bool]]) -> bool:
    present = factor in mfa.get("Enabled", ())
    return given[factor].get("Enabled", present) if factor in given else present


def _check_passkey_preference(settings: Mapping[str, Any], enabled: list[str]) -> None:
    # Assumption: both sentences; both rules are documented (API reference, WebAuthnMfaSettingsType).
    if settings.get("WebAuthnConfiguration", {}).get("FactorConfiguration") != "MULTI_FACTOR_WITH_USER_VERIFICATION":
        raise InvalidParameterException("WebAuthn MFA is not enabled for the user pool.")
    if enabled == [WEB_AUTHN]:
        raise InvalidParameterException("WebAuthn MFA requires at least one other MFA method to be enabled.")


def _preferred(mfa: Mapping[str, Any], given: Mapping[str, Mapping[str, bool]], enabled: list[str]) -> str | None:
    wanted = [factor for factor, preference in given.items() if preference.get("PreferredMfa")]
    if len(wanted) > 1:
        # Assumption: the sentence. "Only one factor can be set as preferred." (API reference)
        raise InvalidParameterException("Only one MFA method can be set as preferred.")
    if wanted and wanted[0] not in enabled:
        # Assumption: the sentence; that it is refused has been observed.
        raise InvalidParameterException(f"{wanted[0]} cannot be preferred unless it is enabled.")
    if wanted:
        return wanted[0]
    present: str | None = mfa.get("Preferred")
    if present is None or present not in enabled:
        return None
    return None if "PreferredMfa" in given.get(present, {}) else present
