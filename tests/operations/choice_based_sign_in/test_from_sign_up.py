"""From sign-up straight to sign-in, and who may use USER_AUTH."""

from typing import Any

import pytest

from tests.operations.choice_based_sign_in.choices import MISMATCH, ONCE, USER, choice_pool, newest
from tests.operations.factors import (
    EMAIL,
    PHONE,
    PREFERRED,
    choose,
    prefer,
    respond,
    set_mfa,
)
from tests.operations.people import PASSWORD, Pool, other_than
from tests.operations.refusals import refusal
from tests.support.control import Clock, Inbox


def sign_in_by_session(pool: Pool, session: str, username: str = USER) -> Any:
    return pool.idp.initiate_auth(ClientId=pool.client, AuthFlow="USER_AUTH", AuthParameters={"USERNAME": username}, Session=session)


@pytest.mark.parametrize("none", [None, ""], ids=["absent", "blank"])
def test_a_user_signs_up_without_a_password_and_is_signed_in_by_the_code_that_confirmed_them(
    idp: Any, inbox: Inbox, none: str | None
) -> None:
    pool = choice_pool(idp, inbox, "EMAIL_OTP", "PASSWORD")
    signed_up = pool.sign_up(USER, none, email=EMAIL)
    confirmed = pool.confirm(USER, newest(inbox, EMAIL), Session=signed_up["Session"])
    result = sign_in_by_session(pool, confirmed["Session"])
    assert result["AuthenticationResult"]["RefreshToken"]
    assert refusal(lambda: sign_in_by_session(pool, confirmed["Session"])) == ONCE
    factors = idp.get_user_auth_factors(AccessToken=result["AuthenticationResult"]["AccessToken"])
    assert factors["ConfiguredUserAuthFactors"] == ["EMAIL_OTP"]


def test_who_confirms_without_the_session_of_the_sign_up_is_handed_one_too(idp: Any, inbox: Inbox) -> None:
    """So does Amplify in JavaScript, whose `autoSignIn` goes on with what ConfirmSignUp answered."""
    pool = choice_pool(idp, inbox, "EMAIL_OTP", "PASSWORD")
    pool.sign_up(USER, None, email=EMAIL)
    confirmed = pool.confirm(USER, newest(inbox, EMAIL))
    assert sign_in_by_session(pool, confirmed["Session"])["AuthenticationResult"]
    assert refusal(lambda: sign_in_by_session(pool, confirmed["Session"])) == ONCE


def test_a_session_of_a_sign_up_is_good_for_its_user_only(idp: Any, inbox: Inbox) -> None:
    pool = choice_pool(idp, inbox)
    session = pool.sign_up(USER, email=EMAIL)["Session"]
    pool.sign_up("bob", email="bob@example.com")
    invalid = ("NotAuthorizedException", "Invalid session for the user.")
    bobs = newest(inbox, "bob@example.com")
    assert refusal(lambda: pool.confirm("bob", bobs, Session=session)) == invalid
    assert pool.user("bob")["UserStatus"] == "UNCONFIRMED", "nothing happened"
    confirmed = pool.confirm(USER, newest(inbox, EMAIL), Session=session)
    assert refusal(lambda: sign_in_by_session(pool, confirmed["Session"], "bob")) == invalid
    assert refusal(lambda: sign_in_by_session(pool, session)) == ONCE
    assert sign_in_by_session(pool, confirmed["Session"])["AuthenticationResult"]


def test_a_sign_up_that_is_not_confirmed_signs_nobody_in(idp: Any, inbox: Inbox) -> None:
    pool = choice_pool(idp, inbox)
    session = pool.sign_up(USER, email=EMAIL)["Session"]
    assert refusal(lambda: sign_in_by_session(pool, session)) == ("NotAuthorizedException", "Invalid session for the user.")


def test_the_session_of_a_sign_up_expires(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool = choice_pool(idp, inbox)
    session = pool.sign_up(USER, email=EMAIL)["Session"]
    confirmed = pool.confirm(USER, newest(inbox, EMAIL), Session=session)
    clock.advance(181)
    expired = ("NotAuthorizedException", "Invalid session for the user, session is expired.")
    assert refusal(lambda: sign_in_by_session(pool, confirmed["Session"])) == expired


def test_where_codes_are_no_first_factor_the_password_of_the_sign_up_is_one(idp: Any, inbox: Inbox) -> None:
    pool = choice_pool(idp, inbox, "PASSWORD")
    session = pool.sign_up(USER, email=EMAIL)["Session"]
    confirmed = pool.confirm(USER, newest(inbox, EMAIL), Session=session)
    assert sign_in_by_session(pool, confirmed["Session"])["AuthenticationResult"]


def test_a_code_that_is_no_first_factor_of_the_pool_signs_nobody_in(idp: Any, inbox: Inbox) -> None:
    pool = choice_pool(idp, inbox, "PASSWORD")
    pool.sign_up(USER, email=EMAIL)
    confirmed = pool.confirm(USER, newest(inbox, EMAIL))
    assert sign_in_by_session(pool, confirmed["Session"])["ChallengeName"] == "SELECT_CHALLENGE"


def test_the_session_of_a_sign_up_does_not_go_around_mfa(idp: Any, inbox: Inbox) -> None:
    pool = choice_pool(idp, inbox, "PASSWORD", "EMAIL_OTP")
    set_mfa(pool, "OPTIONAL", ("SMS_MFA",))
    session = pool.sign_up(USER, email=EMAIL, phone_number=PHONE)["Session"]
    prefer(pool, USER, SMSMfaSettings=PREFERRED)
    confirmed = pool.confirm(USER, newest(inbox, EMAIL), Session=session)
    assert sign_in_by_session(pool, confirmed["Session"])["ChallengeName"] == "SMS_MFA"


def test_a_client_without_choice_based_sign_in_gets_no_session(idp: Any, inbox: Inbox) -> None:
    pool = choice_pool(idp, inbox, client={"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]})
    assert "Session" not in pool.sign_up(USER, email=EMAIL)
    assert "Session" not in pool.confirm(USER, newest(inbox, EMAIL))


def test_the_flow_must_be_enabled_for_the_client(idp: Any, inbox: Inbox) -> None:
    pool = choice_pool(idp, inbox, client={"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]})
    pool.enrol(USER)
    assert refusal(lambda: choose(pool, USER)) == ("InvalidParameterException", "USER_AUTH flow not enabled for this client")


def test_the_flow_needs_the_essentials_tier(idp: Any, inbox: Inbox) -> None:
    pool = choice_pool(idp, inbox, "PASSWORD")
    pool.enrol(USER)
    idp.update_user_pool(UserPoolId=pool.id, UserPoolTier="LITE")
    code, message = refusal(lambda: choose(pool, USER))
    assert code == "FeatureUnavailableInTierException"
    assert "LITE" in message
    assert "USER_AUTH" in message


def test_a_clients_secret_is_asked_for(idp: Any, inbox: Inbox) -> None:
    pool = choice_pool(idp, inbox, client={"GenerateSecret": True})
    message = f"Client {pool.client} is configured with secret but SECRET_HASH was not received"
    assert refusal(lambda: choose(pool, USER)) == ("NotAuthorizedException", message)


def test_a_user_name_is_needed(idp: Any, inbox: Inbox) -> None:
    pool = choice_pool(idp, inbox)
    missing = ("InvalidParameterException", "Missing required parameter USERNAME")
    assert refusal(idp.initiate_auth, ClientId=pool.client, AuthFlow="USER_AUTH", AuthParameters={}) == missing


def test_codes_of_first_and_second_factors_are_told_apart(idp: Any, inbox: Inbox) -> None:
    """EMAIL_OTP is the name of both; the second factor's code has six digits and verifies nothing."""
    pool = choice_pool(idp, inbox, "PASSWORD", "EMAIL_OTP")
    set_mfa(pool, "OPTIONAL", ("EMAIL_OTP",))
    pool.enrol(USER, email=EMAIL)
    prefer(pool, USER, EmailMfaSettings=PREFERRED)
    asked = choose(pool, USER, PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)
    code = newest(inbox, EMAIL)
    assert (asked["ChallengeName"], len(code)) == ("EMAIL_OTP", 6)
    assert refusal(lambda: respond(pool, asked, USER, EMAIL_OTP_CODE=other_than(code))) == MISMATCH
    assert respond(pool, asked, USER, EMAIL_OTP_CODE=code)["AuthenticationResult"]
    assert pool.attributes_of(USER)["email_verified"] == "false"
