"""Registrations that are malformed or not what was asked for."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.operations.authenticator import Authenticator, encode
from tests.operations.passkeys.ann import MALFORMED, UNSUPPORTED, ann, complete, passkey_pool, start
from tests.operations.refusals import refusal
from tests.support.control import Inbox


def test_only_keys_that_were_asked_for_are_taken(idp: Any, inbox: Inbox) -> None:
    pool = passkey_pool(idp, inbox)
    token = ann(pool)
    credential = Authenticator(algorithm=-8).register(start(pool, token))
    assert refusal(lambda: complete(pool, token, credential)) == UNSUPPORTED


def test_an_authenticator_must_verify_its_user_where_the_pool_requires_it(idp: Any, inbox: Inbox) -> None:
    pool = passkey_pool(idp, inbox, UserVerification="required")
    token = ann(pool)
    options = start(pool, token)
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert refusal(lambda: complete(pool, token, Authenticator(verifies_user=False).register(options))) == UNSUPPORTED
    complete(pool, token, Authenticator().register(options))


def _without(name: str) -> Callable[[dict[str, Any]], Any]:
    return lambda credential: {key: value for key, value in credential.items() if key != name}


def _with_response(**changes: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda credential: credential | {"response": credential["response"] | changes}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _credential: {},
        _without("id"),
        _without("rawId"),
        _without("type"),
        _without("response"),
        lambda credential: credential | {"response": "text"},
        lambda credential: credential | {"type": "password"},
        lambda credential: credential | {"rawId": encode(b"another")},
        _with_response(clientDataJSON="!!"),
        _with_response(clientDataJSON=7),
        _with_response(clientDataJSON=encode(b"not json")),
        _with_response(clientDataJSON=encode(b"[]")),
        _with_response(clientDataJSON=encode(b'{"type":"webauthn.create","challenge":7,"origin":8}')),
        _with_response(attestationObject=encode(b"\xff\x00")),
        _with_response(attestationObject=encode(b"\xa0")),
        _with_response(attestationObject=encode(b"\xa3cfmtdnonegattStmt\xa0hauthDataX\x01\x00")),
        _with_response(attestationObject=None),
    ],
)
def test_a_malformed_registration_is_refused(idp: Any, inbox: Inbox, spoil: Callable[[dict[str, Any]], Any]) -> None:
    pool = passkey_pool(idp, inbox)
    token = ann(pool)
    credential = spoil(Authenticator().register(start(pool, token)))
    assert refusal(lambda: complete(pool, token, credential)) == MALFORMED
