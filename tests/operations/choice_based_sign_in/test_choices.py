"""Which factors there are to choose from, and passwords among them."""

from typing import Any

import pytest
from pycognito.aws_srp import AWSSRP

from tests.operations.choice_based_sign_in.choices import ALL, ONCE, USER, WRONG, choice_pool, newest
from tests.operations.factors import (
    EMAIL,
    ENABLED,
    PHONE,
    PREFERRED,
    choose,
    prefer,
    register_app,
    respond,
    respond_srp,
    set_mfa,
)
from tests.operations.people import PASSWORD
from tests.operations.refusals import refusal
from tests.support.control import Clock, Inbox


@pytest.mark.parametrize(
    ("allowed", "has", "expected"),
    [
        (("PASSWORD",), {"email", "phone_number"}, ["PASSWORD_SRP", "PASSWORD"]),
        (ALL, set(), ["PASSWORD_SRP", "PASSWORD"]),
        (ALL, {"email"}, ["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP"]),
        (ALL, {"email", "phone_number"}, ["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP", "SMS_OTP"]),
        (("EMAIL_OTP", "PASSWORD"), {"phone_number"}, ["PASSWORD_SRP", "PASSWORD"]),
    ],
)
def test_a_user_chooses_from_what_the_pool_allows_and_the_user_has(
    idp: Any, inbox: Inbox, allowed: tuple[str, ...], has: set[str], expected: list[str]
) -> None:
    pool = choice_pool(idp, inbox, *allowed)
    values = {"email": EMAIL, "phone_number": PHONE}
    pool.enrol(USER, **{name: values[name] for name in has})
    asked = choose(pool, USER)
    assert asked["ChallengeName"] == "SELECT_CHALLENGE"
    assert asked["AvailableChallenges"] == expected
    assert asked["ChallengeParameters"] == {}
    assert asked["Session"]


def test_a_preferred_factor_that_cannot_be_used_leads_to_the_choice(idp: Any, inbox: Inbox) -> None:
    pool = choice_pool(idp, inbox, "PASSWORD", "EMAIL_OTP")
    pool.enrol(USER, email=EMAIL)
    for preferred in ("SMS_OTP", "WEB_AUTHN", "NONSENSE"):
        asked = choose(pool, USER, PREFERRED_CHALLENGE=preferred)
        assert asked["ChallengeName"] == "SELECT_CHALLENGE"
        assert asked["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP"]


def test_a_user_with_a_temporary_password_signs_in_with_that(idp: Any, inbox: Inbox) -> None:
    pool = choice_pool(idp, inbox)
    idp.admin_create_user(UserPoolId=pool.id, Username=USER, TemporaryPassword=PASSWORD, UserAttributes=[{"Name": "email", "Value": EMAIL}])
    asked = choose(pool, USER, PREFERRED_CHALLENGE="EMAIL_OTP")
    assert asked["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD"]
    answer = respond(pool, asked, USER, ANSWER="PASSWORD", PASSWORD=PASSWORD)
    assert answer["ChallengeName"] == "NEW_PASSWORD_REQUIRED"


def test_a_user_without_a_password_is_not_asked_for_one(idp: Any, inbox: Inbox) -> None:
    pool = choice_pool(idp, inbox)
    pool.enrol(USER, None, email=EMAIL)
    assert choose(pool, USER)["AvailableChallenges"] == ["EMAIL_OTP"]


@pytest.mark.parametrize("mode", ["OPTIONAL"])
def test_codes_are_not_offered_to_users_with_mfa(idp: Any, inbox: Inbox, clock: Clock, mode: str) -> None:
    pool = choice_pool(idp, inbox, "PASSWORD", "EMAIL_OTP")
    set_mfa(pool, mode, ("SOFTWARE_TOKEN_MFA",))
    pool.enrol(USER, email=EMAIL)
    assert choose(pool, USER)["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP"]
    register_app(pool, clock, pool.sign_in(USER))
    prefer(pool, USER, SoftwareTokenMfaSettings=ENABLED)
    assert choose(pool, USER)["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD"]
    asked = choose(pool, USER, PREFERRED_CHALLENGE="EMAIL_OTP")
    assert asked["ChallengeName"] == "SELECT_CHALLENGE"


def test_mfa_that_was_turned_on_meanwhile_is_asked_for_after_a_code(idp: Any, inbox: Inbox) -> None:
    pool = choice_pool(idp, inbox, "PASSWORD", "EMAIL_OTP")
    set_mfa(pool, "OPTIONAL", ("SMS_MFA",))
    pool.enrol(USER, email=EMAIL, phone_number=PHONE)
    asked = choose(pool, USER, PREFERRED_CHALLENGE="EMAIL_OTP")
    prefer(pool, USER, SMSMfaSettings=PREFERRED)
    assert respond(pool, asked, USER, EMAIL_OTP_CODE=newest(inbox, EMAIL))["ChallengeName"] == "SMS_MFA"


def test_a_password_comes_with_the_choice_or_after_it(idp: Any, inbox: Inbox) -> None:
    pool = choice_pool(idp, inbox)
    pool.enrol(USER)
    assert choose(pool, USER, PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)["AuthenticationResult"]
    asked = choose(pool, USER, PREFERRED_CHALLENGE="PASSWORD")
    assert (asked["ChallengeName"], asked["AvailableChallenges"]) == ("PASSWORD", ["PASSWORD_SRP", "PASSWORD"])
    assert respond(pool, asked, USER, PASSWORD=PASSWORD)["AuthenticationResult"]
    asked = respond(pool, choose(pool, USER), USER, ANSWER="PASSWORD")
    assert asked["ChallengeName"] == "PASSWORD"
    assert respond(pool, asked, USER, PASSWORD=PASSWORD)["AuthenticationResult"]
    assert refusal(lambda: respond(pool, asked, USER, PASSWORD=PASSWORD)) == ONCE


def test_srp_begins_with_the_choice_or_after_it(idp: Any, inbox: Inbox) -> None:
    pool = choice_pool(idp, inbox)
    pool.enrol(USER)
    for late in (False, True):
        client = AWSSRP(username=USER, password=PASSWORD, pool_id=pool.id, client_id=pool.client, client=idp)
        srp_a = client.get_auth_params()["SRP_A"]
        if late:
            asked = choose(pool, USER, PREFERRED_CHALLENGE="PASSWORD_SRP")
            assert asked["ChallengeName"] == "PASSWORD_SRP"
            asked = respond(pool, asked, USER, SRP_A=srp_a)
        else:
            asked = choose(pool, USER, PREFERRED_CHALLENGE="PASSWORD_SRP", SRP_A=srp_a)
        assert respond_srp(pool, client, asked)["AuthenticationResult"]


def test_a_wrong_password_ends_the_session_and_counts(idp: Any, inbox: Inbox) -> None:
    pool = choice_pool(idp, inbox)
    pool.enrol(USER)
    asked = choose(pool, USER, PREFERRED_CHALLENGE="PASSWORD")
    assert refusal(lambda: respond(pool, asked, USER, PASSWORD="Wrong-Horse-1")) == WRONG
    assert refusal(lambda: respond(pool, asked, USER, PASSWORD=PASSWORD)) == ONCE
    for _ in range(5):
        refusal(lambda: choose(pool, USER, PREFERRED_CHALLENGE="PASSWORD", PASSWORD="Wrong-Horse-1"))
    locked = ("NotAuthorizedException", "Password attempts exceeded")
    assert refusal(lambda: choose(pool, USER, PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)) == locked


def test_only_an_available_challenge_can_be_selected(idp: Any, inbox: Inbox) -> None:
    pool = choice_pool(idp, inbox)
    pool.enrol(USER)
    asked = choose(pool, USER)
    expected = ("InvalidParameterException", "EMAIL_OTP is not an available challenge for the user.")
    assert refusal(lambda: respond(pool, asked, USER, ANSWER="EMAIL_OTP")) == expected
    assert refusal(lambda: respond(pool, asked, USER)) == ("InvalidParameterException", "Missing required parameter ANSWER")
    assert respond(pool, asked, USER, ANSWER="PASSWORD", PASSWORD=PASSWORD)["AuthenticationResult"], "the session is still good"


def test_administrators_sign_users_in_by_choice_too(idp: Any, inbox: Inbox) -> None:
    pool = choice_pool(idp, inbox)
    pool.enrol(USER, email=EMAIL)
    asked = idp.admin_initiate_auth(
        UserPoolId=pool.id,
        ClientId=pool.client,
        AuthFlow="USER_AUTH",
        AuthParameters={"USERNAME": USER, "PREFERRED_CHALLENGE": "EMAIL_OTP"},
    )
    answer = idp.admin_respond_to_auth_challenge(
        UserPoolId=pool.id,
        ClientId=pool.client,
        ChallengeName="EMAIL_OTP",
        Session=asked["Session"],
        ChallengeResponses={"USERNAME": USER, "EMAIL_OTP_CODE": newest(inbox, EMAIL)},
    )
    assert answer["AuthenticationResult"]
