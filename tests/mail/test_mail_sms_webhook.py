"""SMS by webhook, against a real HTTP server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPHeaders, HTTPServerRequest, ResponseStartLine
from tornado.netutil import bind_sockets

from mail import DeliveryRefusedError, ServerUnavailableError, SmsWebhookTransport, TemporaryDeliveryError
from mail.kinds import Medium
from tests.mail.mail_fixtures import CLIENT_ID, POOL_ID, free_port, in_loop, message, raw_server

SMS: dict[str, Any] = {"medium": Medium.SMS, "to": "+15551234567"}


class Hook:
    """Answers every POST with `code` and keeps what it got."""

    def __init__(self, code: int = 200, reason: str = "OK", body: bytes = b"", **headers: str) -> None:
        self.code, self.reason, self.body = code, reason, body
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self.requests: list[HTTPServerRequest] = []

    def __call__(self, request: HTTPServerRequest) -> None:
        self.requests.append(request)
        assert request.connection is not None
        headers = HTTPHeaders({**self.headers, "Content-Length": str(len(self.body))})
        request.connection.write_headers(ResponseStartLine("HTTP/1.1", self.code, self.reason), headers, self.body)
        request.connection.finish()


@asynccontextmanager
async def listening(hook: Hook) -> AsyncIterator[str]:
    server = HTTPServer(hook)
    sockets = bind_sockets(0, "127.0.0.1")
    server.add_sockets(sockets)
    try:
        yield f"http://127.0.0.1:{sockets[0].getsockname()[1]}/sms?token=s3cret"
    finally:
        server.stop()
        await server.close_all_connections()


@in_loop
async def test_an_sms_is_posted_as_json() -> None:
    hook, sent = Hook(), message(**SMS)
    async with listening(hook) as url, SmsWebhookTransport(url).session() as deliver:
        await deliver(sent)
    (request,) = hook.requests
    assert (request.method, request.headers["Content-Type"]) == ("POST", "application/json")
    assert request.headers["Idempotency-Key"] == sent.message_id
    assert json.loads(request.body) == {
        "messageId": sent.message_id,
        "to": "+15551234567",
        "text": "Your verification code is 123456.",
        "kind": "SignUp",
        "code": "123456",
        "userPoolId": POOL_ID,
        "clientId": CLIENT_ID,
    }


@pytest.mark.parametrize(
    ("hook", "error", "words", "retry_after"),
    [
        (Hook(400, "Bad Request", b"no such number"), DeliveryRefusedError, "400 Bad Request: no such number", None),
        (Hook(302, "Found", Location="http://elsewhere.invalid/"), DeliveryRefusedError, "302 Found", None),
        (Hook(503, "Busy", Retry_After="120"), TemporaryDeliveryError, "503 Busy", 120.0),
        (Hook(429, "Slow", Retry_After="Wed, 21 Oct 2026 07:28:00 GMT"), TemporaryDeliveryError, "429 Slow", None),
        (Hook(500, "Oops", b"\xff" * 500), TemporaryDeliveryError, "500 Oops: " + "\ufffd" * 200, None),
    ],
)
@in_loop
async def test_answers_are_told_apart(hook: Hook, error: type[Exception], words: str, retry_after: float | None) -> None:
    async with listening(hook) as url, SmsWebhookTransport(url).session() as deliver:
        with pytest.raises(error) as caught:
            await deliver(message(**SMS))
    assert type(caught.value) is error
    assert str(caught.value) == words
    assert getattr(caught.value, "retry_after_seconds", None) == retry_after


@in_loop
async def test_a_webhook_that_is_down_or_hangs_is_tried_again_and_its_token_is_not_shown() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with raw_server(silent) as hanging:
        for port in (await free_port(), hanging.port):
            transport = SmsWebhookTransport(f"http://127.0.0.1:{port}/sms?token=s3cret", timeout_seconds=0.2)
            async with transport.session() as deliver:
                with pytest.raises(ServerUnavailableError, match=rf"SMS webhook http://127\.0\.0\.1:{port} cannot be reached") as caught:
                    await deliver(message(**SMS))
            assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("url", ["", "sms.example.com/hook", "ftp://sms.example.com", "http:///hook"])
def test_what_is_no_web_address_is_refused_at_once(url: str) -> None:
    with pytest.raises(ValueError, match="SMS_WEBHOOK_URL"):
        SmsWebhookTransport(url)
