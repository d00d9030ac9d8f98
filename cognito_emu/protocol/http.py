"""HTTP without ceremony: the request and response that the lean path and the protocols exchange.

The JSON API needs no templates, cookies or XSRF protection, so it does not go through Tornado's RequestHandler, which would cost more
than most operations do. `Gateway` looks at the first line and the headers and sends a request down the lean path or to the Application.
"""

from __future__ import annotations

import asyncio
import functools
import http.client
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, Protocol

import structlog
from tornado import httputil
from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream

from cognito_emu.protocol.eager import begin
from cognito_emu.protocol.proxies import forwarded_client
from cognito_emu.records import Record, field

_log = structlog.get_logger(__name__)

# Bodies above this are read and thrown away, so that the client gets an answer instead of a broken pipe.
MAX_BODY_BYTES = 5 * 1024 * 1024


class HttpRequest(Record):
    """A request as the lean path sees it. `body` is None when it was larger than MAX_BODY_BYTES."""

    method: str
    path: str
    query: str
    headers: httputil.HTTPHeaders
    body: bytes | None
    remote_ip: str
    protocol: str

    def base_url(self, public_url: str) -> str:
        """The address by which the client reached the emulator, or the configured one."""
        if public_url:
            return public_url.rstrip("/")
        return f"{self.protocol}://{self.headers.get('Host', 'localhost')}"


class HttpResponse(Record):
    """Status, headers and body."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def common_headers(response: HttpResponse) -> dict[str, str]:
    """What every answer says beside its own headers: when it was made, and how long its body is.

    The date (RFC 9110, 6.6.1) is the real one, also when the emulator's clock is moved: by it SDKs set right a clock of their own that is
    off, and signatures are held against real time. An answer that can have no body has no length (8.6).
    """
    length = {} if response.status == http.client.NO_CONTENT else {"Content-Length": str(len(response.body))}
    return {"Date": _date(int(time.time()))} | length


@functools.lru_cache(maxsize=1)
def _date(second: int) -> str:
    return httputil.format_timestamp(second)


def _check_headers(headers: Mapping[str, str]) -> None:
    """Refuse what would not arrive as it is: a line's end within a value, a character beyond Latin-1."""
    for name, value in headers.items():
        if "\r" in value or "\n" in value:
            raise ValueError(f"{name} holds the end of a line: {value!r}")
        value.encode("latin-1")


LeanHandler = Callable[[HttpRequest], Awaitable[HttpResponse]]


class LeanRoute(Protocol):
    """Decides by method, path and headers whether a request takes the lean path."""

    def __call__(self, method: str, path: str, headers: httputil.HTTPHeaders) -> LeanHandler | None:
        """The handler, or None when the request is not for this route."""


class Gateway(httputil.HTTPServerConnectionDelegate):
    """The server's front door: lean routes first, the Application for the rest, which is made when it is first needed."""

    def __init__(self, lean_routes: list[LeanRoute], make_application: Callable[[], httputil.HTTPServerConnectionDelegate]) -> None:
        self._lean_routes = lean_routes
        self._application = functools.cache(make_application)
        self._tasks: set[asyncio.Task[None]] = set()

    def start_request(self, server_conn: object, request_conn: httputil.HTTPConnection) -> httputil.HTTPMessageDelegate:
        """Called by Tornado for each request on a connection."""
        return _Message(self, server_conn, request_conn)

    def find_lean(self, method: str, path: str, headers: httputil.HTTPHeaders) -> LeanHandler | None:
        """The lean handler of a request, if one wants it."""
        for route in self._lean_routes:
            handler = route(method, path, headers)
            if handler is not None:
                return handler
        return None

    def delegate_to_application(self, server_conn: object, request_conn: httputil.HTTPConnection) -> httputil.HTTPMessageDelegate:
        """The Application's own delegate for a request."""
        return self._application().start_request(server_conn, request_conn)

    async def answer(self, handler: LeanHandler, request: HttpRequest) -> HttpResponse:
        """What the handler answers; 500 when it fails, or when a header of its answer cannot be sent, since the client waits."""
        try:
            response = await handler(request)
            _check_headers(response.headers)
        except Exception:  # noqa: BLE001 - whatever has gone wrong
            _log.exception("failed", method=request.method, path=request.path)
            return HttpResponse(http.client.INTERNAL_SERVER_ERROR)
        return response

    def run(self, answer: Coroutine[Any, Any, None]) -> None:
        """Answer a request, at once if nothing has to be waited for; else its task is held so that it is not collected while it runs."""
        task = begin(answer)
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)


class PromptServer(HTTPServer):
    """Tornado's server, whose connections send whatever is written at once.

    Tornado turns Nagle's algorithm off and on again around each answer, so that one of many small writes goes out as few packets. Answers
    here are written whole, and each turn is a call of the kernel.
    """

    def handle_stream(self, stream: IOStream, address: tuple[Any, ...]) -> None:
        """Called by Tornado for each connection."""
        stream.set_nodelay(True)
        stream.set_nodelay = _leave  # type: ignore[method-assign,assignment] # of this stream alone
        super().handle_stream(stream, address)


def _leave(_value: bool) -> None:
    """Leave Nagle's algorithm as it is."""


class _Message(httputil.HTTPMessageDelegate):
    """Collects one request, then answers it; becomes a mere relay when the Application takes it."""

    def __init__(self, gateway: Gateway, server_conn: object, request_conn: httputil.HTTPConnection) -> None:
        self._gateway = gateway
        self._server_conn = server_conn
        self._connection: Any = request_conn
        self._relay: httputil.HTTPMessageDelegate | None = None
        self._handler: LeanHandler | None = None
        self._chunks: list[bytes] = []
        self._size = 0
        self._closed = False

    def headers_received(
        self, start_line: httputil.RequestStartLine | httputil.ResponseStartLine, headers: httputil.HTTPHeaders
    ) -> Awaitable[None] | None:
        assert isinstance(start_line, httputil.RequestStartLine)
        self._start_line = start_line
        self._headers = headers
        context = self._connection.context
        direct = context.remote_ip, context.protocol
        self._client = forwarded_client(headers, *direct)
        path, _, self._query = start_line.path.partition("?")
        self._path = path
        self._handler = self._gateway.find_lean(start_line.method, path, headers)
        if self._handler is None:
            self._relay = self._gateway.delegate_to_application(self._server_conn, self._connection)
            # Tornado's request takes both from the connection, which may carry another client's request next.
            context.remote_ip, context.protocol = self._client
            try:
                return self._relay.headers_received(start_line, headers)
            finally:
                context.remote_ip, context.protocol = direct
        return None

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        if self._relay is not None:
            return self._relay.data_received(chunk)
        self._size += len(chunk)
        if self._size <= MAX_BODY_BYTES:
            self._chunks.append(chunk)
        else:
            self._chunks.clear()
        return None

    def finish(self) -> None:
        if self._relay is not None:
            self._relay.finish()
        else:
            self._gateway.run(self._answer())

    def on_connection_close(self) -> None:
        self._closed = True
        if self._relay is not None:
            self._relay.on_connection_close()

    async def _answer(self) -> None:
        assert self._handler is not None
        request = HttpRequest(
            method=self._start_line.method,
            path=self._path,
            query=self._query,
            headers=self._headers,
            body=b"".join(self._chunks) if self._size <= MAX_BODY_BYTES else None,
            remote_ip=self._client.ip,
            protocol=self._client.protocol,
        )
        response = await self._gateway.answer(self._handler, request)
        if self._closed:
            return
        headers = httputil.HTTPHeaders(response.headers | common_headers(response))
        body = b"" if self._start_line.method == "HEAD" else response.body
        self._connection.write_headers(
            httputil.ResponseStartLine("HTTP/1.1", response.status, http.client.responses.get(response.status, "Unknown")),
            headers,
            body,
        )
        self._connection.finish()
