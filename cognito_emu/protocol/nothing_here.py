"""Whatever nothing else answers: a service that is not emulated, said so that its SDK shows it; for people, what is where."""

from __future__ import annotations

import http.client

import orjson
from tornado.web import RequestHandler

from cognito_emu.protocol.cors import CORS_HEADERS
from cognito_emu.protocol.tenancy import parse_credentials

_CODE = "UnknownOperationException"


class NothingHereHandler(RequestHandler):
    """404. A signed request is of some AWS service, and its SDK shows the message; whoever else comes reads where to go."""

    def prepare(self) -> None:
        """Answer whatever the method."""
        for name, value in CORS_HEADERS.items():
            self.set_header(name, value)
        self.set_status(http.client.NOT_FOUND)
        asked = f"{self.request.method} {self.request.path}"
        credentials = parse_credentials(self.request.headers.get("Authorization", ""))
        if credentials is None:
            self.set_header("Content-Type", "text/plain; charset=UTF-8")
            self.finish(
                f"Nothing answers at {asked}. The API is at POST /, a pool's keys at /<poolId>/.well-known/jwks.json, "
                "the hosted login at /login, its endpoints below /oauth2/, the window at /_emu/.\n"
            )
            return
        message = f"{asked} of {credentials.service} is not emulated. docs/operations.md lists what is."
        self.set_header("x-amzn-ErrorType", _CODE)
        self.set_header("Content-Type", "application/json")
        self.finish(orjson.dumps({"__type": _CODE, "message": message}))
