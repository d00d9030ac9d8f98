"""Secrets Manager's rules: staging labels, names, schedules of rotation, random passwords.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cognito_emu.records import Record

MANAGER = "cognito-idp"
"""The OwningService of secrets that Cognito manages."""

CURRENT, PREVIOUS, PENDING = "AWSCURRENT", "AWSPREVIOUS", "AWSPENDING"

_NAME = re.compile(r"[A-Za-z0-9/_+=.@!-]+")
_RATE = re.compile(r"rate\((\d+) (hours?|days?)\)")
_UNIT_SECONDS = {"hour": 3600, "day": 86400}

PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
DEFAULT_PASSWORD_LENGTH = 32


def is_name(text: str) -> bool:
    """Whether a secret may be called so: by letters, digits and /_+=.@-, to which managed secrets add an exclamation mark."""
    return _NAME.fullmatch(text) is not None


def attach(labels: Mapping[str, Sequence[str]], version: str, new: Sequence[str]) -> dict[str, list[str]]:
    """Who has which labels when a version gets more: a label is at one version at most.

    "If you move AWSCURRENT, Secrets Manager automatically moves AWSPREVIOUS to the version that AWSCURRENT was removed from."

    Args:
        labels: Those of each version of the secret.
        version: Which gets `new`; it may be one that had no labels so far.
        new: The labels.
    """
    before = next((each for each, its in labels.items() if CURRENT in its), None)
    after = {each: [label for label in its if label not in new] for each, its in labels.items()}
    after[version] = [*after.get(version, ()), *dict.fromkeys(new)]
    if CURRENT in new and before not in {None, version}:
        assert before is not None
        after = {each: [label for label in its if label != PREVIOUS] for each, its in after.items()}
        after[before].append(PREVIOUS)
    return after


def seconds_between_rotations(rules: Mapping[str, Any]) -> float | None:
    """The period of RotationRules; None where they have none that is emulated, as with cron expressions."""
    if days := rules.get("AutomaticallyAfterDays"):
        return float(days * _UNIT_SECONDS["day"])
    if found := _RATE.fullmatch(rules.get("ScheduleExpression", "")):
        return float(int(found[1]) * _UNIT_SECONDS[found[2].rstrip("s")])
    return None


class PasswordRules(Record):
    """What GetRandomPassword and GenerateSecretString are told.

    Attributes:
        kinds: The characters of each kind that is included.
        every_kind: One of each must be in it.
    """

    length: int
    kinds: tuple[str, ...]
    every_kind: bool

    @classmethod
    def of(cls, members: Mapping[str, Any]) -> PasswordRules:
        """Read the members of a request, or the properties of a template."""
        kinds = {
            "ExcludeLowercase": string.ascii_lowercase,
            "ExcludeUppercase": string.ascii_uppercase,
            "ExcludeNumbers": string.digits,
            "ExcludePunctuation": PUNCTUATION,
        }
        included = [*(kind for switch, kind in kinds.items() if not members.get(switch)), *([" "] if members.get("IncludeSpace") else [])]
        excluded = set(members.get("ExcludeCharacters", ""))
        left = ("".join(character for character in kind if character not in excluded) for kind in included)
        return cls(
            length=int(members.get("PasswordLength", DEFAULT_PASSWORD_LENGTH)),
            kinds=tuple(kind for kind in left if kind),
            every_kind=members.get("RequireEachIncludedType", True),
        )

    @property
    def possible(self) -> bool:
        """Whether a password can follow them."""
        return bool(self.kinds) and (not self.every_kind or self.length >= len(self.kinds))


def random_password(rules: PasswordRules, draw: Callable[[int, str], str]) -> str:
    """A password by rules that are `possible`.

    Args:
        rules: The rules.
        draw: So many characters of an alphabet, evenly.
    """
    alphabet = "".join(rules.kinds)
    while True:
        password = draw(rules.length, alphabet)
        if not rules.every_kind or all(set(kind) & set(password) for kind in rules.kinds):
            return password
