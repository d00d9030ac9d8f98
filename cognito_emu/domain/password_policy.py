"""What a password must look like, and temporary passwords that do.

Source: developer guide, "Adding user pool password requirements", and PasswordPolicyType of the API reference. The protocol has
already enforced the member pattern of PasswordType; here only the pool's own policy is judged.
"""

from __future__ import annotations

import enum
import hashlib
import string
from collections.abc import Mapping
from typing import Any, Self

from cognito_emu.errors import InvalidPasswordException
from cognito_emu.records import Record

SYMBOLS = frozenset("^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+- ")
"""What counts as a symbol. A space counts unless it leads or trails."""

TEMPORARY_PASSWORD_SEED_BYTES = 32
"""How many random bytes `temporary_password` takes."""

DAY = 86_400

# Temporary passwords travel in HTML mail and get typed by hand: no characters that mail escapes, none that look alike.
_READABLE_UPPERCASE = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_READABLE_LOWERCASE = "abcdefghijkmnopqrstuvwxyz"
_READABLE_NUMBERS = "23456789"
_READABLE_SYMBOLS = "!#$%*+-=?@^_"


class Wording(enum.StrEnum):
    """The three ways in which AWS begins the sentence, by operation (each from public error reports)."""

    SIGN_UP = "Password did not conform with policy"
    """SignUp."""

    INVITATION = "Password did not conform with password policy"
    """AdminCreateUser and the answer to NEW_PASSWORD_REQUIRED."""

    CHANGE = "Password does not conform to policy"
    """AdminSetUserPassword, ChangePassword and ConfirmForgotPassword."""


class PasswordPolicy(Record):
    """`Policies.PasswordPolicy` of a user pool, with AWS's defaults where a request has none."""

    minimum_length: int = 8
    require_uppercase: bool = True
    require_lowercase: bool = True
    require_numbers: bool = True
    require_symbols: bool = True
    temporary_password_validity_days: int = 7
    password_history_size: int = 0

    @classmethod
    def from_model(cls, policy: Mapping[str, Any] | None) -> Self:
        """Read a PasswordPolicyType. A TemporaryPasswordValidityDays of 0 means the default, as the API reference says.

        In a policy a class that is not named is not required: AWS's SDK for Go, and with it Terraform, sends no member that is false.
        """
        # Assumption: that, for the API reference says nothing of it; and that an empty policy counts as none.
        if not policy:
            return cls()
        return cls(
            minimum_length=policy.get("MinimumLength", 8),
            require_uppercase=policy.get("RequireUppercase", False),
            require_lowercase=policy.get("RequireLowercase", False),
            require_numbers=policy.get("RequireNumbers", False),
            require_symbols=policy.get("RequireSymbols", False),
            temporary_password_validity_days=policy.get("TemporaryPasswordValidityDays") or 7,
            password_history_size=policy.get("PasswordHistorySize", 0),
        )

    def to_model(self) -> dict[str, Any]:
        """The PasswordPolicyType that DescribeUserPool shows. A history that is off is not shown."""
        shown: dict[str, Any] = {
            "MinimumLength": self.minimum_length,
            "RequireUppercase": self.require_uppercase,
            "RequireLowercase": self.require_lowercase,
            "RequireNumbers": self.require_numbers,
            "RequireSymbols": self.require_symbols,
            "TemporaryPasswordValidityDays": self.temporary_password_validity_days,
        }
        if self.password_history_size:
            shown["PasswordHistorySize"] = self.password_history_size
        return shown

    def check(self, password: str, wording: Wording) -> None:
        """Let a fitting password pass.

        Raises:
            InvalidPasswordException: It does not fit. The sentence names the first failure only, as AWS's does.
        """
        # Assumption: AWS judges in the order in which the policy's members are listed.
        failures = (
            (len(password) < self.minimum_length, "Password not long enough"),
            (self.require_uppercase and not _has(password, string.ascii_uppercase), "Password must have uppercase characters"),
            (self.require_lowercase and not _has(password, string.ascii_lowercase), "Password must have lowercase characters"),
            (self.require_numbers and not _has(password, string.digits), "Password must have numeric characters"),
            (self.require_symbols and not _has(password.strip(" "), SYMBOLS), "Password must have symbol characters"),
        )
        for failed, reason in failures:
            if failed:
                raise InvalidPasswordException(f"{wording}: {reason}")

    def temporary_password(self, seed: bytes) -> str:
        """A password that fits, of at least 8 characters and all four classes, drawn from `seed`'s random bytes."""
        draw = _Lots(seed)
        classes = (_READABLE_UPPERCASE, _READABLE_LOWERCASE, _READABLE_NUMBERS, _READABLE_SYMBOLS)
        characters = [draw.one_of(alphabet) for alphabet in classes]
        everything = "".join(classes)
        characters += [draw.one_of(everything) for _ in range(max(8, self.minimum_length) - len(characters))]
        for place in range(len(characters) - 1, 0, -1):
            other = draw.below(place + 1)
            characters[place], characters[other] = characters[other], characters[place]
        return "".join(characters)

    def temporary_password_expires_at(self, set_at: float) -> float:
        """When a temporary password that was set at `set_at` (epoch seconds) is too old to sign in with."""
        return set_at + self.temporary_password_validity_days * DAY


def _has(password: str, characters: str | frozenset[str]) -> bool:
    return not set(characters).isdisjoint(password)


class _Lots:
    """Even choices from a seed, by stretching it to a number so long that what remains uneven cannot be seen."""

    def __init__(self, seed: bytes) -> None:
        self._left = int.from_bytes(hashlib.shake_256(seed).digest(512), "big")

    def below(self, limit: int) -> int:
        self._left, drawn = divmod(self._left, limit)
        return drawn

    def one_of(self, alphabet: str) -> str:
        return alphabet[self.below(len(alphabet))]
