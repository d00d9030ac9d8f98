"""What the endpoints share that a browser visits: redirects, the session cookie, errors that lead to the error page."""

from __future__ import annotations

from typing import Any

import structlog
from tornado.web import RequestHandler

from cognito_emu.call import Parts
from cognito_emu.oauth.addresses import Arrival
from cognito_emu.oauth.browser_sessions import COOKIE, LIFETIME
from cognito_emu.oauth.errors import ErrorPage, RedirectError
from cognito_emu.oauth.parameters import Parameters
from cognito_emu.oauth.responses import Completion

_log = structlog.get_logger(__name__)


class BrowserEndpoint(RequestHandler):
    """A handler whose errors are redirects: to the client where that is safe, else to `/error`."""

    parts: Parts
    arrival: Arrival  # set by `prepare`

    def initialize(self, parts: Parts) -> None:
        """Called by Tornado with the arguments of the route."""
        self.parts = parts

    def set_default_headers(self) -> None:
        """Nothing here may be kept by a cache, or shown inside of somebody else's page."""
        self.set_header("Cache-Control", "no-cache, no-store, max-age=0, must-revalidate")
        self.set_header("Pragma", "no-cache")
        self.set_header("Expires", "0")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("X-Frame-Options", "DENY")
        self.set_header("Referrer-Policy", "no-referrer")

    def prepare(self) -> None:
        """Name the request, as AWS does."""
        self.arrival = Arrival.of(self.request, self.parts.env.uuid())
        self.set_header("x-amz-cognito-request-id", self.arrival.request_id)

    def query(self) -> Parameters:
        """The parameters of the address.

        Raises:
            ErrorPage: They cannot be read.
        """
        return self.parse(self.request.query)

    def parse(self, encoded: str) -> Parameters:
        """Parameters in the form of a query.

        Raises:
            ErrorPage: They cannot be read.
        """
        return Parameters.parse_for_browser(encoded)

    @property
    def session_cookie(self) -> str | None:
        """The value of the browser's session cookie."""
        return self.get_cookie(COOKIE)

    def go(self, location: str) -> None:
        """Redirect by 302, with the location as it is."""
        self.set_status(302)
        self.set_header("Location", location)
        self.finish()

    def go_signed_in(self, completion: Completion) -> None:
        """End a sign-in: keep its cookie and go to the client.

        Lax: the cookie comes along when a client's page sends the browser here, and with no other request from elsewhere.
        """
        self.set_cookie(
            COOKIE, completion.cookie, max_age=LIFETIME, path="/", httponly=True, samesite="Lax", secure=self.request.protocol == "https"
        )
        self.go(completion.location)

    def drop_session_cookie(self) -> None:
        """Let the browser forget the session."""
        self.clear_cookie(COOKIE, path="/", httponly=True, samesite="Lax", secure=self.request.protocol == "https")

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Errors with a place of their own go there; anything else is a plain refusal."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(error, (RedirectError, ErrorPage)):
            self.go(error.location)
        else:
            self.finish(self._reason)

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Redirected errors are the client's affair; the log is for ours."""
        if not isinstance(value, (RedirectError, ErrorPage)):
            super().log_exception(typ, value, tb)
