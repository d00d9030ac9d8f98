"""A single-page application that uses AWS Amplify, in a browser."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from playwright.sync_api import Page

from tests.support.machine import CHECKOUT, ensure
from tests.support.third_parties import serve

_BUNDLE = CHECKOUT / "tests" / "clients" / "node_modules" / ".bundles" / "amplify.browser.js"
_PAGE = b'<!doctype html><html lang="en"><title>App</title><script src="/amplify.js"></script></html>'


@dataclass(frozen=True)
class AmplifyApp:
    """The application at `url`, whose every path is the same page.

    `app.open()`, `app.configure({"Auth": {"Cognito": {...}}})`, then `app.auth("signIn", {...})`. `window.amplify` has `Amplify`, `Hub` and
    `auth` with all functions of aws-amplify/auth, for what else a test wants to evaluate on `page`.
    """

    page: Page
    url: str

    def open(self, path: str = "/") -> None:
        """Load the page; a configuration does not survive that, tokens do."""
        self.page.goto(self.url + path)

    def configure(self, config: dict[str, Any]) -> None:
        """`Amplify.configure(config)`."""
        self.page.evaluate("config => window.amplify.Amplify.configure(config)", config)

    def auth(self, function: str, *arguments: Any) -> Any:
        """The JSON of what a function of aws-amplify/auth resolves to.

        Raises:
            playwright.sync_api.Error: It was rejected; the error's name and message are in the text.
        """
        call = "async ([name, ...rest]) => JSON.parse(JSON.stringify((await window.amplify.auth[name](...rest)) ?? null))"
        return self.page.evaluate(call, [function, *arguments])


@contextlib.contextmanager
def amplify_app(page: Page) -> Iterator[AmplifyApp]:
    """The application, on a port of its own."""
    ensure("clients")
    bundle = _BUNDLE.read_bytes()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            script = self.path == "/amplify.js"
            body = bundle if script else _PAGE
            self.send_response(200)
            self.send_header("Content-Type", "text/javascript" if script else "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: Any) -> None:
            """A test's output is no access log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    serve(server)
    try:
        yield AmplifyApp(page, f"http://localhost:{server.server_port}")
    finally:
        server.shutdown()
        server.server_close()
