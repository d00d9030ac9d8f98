"""How strongly a user authenticated: the `amr` and `acr` claims, and which factors lead to a level.

Source: developer guide, "Authentication levels with ACR and AMR claims". Levels are 1 to 4, and 0 for nothing that counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from cognito_emu.domain.user_pool_settings import effective_acr_levels

MFA = "mfa"
LOWEST = 1
# What an identity provider vouches for is one of the proved factors: this, the level, and the provider's own words behind a colon.
_VOUCHED = "fed:"

# What each factor adds to `amr`. A passkey adds `swk` or `hwk`, which count alike.
_METHOD_OF_FIRST = {"PASSWORD": "pwd", "PASSWORD_SRP": "pwd", "EMAIL_OTP": "email_otp", "SMS_OTP": "sms", "WEB_AUTHN": "swk"}
_METHOD_OF_SECOND = {"SOFTWARE_TOKEN_MFA": "otp", "SMS_MFA": "sms", "EMAIL_OTP": "email_otp"}

_CODES = frozenset({"sms", "email_otp"})
_PASSKEYS = frozenset({"swk", "hwk"})


def passkey_method(attachment: str | None, *, multi_device: bool) -> str:
    """`swk` for a passkey of the platform, `hwk` for a roaming one."""
    # Assumption: where the browser did not tell, a synced passkey is one of a platform.
    roams = attachment == "cross-platform" or (attachment is None and not multi_device)
    return "hwk" if roams else "swk"


def vouched_for(level: int, methods: Iterable[str]) -> list[str]:
    """A federated sign-in as a proved factor: the level to which the provider's `acr` was mapped, and its own `amr`."""
    return [f"{_VOUCHED}{level}:{' '.join(methods)}"]


def level_of_acr(mapping: Mapping[str, str] | None, acr: object) -> int:
    """The level of a provider's `acr`.

    "When the IdP returns an ACR value that isn't mapped, Amazon Cognito resolves it to the lowest level." (API reference,
    CreateIdentityProvider)
    """
    return next((int(key.removeprefix("Level")) for key, value in (mapping or {}).items() if value == acr), LOWEST)


def level_of(amr: Iterable[str]) -> int:
    """The highest level that proved factors fully satisfy."""
    proved = frozenset(amr)
    # The provider's own words lead nowhere: who gave them, and for what, is not ours to judge.
    vouched = [int(method.split(":")[1]) for method in proved if method.startswith(_VOUCHED)]
    return max(_own_level(proved), *vouched, 0)


def _own_level(proved: frozenset[str]) -> int:
    if {"pwd", "otp"} <= proved:
        return 4
    if proved & _PASSKEYS or ("pwd" in proved and proved & _CODES):
        return 3
    if proved & _CODES:
        return 2
    return LOWEST if "pwd" in proved else 0


def amr_claim(amr: Iterable[str]) -> list[str]:
    """The `amr` claim: each proved factor once, and `mfa` when there are two or more; a provider's as the provider wrote it."""
    proved = list(dict.fromkeys(amr))
    vouched = [method.split(":", 2)[2].split() for method in proved if method.startswith(_VOUCHED)]
    # Assumption: of a provider that says nothing of its methods, `fed` is told.
    foreign = [word for words in vouched for word in words or ["fed"]]
    methods = [method for method in proved if method != MFA and not method.startswith(_VOUCHED)]
    several = len(methods) > 1 or MFA in proved
    return [*foreign, *methods, MFA] if several else [*foreign, *methods]


def level_name(settings: Mapping[str, Any], level: int) -> str:
    """What a pool calls a level."""
    return effective_acr_levels(settings)[f"Level{level}"]["AcrValue"]


def recognized_levels(settings: Mapping[str, Any], names: Iterable[str]) -> list[int]:
    """The levels that a request asks for, in its order, without names that the pool does not know."""
    by_name = {value["AcrValue"]: int(key.removeprefix("Level")) for key, value in effective_acr_levels(settings).items()}
    return [by_name[name] for name in names if name in by_name]


def second_factors_toward(level: int, amr: Iterable[str], usable: Sequence[str]) -> list[str]:
    """The second factors with which what was proved reaches a level."""
    proved = list(amr)
    return [factor for factor in usable if level_of([*proved, _METHOD_OF_SECOND[factor]]) >= level]


def first_factors_toward(level: int, amr: Collection[str], available: Sequence[str], second: Sequence[str]) -> list[str]:
    """The first factors that reach a level, on top of what was proved; a password may still need a second factor for it."""

    def leads_there(challenge: str) -> bool:
        proved = [*amr, _METHOD_OF_FIRST[challenge]]
        return level_of(proved) >= level or ("pwd" in proved and bool(second_factors_toward(level, proved, second)))

    return [challenge for challenge in available if leads_there(challenge)]
