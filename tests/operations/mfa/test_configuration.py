"""Multi-factor authentication as a pool has it configured."""

from typing import Any

import pytest

from tests.operations.factors import (
    EMAIL,
    EMAIL_SENDER,
    PHONE,
    SMS_SENDER,
    mfa_pool,
    set_mfa,
)
from tests.operations.mfa.ann import ALL, USER
from tests.operations.people import make_pool
from tests.operations.refusals import refusal
from tests.support.control import Inbox


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
            (
                "Cannot set EmailMfaConfiguration when user pool EmailConfiguration contains an EmailSendingAccount of COGNITO_DEFAULT. "
                "Update the value of EmailSendingAccount."
            ),
        ),
        ({"WebAuthnConfiguration": {"RelyingPartyId": "https://example.com"}}, "RelyingPartyId contains invalid characters"),
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
    beginning = "The following feature is not available for the LITE pricing tier configured: "
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
