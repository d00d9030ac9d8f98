"""The hosted pages in a real browser."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.pages.inspection import DESK, Inspector
from tests.pages.site import Site
from tests.support.control import Inbox
from tests.support.server import Server
from tests.support.third_parties import run_application


@pytest.fixture(scope="session")
def application() -> Iterator[str]:
    """The address of an application that users come back to."""
    with run_application() as port:
        yield f"http://localhost:{port}"


@pytest.fixture
def user(page: Page) -> Page:
    """Somebody's browser, on a desk."""
    page.set_viewport_size(DESK)
    return page


@pytest.fixture
def inspect(user: Page) -> Inspector:
    """`inspect("login")`: keeps pictures in artifacts/pages, and fails where the page is not fit to be seen."""
    return Inspector(user)


@pytest.fixture
def make_site(server: Server, idp: Any, inbox: Inbox, user: Page, application: str) -> Callable[..., Site]:
    """`make_site(client={...}, MfaConfiguration=...)`: a pool of the test's own and an application of it."""
    return lambda **settings: Site.make(server, idp, inbox, user, application, **settings)


@pytest.fixture
def site(make_site: Callable[..., Site]) -> Site:
    """A pool that verifies email addresses, its application, and the user `ann`."""
    site = make_site()
    site.user()
    return site
