"""The Lambda Runtime API, served to one sandbox.

Each sandbox has a port of its own, because the API has no other way to tell callers apart (`AWS_LAMBDA_RUNTIME_API` is a bare
`host:port`). https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

import asyncio
import json
import socket
from typing import Any

import msgspec
from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPHeaders, HTTPServerRequest, ResponseStartLine
from tornado.netutil import bind_sockets

_PREFIX = "/2018-06-01/runtime/"
_ACCEPTED = b'{"status":"OK"}'
_MAX_PAYLOAD = 6 * 1024 * 1024
"""Lambda's limit on a synchronous response, in bytes."""

_REASONS = {200: "OK", 202: "Accepted", 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 413: "Payload Too Large"}


class Work(msgspec.Struct, frozen=True):
    """An event for the sandbox.

    `deadline` is seconds since the epoch on this machine's own clock, because the handler compares it with its own.
    """

    request_id: str
    payload: bytes
    function_arn: str
    deadline: float


class Answer(msgspec.Struct, frozen=True):
    """What the runtime posted: a result, or (`failed`) the error document of a handler that raised."""

    payload: bytes
    failed: bool


class RuntimeApi:
    """The Runtime API for one sandbox: one event at a time.

    Attributes:
        initialized: Done when the runtime asks for its first event; an `Answer` in it is the error that kept it from doing so.
    """

    def __init__(self, host: str) -> None:
        """Listen on a free port of `host`: loopback for processes, an address that containers reach for containers."""
        self.initialized: asyncio.Future[Answer | None] = asyncio.get_running_loop().create_future()
        self._work: Work | None = None
        self._handed_over = False
        self._answer: asyncio.Future[Answer] | None = None
        self._poll: HTTPServerRequest | None = None
        self._server = HTTPServer(self._serve, max_body_size=_MAX_PAYLOAD + 1024)
        sockets = bind_sockets(0, host, family=socket.AF_INET)
        self._server.add_sockets(sockets)
        self.port: int = sockets[0].getsockname()[1]

    def hand_out(self, work: Work) -> asyncio.Future[Answer]:
        """Give `work` to the runtime, now or when it next asks; the future is its answer."""
        self._work, self._handed_over = work, False
        self._answer = asyncio.get_running_loop().create_future()
        self._hand_over()
        return self._answer

    async def close(self) -> None:
        """Stop listening and drop the connections; a runtime that waits for an event ends itself then."""
        self._server.stop()
        await self._server.close_all_connections()

    def _serve(self, request: HTTPServerRequest) -> None:
        path = request.path.removeprefix(_PREFIX)
        match request.method, path.split("/"):
            case "GET", ["invocation", "next"]:
                self._next(request)
            case "POST", ["invocation", request_id, "response"]:
                self._finish(request, request_id, failed=False)
            case "POST", ["invocation", request_id, "error"]:
                self._finish(request, request_id, failed=True)
            case "POST", ["init", "error"]:
                _reply(request, 202, _ACCEPTED)
                if not self.initialized.done():
                    self.initialized.set_result(Answer(request.body, failed=True))
            case _:
                _refuse(request, 404, "InvalidRequest", f"There is no {request.method} {request.path}")

    def _next(self, request: HTTPServerRequest) -> None:
        self._poll = request
        if not self.initialized.done():
            self.initialized.set_result(None)
        self._hand_over()

    def _hand_over(self) -> None:
        work, poll = self._work, self._poll
        if work is None or poll is None or self._handed_over:
            return
        self._poll, self._handed_over = None, True
        headers = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": work.request_id,
            "Lambda-Runtime-Deadline-Ms": str(int(work.deadline * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": work.function_arn,
        }
        _reply(poll, 200, work.payload, headers)

    def _finish(self, request: HTTPServerRequest, request_id: str, *, failed: bool) -> None:
        work, answer = self._work, self._answer
        if work is None or answer is None or request_id != work.request_id:
            _refuse(request, 400, "InvalidRequestID", "Invalid request ID")
        elif len(request.body) > _MAX_PAYLOAD and not failed:
            document = {
                "errorType": "Function.ResponseSizeTooLarge",
                "errorMessage": f"Response payload size exceeded maximum allowed payload size ({_MAX_PAYLOAD} bytes).",
            }
            self._resolve(answer, Answer(json.dumps(document).encode(), failed=True))
            _refuse(request, 413, "RequestEntityTooLarge", document["errorMessage"])
        else:
            # The caller is told first: the runtime's next poll can wait a few microseconds, the sign-up shall not.
            self._resolve(answer, Answer(request.body, failed=failed))
            _reply(request, 202, _ACCEPTED)

    def _resolve(self, waiting: asyncio.Future[Answer], answer: Answer) -> None:
        self._work = self._answer = None
        if not waiting.done():
            waiting.set_result(answer)


def _refuse(request: HTTPServerRequest, status: int, error_type: str, message: str) -> None:
    _reply(request, status, json.dumps({"errorMessage": message, "errorType": error_type}).encode())


def _reply(request: HTTPServerRequest, status: int, body: bytes, headers: dict[str, Any] | None = None) -> None:
    """Answer in one write: headers and body in two packets cost Nagle's delay, 40 to 90 ms at every warm call."""
    connection = request.connection
    assert connection is not None
    lines = HTTPHeaders({"Content-Type": "application/json", "Content-Length": str(len(body)), **(headers or {})})
    connection.write_headers(ResponseStartLine("HTTP/1.1", status, _REASONS[status]), lines, body)
    connection.finish()
