"""Passkeys beside MFA, and as the second factor."""

from typing import Any

import pytest

from tests.operations.factors import ENABLED, PREFERRED, prefer, proved, register_app, set_mfa
from tests.operations.passkeys.ann import USER, WRONG, ann, answer, ask, passkey_pool, registered, request_options
from tests.operations.refusals import refusal
from tests.support.control import Clock, Inbox
from tests.support.server import Server


def test_a_passkey_that_counts_as_one_factor_is_not_offered_to_users_with_mfa(idp: Any, inbox: Inbox) -> None:
    pool = passkey_pool(idp, inbox)
    registered(pool, ann(pool))
    set_mfa(pool, "OPTIONAL", ("EMAIL_OTP",), WebAuthnConfiguration={"RelyingPartyId": "localhost"})
    assert ask(pool)["ChallengeName"] == "WEB_AUTHN"
    prefer(pool, USER, EmailMfaSettings=PREFERRED)
    assert ask(pool)["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD"]


@pytest.mark.parametrize("mode", ["OPTIONAL", "ON"])
def test_a_passkey_with_user_verification_meets_mfa_for_who_turned_it_on(idp: Any, inbox: Inbox, clock: Clock, mode: str) -> None:
    pool = passkey_pool(idp, inbox)
    token = ann(pool)
    passkey = registered(pool, token)
    multi = {"RelyingPartyId": "localhost", "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION"}
    set_mfa(pool, "OPTIONAL", ("SOFTWARE_TOKEN_MFA",), WebAuthnConfiguration=multi)
    register_app(pool, clock, token)
    set_mfa(pool, mode, ("SOFTWARE_TOKEN_MFA",), WebAuthnConfiguration=multi)
    prefer(pool, USER, SoftwareTokenMfaSettings=PREFERRED)
    assert ask(pool)["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD"]
    prefer(pool, USER, WebAuthnMfaSettings=ENABLED)
    asked = ask(pool)
    assert request_options(asked)["userVerification"] == "required"
    passkey.verifies_user = False
    assert refusal(lambda: answer(pool, asked, passkey.sign(request_options(asked)))) == WRONG
    passkey.verifies_user = True
    asked = ask(pool)
    assert answer(pool, asked, passkey.sign(request_options(asked)))["AuthenticationResult"], "no second challenge follows"


@pytest.mark.parametrize(("attachment", "expected"), [("cross-platform", ["hwk"]), ("platform", ["swk"])])
def test_a_passkey_is_recorded_as_what_was_proved(
    idp: Any, inbox: Inbox, server: Server, clock: Clock, attachment: str, expected: list[str]
) -> None:
    pool = passkey_pool(idp, inbox)
    token = ann(pool)
    passkey = registered(pool, token, attachment=attachment)
    clock.advance(1)
    asked = ask(pool)
    answer(pool, asked, passkey.sign(request_options(asked)))
    assert proved(server, pool) == expected
    multi = {"RelyingPartyId": "localhost", "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION"}
    set_mfa(pool, "OPTIONAL", ("EMAIL_OTP",), WebAuthnConfiguration=multi)
    prefer(pool, USER, EmailMfaSettings=ENABLED, WebAuthnMfaSettings=ENABLED)
    clock.advance(1)
    asked = ask(pool)
    answer(pool, asked, passkey.sign(request_options(asked)))
    assert proved(server, pool) == [*expected, "mfa"]
