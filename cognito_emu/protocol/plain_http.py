"""Plain requests, read and answered without ceremony; whatever is not plain is Tornado's.

SDKs send requests of one kind only: HTTP/1.1, a length, a body of that length, on a connection that stays. Tornado reads them with all the
care that HTTP's corners need, which costs as much as most operations do. So a connection begins here, and stays as long as its requests
are plain and for a lean route. The first that is not goes to Tornado, with the connection and whatever has been read of it, and Tornado
keeps it. What is plain is told by one strict expression: nothing is guessed here, and nothing is repaired.
"""

from __future__ import annotations

import asyncio
import http.client
import re
import socket
from typing import Any, NamedTuple, cast

from tornado import httputil
from tornado.iostream import IOStream
from typing_extensions import override

from cognito_emu.protocol.http import MAX_BODY_BYTES, Gateway, HttpRequest, HttpResponse, LeanHandler, PromptServer, common_headers
from cognito_emu.protocol.proxies import forwarded_client

_BACKLOG = 1024  # clients that connect at the same moment; the kernel lets one too many wait for a second
_MAX_HEAD_BYTES = 65536  # Tornado's own limit, and its error
_TORNADOS_CHUNK = 65536
# A request line and fields as RFC 9112 wants them to be sent, without what it only bids receivers to put up with. Each byte can be
# matched in one way only, so that what does not match is found out in one go.
_PLAIN_HEAD = re.compile(
    rb"(GET|POST|OPTIONS) (/[!-~]*) HTTP/1\.1\r\n"
    rb"((?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[ \t!-~]*\r\n)+)\r\n"
)
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_LENGTH = re.compile("[0-9]{1,9}")
# What tells that a body, or the connection, is to be treated in a way of its own.
_NOT_PLAIN = ("Transfer-Encoding", "Expect", "Upgrade")


class _Head(NamedTuple):
    """A request without its body."""

    method: str
    target: str
    headers: httputil.HTTPHeaders
    handler: LeanHandler
    size: int
    body_size: int


class PlainServer:
    """Listens, and begins each connection as a plain one."""

    def __init__(self, gateway: Gateway, tornado: PromptServer) -> None:
        self.gateway = gateway
        self.tornado = tornado
        self._connections: set[PlainConnection] = set()
        self._servers: list[asyncio.Server] = []
        self._empty = asyncio.Event()

    async def listen(self, sockets: list[socket.socket]) -> None:
        """Accept connections on these sockets, which are bound."""
        loop = asyncio.get_running_loop()
        self._servers = [await loop.create_server(lambda: PlainConnection(self), sock=listening, backlog=_BACKLOG) for listening in sockets]

    async def stop(self) -> None:
        """Accept no more, and return when what was under way has been answered."""
        for server in self._servers:
            server.close()
        for connection in list(self._connections):
            connection.close_when_idle()
        if self._connections:
            await self._empty.wait()

    def add(self, connection: PlainConnection) -> None:
        """A connection begins."""
        self._connections.add(connection)
        self._empty.clear()

    def remove(self, connection: PlainConnection) -> None:
        """A connection has ended, or is Tornado's now."""
        self._connections.discard(connection)
        if not self._connections:
            self._empty.set()


class PlainConnection(asyncio.Protocol):
    """A connection on which nothing but plain requests has come so far. One is answered at a time, in their order."""

    def __init__(self, server: PlainServer) -> None:
        self._server = server
        self._received = bytearray()
        self._head: _Head | None = None
        self._answering = False
        self._writable = True
        self._in_loop = False
        self._ended = False  # the client has nothing more to say
        self._closing = False  # no request is begun any more

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._address: tuple[Any, ...] = transport.get_extra_info("peername") or ("127.0.0.1", 0)
        # So that nothing is written on top of, and nothing handed over beside, what the client has not taken yet.
        self._transport.set_write_buffer_limits(high=0)
        self._server.add(self)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._closing = True
        self._server.remove(self)

    @override
    def pause_writing(self) -> None:
        self._writable = False

    @override
    def resume_writing(self) -> None:
        self._writable = True
        self._read_on()

    @override
    def data_received(self, data: bytes) -> None:
        self._received += data
        self._go_on()
        if self._busy and len(self._received) > _MAX_HEAD_BYTES:
            self._transport.pause_reading()

    @override
    def eof_received(self) -> bool:
        # A client that has nothing more to say may still wait for what it has asked for.
        self._ended = True
        return self._busy

    def close_when_idle(self) -> None:
        """Close the connection once nothing is being answered."""
        self._closing = True
        if not self._answering:
            self._transport.close()

    @property
    def _busy(self) -> bool:
        """Whether the next request has to wait: for an answer, or until the client has taken one."""
        return self._answering or not self._writable

    def _read_on(self) -> None:
        if not self._ended and not self._transport.is_closing():
            self._transport.resume_reading()
        self._go_on()

    def _go_on(self) -> None:
        """Answer what has been received, as far as it goes without waiting."""
        if self._in_loop:
            return
        self._in_loop = True
        try:
            while not self._busy and not self._closing and (request := self._next_request()):
                self._answering = True
                self._server.gateway.run(self._answer(*request))
        except BaseException:
            self._transport.abort()  # else the client would wait for ever
            raise
        finally:
            self._in_loop = False
        if self._ended and not self._busy and not self._closing:
            self._transport.close()

    async def _answer(self, handler: LeanHandler, request: HttpRequest) -> None:
        response = await self._server.gateway.answer(handler, request)
        self._answering = False
        if self._transport.is_closing():
            return
        self._transport.write(_rendered(response))
        if self._closing:
            self._transport.close()
        else:
            self._read_on()

    def _next_request(self) -> tuple[LeanHandler, HttpRequest] | None:
        """The next request, when it has come whole. None, and the connection is gone, when it is not a plain one."""
        head = self._head = self._head or self._next_head()
        if head is None or len(self._received) < head.size + head.body_size:
            return None
        self._head = None
        body = bytes(self._received[head.size : head.size + head.body_size])
        del self._received[: head.size + head.body_size]
        path, _, query = head.target.partition("?")
        client = forwarded_client(head.headers, self._address[0], "http")
        return head.handler, HttpRequest(head.method, path, query, head.headers, body, client.ip, client.protocol)

    def _next_head(self) -> _Head | None:
        if not self._received:
            return None
        end = _END_OF_HEAD.search(self._received, 0, _MAX_HEAD_BYTES)
        if end is None and len(self._received) < _MAX_HEAD_BYTES:
            return None
        head = self._plain_head(end.end()) if end else None
        if head is None:
            self._hand_over()
        return head

    def _plain_head(self, size: int) -> _Head | None:
        found = _PLAIN_HEAD.fullmatch(self._received, 0, size)
        if found is None:
            return None
        method, target, fields = (part.decode("ascii") for part in found.groups())
        headers = httputil.HTTPHeaders()
        for field in fields.split("\r\n")[:-1]:
            name, _, value = field.partition(":")
            headers.add(name, value.strip())
        length = headers.get("Content-Length", "0")
        if not _LENGTH.fullmatch(length) or int(length) > MAX_BODY_BYTES or not _stays_plain(headers):
            return None
        handler = self._server.gateway.find_lean(method, target.partition("?")[0], headers)
        return None if handler is None else _Head(method, target, headers, handler, size, int(length))

    def _hand_over(self) -> None:
        """Leave the connection, and what has been read of it, to Tornado."""
        self._closing = True
        self._server.remove(self)
        self._transport.pause_reading()
        connection: socket.socket = self._transport.get_extra_info("socket").dup()
        # This closes its own descriptor only; the connection lives on in the copy.
        self._transport.abort()
        self._server.tornado.handle_stream(_ResumedStream(connection, self._received), self._address)


class _ResumedStream(IOStream):
    """Tornado's stream over a connection of which something has been read already."""

    def __init__(self, connection: socket.socket, received: bytearray) -> None:
        # All of it at the first read, since the kernel will not tell of what it has no more.
        super().__init__(connection, read_chunk_size=max(len(received), _TORNADOS_CHUNK))
        self._received = received

    @override
    def read_from_fd(self, buf: bytearray | memoryview) -> int | None:
        if not self._received:
            return super().read_from_fd(buf)
        size = len(self._received)
        buf[:size] = self._received
        self._received = bytearray()
        return size


def _stays_plain(headers: httputil.HTTPHeaders) -> bool:
    one_host = "," not in headers.get("Host", ",")
    return one_host and headers.get("Connection", "").lower() in {"", "keep-alive"} and not any(name in headers for name in _NOT_PLAIN)


def _rendered(response: HttpResponse) -> bytes:
    lines = [f"HTTP/1.1 {response.status} {http.client.responses.get(response.status, 'Unknown')}"]
    lines += [f"{name}: {value}" for name, value in (response.headers | common_headers(response)).items()]
    return "\r\n".join(lines).encode("latin1") + b"\r\n\r\n" + response.body
