"""What the `/_emu/` endpoints share."""

from __future__ import annotations

from typing import Any

import orjson
from tornado.web import HTTPError, RequestHandler

from cognito_emu.call import Parts

# As many as a database can count to, and far more than anybody means.
_LARGEST_NUMBER = float(2**53)


class ControlHandler(RequestHandler):
    """A JSON endpoint with the emulator's parts at hand."""

    parts: Parts

    def initialize(self, parts: Parts) -> None:
        """Called by Tornado with the arguments of the route."""
        self.parts = parts

    def set_default_headers(self) -> None:
        """Readable from any origin: end-to-end tests in a browser ask the inbox for their code."""
        self.set_header("Access-Control-Allow-Origin", "*")
        self.set_header("Cache-Control", "no-store")

    def send_json(self, document: Any, status: int = 200) -> None:
        """Answer with a JSON document."""
        self.set_status(status)
        self.set_header("Content-Type", "application/json")
        self.finish(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")

    def json_body(self) -> dict[str, Any]:
        """The request's JSON object; an empty body counts as an empty object."""
        if not self.request.body:
            return {}
        try:
            document = orjson.loads(self.request.body)
        except orjson.JSONDecodeError as error:
            raise HTTPError(400, reason="The body is not JSON") from error
        if not isinstance(document, dict):
            raise HTTPError(400, reason="The body is not a JSON object")
        return document

    def number_argument(self, name: str, *, minimum: float = 0.0) -> float | None:
        """A number from the query; None when it is absent."""
        text = self.get_query_argument(name, None)
        if text is None:
            return None
        try:
            value = float(text)
        except ValueError as error:
            raise HTTPError(400, reason=f"{name} is not a number") from error
        if not minimum <= value <= _LARGEST_NUMBER:
            raise HTTPError(400, reason=f"{name} is out of range")
        return value

    def write_error(self, status_code: int, **_: Any) -> None:
        """Errors are JSON too."""
        self.send_json({"message": self._reason}, status_code)
