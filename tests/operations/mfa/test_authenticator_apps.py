"""Authenticator apps: registered by a code, replaced, taken away."""

from typing import Any

from tests.operations.factors import (
    ENABLED,
    PREFERRED,
    App,
    mfa_pool,
    prefer,
    prove_password,
    respond,
)
from tests.operations.mfa.ann import USER, enrolled, with_app
from tests.operations.people import other_than
from tests.operations.refusals import refusal
from tests.support.control import Clock, Inbox


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
