"""Which factor is asked for, and that no way of signing in goes around it."""

from typing import Any

import pytest

from tests.operations.factors import (
    EMAIL,
    ENABLED,
    PHONE,
    PREFERRED,
    WAYS,
    App,
    mfa_pool,
    prefer,
    prove_password,
    register_app,
    respond,
    set_mfa,
)
from tests.operations.mfa.ann import ALL, USER, decided, with_app
from tests.support.control import Clock, Inbox


@pytest.mark.parametrize(
    ("mode", "offered", "has", "wants", "expected"),
    [
        ("OPTIONAL", ALL, {"phone", "email", "app"}, {}, ("tokens",)),
        ("OPTIONAL", ALL, {"phone", "email", "app"}, {"SMSMfaSettings": ENABLED}, ("SMS_MFA",)),
        ("OPTIONAL", ALL, {"phone"}, {"SMSMfaSettings": ENABLED}, ("SMS_MFA",)),
        (
            "OPTIONAL",
            ALL,
            {"phone", "app"},
            {"SMSMfaSettings": ENABLED, "SoftwareTokenMfaSettings": ENABLED},
            ("SELECT_MFA_TYPE", "SMS_MFA", "SOFTWARE_TOKEN_MFA"),
        ),
        (
            "OPTIONAL",
            ALL,
            {"phone", "app"},
            {"SMSMfaSettings": ENABLED, "SoftwareTokenMfaSettings": PREFERRED},
            ("SOFTWARE_TOKEN_MFA",),
        ),
        ("OPTIONAL", ("SOFTWARE_TOKEN_MFA",), {"phone"}, {"SMSMfaSettings": ENABLED}, ("tokens",)),
        ("ON", ALL, {"phone", "email", "app"}, {"EmailMfaSettings": PREFERRED}, ("EMAIL_OTP",)),
        ("ON", ALL, {"app"}, {}, ("SOFTWARE_TOKEN_MFA",)),
        ("ON", ALL, {"app", "phone"}, {}, ("SELECT_MFA_TYPE", "SMS_MFA", "SOFTWARE_TOKEN_MFA")),
        ("ON", ALL, {"app", "phone", "email"}, {}, ("SELECT_MFA_TYPE", *ALL)),
        ("ON", ("SOFTWARE_TOKEN_MFA",), {"app", "phone"}, {}, ("SOFTWARE_TOKEN_MFA",)),
        ("ON", ALL, {"phone"}, {}, ("SMS_MFA",)),
        ("ON", ALL, {"email"}, {}, ("EMAIL_OTP",)),
        ("ON", ALL, {"email", "phone"}, {}, ("SELECT_MFA_TYPE", "SMS_MFA", "EMAIL_OTP")),
        ("ON", ALL, set(), {}, ("MFA_SETUP", *ALL)),
        ("ON", ("SOFTWARE_TOKEN_MFA",), {"phone", "email"}, {}, ("MFA_SETUP", "SOFTWARE_TOKEN_MFA")),
    ],
)
def test_the_factor_follows_from_the_pool_the_preference_and_what_the_user_has(
    idp: Any,
    inbox: Inbox,
    clock: Clock,
    mode: str,
    offered: tuple[str, ...],
    has: set[str],
    wants: dict[str, Any],
    expected: tuple[str, ...],
) -> None:
    pool = mfa_pool(idp, inbox, factors=ALL)
    pool.enrol(USER, **({"phone_number": PHONE} if "phone" in has else {}), **({"email": EMAIL} if "email" in has else {}))
    if "app" in has:
        register_app(pool, clock, pool.sign_in(USER))
    if wants:
        prefer(pool, USER, **wants)
    set_mfa(pool, mode, offered)
    assert decided(prove_password(pool, USER)) == expected


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("mode", "wants", "expected"),
    [
        ("OFF", {"SoftwareTokenMfaSettings": PREFERRED}, ("tokens",)),
        ("OPTIONAL", {}, ("tokens",)),
        ("OPTIONAL", {"SoftwareTokenMfaSettings": PREFERRED}, ("SOFTWARE_TOKEN_MFA",)),
        ("OPTIONAL", {"SMSMfaSettings": PREFERRED}, ("SMS_MFA",)),
        ("ON", {"EmailMfaSettings": PREFERRED}, ("EMAIL_OTP",)),
        ("ON", {}, ("SELECT_MFA_TYPE", *ALL)),
    ],
)
def test_no_way_to_prove_a_password_goes_around_mfa(
    idp: Any, inbox: Inbox, clock: Clock, way: str, mode: str, wants: dict[str, Any], expected: tuple[str, ...]
) -> None:
    pool, _ = with_app(idp, inbox, clock)
    if wants:
        prefer(pool, USER, **wants)
    set_mfa(pool, mode, ALL if mode != "OFF" else ())
    assert decided(prove_password(pool, USER, way)) == expected


@pytest.mark.parametrize("way", WAYS)
def test_no_way_to_prove_a_password_goes_around_the_set_up_of_mfa(idp: Any, inbox: Inbox, clock: Clock, way: str) -> None:
    pool = mfa_pool(idp, inbox, "ON")
    pool.enrol(USER)
    asked = prove_password(pool, USER, way)
    app = App(clock, (begun := idp.associate_software_token(Session=asked["Session"]))["SecretCode"])
    verified = idp.verify_software_token(Session=begun["Session"], UserCode=app.shown())
    answered = asked | {"Session": verified["Session"]}
    assert respond(pool, answered, USER)["AuthenticationResult"]
    assert decided(prove_password(pool, USER, way)) == ("SOFTWARE_TOKEN_MFA",)


def test_the_way_by_which_accounts_are_recovered_is_the_last_to_be_a_factor(idp: Any, inbox: Inbox) -> None:
    recovery = {"RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1}, {"Name": "verified_phone_number", "Priority": 2}]}
    pool = mfa_pool(idp, inbox, "ON", ALL, AccountRecoverySetting=recovery)
    pool.enrol(USER, email=EMAIL, phone_number=PHONE)
    pool.enrol("bob", email="bob@example.com")
    assert decided(prove_password(pool, USER)) == ("SMS_MFA",)
    prefer(pool, USER, EmailMfaSettings=ENABLED)
    assert decided(prove_password(pool, USER)) == ("SELECT_MFA_TYPE", "SMS_MFA", "EMAIL_OTP"), "unless the user wants it"
    assert decided(prove_password(pool, "bob")) == ("EMAIL_OTP",), "or there is no other"
