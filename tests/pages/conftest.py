"""The hosted pages in a real browser."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.pages.inspection import DESK, Inspector
from tests.pages.site import Site
from tests.support.control import Inbox
from tests.support.server import Server


class _Application(BaseHTTPRequestHandler):
    """An application that says hello, whatever it is asked."""

    def do_GET(self) -> None:
        body = b"<!DOCTYPE html><html lang=en><title>The application</title><link rel=icon href=data:,><h1>The application</h1>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="session")
def application() -> Iterator[str]:
    """The address of an application that users come back to."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Application)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()


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
