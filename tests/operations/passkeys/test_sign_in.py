"""Sign-in with a passkey."""

import json
from typing import Any

import pytest

from tests.operations.authenticator import Authenticator, decode, encode
from tests.operations.factors import choose, respond, set_mfa
from tests.operations.passkeys.ann import (
    MALFORMED,
    USER,
    WRONG,
    ann,
    answer,
    ask,
    passkey_pool,
    registered,
    request_options,
)
from tests.operations.refusals import refusal
from tests.support.control import Inbox


def test_a_passkey_signs_in(idp: Any, inbox: Inbox) -> None:
    pool = passkey_pool(idp, inbox)
    passkey = registered(pool, ann(pool))
    asked = ask(pool)
    assert asked["ChallengeName"] == "WEB_AUTHN"
    assert asked["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD", "WEB_AUTHN"]
    options = request_options(asked)
    assert len(decode(options.pop("challenge"))) == 16
    assert options == {
        "timeout": 180000,
        "rpId": "localhost",
        "allowCredentials": [{"type": "public-key", "id": encode(passkey.id), "transports": ["usb", "nfc"]}],
        "userVerification": "preferred",
    }
    credential = passkey.sign(request_options(asked))
    assert answer(pool, asked, credential)["AuthenticationResult"]["RefreshToken"]
    once = ("NotAuthorizedException", "Invalid session for the user, session can only be used once.")
    assert refusal(lambda: answer(pool, asked, credential)) == once


def test_a_passkey_signs_in_by_choice_in_one_step_or_two(idp: Any, inbox: Inbox) -> None:
    pool = passkey_pool(idp, inbox)
    passkey = registered(pool, ann(pool), algorithm=-257)
    chosen = choose(pool, USER)
    assert chosen["ChallengeName"] == "SELECT_CHALLENGE"
    credential = json.dumps(passkey.sign(request_options(chosen)))
    assert respond(pool, chosen, USER, ANSWER="WEB_AUTHN", CREDENTIAL=credential)["AuthenticationResult"]
    asked = respond(pool, choose(pool, USER), USER, ANSWER="WEB_AUTHN")
    assert answer(pool, asked, passkey.sign(request_options(asked)))["AuthenticationResult"]


def test_only_a_user_with_a_passkey_of_the_present_relying_party_can_choose_it(idp: Any, inbox: Inbox) -> None:
    pool = passkey_pool(idp, inbox)
    token = ann(pool)
    assert ask(pool)["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD"]
    registered(pool, token)
    assert ask(pool)["ChallengeName"] == "WEB_AUTHN"
    set_mfa(pool, "OFF", WebAuthnConfiguration={"RelyingPartyId": "example.com"})
    assert ask(pool)["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD"], "a change invalidates the passkeys"
    set_mfa(pool, "OFF")
    assert ask(pool)["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD"]


@pytest.mark.parametrize(
    "lies",
    [
        {"origin": "https://evil.example.com"},
        {"rp_id": "evil.example.com"},
        {"challenge": encode(bytes(16))},
        {"type": "webauthn.create"},
        {"user_handle": b"somebody-else"},
    ],
)
def test_a_signature_made_elsewhere_or_for_others_ends_the_session(idp: Any, inbox: Inbox, lies: dict[str, Any]) -> None:
    pool = passkey_pool(idp, inbox)
    passkey = registered(pool, ann(pool))
    asked = ask(pool)
    assert refusal(lambda: answer(pool, asked, passkey.sign(request_options(asked), **lies))) == WRONG
    assert refusal(lambda: answer(pool, asked, passkey.sign(request_options(asked))))[0] == "NotAuthorizedException"


def test_another_key_of_the_same_id_does_not_sign_in(idp: Any, inbox: Inbox) -> None:
    pool = passkey_pool(idp, inbox)
    passkey = registered(pool, ann(pool))
    thief = Authenticator(id=passkey.id, count=7, user_handle=passkey.user_handle)
    asked = ask(pool)
    assert refusal(lambda: answer(pool, asked, thief.sign(request_options(asked)))) == WRONG


def test_the_passkey_of_another_user_and_a_deleted_one_do_not_sign_in(idp: Any, inbox: Inbox) -> None:
    pool = passkey_pool(idp, inbox)
    token = ann(pool)
    passkey = registered(pool, token)
    pool.enrol("bob")
    bobs = registered(pool, pool.sign_in("bob"))
    asked = ask(pool)
    assert refusal(lambda: answer(pool, asked, bobs.sign(request_options(asked)))) == WRONG
    asked = ask(pool)
    idp.delete_web_authn_credential(AccessToken=token, CredentialId=encode(passkey.id))
    assert refusal(lambda: answer(pool, asked, passkey.sign(request_options(asked)))) == WRONG


def test_a_counter_that_does_not_go_on_betrays_a_copied_key(idp: Any, inbox: Inbox) -> None:
    pool = passkey_pool(idp, inbox)
    passkey = registered(pool, ann(pool))
    for _ in range(2):
        asked = ask(pool)
        assert answer(pool, asked, passkey.sign(request_options(asked)))["AuthenticationResult"]
    passkey.count = 0
    asked = ask(pool)
    assert refusal(lambda: answer(pool, asked, passkey.sign(request_options(asked)))) == WRONG


def test_authenticators_that_do_not_count_are_good(idp: Any, inbox: Inbox) -> None:
    pool = passkey_pool(idp, inbox)
    passkey = registered(pool, ann(pool), counts=False, synced=True)
    for _ in range(2):
        asked = ask(pool)
        assert answer(pool, asked, passkey.sign(request_options(asked)))["AuthenticationResult"]


def test_the_user_must_be_verified_at_sign_in_where_the_pool_requires_it(idp: Any, inbox: Inbox) -> None:
    pool = passkey_pool(idp, inbox, UserVerification="required")
    passkey = registered(pool, ann(pool))
    asked = ask(pool)
    assert request_options(asked)["userVerification"] == "required"
    passkey.verifies_user = False
    assert refusal(lambda: answer(pool, asked, passkey.sign(request_options(asked)))) == WRONG


@pytest.mark.parametrize(
    "credential", ["", "not json", "[]", "{}", '{"id": 7}', '{"id": "abc"}', '{"id": "abc", "rawId": "abc", "response": {}}']
)
def test_a_malformed_credential_does_not_sign_in(idp: Any, inbox: Inbox, credential: str) -> None:
    pool = passkey_pool(idp, inbox)
    registered(pool, ann(pool))
    asked = ask(pool)
    code, _ = refusal(lambda: respond(pool, asked, USER, CREDENTIAL=credential))
    assert code in {"InvalidParameterException", "NotAuthorizedException"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"clientDataJSON": encode(b"{}")}, MALFORMED),
        ({"signature": None}, MALFORMED),
        ({"authenticatorData": encode(b"x")}, WRONG),
        ({"signature": encode(b"x")}, WRONG),
    ],
)
def test_a_spoilt_credential_of_a_passkey_that_exists_does_not_sign_in(
    idp: Any, inbox: Inbox, changes: dict[str, Any], expected: tuple[str, str]
) -> None:
    pool = passkey_pool(idp, inbox)
    passkey = registered(pool, ann(pool))
    asked = ask(pool)
    credential = passkey.sign(request_options(asked))
    spoilt = credential | {"response": credential["response"] | changes}
    assert refusal(lambda: answer(pool, asked, spoilt)) == expected
