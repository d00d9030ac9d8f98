"""Where passkeys may be registered: relying parties, origins and pools that offer them."""

from typing import Any

import pytest

from tests.operations.authenticator import Authenticator, encode
from tests.operations.factors import set_mfa
from tests.operations.passkeys.ann import MALFORMED, USER, ann, ask, complete, listed, passkey_pool, start
from tests.operations.people import make_pool
from tests.operations.refusals import refusal
from tests.support.control import Inbox

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
