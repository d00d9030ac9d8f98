"""Codes of apps and messages: sent, asked for and taken once."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.operations.factors import (
    EMAIL,
    EMAIL_SENDER,
    ENABLED,
    PHONE,
    PREFERRED,
    SMS_SENDER,
    mfa_pool,
    prefer,
    prove_password,
    respond,
)
from tests.operations.mfa.ann import ALL, USER, enrolled, newest_code, with_app
from tests.operations.people import make_pool, other_than
from tests.operations.refusals import refusal
from tests.support.control import Clock, Inbox


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
    code = newest_code(inbox, PHONE)

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
    code = newest_code(inbox, address)
    assert len(code) == 6
    answer = f"{factor}_CODE"
    mismatch = ("CodeMismatchException", "Invalid code or auth state for the user.")
    for _ in range(6):
        assert refusal(lambda: respond(pool, asked, USER, **{answer: other_than(code)})) == mismatch
    assert respond(pool, asked, USER, **{answer: code})["AuthenticationResult"]
    once = ("NotAuthorizedException", "Invalid session for the user, session can only be used once.")
    assert refusal(lambda: respond(pool, asked, USER, **{answer: code})) == once


def test_codes_cannot_be_guessed_for_ever(idp: Any, inbox: Inbox) -> None:
    pool = mfa_pool(idp, inbox, factors=ALL)
    enrolled(pool)
    prefer(pool, USER, SMSMfaSettings=PREFERRED)
    asked = prove_password(pool, USER)
    code = newest_code(inbox, PHONE)
    for _ in range(15):
        assert refusal(lambda: respond(pool, asked, USER, SMS_MFA_CODE=other_than(code)))[0] == "CodeMismatchException"
    assert refusal(lambda: respond(pool, asked, USER, SMS_MFA_CODE=code))[0] == "NotAuthorizedException"


def test_two_sign_ins_at_once_have_a_code_each(idp: Any, inbox: Inbox) -> None:
    pool = mfa_pool(idp, inbox, factors=ALL)
    enrolled(pool)
    prefer(pool, USER, SMSMfaSettings=PREFERRED)
    first = prove_password(pool, USER)
    first_code = newest_code(inbox, PHONE)
    second = prove_password(pool, USER)
    second_code = newest_code(inbox, PHONE)
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
        assert respond(pool, chosen, USER, EMAIL_OTP_CODE=newest_code(inbox, EMAIL))["AuthenticationResult"]


def test_mfa_at_sign_in_verifies_no_address(idp: Any, inbox: Inbox) -> None:
    pool = mfa_pool(idp, inbox, factors=ALL)
    enrolled(pool)
    prefer(pool, USER, SMSMfaSettings=PREFERRED)
    respond(pool, prove_password(pool, USER), USER, SMS_MFA_CODE=newest_code(inbox, PHONE))
    assert pool.attributes_of(USER)["phone_number_verified"] == "false"
