"""SMS by webhook: each message is POSTed as JSON to SMS_WEBHOOK_URL."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest, HTTPResponse

from mail.messages import RenderedMessage
from mail.transport import Deliver, DeliveryRefusedError, ServerUnavailableError, TemporaryDeliveryError

_REQUEST_TIMEOUT, _TOO_MANY, _SERVER_ERROR = 408, 429, 500
_SUCCESS = range(200, 300)
_QUOTED_CHARACTERS = 200


class SmsWebhookTransport:
    """A Transport to one URL.

    The body is `{"messageId", "to", "text", "kind", "code", "userPoolId", "clientId"}`; `Idempotency-Key` is the same at every
    attempt. 2xx is delivered; 408, 429 and 5xx are tried again (`Retry-After` in seconds is honoured); all else is refused.

    Raises:
        ValueError: `url` is no http or https address.
    """

    def __init__(self, url: str, *, client: AsyncHTTPClient | None = None, timeout_seconds: float = 10.0) -> None:
        self._url = url
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("SMS_WEBHOOK_URL must be an http or https address")
        # Path and query may hold the receiver's token, so neither is ever shown.
        self._shown = f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}"
        self._client = client
        self._timeout_seconds = timeout_seconds

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Deliver]:
        """A webhook needs no connection of its own."""
        yield self._deliver

    async def _deliver(self, message: RenderedMessage) -> None:
        request = HTTPRequest(
            self._url,
            method="POST",
            body=json.dumps(_document(message)),
            headers={"Content-Type": "application/json", "Idempotency-Key": message.message_id},
            connect_timeout=self._timeout_seconds,
            request_timeout=self._timeout_seconds,
            follow_redirects=False,
        )
        try:
            # The client belongs to the running loop, so it is asked for here and not when the transport is built.
            response = await (self._client or AsyncHTTPClient()).fetch(request, raise_error=False)
        except (HTTPClientError, OSError) as error:
            raise ServerUnavailableError(f"SMS webhook {self._shown} cannot be reached: {error}") from error
        self._judge(response)

    def _judge(self, response: HTTPResponse) -> None:
        code = response.code
        if code in _SUCCESS:
            return
        words = f"{code} {response.reason}: {response.body[:_QUOTED_CHARACTERS].decode(errors='replace')}".rstrip(": ")
        if code >= _SERVER_ERROR or code in {_REQUEST_TIMEOUT, _TOO_MANY}:
            retry_after = response.headers.get("Retry-After", "")
            raise TemporaryDeliveryError(words, retry_after_seconds=float(retry_after) if retry_after.isdecimal() else None)
        raise DeliveryRefusedError(words)


def _document(message: RenderedMessage) -> dict[str, str | None]:
    return {
        "messageId": message.message_id,
        "to": message.to,
        "text": message.text,
        "kind": message.kind.value,
        "code": message.code,
        "userPoolId": message.headers.get("X-Cognito-User-Pool-Id"),
        "clientId": message.headers.get("X-Cognito-Client-Id"),
    }
