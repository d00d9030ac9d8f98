"""Passkeys: registration, listing, deletion and sign-in, with an authenticator in software and with Chromium's own."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.operations.authenticator import Authenticator, decode, encode
from tests.operations.factors import EMAIL, EMAIL_SENDER, ENABLED, FLOWS, PREFERRED, choose, prefer, proved, register_app, respond, set_mfa
from tests.operations.people import Pool, make_pool
from tests.operations.refusals import refusal
from tests.support.control import Clock, Inbox
from tests.support.server import Server

USER = "ann"
WRONG = ("NotAuthorizedException", "Incorrect username or password.")
MALFORMED = ("InvalidParameterException", "Credential data is not valid")
UNSUPPORTED = ("WebAuthnCredentialNotSupportedException", "The passkey credential is not supported.")


def passkey_pool(idp: Any, inbox: Inbox, **web_authn: str) -> Pool:
    """A pool that signs in with passwords and passkeys of `localhost`."""
    policy = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}
    pool = make_pool(idp, inbox, client={"ExplicitAuthFlows": FLOWS}, Policies=policy, EmailConfiguration=EMAIL_SENDER)
    set_mfa(pool, "OFF", WebAuthnConfiguration={"RelyingPartyId": "localhost"} | web_authn)
    return pool


def ann(pool: Pool) -> str:
    """Ann's access token."""
    pool.enrol(USER, email=EMAIL)
    return pool.sign_in(USER)


def start(pool: Pool, token: str) -> dict[str, Any]:
    options: dict[str, Any] = pool.idp.start_web_authn_registration(AccessToken=token)["CredentialCreationOptions"]
    return options


def complete(pool: Pool, token: str, credential: Any) -> None:
    pool.idp.complete_web_authn_registration(AccessToken=token, Credential=credential)


def registered(pool: Pool, token: str, **qualities: Any) -> Authenticator:
    """An authenticator whose passkey the user registered."""
    authenticator = Authenticator(**qualities)
    complete(pool, token, authenticator.register(start(pool, token)))
    return authenticator


def listed(pool: Pool, token: str) -> list[str]:
    return [shown["CredentialId"] for shown in pool.idp.list_web_authn_credentials(AccessToken=token)["Credentials"]]


def request_options(asked: Any) -> dict[str, Any]:
    options: dict[str, Any] = json.loads(asked["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"])
    return options


def ask(pool: Pool) -> Any:
    return choose(pool, USER, PREFERRED_CHALLENGE="WEB_AUTHN")


def answer(pool: Pool, asked: Any, credential: Any) -> Any:
    return respond(pool, asked, USER, CREDENTIAL=json.dumps(credential))


# -- registering


def test_the_browser_is_told_what_kind_of_passkey_to_make(idp: Any, inbox: Inbox) -> None:
    pool = passkey_pool(idp, inbox)
    token = ann(pool)
    sub = idp.get_user(AccessToken=token)["UserAttributes"][0]["Value"]
    options = start(pool, token)
    assert len(decode(options.pop("challenge"))) == 16
    assert options == {
        "rp": {"id": "localhost", "name": "localhost"},
        "user": {"id": encode(sub.encode()), "name": USER, "displayName": USER},
        "pubKeyCredParams": [{"type": "public-key", "alg": -7}, {"type": "public-key", "alg": -257}],
        "timeout": 60000,
        "excludeCredentials": [],
        "authenticatorSelection": {"requireResidentKey": True, "residentKey": "required", "userVerification": "preferred"},
    }


@pytest.mark.parametrize("algorithm", [-7, -257])
def test_a_passkey_is_registered_listed_and_deleted(idp: Any, inbox: Inbox, clock: Clock, algorithm: int) -> None:
    pool = passkey_pool(idp, inbox)
    token = ann(pool)
    before = clock.now()
    passkey = registered(pool, token, algorithm=algorithm)
    (shown,) = idp.list_web_authn_credentials(AccessToken=token)["Credentials"]
    created = shown.pop("CreatedAt").timestamp()
    assert before - 1 <= created <= clock.now() + 1
    assert shown == {
        "CredentialId": encode(passkey.id),
        "FriendlyCredentialName": "Passkey",
        "RelyingPartyId": "localhost",
        "AuthenticatorAttachment": "cross-platform",
        "AuthenticatorTransports": ["usb", "nfc"],
    }
    assert "WEB_AUTHN" in idp.get_user_auth_factors(AccessToken=token)["ConfiguredUserAuthFactors"]
    idp.delete_web_authn_credential(AccessToken=token, CredentialId=encode(passkey.id))
    assert listed(pool, token) == []
    gone = ("ResourceNotFoundException", "Credential does not exist.")
    assert refusal(idp.delete_web_authn_credential, AccessToken=token, CredentialId=encode(passkey.id)) == gone


def test_nobody_deletes_the_passkey_of_another(idp: Any, inbox: Inbox) -> None:
    pool = passkey_pool(idp, inbox)
    token = ann(pool)
    passkey = registered(pool, token)
    pool.enrol("bob")
    gone = ("ResourceNotFoundException", "Credential does not exist.")
    bobs = pool.sign_in("bob")
    assert refusal(idp.delete_web_authn_credential, AccessToken=bobs, CredentialId=encode(passkey.id)) == gone
    assert listed(pool, token) == [encode(passkey.id)]


def test_a_browser_is_told_which_passkeys_there_are_already(idp: Any, inbox: Inbox) -> None:
    pool = passkey_pool(idp, inbox)
    token = ann(pool)
    passkeys = [registered(pool, token) for _ in range(2)]
    assert start(pool, token)["excludeCredentials"] == [{"type": "public-key", "id": encode(passkey.id)} for passkey in passkeys]
    credential = passkeys[0].register(start(pool, token))
    assert refusal(lambda: complete(pool, token, credential)) == MALFORMED, "and cannot register one again"


def test_a_user_has_twenty_passkeys_at_most_and_lists_them_by_pages(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool = passkey_pool(idp, inbox)
    token = ann(pool)
    spare = Authenticator().register(start(pool, token))
    ids = []
    for _ in range(20):
        ids.append(encode(registered(pool, token).id))
        clock.advance(1)
    full = ("LimitExceededException", "A user can have at most 20 passkeys.")
    assert refusal(idp.start_web_authn_registration, AccessToken=token) == full
    assert refusal(lambda: complete(pool, token, spare)) == full
    assert listed(pool, token) == ids
    pages, more = [], {}
    while True:
        page = idp.list_web_authn_credentials(AccessToken=token, MaxResults=8, **more)
        pages.append([shown["CredentialId"] for shown in page["Credentials"]])
        if "NextToken" not in page:
            break
        more = {"NextToken": page["NextToken"]}
    assert pages == [ids[:8], ids[8:16], ids[16:]]
    invalid = ("InvalidParameterException", "Invalid pagination token.")
    assert refusal(idp.list_web_authn_credentials, AccessToken=token, NextToken="nonsense") == invalid


def test_a_challenge_is_good_once_for_its_user_and_client_and_for_five_minutes(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool = passkey_pool(idp, inbox)
    token = ann(pool)
    unknown = ("WebAuthnChallengeNotFoundException", "The challenge of the registration was not found or has expired.")
    options = start(pool, token)
    complete(pool, token, Authenticator().register(options))
    assert refusal(lambda: complete(pool, token, Authenticator().register(options))) == unknown
    pool.enrol("bob")
    options = start(pool, token)
    assert refusal(lambda: complete(pool, pool.sign_in("bob"), Authenticator().register(options))) == unknown
    other = pool.client_with().sign_in(USER)
    mismatch = (
        "WebAuthnClientMismatchException",
        "The access token is for a different client than the one that started the registration.",
    )
    assert refusal(lambda: complete(pool, other, Authenticator().register(options))) == mismatch
    clock.advance(300)
    assert refusal(lambda: complete(pool, token, Authenticator().register(options))) == unknown
    start(pool, token)


ELSEWHERE = ("WebAuthnOriginNotAllowedException", "The origin of the passkey credential is not allowed for the relying party ID.")
OTHER_PARTY = ("WebAuthnRelyingPartyMismatchException", "The passkey credential is for a different relying party ID.")


@pytest.mark.parametrize(
    ("lies", "expected"),
    [
        ({"origin": "https://evil.example.com"}, ELSEWHERE),
        ({"origin": "http://localhost.evil.example.com"}, ELSEWHERE),
        ({"origin": "file://"}, ELSEWHERE),
        ({"rp_id": "evil.example.com"}, OTHER_PARTY),
        ({"type": "webauthn.get"}, MALFORMED),
        (
            {"challenge": encode(bytes(16))},
            ("WebAuthnChallengeNotFoundException", "The challenge of the registration was not found or has expired."),
        ),
    ],
)
def test_a_passkey_made_elsewhere_or_for_others_is_refused(idp: Any, inbox: Inbox, lies: dict[str, str], expected: tuple[str, str]) -> None:
    pool = passkey_pool(idp, inbox)
    token = ann(pool)
    assert refusal(lambda: complete(pool, token, Authenticator().register(start(pool, token), **lies))) == expected
    assert listed(pool, token) == []


@pytest.mark.parametrize(
    ("relying_party", "origin", "allowed"),
    [
        ("example.com", "https://example.com", True),
        ("example.com", "https://login.example.com:8443", True),
        ("example.com", "http://example.com", False),
        ("example.com", "https://notexample.com", False),
        ("example.com", "http://localhost:5173", True),
        ("example.com", "https://shop.localhost:5173", True),
        ("example.com", "http://127.0.0.1:8000", True),
        ("example.com", "android:apk-key-hash:pNiP5iKyQ8JwgGOaKA1zGPUPJIS0H1xKCQcfIoGLEck", True),
        ("example.com", "custom-scheme://example.com", False),
    ],
)
def test_pages_of_the_relying_party_and_of_this_machine_may_make_passkeys(
    idp: Any, inbox: Inbox, relying_party: str, origin: str, allowed: bool
) -> None:
    pool = passkey_pool(idp, inbox, RelyingPartyId=relying_party)
    token = ann(pool)
    credential = Authenticator(origin=origin).register(start(pool, token))
    if allowed:
        complete(pool, token, credential)
    else:
        assert refusal(lambda: complete(pool, token, credential)) == ELSEWHERE


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


def test_passkeys_must_be_a_first_factor_of_the_pool(idp: Any, inbox: Inbox) -> None:
    pool = make_pool(idp, inbox)
    set_mfa(pool, "OFF", WebAuthnConfiguration={"RelyingPartyId": "localhost"})
    expected = ("WebAuthnNotEnabledException", "Passkey authentication is not enabled for the user pool.")
    assert refusal(idp.start_web_authn_registration, AccessToken=ann(pool)) == expected


def test_passkeys_that_were_turned_off_meanwhile_are_not_registered(idp: Any, inbox: Inbox) -> None:
    pool = passkey_pool(idp, inbox)
    token = ann(pool)
    credential = Authenticator().register(start(pool, token))
    set_mfa(pool, "OFF", WebAuthnConfiguration={"RelyingPartyId": "example.com"})
    assert refusal(lambda: complete(pool, token, credential)) == OTHER_PARTY
    idp.update_user_pool(UserPoolId=pool.id, Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]}})
    expected = ("WebAuthnNotEnabledException", "Passkey authentication is not enabled for the user pool.")
    assert refusal(lambda: complete(pool, token, credential)) == expected


def test_a_pool_without_relying_party_and_domain_registers_no_passkeys(idp: Any, inbox: Inbox) -> None:
    pool = passkey_pool(idp, inbox)
    set_mfa(pool, "OFF")
    expected = ("WebAuthnConfigurationMissingException", "The user pool does not have a relying party ID or a domain.")
    assert refusal(idp.start_web_authn_registration, AccessToken=ann(pool)) == expected


def test_a_domain_makes_the_emulators_own_name_the_relying_party(idp: Any, inbox: Inbox, account: str) -> None:
    """On AWS it would be the domain's, where managed login stands; here managed login stands on the emulator's address."""
    pool = passkey_pool(idp, inbox)
    set_mfa(pool, "OFF")
    idp.create_user_pool_domain(Domain=f"shop-{account}", UserPoolId=pool.id)
    token = ann(pool)
    options = start(pool, token)
    assert options["rp"]["id"] == "localhost"
    complete(pool, token, Authenticator(origin=f"https://shop-{account}.auth.us-east-1.amazoncognito.com").register(options))
    assert ask(pool)["ChallengeName"] == "WEB_AUTHN"


@pytest.mark.parametrize("operation", ["start_web_authn_registration", "list_web_authn_credentials"])
def test_a_bad_token_registers_and_lists_nothing(idp: Any, inbox: Inbox, operation: str) -> None:
    pool = passkey_pool(idp, inbox)
    token = ann(pool)
    invalid = ("NotAuthorizedException", "Invalid Access Token")
    assert refusal(getattr(idp, operation), AccessToken="abc") == invalid
    idp.admin_delete_user(UserPoolId=pool.id, Username=USER)
    assert refusal(getattr(idp, operation), AccessToken=token) == invalid


# -- signing in


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


# -- passkeys and MFA


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


# -- Chromium's authenticator


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """A developer's application on a port of localhost; the page is empty, its script is the test's."""
    (tmp_path / "index.html").write_text("<!doctype html><title>An application</title>")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(tmp_path)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_arguments: Any) -> None:
        """A test says nothing when all is well."""


_CREATE = """async options => {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
    return (await navigator.credentials.create({ publicKey })).toJSON();
}"""
_GET = """async options => {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
    return (await navigator.credentials.get({ publicKey })).toJSON();
}"""


def virtual_authenticator(page: Page, **options: Any) -> None:
    """Plug an authenticator into the page that touches and recognises its user by itself."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    defaults = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": defaults | options})


def test_chromium_registers_a_passkey_and_signs_in_with_it(idp: Any, inbox: Inbox, page: Page, site: str) -> None:
    pool = passkey_pool(idp, inbox, UserVerification="required")
    token = ann(pool)
    page.goto(site)
    virtual_authenticator(page)
    complete(pool, token, page.evaluate(_CREATE, start(pool, token)))
    (shown,) = idp.list_web_authn_credentials(AccessToken=token)["Credentials"]
    assert shown["AuthenticatorAttachment"] == "platform"
    assert shown["AuthenticatorTransports"] == ["internal"]
    for _ in range(2):
        asked = ask(pool)
        assert answer(pool, asked, page.evaluate(_GET, request_options(asked)))["AuthenticationResult"]


def test_chromium_finds_the_passkey_without_being_told_its_id(idp: Any, inbox: Inbox, page: Page, site: str) -> None:
    pool = passkey_pool(idp, inbox)
    token = ann(pool)
    page.goto(site)
    virtual_authenticator(page)
    complete(pool, token, page.evaluate(_CREATE, start(pool, token)))
    asked = ask(pool)
    credential = page.evaluate(_GET, request_options(asked) | {"allowCredentials": []})
    assert decode(credential["response"]["userHandle"]).decode() == idp.get_user(AccessToken=token)["UserAttributes"][0]["Value"]
    assert answer(pool, asked, credential)["AuthenticationResult"]


def test_chromium_makes_no_second_passkey_on_the_same_authenticator(idp: Any, inbox: Inbox, page: Page, site: str) -> None:
    pool = passkey_pool(idp, inbox)
    token = ann(pool)
    page.goto(site)
    virtual_authenticator(page)
    complete(pool, token, page.evaluate(_CREATE, start(pool, token)))
    with pytest.raises(Exception, match="InvalidStateError"):
        page.evaluate(_CREATE, start(pool, token))


def test_chromium_refuses_a_relying_party_that_the_page_does_not_belong_to(idp: Any, inbox: Inbox, page: Page, site: str) -> None:
    pool = passkey_pool(idp, inbox, RelyingPartyId="example.com")
    page.goto(site)
    virtual_authenticator(page)
    with pytest.raises(Exception, match="SecurityError"):
        page.evaluate(_CREATE, start(pool, ann(pool)))
