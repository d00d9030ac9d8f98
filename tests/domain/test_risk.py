"""Levels of risk, and who is in which range of addresses."""

import pytest

from cognito_emu.domain.risk import HIGH, LOW, MEDIUM, PastSignIn, is_blocked, is_skipped, reaction_to, reacts_to_compromised, risk_level

HOME = PastSignIn("192.0.2.1", "laptop", passed=True)


@pytest.mark.parametrize(
    ("ip", "device", "past", "level"),
    [
        ("192.0.2.1", "laptop", [], None),
        ("192.0.2.9", "phone", [PastSignIn("192.0.2.1", "laptop", passed=False)], None),
        ("192.0.2.1", "laptop", [HOME], None),
        ("192.0.2.9", "laptop", [HOME], LOW),
        ("192.0.2.1", "phone", [HOME], MEDIUM),
        ("192.0.2.9", "phone", [HOME], HIGH),
        ("192.0.2.9", "phone", [HOME, PastSignIn("192.0.2.9", "phone", passed=False)], HIGH),
        ("192.0.2.9", "phone", [HOME, PastSignIn("192.0.2.9", "phone", passed=False, feedback="Valid")], None),
        ("192.0.2.9", "phone", [HOME, PastSignIn("192.0.2.9", "phone", passed=True, feedback="Invalid")], HIGH),
        ("192.0.2.1", "laptop", [PastSignIn("192.0.2.1", "laptop", passed=True, feedback="Invalid")], None),
    ],
)
def test_what_is_new_makes_the_risk(ip: str, device: str, past: list[PastSignIn], level: str | None) -> None:
    assert risk_level(ip, device, past) == level


@pytest.mark.parametrize(
    ("ip", "blocked"),
    [("10.1.2.3", True), ("11.0.0.1", False), ("::ffff:10.1.2.3", True), ("2001:db8::1", True), ("2001:db9::1", False), ("", False)],
)
def test_ranges_hold_addresses_of_both_families(ip: str, blocked: bool) -> None:
    ranges = ["10.0.0.0/8", "2001:db8::/32"]
    assert is_blocked({"RiskExceptionConfiguration": {"BlockedIPRangeList": ranges}}, ip) is blocked
    assert is_skipped({"RiskExceptionConfiguration": {"SkippedIPRangeList": ranges}}, ip) is blocked
    assert not is_blocked({}, ip)


def test_what_is_not_configured_is_let_pass() -> None:
    assert (reaction_to({}, HIGH).action, reaction_to({}, HIGH).notify) == ("NO_ACTION", False)
    assert reacts_to_compromised({}, "SIGN_IN") is None


def test_compromised_passwords_are_looked_for_at_all_events_unless_told_otherwise() -> None:
    actions = {"Actions": {"EventAction": "BLOCK"}}
    for event in ("SIGN_IN", "SIGN_UP", "PASSWORD_CHANGE"):
        assert reacts_to_compromised({"CompromisedCredentialsRiskConfiguration": actions}, event) == "BLOCK"
    only = {"CompromisedCredentialsRiskConfiguration": actions | {"EventFilter": ["SIGN_UP"]}}
    assert reacts_to_compromised(only, "SIGN_IN") is None
