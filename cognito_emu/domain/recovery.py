"""Where a code goes: by which medium, to which of a user's addresses, and what the response tells of it.

Source: developer guide, "Verifying updates to email addresses and phone numbers", "Passwords, account recovery, and password
policies" and "Managing error response". `attributes` is a mapping of a user's attributes to their values as text.
"""

from __future__ import annotations

import hmac
import string
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Literal

from cognito_emu.domain.user_attributes import is_email, is_phone_number
from cognito_emu.errors import InvalidParameterException, NotAuthorizedException
from cognito_emu.records import Record

Medium = Literal["EMAIL", "SMS"]
Attributes = Mapping[str, str]

_MEDIUM: dict[str, Medium] = {"email": "EMAIL", "phone_number": "SMS"}
_ATTRIBUTE_OF_CHALLENGE = {"EMAIL_OTP": "email", "SMS_OTP": "phone_number", "SMS_MFA": "phone_number"}
_ATTRIBUTE_OF_MECHANISM = {"verified_email": "email", "verified_phone_number": "phone_number"}


class Delivery(Record):
    """One message's way: `destination` is for the messenger, `masked_destination` for the caller."""

    medium: Medium
    attribute_name: str
    destination: str
    masked_destination: str

    def code_delivery_details(self) -> dict[str, str]:
        """The CodeDeliveryDetailsType of a response."""
        return {
            "Destination": self.masked_destination,
            "DeliveryMedium": self.medium,
            "AttributeName": self.attribute_name,
        }

    def challenge_parameters(self) -> dict[str, str]:
        """The ChallengeParameters that announce a code."""
        return {
            "CODE_DELIVERY_DELIVERY_MEDIUM": self.medium,
            "CODE_DELIVERY_DESTINATION": self.masked_destination,
        }


def mask_email(email: str) -> str:
    """`j***@e***` for `jane@example.com`."""
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}***@{domain[:1]}***"


def mask_phone_number(phone_number: str) -> str:
    """`+*******1234` for `+14155551234`."""
    return f"+{'*' * max(0, len(phone_number) - 5)}{phone_number[-4:]}"


def delivery_to(attribute: str, attributes: Attributes) -> Delivery | None:
    """The way to one of a user's addresses, `email` or `phone_number`, verified or not; None when he has none."""
    destination = attributes.get(attribute)
    if not destination:
        return None
    mask = mask_email if attribute == "email" else mask_phone_number
    return Delivery(_MEDIUM[attribute], attribute, destination, mask(destination))


def sign_up_delivery(attributes: Attributes, auto_verified: Collection[str]) -> Delivery | None:
    """Where SignUp and ResendConfirmationCode send: one code only, by SMS if both addresses are to be verified."""
    for attribute in ("phone_number", "email"):
        if attribute in auto_verified and not _verified(attribute, attributes) and (way := delivery_to(attribute, attributes)):
            return way
    return None


def invitation_deliveries(attributes: Attributes, desired_mediums: Collection[str] | None) -> list[Delivery]:
    """Where AdminCreateUser sends: each of DesiredDeliveryMediums (SMS when unset) for which there is an address."""
    wanted = desired_mediums or ["SMS"]
    ways = (delivery_to(attribute, attributes) for attribute, medium in _MEDIUM.items() if medium in wanted)
    return [way for way in ways if way]


def challenge_delivery(challenge_name: str, attributes: Attributes) -> Delivery | None:
    """Where the code of SMS_MFA, SMS_OTP or EMAIL_OTP goes."""
    return delivery_to(_ATTRIBUTE_OF_CHALLENGE[challenge_name], attributes)


def password_reset_delivery(
    attributes: Attributes, account_recovery_setting: Mapping[str, Any] | None, *, mfa: Collection[str] = ()
) -> Delivery:
    """Where ForgotPassword and AdminResetUserPassword send.

    Args:
        attributes: The user's.
        account_recovery_setting: The pool's AccountRecoverySetting. Without it AWS keeps an older rule: SMS, then email.
        mfa: The user's active factors (`SMS_MFA`, `EMAIL_OTP`, ...). With a setting, a way that serves as second factor does not
            serve for recovery.

    Raises:
        NotAuthorizedException: Only an administrator may reset passwords in this pool.
        InvalidParameterException: The user has no address that qualifies.
    """
    attribute_names = ["phone_number", "email"]
    if account_recovery_setting:
        mechanisms = _by_priority(account_recovery_setting)
        if "admin_only" in mechanisms:
            raise NotAuthorizedException("Contact administrator to reset password.")
        taken = {_ATTRIBUTE_OF_CHALLENGE[factor] for factor in mfa if factor in _ATTRIBUTE_OF_CHALLENGE}
        attribute_names = [name for mechanism in mechanisms if (name := _ATTRIBUTE_OF_MECHANISM[mechanism]) not in taken]
    for name in attribute_names:
        if _verified(name, attributes) and (way := delivery_to(name, attributes)):
            return way
    raise InvalidParameterException("Cannot reset password for the user as there is no registered/verified email or phone_number")


def simulated_delivery(
    pool_secret: bytes,
    username: str,
    *,
    account_recovery_setting: Mapping[str, Any] | None = None,
    auto_verified: Iterable[str] = (),
) -> Delivery:
    """What is told of a user who does not exist, where PreventUserExistenceErrors is ENABLED: the same at each asking.

    "The simulated delivery medium is determined by the input user name format and verification settings of the user pool"
    (developer guide, "Managing error response"). Nothing is sent: the destination is empty.
    """
    if is_email(username):
        return Delivery("EMAIL", "email", "", mask_email(username))
    if is_phone_number(username):
        return Delivery("SMS", "phone_number", "", mask_phone_number(username))
    # Assumption: the pool's preferred recovery decides, then what it verifies, then email.
    mechanisms = _by_priority(account_recovery_setting or {})
    preferred = [_ATTRIBUTE_OF_MECHANISM[mechanism] for mechanism in mechanisms if mechanism in _ATTRIBUTE_OF_MECHANISM]
    attribute = [*preferred, *sorted(auto_verified, reverse=True), "email"][0]
    lots = hmac.digest(pool_secret, f"destination:{username}".encode(), "sha256")
    if attribute == "email":
        local, domain = (string.ascii_lowercase[lot % 26] for lot in lots[:2])
        return Delivery("EMAIL", "email", "", f"{local}***@{domain}***")
    return Delivery("SMS", "phone_number", "", f"+{'*' * 7}{int.from_bytes(lots[:4], 'big') % 10_000:04}")


def _verified(attribute: str, attributes: Attributes) -> bool:
    return attributes.get(f"{attribute}_verified", "").lower() == "true"


def _by_priority(account_recovery_setting: Mapping[str, Any]) -> list[str]:
    mechanisms = account_recovery_setting.get("RecoveryMechanisms") or ()
    return [mechanism["Name"] for mechanism in sorted(mechanisms, key=lambda mechanism: mechanism["Priority"])]
