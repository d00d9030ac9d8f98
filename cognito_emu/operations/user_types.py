"""A user as responses show one: the attribute list, the model's UserType, and the profile of GetUser and AdminGetUser."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from cognito_emu.errors import InvalidParameterException
from cognito_emu.store.users import User


def read_attributes(attributes: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """The attributes of a request, `[{Name, Value}, ...]`, as a mapping. Of a name that comes twice the last value counts.

    Raises:
        InvalidParameterException: One has no value, although the model allows that. (AWS's sentence, quoted for `email`,
            `phone_number` and `picture` by applications that translate it.)
    """
    given = {attribute["Name"]: attribute.get("Value") for attribute in attributes}
    for name, value in given.items():
        if value is None:
            raise InvalidParameterException(f"Attribute value for {name} must not be null")
    return {name: value for name, value in given.items() if value is not None}


def render_attributes(user: User, names: Collection[str] | None = None) -> list[dict[str, str]]:
    """The user's attributes as `[{Name, Value}, ...]`, `sub` first.

    Args:
        user: The user.
        names: Which to show (AttributesToGet, an app client's ReadAttributes); None: all.
    """
    attributes = {"sub": user.id} | user.attributes
    return [{"Name": name, "Value": value} for name, value in attributes.items() if names is None or name in names]


def render_user(user: User, names: Collection[str] | None = None) -> dict[str, Any]:
    """The model's UserType: an entry of ListUsers and ListUsersInGroup, and the answer of AdminCreateUser."""
    return {
        "Username": user.username,
        "Attributes": render_attributes(user, names),
        "UserCreateDate": user.created_at,
        "UserLastModifiedDate": user.modified_at,
        "Enabled": user.enabled,
        "UserStatus": user.status,
        "MFAOptions": _mfa_options(user),
    }


def render_profile(user: User, names: Collection[str] | None = None) -> dict[str, Any]:
    """What GetUser and AdminGetUser have in common. MFA members that say nothing are left out, as AWS leaves them out."""
    return {
        "Username": user.username,
        "UserAttributes": render_attributes(user, names),
        "MFAOptions": _mfa_options(user),
        "UserMFASettingList": user.mfa.get("Enabled") or None,
        "PreferredMfaSetting": user.mfa.get("Preferred"),
    }


def _mfa_options(user: User) -> list[dict[str, str]] | None:
    """The older way to say that SMS MFA is on. It "provides information only about SMS MFA configurations" (API reference)."""
    # Assumption: it follows SMS_MFA by whichever operation that was set.
    if "SMS_MFA" not in user.mfa.get("Enabled", ()):
        return None
    return [{"DeliveryMedium": "SMS", "AttributeName": "phone_number"}]
