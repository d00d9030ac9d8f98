"""Codes by mail and SMS as the first factor, and users who do not exist."""

from typing import Any

import pytest
from pycognito.aws_srp import AWSSRP

from tests.operations.choice_based_sign_in.choices import MISMATCH, ONCE, USER, WRONG, choice_pool, newest, wrong
from tests.operations.factors import (
    EMAIL,
    PHONE,
    choose,
    proved,
    respond,
    respond_srp,
)
from tests.operations.people import PASSWORD
from tests.operations.refusals import refusal
from tests.support.control import Clock, Inbox
from tests.support.server import Server


@pytest.mark.parametrize(
    ("factor", "attribute", "address", "shown", "medium"),
    [("EMAIL_OTP", "email", EMAIL, "a***@e***", "EMAIL"), ("SMS_OTP", "phone_number", PHONE, "+*******0100", "SMS")],
)
@pytest.mark.parametrize("preferred", [True, False])
def test_a_code_signs_in_and_verifies_where_it_went(
    idp: Any, inbox: Inbox, factor: str, attribute: str, address: str, shown: str, medium: str, preferred: bool
) -> None:
    pool = choice_pool(idp, inbox)
    pool.enrol(USER, **{attribute: address})
    assert pool.attributes_of(USER)[f"{attribute}_verified"] == "false"
    asked = choose(pool, USER, PREFERRED_CHALLENGE=factor) if preferred else respond(pool, choose(pool, USER), USER, ANSWER=factor)
    assert asked["ChallengeName"] == factor
    assert asked.get("AvailableChallenges") == (["PASSWORD_SRP", "PASSWORD", factor] if preferred else None)
    assert asked["ChallengeParameters"] == {
        "CODE_DELIVERY_DELIVERY_MEDIUM": medium,
        "CODE_DELIVERY_DESTINATION": shown,
        "USER_ID_FOR_SRP": USER,
    }
    code = newest(inbox, address)
    assert len(code) == 8
    answer = f"{factor}_CODE"
    assert refusal(lambda: respond(pool, asked, USER, **{answer: wrong(code)})) == MISMATCH
    assert respond(pool, asked, USER, **{answer: code})["AuthenticationResult"]
    assert pool.attributes_of(USER)[f"{attribute}_verified"] == "true"
    assert refusal(lambda: respond(pool, asked, USER, **{answer: code})) == ONCE


@pytest.mark.parametrize(("factor", "address", "expected"), [("EMAIL_OTP", EMAIL, ["email_otp"]), ("SMS_OTP", PHONE, ["sms"])])
def test_a_code_is_recorded_as_what_was_proved(
    idp: Any, inbox: Inbox, server: Server, factor: str, address: str, expected: list[str]
) -> None:
    pool = choice_pool(idp, inbox)
    pool.enrol(USER, email=EMAIL, phone_number=PHONE)
    respond(pool, choose(pool, USER, PREFERRED_CHALLENGE=factor), USER, **{f"{factor}_CODE": newest(inbox, address)})
    assert proved(server, pool) == expected


def test_a_code_expires_with_its_session(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool = choice_pool(idp, inbox)
    pool.enrol(USER, email=EMAIL)
    asked = choose(pool, USER, PREFERRED_CHALLENGE="EMAIL_OTP")
    clock.advance(181)
    expired = ("NotAuthorizedException", "Invalid session for the user, session is expired.")
    assert refusal(lambda: respond(pool, asked, USER, EMAIL_OTP_CODE=newest(inbox, EMAIL))) == expired


def test_a_code_confirms_a_user_who_signed_up(idp: Any, inbox: Inbox) -> None:
    pool = choice_pool(idp, inbox, UsernameAttributes=["email"])
    pool.sign_up(EMAIL, None)
    asked = choose(pool, EMAIL, PREFERRED_CHALLENGE="EMAIL_OTP")
    assert respond(pool, asked, EMAIL, EMAIL_OTP_CODE=newest(inbox, EMAIL))["AuthenticationResult"]
    assert pool.user(EMAIL)["UserStatus"] == "CONFIRMED"
    assert pool.attributes_of(EMAIL)["email_verified"] == "true"


def test_a_password_does_not_confirm_a_user_who_signed_up(idp: Any, inbox: Inbox) -> None:
    pool = choice_pool(idp, inbox)
    pool.sign_up(USER, email=EMAIL)
    expected = ("UserNotConfirmedException", "User is not confirmed.")
    assert refusal(lambda: choose(pool, USER, PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)) == expected


def test_a_code_to_an_address_that_the_user_gave_up_meanwhile_verifies_nothing(idp: Any, inbox: Inbox) -> None:
    pool = choice_pool(idp, inbox)
    pool.enrol(USER, email=EMAIL)
    asked = choose(pool, USER, PREFERRED_CHALLENGE="EMAIL_OTP")
    code = newest(inbox, EMAIL)
    new = [{"Name": "email", "Value": "new@example.com"}]
    idp.admin_update_user_attributes(UserPoolId=pool.id, Username=USER, UserAttributes=new)
    assert respond(pool, asked, USER, EMAIL_OTP_CODE=code)["AuthenticationResult"]
    assert pool.attributes_of(USER) == {"email": "new@example.com", "email_verified": "false"}


def test_verifying_an_alias_that_somebody_else_has_is_refused(idp: Any, inbox: Inbox) -> None:
    pool = choice_pool(idp, inbox, AliasAttributes=["email"])
    pool.enrol("bob", email=EMAIL)
    pool.verify("bob", "email")
    pool.enrol(USER, email=EMAIL)
    asked = choose(pool, USER, PREFERRED_CHALLENGE="EMAIL_OTP")
    code, message = refusal(lambda: respond(pool, asked, USER, EMAIL_OTP_CODE=newest(inbox, EMAIL)))
    assert code == "AliasExistsException"
    assert message.startswith("An account with the")


def test_disabled_users_get_no_code(idp: Any, inbox: Inbox) -> None:
    pool = choice_pool(idp, inbox)
    pool.enrol(USER, email=EMAIL)
    idp.admin_disable_user(UserPoolId=pool.id, Username=USER)
    sent = len(inbox.all(to=EMAIL))
    assert refusal(lambda: choose(pool, USER, PREFERRED_CHALLENGE="EMAIL_OTP")) == ("NotAuthorizedException", "User is disabled.")
    assert len(inbox.all(to=EMAIL)) == sent


def test_an_unknown_user_is_not_found(idp: Any, inbox: Inbox) -> None:
    pool = choice_pool(idp, inbox)
    assert refusal(lambda: choose(pool, "nobody")) == ("UserNotFoundException", "User does not exist.")


HIDING = {"PreventUserExistenceErrors": "ENABLED"}


@pytest.mark.parametrize(
    ("username", "expected", "shown"),
    [("nobody@example.com", "EMAIL_OTP", "n***@e***"), ("+14155550199", "SMS_OTP", "+*******0199")],
)
def test_an_unknown_user_seems_to_get_a_code_where_existence_is_hidden(
    idp: Any, inbox: Inbox, username: str, expected: str, shown: str
) -> None:
    pool = choice_pool(idp, inbox, client=HIDING)
    asked = choose(pool, username)
    assert asked["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD", expected]
    asked = choose(pool, username, PREFERRED_CHALLENGE=expected)
    assert asked["ChallengeName"] == expected
    assert asked["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"] == shown
    assert inbox.all(to=username) == []
    assert refusal(lambda: respond(pool, asked, username, **{f"{expected}_CODE": "12345678"})) == MISMATCH


def test_an_unknown_user_gets_the_same_simulation_at_each_asking(idp: Any, inbox: Inbox) -> None:
    pool = choice_pool(idp, inbox, client=HIDING)
    asked = [choose(pool, "nobody") for _ in range(3)]
    assert {tuple(one["AvailableChallenges"]) for one in asked} == {tuple(asked[0]["AvailableChallenges"])}
    factor = asked[0]["AvailableChallenges"][-1]
    simulated = [choose(pool, "nobody", PREFERRED_CHALLENGE=factor)["ChallengeParameters"] for _ in range(2)]
    assert simulated[0] == simulated[1]
    assert simulated[0]["USER_ID_FOR_SRP"] == "nobody"


def test_an_unknown_user_in_a_pool_of_addresses_seems_to_have_a_sub(idp: Any, inbox: Inbox) -> None:
    pool = choice_pool(idp, inbox, client=HIDING, UsernameAttributes=["email"])
    asked = choose(pool, "nobody@example.com", PREFERRED_CHALLENGE="EMAIL_OTP")
    assert len(asked["ChallengeParameters"]["USER_ID_FOR_SRP"]) == 36


def test_no_password_of_an_unknown_user_is_right(idp: Any, inbox: Inbox) -> None:
    pool = choice_pool(idp, inbox, client=HIDING)
    assert refusal(lambda: choose(pool, "nobody", PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)) == WRONG
    assert refusal(lambda: respond(pool, choose(pool, "nobody"), "nobody", ANSWER="PASSWORD", PASSWORD=PASSWORD)) == WRONG
    client = AWSSRP(username="nobody", password=PASSWORD, pool_id=pool.id, client_id=pool.client, client=idp)
    asked = choose(pool, "nobody", PREFERRED_CHALLENGE="PASSWORD_SRP", SRP_A=client.get_auth_params()["SRP_A"])
    assert refusal(lambda: respond_srp(pool, client, asked)) == WRONG


def test_a_disabled_user_seems_not_to_exist_where_existence_is_hidden(idp: Any, inbox: Inbox) -> None:
    pool = choice_pool(idp, inbox, client=HIDING)
    pool.enrol(USER, email=EMAIL)
    idp.admin_disable_user(UserPoolId=pool.id, Username=USER)
    sent = len(inbox.all(to=EMAIL))
    asked = choose(pool, EMAIL, PREFERRED_CHALLENGE="EMAIL_OTP")
    assert asked["ChallengeName"] == "EMAIL_OTP"
    assert len(inbox.all(to=EMAIL)) == sent
