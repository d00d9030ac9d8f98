"""Passkeys of Chromium's own authenticator."""

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.operations.authenticator import decode
from tests.operations.passkeys.ann import ann, answer, ask, complete, passkey_pool, request_options, start
from tests.support.browser import add_authenticator
from tests.support.control import Inbox
from tests.support.third_parties import serve


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """A developer's application on a port of localhost; the page is empty, its script is the test's."""
    (tmp_path / "index.html").write_text("<!doctype html><title>An application</title>")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(tmp_path)))
    serve(server)
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


def test_chromium_registers_a_passkey_and_signs_in_with_it(idp: Any, inbox: Inbox, page: Page, site: str) -> None:
    pool = passkey_pool(idp, inbox, UserVerification="required")
    token = ann(pool)
    page.goto(site)
    add_authenticator(page)
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
    add_authenticator(page)
    complete(pool, token, page.evaluate(_CREATE, start(pool, token)))
    asked = ask(pool)
    credential = page.evaluate(_GET, request_options(asked) | {"allowCredentials": []})
    assert decode(credential["response"]["userHandle"]).decode() == idp.get_user(AccessToken=token)["UserAttributes"][0]["Value"]
    assert answer(pool, asked, credential)["AuthenticationResult"]


def test_chromium_makes_no_second_passkey_on_the_same_authenticator(idp: Any, inbox: Inbox, page: Page, site: str) -> None:
    pool = passkey_pool(idp, inbox)
    token = ann(pool)
    page.goto(site)
    add_authenticator(page)
    complete(pool, token, page.evaluate(_CREATE, start(pool, token)))
    with pytest.raises(Exception, match="InvalidStateError"):
        page.evaluate(_CREATE, start(pool, token))


def test_chromium_refuses_a_relying_party_that_the_page_does_not_belong_to(idp: Any, inbox: Inbox, page: Page, site: str) -> None:
    pool = passkey_pool(idp, inbox, RelyingPartyId="example.com")
    page.goto(site)
    add_authenticator(page)
    with pytest.raises(Exception, match="SecurityError"):
        page.evaluate(_CREATE, start(pool, ann(pool)))
