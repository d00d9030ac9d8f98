"""Addresses at which custom resources and wait conditions are answered: pre-signed, as S3's are on AWS, and served by the emulator.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-waitcondition.html
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any, Literal
from urllib.parse import parse_qs, urlencode, urlsplit
from xml.sax.saxutils import escape

from tornado.web import RequestHandler

from cognito_emu.call import Parts
from cognito_emu.cloudformation.errors import ResourceFailure

Kind = Literal["custom-resources", "wait-conditions"]

SIGNAL_PATH = r"/_emu/cloudformation/(custom-resources|wait-conditions)/([0-9a-f]{32})"
_MOST_BYTES = 64 * 1024


def signed_url(parts: Parts, base_url: str, kind: Kind, stack_id: str, handle: str, expires_at: float | None = None) -> str:
    """The address of a handle. Nobody can make one up, nor use it for another stack, nor after it has expired."""
    query = {"StackId": stack_id, "Expires": str(int(expires_at)) if expires_at else "never"}
    signature = _signature(parts.secret, kind, handle, query)
    return f"{base_url}/_emu/cloudformation/{kind}/{handle}?{urlencode({**query, 'Signature': signature})}"


def handle_of(url: str) -> str:
    """The handle that an address stands for; empty when it is none of ours."""
    path = urlsplit(url).path.rsplit("/", 1)
    return path[1] if path[0].endswith("/wait-conditions") else ""


def _signature(secret: bytes, kind: str, handle: str, query: dict[str, str]) -> str:
    signed = f"signal {kind} {handle} {query['StackId']} {query['Expires']}"
    return hmac.new(secret, signed.encode(), hashlib.sha256).hexdigest()


class SignalHandler(RequestHandler):
    """`PUT` of an answer or a signal. Refusals have S3's form, since that is what senders talk to on AWS."""

    parts: Parts

    def initialize(self, parts: Parts) -> None:
        """Called by Tornado with the arguments of the route."""
        self.parts = parts

    async def put(self, kind: Kind, handle: str) -> None:
        """Keep the body for whoever waits for it.

        An address of a custom resource is good for one answer, one of a wait condition for one signal of each sender.
        """
        query = {name: values[0] for name, values in parse_qs(self.request.query).items()}
        if not self._granted(kind, handle, query):
            return self._refuse(403, "AccessDenied", "Request has expired, or its signature is not ours.")
        body = self.request.body
        if len(body) > _MOST_BYTES:
            return self._refuse(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
        text = body.decode(errors="replace")
        unique_id = _sender(text) if kind == "wait-conditions" else ""
        stack_id = query["StackId"]

        def write(tx: Any) -> bool | None:
            return tx.stacks.add_signal(stack_id, handle, unique_id, text) if tx.stacks.get(stack_id) else None

        taken = await self.parts.store.transact(write)
        if taken is None:
            return self._refuse(404, "NoSuchKey", "The stack does not exist any more.")
        if not taken:
            return self._refuse(403, "AccessDenied", "This address was used already.")
        self.parts.stacks.bell.ring()
        return self.set_header("ETag", f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"')

    def _granted(self, kind: str, handle: str, query: dict[str, str]) -> bool:
        if not {"StackId", "Expires", "Signature"} <= query.keys():
            return False
        if not hmac.compare_digest(query["Signature"], _signature(self.parts.secret, kind, handle, query)):
            return False
        return query["Expires"] == "never" or self.parts.env.now() < float(query["Expires"])

    def _refuse(self, status: int, code: str, message: str) -> None:
        self.set_status(status)
        self.set_header("Content-Type", "application/xml")
        self.finish(f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>')


def _sender(text: str) -> str:
    """The UniqueId of a signal; Assumption: one without is the signal of the sender without a name."""
    try:
        document = json.loads(text)
    except ValueError:
        return ""
    return str(document.get("UniqueId", "")) if isinstance(document, dict) else ""


async def wait_for_signals(
    parts: Parts,
    stack_id: str,
    handle: str,
    *,
    enough: Callable[[dict[str, str]], bool],
    seconds: float,
    given_up: Callable[[], bool],
) -> dict[str, str]:
    """What was put at an address, by sender, as soon as it is enough or the emulator's clock says that time is over.

    Raises:
        ResourceFailure: The stack does not need the resource any more, because another failed.
    """
    deadline = parts.env.now() + seconds
    while True:
        found = await parts.store.read(lambda tx: tx.stacks.signals(stack_id, handle))
        if enough(found) or parts.env.now() >= deadline:
            return found
        if given_up():
            raise ResourceFailure("Resource creation cancelled")
        await parts.stacks.bell.wait(1.0)
