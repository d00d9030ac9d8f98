"""The second factors that users turn on and prefer."""

from typing import Any

import pytest

from tests.operations.factors import (
    ENABLED,
    PREFERRED,
    mfa_pool,
    prefer,
    prove_password,
    set_mfa,
)
from tests.operations.mfa.ann import ALL, USER, enrolled, with_app
from tests.operations.refusals import refusal
from tests.support.control import Clock, Inbox


def test_a_user_turns_factors_on_and_off_and_prefers_one(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool, _ = with_app(idp, inbox, clock)
    token = pool.sign_in(USER)
    idp.set_user_mfa_preference(AccessToken=token, SMSMfaSettings=ENABLED, SoftwareTokenMfaSettings=PREFERRED)
    shown = idp.get_user(AccessToken=token)
    assert (shown["UserMFASettingList"], shown["PreferredMfaSetting"]) == (["SMS_MFA", "SOFTWARE_TOKEN_MFA"], "SOFTWARE_TOKEN_MFA")
    idp.set_user_mfa_preference(AccessToken=token, EmailMfaSettings=PREFERRED)
    shown = pool.user(USER)
    assert (shown["UserMFASettingList"], shown["PreferredMfaSetting"]) == (["SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"], "EMAIL_OTP")
    prefer(pool, USER, EmailMfaSettings={"Enabled": True, "PreferredMfa": False})
    assert "PreferredMfaSetting" not in pool.user(USER)
    prefer(pool, USER, **{name: {"Enabled": False} for name in ("SMSMfaSettings", "SoftwareTokenMfaSettings", "EmailMfaSettings")})
    assert "UserMFASettingList" not in pool.user(USER)


def test_a_factor_that_is_turned_off_is_no_longer_preferred(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool, _ = with_app(idp, inbox, clock)
    prefer(pool, USER, SMSMfaSettings=ENABLED, SoftwareTokenMfaSettings=PREFERRED)
    prefer(pool, USER, SoftwareTokenMfaSettings={"Enabled": False})
    shown = pool.user(USER)
    assert shown["UserMFASettingList"] == ["SMS_MFA"]
    assert "PreferredMfaSetting" not in shown


@pytest.mark.parametrize(
    ("settings", "factor"),
    [("SMSMfaSettings", "SMS_MFA"), ("SoftwareTokenMfaSettings", "SOFTWARE_TOKEN_MFA"), ("EmailMfaSettings", "EMAIL_OTP")],
)
def test_a_factor_needs_what_it_works_with(idp: Any, inbox: Inbox, settings: str, factor: str) -> None:
    pool = mfa_pool(idp, inbox, factors=ALL)
    pool.enrol(USER)
    expected = ("InvalidParameterException", f"User does not have delivery config set to turn on {factor}")
    assert refusal(idp.set_user_mfa_preference, AccessToken=pool.sign_in(USER), **{settings: ENABLED}) == expected
    assert refusal(idp.admin_set_user_mfa_preference, UserPoolId=pool.id, Username=USER, **{settings: ENABLED}) == expected


PASSKEY_OFF = "WebAuthn MFA is not enabled for the user pool."


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"SMSMfaSettings": PREFERRED, "EmailMfaSettings": PREFERRED}, "Only one MFA method can be set as preferred."),
        ({"SMSMfaSettings": {"Enabled": False, "PreferredMfa": True}}, "SMS_MFA cannot be preferred unless it is enabled."),
        ({"SMSMfaSettings": {"PreferredMfa": True}}, "SMS_MFA cannot be preferred unless it is enabled."),
        ({"WebAuthnMfaSettings": ENABLED, "SMSMfaSettings": ENABLED}, PASSKEY_OFF),
    ],
)
def test_preferences_that_contradict_each_other_are_refused(idp: Any, inbox: Inbox, settings: dict[str, Any], message: str) -> None:
    pool = mfa_pool(idp, inbox, factors=ALL)
    enrolled(pool)
    assert refusal(idp.admin_set_user_mfa_preference, UserPoolId=pool.id, Username=USER, **settings) == (
        "InvalidParameterException",
        message,
    )


def test_a_passkey_as_second_factor_needs_another_beside_it(idp: Any, inbox: Inbox) -> None:
    pool = mfa_pool(idp, inbox, factors=ALL)
    enrolled(pool)
    set_mfa(pool, "OPTIONAL", ALL, WebAuthnConfiguration={"FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION"})
    message = "WebAuthn MFA requires at least one other MFA method to be enabled."
    call = {"UserPoolId": pool.id, "Username": USER, "WebAuthnMfaSettings": ENABLED}
    assert refusal(idp.admin_set_user_mfa_preference, **call) == ("InvalidParameterException", message)
    prefer(pool, USER, WebAuthnMfaSettings=ENABLED, EmailMfaSettings=ENABLED)
    assert pool.user(USER)["UserMFASettingList"] == ["EMAIL_OTP", "WEB_AUTHN"]


def test_a_preference_for_what_the_pool_does_not_offer_is_stored_and_not_heeded(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool, _ = with_app(idp, inbox, clock, mode="ON", factors=("SOFTWARE_TOKEN_MFA",))
    prefer(pool, USER, SMSMfaSettings=PREFERRED)
    assert pool.user(USER)["PreferredMfaSetting"] == "SMS_MFA"
    assert prove_password(pool, USER)["ChallengeName"] == "SOFTWARE_TOKEN_MFA"


def test_an_unknown_user_has_no_preferences(idp: Any, inbox: Inbox) -> None:
    pool = mfa_pool(idp, inbox)
    unknown = ("UserNotFoundException", "User does not exist.")
    for operation in (idp.admin_set_user_mfa_preference, idp.admin_delete_software_token, idp.admin_get_user_auth_factors):
        assert refusal(operation, UserPoolId=pool.id, Username="nobody") == unknown
