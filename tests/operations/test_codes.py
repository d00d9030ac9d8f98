"""Codes, as a matrix: whatever way a code was asked for, it is taken and refused by the same rules."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.operations.people import NEW_PASSWORD, Pool, attributes, make_pool, other_than
from tests.operations.refusals import refusal
from tests.support.control import Clock, Inbox

WRONG = ("CodeMismatchException", "Invalid verification code provided, please try again.")
EXPIRED = ("ExpiredCodeException", "Invalid code provided, please request a code again.")
TOO_OFTEN = ("LimitExceededException", "Attempt limit exceeded, please try after some time.")
CONFIRMED = ("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED")
NAME, EMAIL, NEW_EMAIL = "ann", "ann@example.com", "new@example.com"


@dataclass
class Way:
    """A way to a code.

    Attributes:
        ask: Has a code sent, again at each call; the user is there.
        redeem: What takes the code.
        address: Where it goes.
        hours: How long it is good.
        used: What a code that was taken is answered with.
    """

    ask: Callable[[], Any]
    redeem: Callable[[str], Any]
    address: str
    hours: int
    used: tuple[str, str] = EXPIRED


def sign_up(pool: Pool) -> Way:
    pool.sign_up(NAME, email=EMAIL)
    pool.inbox.code(EMAIL)
    return Way(
        lambda: pool.idp.resend_confirmation_code(ClientId=pool.client, Username=NAME),
        lambda code: pool.confirm(NAME, code),
        EMAIL,
        24,
        used=CONFIRMED,
    )


def _recovery(pool: Pool, ask: Callable[[], Any]) -> Way:
    pool.enrol(NAME, email=EMAIL)
    pool.verify(NAME, "email")
    pool.inbox.code(EMAIL)  # of the sign-up
    return Way(
        ask,
        lambda code: pool.idp.confirm_forgot_password(ClientId=pool.client, Username=NAME, ConfirmationCode=code, Password=NEW_PASSWORD),
        EMAIL,
        1,
    )


def forgotten_password(pool: Pool) -> Way:
    return _recovery(pool, lambda: pool.idp.forgot_password(ClientId=pool.client, Username=NAME))


def reset_by_an_administrator(pool: Pool) -> Way:
    return _recovery(pool, lambda: pool.idp.admin_reset_user_password(UserPoolId=pool.id, Username=NAME))


def _verification(pool: Pool, address: str, ask: Callable[[str], Any]) -> Way:
    pool.enrol(NAME, email=EMAIL)
    pool.inbox.code(EMAIL)  # of the sign-up
    return Way(
        lambda: ask(pool.sign_in(NAME)),
        lambda code: pool.idp.verify_user_attribute(AccessToken=pool.sign_in(NAME), AttributeName="email", Code=code),
        address,
        24,
    )


def address_to_verify(pool: Pool) -> Way:
    return _verification(pool, EMAIL, lambda token: pool.idp.get_user_attribute_verification_code(AccessToken=token, AttributeName="email"))


def new_address(pool: Pool) -> Way:
    def ask(token: str) -> None:
        for address in ("detour@example.com", NEW_EMAIL):  # the address that it is already would be no change
            pool.idp.update_user_attributes(AccessToken=token, UserAttributes=attributes({"email": address}))

    return _verification(pool, NEW_EMAIL, ask)


WAYS = [sign_up, forgotten_password, reset_by_an_administrator, address_to_verify, new_address]


@pytest.fixture(params=[{}, {"GenerateSecret": False, "PreventUserExistenceErrors": "ENABLED"}], ids=["older client", "discreet client"])
def pool(idp: Any, inbox: Inbox, request: pytest.FixtureRequest) -> Pool:
    return make_pool(idp, inbox, client=request.param)


@pytest.fixture(params=WAYS, ids=lambda way: way.__name__)
def way(pool: Pool, request: pytest.FixtureRequest) -> Way:
    found: Way = request.param(pool)
    return found


def sent(pool: Pool, way: Way) -> str:
    """A new code."""
    way.ask()
    return pool.inbox.code(way.address)


def test_the_right_code_is_taken_once(pool: Pool, way: Way) -> None:
    code = sent(pool, way)
    way.redeem(code)
    assert refusal(way.redeem, code=code) == way.used


def test_a_wrong_code_is_refused_and_the_right_one_still_taken(pool: Pool, way: Way) -> None:
    code = sent(pool, way)
    assert refusal(way.redeem, code=other_than(code)) == WRONG
    way.redeem(code)


def test_a_newer_code_replaces_the_older(pool: Pool, way: Way) -> None:
    older, newer = sent(pool, way), sent(pool, way)
    if older != newer:  # one in a million is the same
        assert refusal(way.redeem, code=older) == WRONG
    way.redeem(newer)


def test_a_code_expires(pool: Pool, way: Way, clock: Clock) -> None:
    code = sent(pool, way)
    clock.advance(hours=way.hours, seconds=1)
    assert refusal(way.redeem, code=code) == EXPIRED


def test_after_too_many_tries_even_the_right_code_is_refused(pool: Pool, way: Way) -> None:
    code = sent(pool, way)
    answers = [refusal(way.redeem, code=other_than(code)) for _ in range(16)]
    assert answers[0] == WRONG
    assert answers[-1] == TOO_OFTEN
    assert refusal(way.redeem, code=code) == TOO_OFTEN
