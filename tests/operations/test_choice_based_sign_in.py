"""USER_AUTH: which first factors a user can choose from, passwords and codes among them, and from sign-up straight to sign-in."""

from typing import Any

import pytest
from pycognito.aws_srp import AWSSRP

from tests.operations.factors import (
    EMAIL,
    EMAIL_SENDER,
    ENABLED,
    FLOWS,
    PHONE,
    PREFERRED,
    choose,
    prefer,
    proved,
    register_app,
    respond,
    respond_srp,
    set_mfa,
)
from tests.operations.people import PASSWORD, Pool, make_pool, other_than
from tests.operations.refusals import refusal
from tests.support.control import Clock, Inbox
from tests.support.server import Server

USER = "ann"
ALL = ("PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN")
MISMATCH = ("CodeMismatchException", "Invalid code or auth state for the user.")
ONCE = ("NotAuthorizedException", "Invalid session for the user, session can only be used once.")
WRONG = ("NotAuthorizedException", "Incorrect username or password.")


def choice_pool(idp: Any, inbox: Inbox, *factors: str, client: dict[str, Any] | None = None, **settings: Any) -> Pool:
    """A pool with these first factors, and a client that may begin every flow, unless `client` says otherwise."""
    policy = {"SignInPolicy": {"AllowedFirstAuthFactors": list(factors or ALL)}}
    return make_pool(
        idp, inbox, client={"ExplicitAuthFlows": FLOWS, **(client or {})}, Policies=policy, EmailConfiguration=EMAIL_SENDER, **settings
    )


def newest(inbox: Inbox, address: str) -> str:
    code: str = inbox.all(to=address)[0]["code"]
    return code


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 100_000_000:08}"


# -- which factors there are to choose from


@pytest.mark.parametrize(
    ("allowed", "has", "expected"),
    [
        (("PASSWORD",), {"email", "phone_number"}, ["PASSWORD_SRP", "PASSWORD"]),
        (ALL, set(), ["PASSWORD_SRP", "PASSWORD"]),
        (ALL, {"email"}, ["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP"]),
        (ALL, {"email", "phone_number"}, ["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP", "SMS_OTP"]),
        (("EMAIL_OTP", "PASSWORD"), {"phone_number"}, ["PASSWORD_SRP", "PASSWORD"]),
        (("EMAIL_OTP",), {"email"}, ["EMAIL_OTP"]),
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


def test_a_user_with_nothing_to_sign_in_with_cannot(idp: Any, inbox: Inbox) -> None:
    pool = choice_pool(idp, inbox, "EMAIL_OTP")
    pool.enrol(USER)
    assert refusal(lambda: choose(pool, USER)) == WRONG


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


# -- passwords


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


# -- codes


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


# -- users who do not exist


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


# -- from sign-up straight to sign-in


def sign_in_by_session(pool: Pool, session: str, username: str = USER) -> Any:
    return pool.idp.initiate_auth(ClientId=pool.client, AuthFlow="USER_AUTH", AuthParameters={"USERNAME": username}, Session=session)


def test_a_user_signs_up_without_a_password_and_is_signed_in_by_the_code_that_confirmed_them(idp: Any, inbox: Inbox) -> None:
    pool = choice_pool(idp, inbox, "EMAIL_OTP", "PASSWORD")
    signed_up = pool.sign_up(USER, None, email=EMAIL)
    confirmed = pool.confirm(USER, newest(inbox, EMAIL), Session=signed_up["Session"])
    result = sign_in_by_session(pool, confirmed["Session"])
    assert result["AuthenticationResult"]["RefreshToken"]
    assert refusal(lambda: sign_in_by_session(pool, confirmed["Session"])) == ONCE
    factors = idp.get_user_auth_factors(AccessToken=result["AuthenticationResult"]["AccessToken"])
    assert factors["ConfiguredUserAuthFactors"] == ["EMAIL_OTP"]


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


def test_a_code_that_is_no_first_factor_of_the_pool_signs_nobody_in(idp: Any, inbox: Inbox) -> None:
    pool = choice_pool(idp, inbox, "PASSWORD")
    session = pool.sign_up(USER, email=EMAIL)["Session"]
    confirmed = pool.confirm(USER, newest(inbox, EMAIL), Session=session)
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


# -- who may use it


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
    message = f"Client {pool.client} is configured for secret but secret was not received"
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
