"""How risky a sign-in is, and what is to be done about it.

Assumption: AWS does not publish its model. These rules look at what its guide names, address and device, and at nothing that a test
could not bring about: a device and an address that were never seen together with a successful sign-in of this user make a high risk,
a new device alone a medium one, a new address alone a low one. Nobody is judged before their first successful sign-in. Feedback counts:
a sign-in that was marked Invalid teaches nothing, one that was marked Valid does even if it was refused.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from typing import Any

from cognito_emu.errors import InvalidParameterException
from cognito_emu.records import Record

LOW, MEDIUM, HIGH = "Low", "Medium", "High"

NO_ACTION, BLOCK, MFA_IF_CONFIGURED, MFA_REQUIRED = "NO_ACTION", "BLOCK", "MFA_IF_CONFIGURED", "MFA_REQUIRED"

COMPROMISED, TAKEOVER, EXCEPTIONS = (
    "CompromisedCredentialsRiskConfiguration",
    "AccountTakeoverRiskConfiguration",
    "RiskExceptionConfiguration",
)
_EVENTS = ("SIGN_IN", "PASSWORD_CHANGE", "SIGN_UP")
_MAIL_OF_ACTION = {
    NO_ACTION: "NoActionEmail",
    BLOCK: "BlockEmail",
    MFA_IF_CONFIGURED: "MfaEmail",
    MFA_REQUIRED: "MfaEmail",
}

_Configuration = Mapping[str, Any]


class PastSignIn(Record):
    """An earlier sign-in of the same user.

    Attributes:
        passed: It succeeded.
        feedback: Valid, Invalid, or None when nobody said anything.
    """

    ip: str
    device: str
    passed: bool
    feedback: str | None = None

    @property
    def is_familiar(self) -> bool:
        """Whether its device and address may be taken for the user's."""
        return self.feedback == "Valid" or (self.passed and self.feedback != "Invalid")


class Reaction(Record):
    """What the configuration says about a level of risk."""

    action: str = NO_ACTION
    notify: bool = False


def risk_level(ip: str, device: str, past: Iterable[PastSignIn]) -> str | None:
    """The risk of a sign-in; None when there is none to speak of."""
    familiar = [sign_in for sign_in in past if sign_in.is_familiar]
    if not familiar:
        return None
    new_ip = all(sign_in.ip != ip for sign_in in familiar)
    new_device = all(sign_in.device != device for sign_in in familiar)
    if new_device:
        return HIGH if new_ip else MEDIUM
    return LOW if new_ip else None


def reaction_to(configuration: _Configuration, level: str) -> Reaction:
    """What the account takeover configuration says about a level."""
    action = configuration.get(TAKEOVER, {}).get("Actions", {}).get(f"{level}Action")
    return Reaction(action["EventAction"], action["Notify"]) if action else Reaction()


def reacts_to_compromised(configuration: _Configuration, event: str) -> str | None:
    """What is done about a compromised password at `event` (SIGN_IN, PASSWORD_CHANGE, SIGN_UP); None when it is not looked for."""
    compromised = configuration.get(COMPROMISED)
    # "Defaults to all events." (API reference)
    if compromised is None or event not in (compromised.get("EventFilter") or _EVENTS):
        return None
    return str(compromised["Actions"]["EventAction"])


def is_blocked(configuration: _Configuration, ip: str) -> bool:
    """Whether the address is in an always-block range."""
    return _in_ranges(ip, configuration.get(EXCEPTIONS, {}).get("BlockedIPRangeList", ()))


def is_skipped(configuration: _Configuration, ip: str) -> bool:
    """Whether the address is in an always-allow range, where no risk is looked for."""
    return _in_ranges(ip, configuration.get(EXCEPTIONS, {}).get("SkippedIPRangeList", ()))


def check_risk_configuration(configuration: _Configuration) -> None:
    """Let a configuration pass that can be acted upon.

    The sentence on ranges is AWS's (badmintoncryer/cdk-preflight, pf-cognito-risk-ip-range-cidr). Assumption: the others. That
    notifications need a template is documented.

    Raises:
        InvalidParameterException: A range is none, or users are to be notified without anything that says how.
    """
    exceptions = configuration.get(EXCEPTIONS, {})
    for member in ("BlockedIPRangeList", "SkippedIPRangeList"):
        for text in exceptions.get(member, ()):
            if "/" not in text or _network(text) is None:
                raise InvalidParameterException("Incorrect CIDR format")
    takeover = configuration.get(TAKEOVER, {})
    notify = takeover.get("NotifyConfiguration")
    if notify is None and any(action["Notify"] for action in takeover.get("Actions", {}).values()):
        raise InvalidParameterException("NotifyConfiguration is required when an action has Notify set.")
    for member in sorted(set(_MAIL_OF_ACTION.values())):
        email = (notify or {}).get(member)
        if email is not None and not (email.get("HtmlBody") or email.get("TextBody")):
            raise InvalidParameterException(f"{member} must have an HtmlBody or a TextBody.")


def _in_ranges(ip: str, ranges: Iterable[str]) -> bool:
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return any((network := _network(text)) is not None and (mapped or address) in network for text in ranges)


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
