"""Every page of the window, in Chromium: usable by keyboard and screen reader, in both colour schemes, at a desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.console.shop import Shop, open_shop
from tests.support.axe import violations
from tests.support.server import Server, ServerFactory

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}

_SHOP_PAGES: dict[str, Callable[[Shop], str]] = {
    "overview": lambda _: "/_emu/",
    "inbox": lambda _: "/_emu/ui/inbox",
    "message": lambda shop: f"/_emu/ui/inbox?message={shop.inbox.all()[0]['id']}&view=text",
    "calls": lambda _: "/_emu/ui/calls",
    "errors": lambda _: "/_emu/ui/calls?errors=on&q=NotAuthorized",
    "token": lambda _: "/_emu/ui/token",
    "clock": lambda _: "/_emu/ui/clock",
    "addresses": lambda shop: f"/_emu/ui/addresses?pool={shop.pool_id}",
    "users": lambda shop: f"/_emu/ui/pools/{shop.pool_id}",
    "nobody found": lambda shop: f"/_emu/ui/pools/{shop.pool_id}?q=zoe",
    "user": lambda shop: f"/_emu/ui/pools/{shop.pool_id}/users/ann@example.com",
    "clients": lambda shop: f"/_emu/ui/pools/{shop.pool_id}/clients",
    "client": lambda shop: f"/_emu/ui/pools/{shop.pool_id}/clients/{shop.client_id}",
    "groups": lambda shop: f"/_emu/ui/pools/{shop.pool_id}/groups",
    "group": lambda shop: f"/_emu/ui/pools/{shop.pool_id}/groups/admins",
    "providers": lambda shop: f"/_emu/ui/pools/{shop.pool_id}/providers",
    "triggers": lambda shop: f"/_emu/ui/pools/{shop.pool_id}/triggers",
    "settings": lambda shop: f"/_emu/ui/pools/{shop.pool_id}/settings",
}


@pytest.fixture(scope="module")
def busy_shop(servers) -> Iterator[Shop]:
    """A shop that shows all there is to show: messages to mail and phone, sessions, errors, a provider, a trigger."""
    with servers() as server:
        shop = open_shop(server, "123456789012")
        shop.sign_in("ann@example.com")
        with pytest.raises(shop.idp.exceptions.NotAuthorizedException):
            shop.sign_in("ann@example.com", "wrong")
        shop.sign_up("bob@example.com")
        shop.idp.create_identity_provider(
            UserPoolId=shop.pool_id,
            ProviderName="Facebook",
            ProviderType="Facebook",
            ProviderDetails={"client_id": "1", "client_secret": "s3cret", "authorize_scopes": "email"},
            AttributeMapping={"email": "email"},
        )
        shop.idp.update_user_pool(
            UserPoolId=shop.pool_id,
            AutoVerifiedAttributes=["email"],
            LambdaConfig={"PreSignUp": "arn:aws:lambda:us-east-1:123456789012:function:pre-sign-up"},
        )
        yield shop


@pytest.mark.parametrize("name", _SHOP_PAGES)
def test_a_page_is_accessible_in_both_schemes_and_fits_a_phone(busy_shop: Shop, browser: Browser, name: str) -> None:
    assert_well_made(browser, busy_shop.server.url, _SHOP_PAGES[name](busy_shop))


@pytest.fixture(scope="module")
def empty_server(servers: ServerFactory) -> Iterator[Server]:
    """A server that nobody has asked anything."""
    with servers() as server:
        yield server


@pytest.mark.parametrize("path", ["/_emu/", "/_emu/ui/inbox", "/_emu/ui/calls", "/_emu/ui/addresses", "/_emu/ui/pools/us-east-1_none"])
def test_an_empty_page_is_accessible_too(empty_server: Server, browser: Browser, path: str) -> None:
    assert_well_made(browser, empty_server.url, path)


def assert_well_made(browser: Browser, url: str, path: str) -> None:
    page = browser.new_page(viewport=DESK)
    assert complaints(page, url + path) == [], path
    page.close()


def complaints(page: Page, address: str) -> list[str]:
    """What the browser's console, a ruler and axe-core (with every panel open) say against a page, in each scheme and size."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    page.goto(address)
    too_wide = "document.documentElement.scrollWidth > innerWidth"
    found += [f"{view}: the page is wider than the screen" for view in views(page) if page.evaluate(too_wide)]
    for panel in page.locator("details").all():
        panel.evaluate("details => { details.open = true }")
    for view in views(page):
        found += [f"{view}: {each}" for each in violations(page)]
    return [each for each in found if "status of 404" not in each]  # a page about what is not there


def views(page: Page) -> Iterator[str]:
    """Look at a page in each colour scheme, at a desk and on a phone."""
    for scheme in ("light", "dark"):
        for viewport in (DESK, PHONE):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size(viewport)
            yield f"{scheme}, {viewport['width']} px"


def test_every_page_asks_only_the_emulator(busy_shop: Shop, page: Page) -> None:
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))
    for address in _SHOP_PAGES.values():
        page.goto(busy_shop.server.url + address(busy_shop))
    assert asked
    assert all(each.startswith(busy_shop.server.url) for each in asked), asked


def test_secrets_of_providers_stay_hidden(busy_shop: Shop) -> None:
    text = busy_shop.server.http.get(busy_shop.address("providers")).text
    assert "Facebook" in text
    assert "s3cret" not in text


def test_the_first_tab_skips_to_the_content(busy_shop: Shop, page: Page) -> None:
    page.goto(f"{busy_shop.server.url}/_emu/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"


def test_a_popover_opens_and_closes_by_keyboard(busy_shop: Shop, page: Page) -> None:
    page.goto(busy_shop.address())
    page.locator("summary", has_text="New user").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "email"
    page.keyboard.press("Escape")
    assert not page.locator("details.popover[open]").count()
    assert "New user" in page.evaluate("document.activeElement.textContent")
