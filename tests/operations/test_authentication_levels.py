"""Authentication levels: what `acr` and `amr` tell, when they are told, and stepping up to a level."""

from typing import Any

import jwt
import pytest

from tests.oauth.relying_party import Browser, Tenant, query_of
from tests.operations.factors import EMAIL, PHONE, choose, mfa_pool, register_app, respond, set_mfa
from tests.operations.people import PASSWORD, Pool
from tests.operations.refusals import refusal
from tests.support.control import Clock, Inbox
from tests.support.server import Server

USER = "ann"
LOA = {level: f"urn:cognito:loa:{level}" for level in range(1, 5)}
FIRST = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}
OWN_NAMES = {"AcrConfiguration": {"Level1": {"AcrValue": "urn:mine:weak"}}}
INVALID = "InvalidParameterException"


def level_pool(idp: Any, inbox: Inbox, *factors: str, **settings: Any) -> Pool:
    """A pool where Ann may use these second factors; none is turned on for her."""
    pool = mfa_pool(idp, inbox, factors=factors or ("SOFTWARE_TOKEN_MFA", "SMS_MFA"), Policies=FIRST, **settings)
    pool.enrol(USER, email=EMAIL, phone_number=PHONE)
    return pool


def told(answer: Any) -> tuple[Any, Any]:
    """`acr` and `amr`, which both tokens tell alike."""
    result = answer["AuthenticationResult"]
    read = [jwt.decode(result[name], options={"verify_signature": False}) for name in ("AccessToken", "IdToken")]
    levels = [(claims.get("acr"), claims.get("amr")) for claims in read]
    assert levels[0] == levels[1]
    return levels[0]


def by_password(pool: Pool, target: str, **parameters: str) -> Any:
    return choose(pool, USER, PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD, TARGET_ACR_VALUES=target, **parameters)


def newest(inbox: Inbox, to: str) -> str:
    code: str = inbox.all(to=to)[0]["code"]
    return code


# -- when they are told


def test_tokens_tell_no_level_unless_it_is_asked_for(idp: Any, inbox: Inbox) -> None:
    pool = level_pool(idp, inbox)
    assert told(pool.try_sign_in(username=USER)) == (None, None)
    assert told(by_password(pool, LOA[1])) == (LOA[1], ["pwd"])


def test_a_pool_that_names_its_levels_tells_them_always_and_a_refresh_tells_the_same(idp: Any, inbox: Inbox) -> None:
    pool = level_pool(idp, inbox, **OWN_NAMES)
    signed_in = pool.try_sign_in(username=USER)
    assert told(signed_in) == ("urn:mine:weak", ["pwd"])
    token = {"REFRESH_TOKEN": signed_in["AuthenticationResult"]["RefreshToken"]}
    refreshed = idp.initiate_auth(ClientId=pool.client, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters=token)
    assert told(refreshed) == ("urn:mine:weak", ["pwd"])


# -- from scratch


def test_a_code_is_level_2(idp: Any, inbox: Inbox) -> None:
    pool = level_pool(idp, inbox)
    asked = choose(pool, USER, PREFERRED_CHALLENGE="EMAIL_OTP", TARGET_ACR_VALUES=LOA[2])
    assert told(respond(pool, asked, USER, EMAIL_OTP_CODE=newest(inbox, EMAIL))) == (LOA[2], ["email_otp"])


def test_a_password_and_a_texted_code_are_level_3(idp: Any, inbox: Inbox) -> None:
    pool = level_pool(idp, inbox)
    asked = by_password(pool, LOA[3])
    assert asked["ChallengeName"] == "SMS_MFA"
    assert told(respond(pool, asked, USER, SMS_MFA_CODE=newest(inbox, PHONE))) == (LOA[3], ["pwd", "sms", "mfa"])


def test_a_password_and_an_app_are_level_4(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool = level_pool(idp, inbox)
    app = register_app(pool, clock, pool.sign_in(USER))
    asked = by_password(pool, LOA[4])
    assert asked["ChallengeName"] == "SOFTWARE_TOKEN_MFA", "the only factor that leads there"
    assert told(respond(pool, asked, USER, SOFTWARE_TOKEN_MFA_CODE=app.code())) == (LOA[4], ["pwd", "otp", "mfa"])


def test_only_first_factors_that_lead_to_the_level_are_offered(idp: Any, inbox: Inbox) -> None:
    pool = level_pool(idp, inbox)
    assert choose(pool, USER, TARGET_ACR_VALUES=LOA[1])["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP"]
    assert choose(pool, USER, TARGET_ACR_VALUES=LOA[3])["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD"]


def test_the_first_level_that_the_user_can_reach_counts_and_unknown_ones_are_passed_over(idp: Any, inbox: Inbox) -> None:
    pool = level_pool(idp, inbox)
    assert by_password(pool, f"urn:else {LOA[4]} {LOA[3]}")["ChallengeName"] == "SMS_MFA"


def test_mfa_that_is_demanded_stays_whatever_level_is_asked_for(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool = level_pool(idp, inbox)
    register_app(pool, clock, pool.sign_in(USER))
    pool.idp.update_user_pool(UserPoolId=pool.id, Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]}})
    set_mfa(pool, "ON", ("SOFTWARE_TOKEN_MFA",))
    assert by_password(pool, LOA[1])["ChallengeName"] == "SOFTWARE_TOKEN_MFA"


# -- from a token


def test_a_token_saves_what_it_proves(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool = level_pool(idp, inbox)
    token = pool.sign_in(USER)
    app = register_app(pool, clock, token)
    asked = choose(pool, USER, TARGET_ACR_VALUES=LOA[4], ACCESS_TOKEN=token)
    assert asked["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    assert told(respond(pool, asked, USER, SOFTWARE_TOKEN_MFA_CODE=app.code())) == (LOA[4], ["pwd", "otp", "mfa"])
    assert idp.get_user(AccessToken=token)["Username"] == USER, "the old token stays good"


@pytest.mark.parametrize(("max_age", "saves"), [("120", True), ("30", False)])
def test_a_token_that_is_too_old_saves_nothing(idp: Any, inbox: Inbox, clock: Clock, max_age: str, saves: bool) -> None:
    pool = level_pool(idp, inbox)
    token = pool.sign_in(USER)
    clock.advance(60)
    asked = choose(pool, USER, TARGET_ACR_VALUES=LOA[3], ACCESS_TOKEN=token, MAX_AGE=max_age)
    assert asked["ChallengeName"] == ("SMS_MFA" if saves else "SELECT_CHALLENGE")


def test_what_cannot_be_stepped_up_is_refused(idp: Any, inbox: Inbox) -> None:
    pool = level_pool(idp, inbox)
    token = pool.sign_in(USER)
    for parameters, sentence in (
        ({"ACCESS_TOKEN": token}, "ACCESS_TOKEN requires TARGET_ACR_VALUES."),
        ({"TARGET_ACR_VALUES": "urn:else"}, "None of the values in TARGET_ACR_VALUES is a valid ACR value."),
        ({"TARGET_ACR_VALUES": LOA[3], "MAX_AGE": "-1"}, "MAX_AGE must be a non-negative integer."),
        (
            {"TARGET_ACR_VALUES": LOA[1], "ACCESS_TOKEN": token},
            "The access token already meets the requested authentication level.",
        ),
        ({"TARGET_ACR_VALUES": LOA[4]}, "User does not have the factors that the requested authentication level needs."),
    ):
        assert refusal(lambda parameters=parameters: choose(pool, USER, **parameters)) == (INVALID, sentence)
    pool.enrol("bob", email="bob@example.com")
    bobs = pool.sign_in("bob")
    assert refusal(lambda: choose(pool, USER, TARGET_ACR_VALUES=LOA[3], ACCESS_TOKEN=bobs)) == (
        "NotAuthorizedException",
        "Invalid Access Token",
    )


# -- the hosted pages


def test_an_authorization_request_that_asks_for_levels_gets_them_told(server: Server, idp: Any) -> None:
    tenant = Tenant.make(server, idp)
    tenant.user()
    app = tenant.client()
    assert "acr" not in tenant.claims(app.sign_in()["access_token"])
    claims = tenant.claims(app.sign_in(acr_values=LOA[1])["access_token"])
    assert (claims["acr"], claims["amr"]) == (LOA[1], ["pwd"])


def test_a_browser_session_below_the_level_is_not_reused(server: Server, idp: Any) -> None:
    tenant = Tenant.make(server, idp)
    tenant.user()
    app, surfer = tenant.client(), Browser(server)
    surfer.sign_in(app.authorize_url())
    assert "code" in query_of(surfer.location(app.authorize_url(acr_values=LOA[1])))
    assert surfer.location(app.authorize_url(acr_values=LOA[3])).startswith("/login?")
