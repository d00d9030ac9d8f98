"""Where another emulator has the hosted login: below `/_aws/cognito-idp`. Browsers are sent on; programs are answered there."""

from __future__ import annotations

from tornado.web import RequestHandler

# Two of what browsers take for slashes begin another host's address.
_SLASHES = "/\\"


class ElsewhereHandler(RequestHandler):
    """Sends a visitor to the same path without the prefix.

    307 keeps the method and the body (RFC 9110, section 15.4.8).
    """

    def get(self, path: str) -> None:
        """Send on; a query goes along."""
        query = f"?{self.request.query}" if self.request.query else ""
        self.redirect(f"/{path.lstrip(_SLASHES)}{query}", status=307)

    post = get
