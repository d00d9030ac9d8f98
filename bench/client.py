"""A load client that is not the bottleneck: raw HTTP/1.1 on keep-alive connections, a few microseconds a request."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

_HEADERS = (
    "{method} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n"
    "{target}Authorization: AWS4-HMAC-SHA256 Credential={account}/20260101/us-east-1/cognito-idp/aws4_request, "
    "SignedHeaders=host, Signature=0\r\n\r\n"
)


@dataclass(frozen=True)
class Answer:
    """Status and body."""

    status: int
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body) if self.body else {}


class Connection(asyncio.Protocol):
    """One keep-alive connection; one request at a time."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._buffer = bytearray()
        self._waiter: asyncio.Future[Answer] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self._waiter and not self._waiter.done():
            self._waiter.set_exception(exc or ConnectionResetError("the server closed the connection"))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self._buffer[:end]).lower()
        status = int(head[9:12])
        if b"transfer-encoding: chunked" in head:
            answer = self._chunked(status, end + 4)
        else:
            _, told, rest = head.partition(b"content-length:")
            length = int(rest.partition(b"\r\n")[0]) if told else 0
            if len(self._buffer) < end + 4 + length:
                return
            answer = Answer(status, bytes(self._buffer[end + 4 : end + 4 + length]))
        if answer is None:
            return
        self._buffer.clear()
        waiter, self._waiter = self._waiter, None
        if waiter and not waiter.done():
            waiter.set_result(answer)

    def _chunked(self, status: int, at: int) -> Answer | None:
        if not self._buffer.endswith(b"0\r\n\r\n"):
            return None
        body = bytearray()
        while True:
            line_end = self._buffer.index(b"\r\n", at)
            size = int(bytes(self._buffer[at:line_end]), 16)
            if size == 0:
                return Answer(status, bytes(body))
            body += self._buffer[line_end + 2 : line_end + 2 + size]
            at = line_end + 2 + size + 2

    async def send(self, request: bytes) -> Answer:
        """Send one prepared request and wait for its answer."""
        assert self._transport is not None
        self._waiter = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._waiter

    async def call(self, operation: str, body: dict[str, Any], account: str = "123456789012") -> dict[str, Any]:
        """An operation of user pools; raises when it is refused."""
        answer = await self.send(self.prepare(operation, body, account))
        if answer.status != 200:
            raise RuntimeError(f"{operation}: {answer.status} {answer.body[:200]!r}")
        return answer.json()

    def prepare(self, operation: str, body: dict[str, Any], account: str = "123456789012") -> bytes:
        """The bytes of an operation's request."""
        payload = json.dumps(body).encode()
        head = _HEADERS.format(
            method="POST",
            path="/",
            host=self._host,
            content_type="application/x-amz-json-1.1",
            length=len(payload),
            target=f"X-Amz-Target: AWSCognitoIdentityProviderService.{operation}\r\n",
            account=account,
        )
        return head.encode() + payload

    def prepare_http(self, method: str, path: str, form: str = "") -> bytes:
        """The bytes of a plain request."""
        head = _HEADERS.format(
            method=method,
            path=path,
            host=self._host,
            content_type="application/x-www-form-urlencoded",
            length=len(form),
            target="",
            account="123456789012",
        )
        if form:  # the token endpoint reads Authorization as the client's
            head = "\r\n".join(line for line in head.split("\r\n") if not line.startswith("Authorization"))
        return head.encode() + form.encode()

    def close(self) -> None:
        if self._transport:
            self._transport.close()


async def connect(url: str) -> Connection:
    """A new connection to the server at `url`."""
    parts = urlsplit(url)
    host, port = parts.hostname or "127.0.0.1", parts.port or 80
    _, connection = await asyncio.get_running_loop().create_connection(lambda: Connection(f"{host}:{port}"), host, port)
    return connection
