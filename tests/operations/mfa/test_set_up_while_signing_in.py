"""Factors that are set up while signing in."""

from typing import Any

import pyotp
import pytest

from tests.operations.factors import (
    EMAIL,
    App,
    mfa_pool,
    prove_password,
    respond,
)
from tests.operations.mfa.ann import USER, decided, newest_code
from tests.operations.people import other_than
from tests.operations.refusals import refusal
from tests.support.control import Clock, Inbox


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
    assert decided(prove_password(pool, USER)) == ("SOFTWARE_TOKEN_MFA",)


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
    assert decided(asked) == ("MFA_SETUP", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP")
    malformed = ("InvalidParameterException", "Invalid email address format.")
    assert refusal(lambda: respond(pool, asked, USER, **{member: "nonsense"})) == malformed
    code_asked = respond(pool, asked, USER, **{member: EMAIL})
    assert code_asked["ChallengeName"] == "EMAIL_OTP"
    assert "email" not in pool.attributes_of(USER)
    assert respond(pool, code_asked, USER, EMAIL_OTP_CODE=newest_code(inbox, EMAIL))["AuthenticationResult"]
    assert pool.attributes_of(USER) == {"email": EMAIL, "email_verified": "true"}
    assert decided(prove_password(pool, USER)) == ("EMAIL_OTP",)


def test_a_phone_number_cannot_be_set_up_while_signing_in(idp: Any, inbox: Inbox) -> None:
    pool = mfa_pool(idp, inbox, "ON", ("SMS_MFA",))
    pool.enrol(USER)
    expected = ("InvalidParameterException", "User does not have delivery config set to turn on SMS_MFA")
    assert refusal(lambda: prove_password(pool, USER)) == expected
