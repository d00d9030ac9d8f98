"""How a username may look, and under which keys a user is found.

Source: developer guide, "Customizing sign-in attributes". A pool is of one of three kinds. By default a username is just a name.
With AliasAttributes a user has a name, and may also be called by a verified email address or phone number, or by
preferred_username. With UsernameAttributes the name typed is itself an email address or phone number; the stored username is then
the user's `sub`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from cognito_emu.domain.user_attributes import is_email, is_phone_number
from cognito_emu.errors import InvalidParameterException
from cognito_emu.records import Record


class SignInNames(Record):
    """The settings of a pool that say how its users are called: UsernameAttributes, AliasAttributes, UsernameConfiguration."""

    username_attributes: frozenset[str] = frozenset()
    alias_attributes: frozenset[str] = frozenset()
    case_sensitive: bool = True

    @staticmethod
    def from_pool(pool: Mapping[str, Any]) -> SignInNames:
        """Read a UserPoolType. Without UsernameConfiguration case matters, which is the API's default and not the console's."""
        return _sign_in_names(
            tuple(pool.get("UsernameAttributes") or ()),
            tuple(pool.get("AliasAttributes") or ()),
            case_sensitive=(pool.get("UsernameConfiguration") or {}).get("CaseSensitive", True),
        )

    def check_settings(self) -> None:
        """Let a new pool's settings pass.

        Raises:
            InvalidParameterException: Both kinds of sign-in attributes are asked for.
        """
        if self.username_attributes and self.alias_attributes:
            raise InvalidParameterException("Only one of the aliasAttributes or usernameAttributes can be set in a User pool.")

    def key(self, name: str) -> str:
        """What a name is stored and looked up by: two names of one key are one name to this pool."""
        return name if self.case_sensitive else name.casefold()

    def check_new_username(self, username: str) -> None:
        """Let the username of SignUp or AdminCreateUser pass.

        Raises:
            InvalidParameterException: The pool wants another form of name, or keeps this form for aliases.
        """
        if self.username_attributes:
            self._check_username_attribute(username)
        elif "email" in self.alias_attributes and is_email(username):
            raise InvalidParameterException("Username cannot be of email format, since user pool is configured for email alias.")
        elif "phone_number" in self.alias_attributes and is_phone_number(username):
            # Assumption: the sentence follows the one for email addresses.
            raise InvalidParameterException(
                "Username cannot be of phone number format, since user pool is configured for phone number alias."
            )

    def _check_username_attribute(self, username: str) -> None:
        email, phone_number = ("email" in self.username_attributes, "phone_number" in self.username_attributes)
        if (email and is_email(username)) or (phone_number and is_phone_number(username)):
            return
        if email and phone_number:
            raise InvalidParameterException("Username should be either an email or a phone number.")
        raise InvalidParameterException("Username should be an email." if email else "Username should be a phone number.")

    def attribute_of_username(self, username: str) -> str | None:
        """The attribute that a typed username fills at sign-up: `email` or `phone_number` where they are usernames, else none."""
        if not self.username_attributes:
            return None
        return "email" if is_email(username) else "phone_number"

    def aliases(self, attributes: Mapping[str, str], *, confirmed: bool = True) -> dict[str, str]:
        """The keys, by attribute, under which a user with these attributes is found besides username and `sub`.

        In pools of UsernameAttributes each email address or phone number is one, verified or not, for it is the user's name.
        Elsewhere an alias is in force once its attribute is verified, and preferred_username once the user is confirmed.
        """
        names = {name: attributes[name] for name in self.username_attributes if attributes.get(name)}
        for name in self.alias_attributes:
            in_force = confirmed if name == "preferred_username" else attributes.get(f"{name}_verified", "").lower() == "true"
            if in_force and attributes.get(name):
                names[name] = attributes[name]
        return {name: self.key(value) for name, value in names.items()}

    def exclusive_attributes(self) -> frozenset[str]:
        """The attributes whose value in force no two users of the pool may share."""
        return self.username_attributes | self.alias_attributes


@lru_cache
def _sign_in_names(username_attributes: tuple[str, ...], alias_attributes: tuple[str, ...], *, case_sensitive: bool) -> SignInNames:
    """Nearly all pools are of a handful of kinds, and most requests ask for theirs several times."""
    return SignInNames(frozenset(username_attributes), frozenset(alias_attributes), case_sensitive)


def alias_taken(attribute: str) -> str:
    """AWS's sentence in AliasExistsException and, where the attribute is a username, in UsernameExistsException.

    ConfirmSignUp alone says it without "given": AliasExistsException's default message.
    """
    return f"An account with the given {attribute} already exists."
