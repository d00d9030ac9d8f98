"""Passkeys as users register, list and delete them."""

from typing import Any

import pytest

from tests.operations.authenticator import Authenticator, decode, encode
from tests.operations.passkeys.ann import MALFORMED, USER, ann, complete, listed, passkey_pool, registered, start
from tests.operations.refusals import refusal
from tests.support.control import Clock, Inbox


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
