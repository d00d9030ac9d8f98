"""The session of a challenge: for how long, for whom and for what it is good."""

from typing import Any

import pytest

from tests.operations.factors import (
    PREFERRED,
    mfa_pool,
    prefer,
    prove_password,
    respond,
)
from tests.operations.mfa.ann import USER, with_app
from tests.operations.refusals import refusal
from tests.support.control import Clock, Inbox


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
