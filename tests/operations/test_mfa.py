"""Multi-factor authentication: configuration, preferences, authenticator apps, codes, and that no way of signing in goes around it."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pyotp
import pytest
from pycognito import Cognito
from pycognito.exceptions import SoftwareTokenMFAChallengeException

from tests.operations.factors import (
    EMAIL,
    EMAIL_SENDER,
    ENABLED,
    PHONE,
    PREFERRED,
    SMS_SENDER,
    WAYS,
    App,
    mfa_pool,
    prefer,
    prove_password,
    proved,
    register_app,
    respond,
    set_mfa,
)
from tests.operations.people import PASSWORD, Pool, make_pool, other_than
from tests.operations.refusals import refusal
from tests.support.control import Clock, Inbox
from tests.support.server import REGION, Server

USER = "ann"
ALL = ("SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP")


def enrolled(pool: Pool, **values: str) -> str:
    """Ann, confirmed, with a password; returns her access token if MFA lets her have one."""
    pool.enrol(USER, **({"email": EMAIL, "phone_number": PHONE} | values))
    return pool.sign_in(USER)


def with_app(idp: Any, inbox: Inbox, clock: Clock, *, mode: str = "OPTIONAL", factors: tuple[str, ...] = ALL) -> tuple[Pool, App]:
    """A pool, and Ann with everything that a factor needs, none of it turned on."""
    pool = mfa_pool(idp, inbox, factors=factors)
    app = register_app(pool, clock, enrolled(pool), "Ann's phone")
    set_mfa(pool, mode, factors)
    return pool, app


# -- the pool's configuration


def test_a_new_pool_has_no_mfa(idp: Any, inbox: Inbox) -> None:
    pool = make_pool(idp, inbox)
    shown = idp.get_user_pool_mfa_config(UserPoolId=pool.id)
    del shown["ResponseMetadata"]
    assert shown == {"MfaConfiguration": "OFF"}


def test_the_configuration_is_returned_as_it_was_set_and_stays_out_of_the_pools_description(idp: Any, inbox: Inbox) -> None:
    pool = make_pool(idp, inbox, EmailConfiguration=EMAIL_SENDER)
    wanted: dict[str, Any] = {
        "MfaConfiguration": "OPTIONAL",
        "SmsMfaConfiguration": {"SmsAuthenticationMessage": "In with {####}", "SmsConfiguration": SMS_SENDER},
        "SoftwareTokenMfaConfiguration": {"Enabled": True},
        "EmailMfaConfiguration": {"Message": "Code {####}", "Subject": "Your code"},
        "WebAuthnConfiguration": {
            "RelyingPartyId": "auth.example.com",
            "UserVerification": "required",
            "FactorConfiguration": "SINGLE_FACTOR",
        },
    }
    for shown in (idp.set_user_pool_mfa_config(UserPoolId=pool.id, **wanted), idp.get_user_pool_mfa_config(UserPoolId=pool.id)):
        del shown["ResponseMetadata"]
        assert shown == wanted
    described = idp.describe_user_pool(UserPoolId=pool.id)["UserPool"]
    assert described["MfaConfiguration"] == "OPTIONAL"
    assert described["SmsConfiguration"] == SMS_SENDER
    assert described["SmsAuthenticationMessage"] == "In with {####}"
    assert not {"SmsMfaConfiguration", "SoftwareTokenMfaConfiguration", "EmailMfaConfiguration", "WebAuthnConfiguration"} & set(described)


def test_what_is_left_out_is_off(idp: Any, inbox: Inbox) -> None:
    pool = mfa_pool(idp, inbox, factors=ALL)
    shown = idp.set_user_pool_mfa_config(UserPoolId=pool.id)
    del shown["ResponseMetadata"]
    assert shown == {"MfaConfiguration": "OFF"}


def test_an_update_of_the_pool_keeps_the_factors(idp: Any, inbox: Inbox) -> None:
    pool = mfa_pool(idp, inbox)
    idp.update_user_pool(UserPoolId=pool.id)
    assert idp.get_user_pool_mfa_config(UserPoolId=pool.id)["SoftwareTokenMfaConfiguration"] == {"Enabled": True}


def test_create_user_pool_turns_on_sms_mfa_by_mode_and_sender(idp: Any, inbox: Inbox) -> None:
    pool = make_pool(idp, inbox, MfaConfiguration="ON", SmsConfiguration=SMS_SENDER)
    assert idp.get_user_pool_mfa_config(UserPoolId=pool.id)["SmsMfaConfiguration"] == {"SmsConfiguration": SMS_SENDER}
    pool.enrol(USER, phone_number=PHONE)
    assert pool.try_sign_in(username=USER)["ChallengeName"] == "SMS_MFA"


TOGETHER = "Invalid MFA configuration given, can't turn off MFA and configure an MFA together."
NONE_LEFT = "Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled."
TOTP = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"MfaConfiguration": "OFF", **TOTP}, TOGETHER),
        ({**TOTP}, TOGETHER),
        ({"MfaConfiguration": "OFF", "EmailMfaConfiguration": {}}, TOGETHER),
        ({"MfaConfiguration": "OFF", "SmsMfaConfiguration": {"SmsConfiguration": SMS_SENDER}}, TOGETHER),
        ({"MfaConfiguration": "ON"}, NONE_LEFT),
        ({"MfaConfiguration": "OPTIONAL", "WebAuthnConfiguration": {"RelyingPartyId": "example.com"}}, NONE_LEFT),
        (
            {"MfaConfiguration": "ON", "EmailMfaConfiguration": {}},
            "Email MFA requires EmailSendingAccount to be DEVELOPER in EmailConfiguration.",
        ),
        ({"WebAuthnConfiguration": {"RelyingPartyId": "https://example.com"}}, "https://example.com is not a valid relying party ID."),
        ({"WebAuthnConfiguration": {"RelyingPartyId": "com"}}, "com is not a valid relying party ID."),
        ({"WebAuthnConfiguration": {"RelyingPartyId": "amazoncognito.com"}}, "amazoncognito.com is not a valid relying party ID."),
    ],
)
def test_a_configuration_that_contradicts_itself_is_refused(idp: Any, inbox: Inbox, members: dict[str, Any], message: str) -> None:
    pool = make_pool(idp, inbox)
    assert refusal(idp.set_user_pool_mfa_config, UserPoolId=pool.id, **members) == ("InvalidParameterException", message)


def test_sms_mfa_needs_a_sender(idp: Any) -> None:
    pool_id = idp.create_user_pool(PoolName="no-texts")["UserPool"]["Id"]
    expected = ("InvalidParameterException", "SmsConfiguration is required when SMS MFA is configured.")
    assert refusal(idp.set_user_pool_mfa_config, UserPoolId=pool_id, MfaConfiguration="ON", SmsMfaConfiguration={}) == expected


def test_presence_of_a_factor_decides_not_whether_it_is_enabled(idp: Any, inbox: Inbox) -> None:
    pool = make_pool(idp, inbox)
    idp.set_user_pool_mfa_config(UserPoolId=pool.id, MfaConfiguration="ON", SoftwareTokenMfaConfiguration={"Enabled": False})
    pool.enrol(USER, email=EMAIL)
    assert pool.sign_in(USER)


@pytest.mark.parametrize(
    ("factor", "mechanism", "medium"), [("SMS_MFA", "verified_phone_number", "SMS"), ("EMAIL_OTP", "verified_email", "Email")]
)
def test_the_only_way_to_recover_accounts_cannot_be_a_factor(idp: Any, inbox: Inbox, factor: str, mechanism: str, medium: str) -> None:
    recovery = {"RecoveryMechanisms": [{"Name": mechanism, "Priority": 1}]}
    pool = make_pool(idp, inbox, EmailConfiguration=EMAIL_SENDER, AccountRecoverySetting=recovery)
    message = (
        f"Invalid account recovery setting parameter. Account Recovery Setting cannot use {mechanism} "
        f"as a recovery mechanism when {medium} MFA is configured."
    )
    assert refusal(lambda: set_mfa(pool, "ON", (factor,))) == ("InvalidParameterException", message)


ONLY_PASSWORD = "Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled"
SINGLE = "Cannot set WebAuthn factor configuration to SINGLE_FACTOR if MFA is required and WebAuthn is an allowed first auth factor"


NOT_FOR_MFA = "WEB_AUTHN cannot be used as an auth factor when MFA is enabled if not configured for MFA."


@pytest.mark.parametrize(
    ("first", "of_mfa", "of_pool"),
    [("EMAIL_OTP", ONLY_PASSWORD, ONLY_PASSWORD), ("SMS_OTP", ONLY_PASSWORD, ONLY_PASSWORD), ("WEB_AUTHN", SINGLE, NOT_FOR_MFA)],
)
def test_required_mfa_and_a_first_factor_that_it_cannot_follow_exclude_each_other(
    idp: Any, inbox: Inbox, first: str, of_mfa: str, of_pool: str
) -> None:
    """SetUserPoolMfaConfig and UpdateUserPool say it in words of their own."""
    policy = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", first]}}
    pool = make_pool(idp, inbox, Policies=policy)
    assert refusal(lambda: set_mfa(pool, "ON", ("SOFTWARE_TOKEN_MFA",))) == ("InvalidParameterException", of_mfa)
    set_mfa(pool, "OPTIONAL", ("SOFTWARE_TOKEN_MFA",))
    other = make_pool(idp, inbox)
    set_mfa(other, "ON", ("SOFTWARE_TOKEN_MFA",))
    assert refusal(idp.update_user_pool, UserPoolId=other.id, Policies=policy) == ("InvalidParameterException", of_pool)


def test_email_mfa_and_passkeys_need_the_essentials_tier(idp: Any, inbox: Inbox) -> None:
    pool = make_pool(idp, inbox, UserPoolTier="LITE", EmailConfiguration=EMAIL_SENDER)
    beginning = "The following features need to be disabled for the LITE pricing tier configured: "
    assert refusal(lambda: set_mfa(pool, "ON", ("EMAIL_OTP",))) == ("FeatureUnavailableInTierException", beginning + "Email MFA")
    assert refusal(lambda: set_mfa(pool, "OFF", WebAuthnConfiguration={})) == (
        "FeatureUnavailableInTierException",
        beginning + "Passkey authentication",
    )
    set_mfa(pool, "ON", ("SMS_MFA", "SOFTWARE_TOKEN_MFA"))


def test_an_unknown_pool_has_no_configuration(idp: Any) -> None:
    unknown = ("ResourceNotFoundException", "User pool us-east-1_nowhere00 does not exist.")
    assert refusal(idp.get_user_pool_mfa_config, UserPoolId="us-east-1_nowhere00") == unknown
    assert refusal(idp.set_user_pool_mfa_config, UserPoolId="us-east-1_nowhere00") == unknown


# -- what users prefer


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


# -- authenticator apps


def test_an_app_is_registered_by_a_code_of_the_secret(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool = mfa_pool(idp, inbox)
    token = enrolled(pool)
    answer = idp.associate_software_token(AccessToken=token)
    assert len(answer["SecretCode"]) == 52
    assert "Session" not in answer
    app = App(clock, answer["SecretCode"])
    wrong = ("EnableSoftwareTokenMFAException", "Code mismatch and fail enable Software Token MFA")
    assert refusal(idp.verify_software_token, AccessToken=token, UserCode=other_than(app.shown())) == wrong
    assert refusal(idp.verify_software_token, AccessToken=token, UserCode=app.shown(2)) == wrong
    assert idp.verify_software_token(AccessToken=token, UserCode=app.shown(-1))["Status"] == "SUCCESS"
    assert prove_password(pool, USER)["AuthenticationResult"], "in an optional pool the preference must be set first"
    prefer(pool, USER, SoftwareTokenMfaSettings=ENABLED)
    assert prove_password(pool, USER)["ChallengeName"] == "SOFTWARE_TOKEN_MFA"


def test_the_last_secret_that_was_handed_out_counts(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool = mfa_pool(idp, inbox)
    token = enrolled(pool)
    first = App(clock, idp.associate_software_token(AccessToken=token)["SecretCode"])
    second = App(clock, idp.associate_software_token(AccessToken=token)["SecretCode"])
    assert refusal(idp.verify_software_token, AccessToken=token, UserCode=first.shown())[0] == "EnableSoftwareTokenMFAException"
    idp.verify_software_token(AccessToken=token, UserCode=second.shown())


def test_a_new_app_takes_the_old_ones_place_when_it_is_verified_and_not_before(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool, old = with_app(idp, inbox, clock)
    token = pool.sign_in(USER)
    prefer(pool, USER, SoftwareTokenMfaSettings=PREFERRED)
    new = App(clock, idp.associate_software_token(AccessToken=token)["SecretCode"])
    asked = prove_password(pool, USER)
    assert respond(pool, asked, USER, SOFTWARE_TOKEN_MFA_CODE=old.code())["AuthenticationResult"]
    idp.verify_software_token(AccessToken=token, UserCode=new.shown())
    asked = prove_password(pool, USER)
    mismatch = ("CodeMismatchException", "Invalid code received for user")
    assert refusal(lambda: respond(pool, asked, USER, SOFTWARE_TOKEN_MFA_CODE=old.code())) == mismatch
    assert respond(pool, asked, USER, SOFTWARE_TOKEN_MFA_CODE=new.shown())["AuthenticationResult"]


def test_a_code_without_a_registration_under_way_is_for_no_app(idp: Any, inbox: Inbox) -> None:
    pool = mfa_pool(idp, inbox)
    missing = ("SoftwareTokenMFANotFoundException", "Software Token MFA does not exist for the user.")
    assert refusal(idp.verify_software_token, AccessToken=enrolled(pool), UserCode="123456") == missing


def test_apps_cannot_be_registered_where_the_pool_does_not_offer_them(idp: Any, inbox: Inbox) -> None:
    pool = mfa_pool(idp, inbox, factors=("SMS_MFA",))
    token = enrolled(pool)
    off = ("SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the userPool")
    assert refusal(idp.associate_software_token, AccessToken=token) == off
    assert refusal(idp.verify_software_token, AccessToken=token, UserCode="123456") == off


def test_an_app_is_registered_with_a_token_or_a_session_and_not_with_both(idp: Any, inbox: Inbox) -> None:
    pool = mfa_pool(idp, inbox)
    token = enrolled(pool)
    message = ("NotAuthorizedException", "Exactly one of AccessToken and Session must be provided.")
    assert refusal(idp.associate_software_token) == message
    assert refusal(idp.associate_software_token, AccessToken=token, Session="x" * 20) == message
    assert refusal(idp.associate_software_token, Session="x" * 20) == ("NotAuthorizedException", "Invalid session for the user.")
    assert refusal(idp.verify_software_token, Session="x" * 20, UserCode="123456") == (
        "NotAuthorizedException",
        "Invalid session for the user.",
    )
    assert refusal(idp.associate_software_token, AccessToken="abc") == ("NotAuthorizedException", "Invalid Access Token")


def test_the_token_of_a_deleted_user_registers_nothing(idp: Any, inbox: Inbox) -> None:
    pool = mfa_pool(idp, inbox)
    token = enrolled(pool)
    idp.admin_delete_user(UserPoolId=pool.id, Username=USER)
    assert refusal(idp.associate_software_token, AccessToken=token) == ("NotAuthorizedException", "Invalid Access Token")
    assert refusal(idp.verify_software_token, AccessToken=token, UserCode="123456") == ("UserNotFoundException", "User does not exist.")


def test_an_administrator_takes_an_app_away(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool, app = with_app(idp, inbox, clock)
    prefer(pool, USER, SoftwareTokenMfaSettings=PREFERRED, SMSMfaSettings=ENABLED)
    asked = prove_password(pool, USER)
    idp.admin_delete_software_token(UserPoolId=pool.id, Username=USER)
    gone = ("SoftwareTokenMFANotFoundException", "Software Token MFA does not exist for the user.")
    assert refusal(lambda: respond(pool, asked, USER, SOFTWARE_TOKEN_MFA_CODE=app.code())) == gone
    assert pool.user(USER)["UserMFASettingList"] == ["SMS_MFA"]
    assert "PreferredMfaSetting" not in pool.user(USER)
    assert prove_password(pool, USER)["ChallengeName"] == "SMS_MFA"
    idp.admin_delete_software_token(UserPoolId=pool.id, Username=USER)


# -- the challenges


def test_an_apps_code_is_asked_for_by_the_apps_name_and_taken_once(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool, app = with_app(idp, inbox, clock)
    prefer(pool, USER, SoftwareTokenMfaSettings=PREFERRED)
    asked = prove_password(pool, USER)
    assert asked["ChallengeParameters"] == {"USER_ID_FOR_SRP": USER, "FRIENDLY_DEVICE_NAME": "Ann's phone"}
    used = ("ExpiredCodeException", "Your software token has already been used once.")
    assert refusal(lambda: respond(pool, asked, USER, SOFTWARE_TOKEN_MFA_CODE=app.shown())) == used, "it registered the app"
    mismatch = ("CodeMismatchException", "Invalid code received for user")
    assert refusal(lambda: respond(pool, asked, USER, SOFTWARE_TOKEN_MFA_CODE=other_than(app.code()))) == mismatch
    code = app.shown()
    result = respond(pool, asked, USER, SOFTWARE_TOKEN_MFA_CODE=code)
    assert result["AuthenticationResult"]["TokenType"] == "Bearer"
    assert result["ChallengeParameters"] == {}
    again = prove_password(pool, USER)
    assert refusal(lambda: respond(pool, again, USER, SOFTWARE_TOKEN_MFA_CODE=code)) == used
    assert refusal(lambda: respond(pool, again, USER, SOFTWARE_TOKEN_MFA_CODE=app.shown(-1))) == used
    assert respond(pool, again, USER, SOFTWARE_TOKEN_MFA_CODE=app.shown(1))["AuthenticationResult"], "a clock may be half a minute fast"


@pytest.mark.databases("sqlite", "postgresql")
def test_of_many_who_come_with_one_code_at_once_one_gets_in(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool, app = with_app(idp, inbox, clock)
    prefer(pool, USER, SoftwareTokenMfaSettings=PREFERRED)
    sessions = [prove_password(pool, USER) for _ in range(8)]
    code = app.code()

    def come(asked: Any) -> str:
        try:
            respond(pool, asked, USER, SOFTWARE_TOKEN_MFA_CODE=code)
        except idp.exceptions.ExpiredCodeException as refused:
            return str(refused.response["Error"]["Message"])
        return "in"

    with ThreadPoolExecutor(8) as people:
        outcomes = sorted(people.map(come, sessions))
    assert outcomes == ["Your software token has already been used once."] * 7 + ["in"]


@pytest.mark.databases("sqlite", "postgresql")
def test_of_many_answers_to_one_challenge_at_once_one_gets_in(idp: Any, inbox: Inbox) -> None:
    pool = mfa_pool(idp, inbox, factors=ALL)
    enrolled(pool)
    prefer(pool, USER, SMSMfaSettings=PREFERRED)
    asked = prove_password(pool, USER)
    code = _newest(inbox, PHONE)

    def come(_number: int) -> str:
        try:
            respond(pool, asked, USER, SMS_MFA_CODE=code)
        except idp.exceptions.NotAuthorizedException as refused:
            return str(refused.response["Error"]["Message"])
        return "in"

    with ThreadPoolExecutor(8) as people:
        outcomes = sorted(people.map(come, range(8)))
    assert outcomes == ["Invalid session for the user, session can only be used once."] * 7 + ["in"]


@pytest.mark.parametrize(
    ("factor", "address", "shown", "medium", "settings"),
    [
        ("SMS_MFA", PHONE, "+*******0100", "SMS", "SMSMfaSettings"),
        ("EMAIL_OTP", EMAIL, "a***@e***", "EMAIL", "EmailMfaSettings"),
    ],
)
def test_a_code_is_sent_and_taken_once(idp: Any, inbox: Inbox, factor: str, address: str, shown: str, medium: str, settings: str) -> None:
    pool = mfa_pool(idp, inbox, factors=ALL)
    enrolled(pool)
    inbox.all()
    prefer(pool, USER, **{settings: PREFERRED})
    asked = prove_password(pool, USER)
    assert asked["ChallengeName"] == factor
    assert asked["ChallengeParameters"] == {
        "CODE_DELIVERY_DELIVERY_MEDIUM": medium,
        "CODE_DELIVERY_DESTINATION": shown,
        "USER_ID_FOR_SRP": USER,
    }
    code = _newest(inbox, address)
    assert len(code) == 6
    answer = f"{factor}_CODE"
    mismatch = ("CodeMismatchException", "Invalid code or auth state for the user.")
    for _ in range(6):
        assert refusal(lambda: respond(pool, asked, USER, **{answer: other_than(code)})) == mismatch
    assert respond(pool, asked, USER, **{answer: code})["AuthenticationResult"]
    once = ("NotAuthorizedException", "Invalid session for the user, session can only be used once.")
    assert refusal(lambda: respond(pool, asked, USER, **{answer: code})) == once


def _newest(inbox: Inbox, address: str) -> str:
    code: str = inbox.all(to=address)[0]["code"]
    return code


def test_codes_cannot_be_guessed_for_ever(idp: Any, inbox: Inbox) -> None:
    pool = mfa_pool(idp, inbox, factors=ALL)
    enrolled(pool)
    prefer(pool, USER, SMSMfaSettings=PREFERRED)
    asked = prove_password(pool, USER)
    code = _newest(inbox, PHONE)
    for _ in range(15):
        assert refusal(lambda: respond(pool, asked, USER, SMS_MFA_CODE=other_than(code)))[0] == "CodeMismatchException"
    assert refusal(lambda: respond(pool, asked, USER, SMS_MFA_CODE=code))[0] == "NotAuthorizedException"


def test_two_sign_ins_at_once_have_a_code_each(idp: Any, inbox: Inbox) -> None:
    pool = mfa_pool(idp, inbox, factors=ALL)
    enrolled(pool)
    prefer(pool, USER, SMSMfaSettings=PREFERRED)
    first = prove_password(pool, USER)
    first_code = _newest(inbox, PHONE)
    second = prove_password(pool, USER)
    second_code = _newest(inbox, PHONE)
    if first_code != second_code:
        assert refusal(lambda: respond(pool, second, USER, SMS_MFA_CODE=first_code))[0] == "CodeMismatchException"
    assert respond(pool, first, USER, SMS_MFA_CODE=first_code)["AuthenticationResult"]
    assert respond(pool, second, USER, SMS_MFA_CODE=second_code)["AuthenticationResult"]


def test_the_pools_own_message_carries_the_code(idp: Any, inbox: Inbox) -> None:
    pool = make_pool(idp, inbox, EmailConfiguration=EMAIL_SENDER)
    idp.set_user_pool_mfa_config(
        UserPoolId=pool.id,
        MfaConfiguration="OPTIONAL",
        SmsMfaConfiguration={"SmsConfiguration": SMS_SENDER, "SmsAuthenticationMessage": "In with {####}!"},
        EmailMfaConfiguration={"Subject": "Come in", "Message": "Your key: {####}"},
    )
    enrolled(pool)
    prefer(pool, USER, SMSMfaSettings=PREFERRED)
    prove_password(pool, USER)
    message = inbox.all(to=PHONE)[0]
    assert message["text"] == f"In with {message['code']}!"
    prefer(pool, USER, EmailMfaSettings=PREFERRED)
    prove_password(pool, USER)
    message = inbox.all(to=EMAIL)[0]
    assert message["subject"] == "Come in"
    assert f"Your key: {message['code']}" in message["html"] + message["text"]


def test_a_session_ends_after_the_clients_time(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool, app = with_app(idp, inbox, clock)
    prefer(pool, USER, SoftwareTokenMfaSettings=PREFERRED)
    asked = prove_password(pool, USER)
    clock.advance(181)
    expired = ("NotAuthorizedException", "Invalid session for the user, session is expired.")
    assert refusal(lambda: respond(pool, asked, USER, SOFTWARE_TOKEN_MFA_CODE=app.shown())) == expired
    patient = pool.client_with(AuthSessionValidity=15)
    asked = prove_password(patient, USER)
    clock.advance(minutes=14)
    assert respond(patient, asked, USER, SOFTWARE_TOKEN_MFA_CODE=app.code())["AuthenticationResult"]


def test_a_session_is_good_for_its_user_client_and_challenge_only(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool, app = with_app(idp, inbox, clock)
    pool.enrol("bob")
    prefer(pool, USER, SoftwareTokenMfaSettings=PREFERRED)
    asked = prove_password(pool, USER)
    invalid = ("NotAuthorizedException", "Invalid session for the user.")
    assert refusal(lambda: respond(pool, asked, "bob", SOFTWARE_TOKEN_MFA_CODE=app.code())) == invalid
    assert refusal(lambda: respond(pool.client_with(), asked, USER, SOFTWARE_TOKEN_MFA_CODE=app.shown())) == invalid
    assert refusal(lambda: respond(pool, asked | {"ChallengeName": "SMS_MFA"}, USER, SMS_MFA_CODE="123456")) == invalid
    assert refusal(lambda: respond(pool, asked | {"Session": "x" * 40}, USER, SOFTWARE_TOKEN_MFA_CODE=app.shown())) == invalid
    sub = next(item["Value"] for item in pool.user(USER)["UserAttributes"] if item["Name"] == "sub")
    assert respond(pool, asked, sub, SOFTWARE_TOKEN_MFA_CODE=app.shown())["AuthenticationResult"], "any name of the user's is good"


@pytest.mark.parametrize(
    ("challenge", "name"), [("SOFTWARE_TOKEN_MFA", "SOFTWARE_TOKEN_MFA_CODE"), ("SMS_MFA", "SMS_MFA_CODE"), ("SELECT_MFA_TYPE", "ANSWER")]
)
def test_an_answer_without_its_code_is_incomplete(idp: Any, inbox: Inbox, challenge: str, name: str) -> None:
    pool = mfa_pool(idp, inbox)
    missing = ("InvalidParameterException", f"Missing required parameter {name}")
    assert refusal(lambda: respond(pool, {"ChallengeName": challenge, "Session": "x" * 40}, USER)) == missing


def test_a_user_who_was_disabled_meanwhile_does_not_get_in(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool, app = with_app(idp, inbox, clock)
    prefer(pool, USER, SoftwareTokenMfaSettings=PREFERRED)
    asked = prove_password(pool, USER)
    idp.admin_disable_user(UserPoolId=pool.id, Username=USER)
    disabled = ("NotAuthorizedException", "User is disabled.")
    assert refusal(lambda: respond(pool, asked, USER, SOFTWARE_TOKEN_MFA_CODE=app.code())) == disabled


def test_of_several_factors_without_a_preference_one_is_chosen(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool, app = with_app(idp, inbox, clock)
    prefer(pool, USER, SMSMfaSettings=ENABLED, SoftwareTokenMfaSettings=ENABLED, EmailMfaSettings=ENABLED)
    asked = prove_password(pool, USER)
    assert asked["ChallengeName"] == "SELECT_MFA_TYPE"
    assert asked["ChallengeParameters"]["USER_ID_FOR_SRP"] == USER
    assert json.loads(asked["ChallengeParameters"]["MFAS_CAN_CHOOSE"]) == list(ALL)
    missing = ("MFAMethodNotFoundException", "MFA method not found.")
    assert refusal(lambda: respond(pool, asked, USER, ANSWER="WEB_AUTHN")) == missing
    chosen = respond(pool, asked, USER, ANSWER="SOFTWARE_TOKEN_MFA")
    assert chosen["Session"] != asked["Session"]
    assert respond(pool, chosen, USER, SOFTWARE_TOKEN_MFA_CODE=app.code())["AuthenticationResult"]
    for answer in ("EMAIL_OTP", "EMAIL_MFA"):
        chosen = respond(pool, prove_password(pool, USER), USER, ANSWER=answer)
        assert chosen["ChallengeName"] == "EMAIL_OTP"
        assert respond(pool, chosen, USER, EMAIL_OTP_CODE=_newest(inbox, EMAIL))["AuthenticationResult"]


def test_mfa_at_sign_in_verifies_no_address(idp: Any, inbox: Inbox) -> None:
    pool = mfa_pool(idp, inbox, factors=ALL)
    enrolled(pool)
    prefer(pool, USER, SMSMfaSettings=PREFERRED)
    respond(pool, prove_password(pool, USER), USER, SMS_MFA_CODE=_newest(inbox, PHONE))
    assert pool.attributes_of(USER)["phone_number_verified"] == "false"


# -- which factor is asked for


def _decided(asked: Any) -> tuple[str, ...]:
    if "AuthenticationResult" in asked:
        return ("tokens",)
    parameters = asked["ChallengeParameters"]
    listed = parameters.get("MFAS_CAN_CHOOSE") or parameters.get("MFAS_CAN_SETUP")
    return (asked["ChallengeName"], *(json.loads(listed) if listed else ()))


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
    assert _decided(prove_password(pool, USER)) == expected


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
    assert _decided(prove_password(pool, USER, way)) == expected


@pytest.mark.parametrize("way", WAYS)
def test_no_way_to_prove_a_password_goes_around_the_set_up_of_mfa(idp: Any, inbox: Inbox, clock: Clock, way: str) -> None:
    pool = mfa_pool(idp, inbox, "ON")
    pool.enrol(USER)
    asked = prove_password(pool, USER, way)
    app = App(clock, (begun := idp.associate_software_token(Session=asked["Session"]))["SecretCode"])
    verified = idp.verify_software_token(Session=begun["Session"], UserCode=app.shown())
    answered = asked | {"Session": verified["Session"]}
    assert respond(pool, answered, USER)["AuthenticationResult"]
    assert _decided(prove_password(pool, USER, way)) == ("SOFTWARE_TOKEN_MFA",)


def test_the_way_by_which_accounts_are_recovered_is_the_last_to_be_a_factor(idp: Any, inbox: Inbox) -> None:
    recovery = {"RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1}, {"Name": "verified_phone_number", "Priority": 2}]}
    pool = mfa_pool(idp, inbox, "ON", ALL, AccountRecoverySetting=recovery)
    pool.enrol(USER, email=EMAIL, phone_number=PHONE)
    pool.enrol("bob", email="bob@example.com")
    assert _decided(prove_password(pool, USER)) == ("SMS_MFA",)
    prefer(pool, USER, EmailMfaSettings=ENABLED)
    assert _decided(prove_password(pool, USER)) == ("SELECT_MFA_TYPE", "SMS_MFA", "EMAIL_OTP"), "unless the user wants it"
    assert _decided(prove_password(pool, "bob")) == ("EMAIL_OTP",), "or there is no other"


# -- setting MFA up while signing in


def test_an_app_is_set_up_while_signing_in(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool = mfa_pool(idp, inbox, "ON")
    pool.enrol(USER, email=EMAIL)
    asked = prove_password(pool, USER)
    assert asked["ChallengeParameters"] == {"MFAS_CAN_SETUP": '["SOFTWARE_TOKEN_MFA"]', "USER_ID_FOR_SRP": USER}
    invalid = ("NotAuthorizedException", "Invalid session for the user.")
    assert refusal(lambda: respond(pool, asked, USER)) == invalid, "nothing is set up yet"
    begun = idp.associate_software_token(Session=asked["Session"])
    once = ("NotAuthorizedException", "Invalid session for the user, session can only be used once.")
    assert refusal(idp.associate_software_token, Session=asked["Session"]) == once
    app = App(clock, begun["SecretCode"])
    wrong = ("EnableSoftwareTokenMFAException", "Code mismatch and fail enable Software Token MFA")
    assert refusal(idp.verify_software_token, Session=begun["Session"], UserCode=other_than(app.shown())) == wrong
    verified = idp.verify_software_token(Session=begun["Session"], UserCode=app.shown(), FriendlyDeviceName="tablet")
    assert verified["Status"] == "SUCCESS"
    assert pool.user(USER)["UserMFASettingList"] == ["SOFTWARE_TOKEN_MFA"]
    done = asked | {"Session": verified["Session"]}
    assert respond(pool, done, USER)["AuthenticationResult"]
    assert refusal(lambda: respond(pool, done, USER)) == once
    assert prove_password(pool, USER)["ChallengeParameters"]["FRIENDLY_DEVICE_NAME"] == "tablet"


def test_a_verified_app_counts_even_if_the_sign_in_was_given_up(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool = mfa_pool(idp, inbox, "ON")
    pool.enrol(USER)
    begun = idp.associate_software_token(Session=prove_password(pool, USER)["Session"])
    idp.verify_software_token(Session=begun["Session"], UserCode=App(clock, begun["SecretCode"]).shown())
    assert _decided(prove_password(pool, USER)) == ("SOFTWARE_TOKEN_MFA",)


def test_the_set_up_ends_with_its_session(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool = mfa_pool(idp, inbox, "ON")
    pool.enrol(USER)
    begun = idp.associate_software_token(Session=prove_password(pool, USER)["Session"])
    clock.advance(181)
    expired = ("NotAuthorizedException", "Invalid session for the user, session is expired.")
    code = pyotp.TOTP(begun["SecretCode"]).at(int(clock.now()))
    assert refusal(idp.verify_software_token, Session=begun["Session"], UserCode=code) == expired


@pytest.mark.parametrize("member", ["EMAIL", "email"])
def test_an_email_address_is_set_up_while_signing_in(idp: Any, inbox: Inbox, member: str) -> None:
    pool = mfa_pool(idp, inbox, "ON", ("SOFTWARE_TOKEN_MFA", "EMAIL_OTP"))
    pool.enrol(USER)
    asked = prove_password(pool, USER)
    assert _decided(asked) == ("MFA_SETUP", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP")
    malformed = ("InvalidParameterException", "Invalid email address format.")
    assert refusal(lambda: respond(pool, asked, USER, **{member: "nonsense"})) == malformed
    code_asked = respond(pool, asked, USER, **{member: EMAIL})
    assert code_asked["ChallengeName"] == "EMAIL_OTP"
    assert "email" not in pool.attributes_of(USER)
    assert respond(pool, code_asked, USER, EMAIL_OTP_CODE=_newest(inbox, EMAIL))["AuthenticationResult"]
    assert pool.attributes_of(USER) == {"email": EMAIL, "email_verified": "true"}
    assert _decided(prove_password(pool, USER)) == ("EMAIL_OTP",)


def test_a_phone_number_cannot_be_set_up_while_signing_in(idp: Any, inbox: Inbox) -> None:
    pool = mfa_pool(idp, inbox, "ON", ("SMS_MFA",))
    pool.enrol(USER)
    expected = ("InvalidParameterException", "User does not have delivery config set to turn on SMS_MFA")
    assert refusal(lambda: prove_password(pool, USER)) == expected


# -- what a user has, and what a sign-in proved


def test_factors_are_listed_to_the_user_and_to_administrators(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool, _ = with_app(idp, inbox, clock)
    token = pool.sign_in(USER)
    prefer(pool, USER, SoftwareTokenMfaSettings=PREFERRED, SMSMfaSettings=ENABLED)
    pool.verify(USER, "email")
    for shown in (idp.get_user_auth_factors(AccessToken=token), idp.admin_get_user_auth_factors(UserPoolId=pool.id, Username=USER)):
        del shown["ResponseMetadata"]
        assert shown == {
            "Username": USER,
            "PreferredMfaSetting": "SOFTWARE_TOKEN_MFA",
            "UserMFASettingList": ["SMS_MFA", "SOFTWARE_TOKEN_MFA"],
            "ConfiguredUserAuthFactors": ["PASSWORD", "EMAIL_OTP", "SOFTWARE_TOKEN"],
        }


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (None, ["pwd"]),
        ("SoftwareTokenMfaSettings", ["pwd", "otp", "mfa"]),
        ("SMSMfaSettings", ["pwd", "sms", "mfa"]),
        ("EmailMfaSettings", ["pwd", "email_otp", "mfa"]),
    ],
)
def test_what_was_proved_is_recorded(
    idp: Any, inbox: Inbox, clock: Clock, server: Server, settings: str | None, expected: list[str]
) -> None:
    pool, app = with_app(idp, inbox, clock)
    if settings:
        prefer(pool, USER, **{settings: PREFERRED})
    asked = prove_password(pool, USER)
    answers = {
        "SOFTWARE_TOKEN_MFA": lambda: {"SOFTWARE_TOKEN_MFA_CODE": app.code()},
        "SMS_MFA": lambda: {"SMS_MFA_CODE": _newest(inbox, PHONE)},
        "EMAIL_OTP": lambda: {"EMAIL_OTP_CODE": _newest(inbox, EMAIL)},
    }
    if "ChallengeName" in asked:
        asked = respond(pool, asked, USER, **answers[asked["ChallengeName"]]())
    assert asked["AuthenticationResult"]
    assert proved(server, pool) == expected


def test_pycognito_signs_in_with_an_app(idp: Any, inbox: Inbox, clock: Clock, server: Server, account: str) -> None:
    """A client library's own walk through SRP and SOFTWARE_TOKEN_MFA."""
    pool, app = with_app(idp, inbox, clock)
    prefer(pool, USER, SoftwareTokenMfaSettings=PREFERRED)
    client = Cognito(
        pool.id,
        pool.client,
        user_pool_region=REGION,
        username=USER,
        access_key=account,
        secret_key="secret",
        boto3_client_kwargs={"endpoint_url": server.url},
    )
    with pytest.raises(SoftwareTokenMFAChallengeException) as asked:
        client.authenticate(password=PASSWORD)
    client.respond_to_software_token_mfa_challenge(app.code(), asked.value.get_tokens())
    assert client.access_token
