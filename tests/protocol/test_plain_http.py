"""Connections that begin as plain ones: what is read of them, in which order they are answered, and when Tornado takes over."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.client import HTTPResponse
from itertools import islice
from typing import NamedTuple

import pytest
from tornado.netutil import bind_sockets
from tornado.web import Application

from cognito_emu.protocol.http import Gateway, HttpRequest, HttpResponse, PromptServer
from cognito_emu.protocol.plain_http import PlainServer

TARGET = "AWSCognitoIdentityProviderService"


class Answer(NamedTuple):
    """What came back."""

    status: int
    body: bytes

    def json(self):
        return json.loads(self.body)


class Wire:
    """A connection, byte by byte."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self.send = connection.sendall

    def answer(self, method: str = "POST") -> Answer:
        """The next answer."""
        # Without a buffer: what belongs to the answer after it stays in the socket.
        response = HTTPResponse(_Unbuffered(self._connection), method=method)  # type: ignore[arg-type] # all of a socket that it asks for
        response.begin()
        return Answer(response.status, response.read())

    def nothing_more(self) -> bool:
        """Whether the server has closed the connection."""
        return self._connection.recv(1) == b""

    def close_writing(self) -> None:
        self._connection.shutdown(socket.SHUT_WR)


class _Unbuffered:
    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def makefile(self, _mode: str):
        return self._connection.makefile("rb", buffering=0)


@pytest.fixture
def connect(server) -> Iterator[Callable[[], Wire]]:
    with ExitStack() as opened:
        yield lambda: Wire(opened.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=20)))


@pytest.fixture
def call(account) -> Callable[..., bytes]:
    def call(operation: str, members: object, *fields: str, length: bool = True, end: str = "\r\n") -> bytes:
        body = json.dumps(members)
        lines = [
            "POST / HTTP/1.1",
            "Host: localhost",
            f"X-Amz-Target: {TARGET}.{operation}",
            f"Authorization: AWS4-HMAC-SHA256 Credential={account}/20261124/us-east-1/cognito-idp/aws4_request, Signature=0",
            *([f"Content-Length: {len(body)}"] if length else []),
            *fields,
        ]
        return (end.join(lines) + end * 2 + body).encode()

    return call


def create(call: Callable[..., bytes], name: str, *fields: str, **how: object) -> bytes:
    return call("CreateUserPool", {"PoolName": name}, *fields, **how)


def named(answer: Answer) -> str:
    assert answer.status == 200, answer.body
    return str(answer.json()["UserPool"]["Name"])


def test_many_requests_in_one_packet_are_answered_in_their_order(connect, call):
    wire = connect()
    wire.send(b"".join(create(call, f"pool{number}") for number in range(30)))
    assert [named(wire.answer()) for _ in range(30)] == [f"pool{number}" for number in range(30)]


def test_a_request_may_come_byte_by_byte(connect, call):
    wire = connect()
    for byte in create(call, "slow"):
        wire.send(bytes([byte]))
    assert named(wire.answer()) == "slow"


@pytest.mark.parametrize("between", [1, 7])
def test_tornado_goes_on_where_a_request_is_not_a_plain_one(connect, call, between):
    """Behind answers that may not have been sent yet, with all that had come, and for good."""
    wire = connect()
    clock = b"GET /_emu/clock HTTP/1.1\r\nHost: localhost\r\n\r\n"
    wire.send(b"".join(create(call, f"before{number}") for number in range(between)) + clock + create(call, "behind") + clock[:20])
    assert [named(wire.answer()) for _ in range(between)] == [f"before{number}" for number in range(between)]
    assert "offset" in wire.answer("GET").json()
    assert named(wire.answer()) == "behind"
    wire.send(clock[20:])
    assert wire.answer("GET").status == 200


@pytest.mark.parametrize(
    ("fields", "how"),
    [
        (["Connection: Keep-Alive"], {}),
        (["X-Empty:", "X-Spaced: \t a  b\t "], {}),
        (["X-Latin: caf\u00e9"], {}),
        ([], {"end": "\n"}),
    ],
    ids=["keep-alive", "spaces", "latin-1", "bare line ends"],
)
def test_unusual_ways_to_write_a_request_do_no_harm(connect, call, fields, how):
    wire = connect()
    wire.send(create(call, "unusual", *fields, **how))
    assert named(wire.answer()) == "unusual"
    wire.send(create(call, "next"))
    assert named(wire.answer()) == "next"


def test_a_chunked_body_is_read(connect, call):
    wire = connect()
    head, _, body = create(call, "chunked", "Transfer-Encoding: chunked", length=False).partition(b"\r\n\r\n")
    wire.send(head + b"\r\n\r\n" + b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))
    assert named(wire.answer()) == "chunked"


def test_a_client_that_asks_first_is_told_to_go_on(connect, call):
    wire = connect()
    head, _, body = create(call, "polite", "Expect: 100-continue").partition(b"\r\n\r\n")
    wire.send(head + b"\r\n\r\n")
    wire.send(body)
    assert named(wire.answer()) == "polite"


def test_a_connection_that_shall_close_is_closed_behind_the_answer(connect, call):
    wire = connect()
    wire.send(create(call, "last", "Connection: close"))
    assert named(wire.answer()) == "last"
    assert wire.nothing_more()


def test_who_has_nothing_more_to_say_still_gets_the_answer(connect, call):
    wire = connect()
    wire.send(create(call, "whispered"))
    wire.close_writing()
    assert named(wire.answer()) == "whispered"
    assert wire.nothing_more()


@pytest.mark.parametrize(
    "fields",
    [
        ["Content-Length: 5", "Content-Length: 45"],
        ["Content-Length: -1"],
        ["Content-Length: 1e1"],
        ["Content-Length: " + "0" * 5000 + "45"],
        ["Content-Length: 45", "Transfer-Encoding: chunked"],
        ["Content-Length: 45", "Bad Name: x"],
        ["Content-Length: 45", "X-Control: a\x01b"],
        ["Content-Length: 45", "X-Folded: a", " b"],
    ],
    ids=[
        "two lengths",
        "negative",
        "not a number",
        "endless number",
        "length and chunks",
        "name with a space",
        "control character",
        "folded",
    ],
)
def test_a_request_that_can_be_read_in_two_ways_is_refused(connect, call, fields):
    wire = connect()
    wire.send(create(call, "smuggled", *fields, length=False))
    assert wire.answer().status == 400
    assert wire.nothing_more()


@pytest.mark.parametrize("end", ["", "\r\n\r\n"], ids=["without an end", "with an end"])
def test_a_head_that_is_too_long_is_refused(connect, end):
    wire = connect()
    wire.send(b"POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: a.B\r\nX-Long: " + b"a" * 66_000 + end.encode())
    assert wire.nothing_more()


def test_it_takes_no_time_to_see_that_a_head_is_not_plain(connect):
    """An expression that tries each way to divide the spaces needs a minute for these."""
    wires = [connect() for _ in range(10)]
    for wire in wires:
        wire.send(b"POST / HTTP/1.1\r\nHost: localhost\r\nX-Wide: " + b" " * 65_000 + b"\x01\r\n\r\n")
    assert [wire.answer().status for wire in reversed(wires)] == [400] * 10


def test_who_has_nothing_more_to_say_gets_all_the_answers(connect, call, idp):
    """Those, too, that were not yet begun when the client fell silent."""
    pool_id = idp.create_user_pool(PoolName="silent")["UserPool"]["Id"]
    client_id = idp.create_user_pool_client(UserPoolId=pool_id, ClientName="c", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"])
    idp.admin_create_user(UserPoolId=pool_id, Username="ann", MessageAction="SUPPRESS")
    idp.admin_set_user_password(UserPoolId=pool_id, Username="ann", Password="Secret-12", Permanent=True)
    sign_in = {
        "AuthFlow": "USER_PASSWORD_AUTH",
        "ClientId": client_id["UserPoolClient"]["ClientId"],
        "AuthParameters": {"USERNAME": "ann", "PASSWORD": "Secret-12"},
    }
    wire = connect()
    wire.send(call("InitiateAuth", sign_in) * 3)
    wire.close_writing()
    assert [sorted(wire.answer().json()["AuthenticationResult"]) for _ in range(3)] == [
        ["AccessToken", "ExpiresIn", "IdToken", "RefreshToken", "TokenType"]
    ] * 3
    assert wire.nothing_more()


def test_who_takes_no_answers_is_read_no_more(server):
    """Instead of keeping in memory what he goes on to send; and he gets them all once he takes them."""
    request = b"OPTIONS / HTTP/1.1\r\nHost: localhost\r\nAccess-Control-Request-Headers: " + b"a" * 60_000 + b"\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=1) as connection:
        sent = 0
        with pytest.raises(TimeoutError):  # noqa: PT012 - any of them
            while sent < 1_000 * len(request):
                sent += connection.send(request[sent % len(request) :])
        connection.settimeout(20)
        whole = sent // len(request)
        answers = (line for line in connection.makefile("rb") if line.startswith(b"HTTP/1.1 "))
        assert list(islice(answers, whole)) == [b"HTTP/1.1 200 OK\r\n"] * whole


@pytest.mark.parametrize("host", ["Host: localhost\r\n", ""], ids=["plain", "Tornado's"])
def test_a_handler_that_fails_is_answered_for(host):
    """Whether it has waited for something before or not, and where it answers with a header that cannot be sent."""
    headers = {"/line": "a\r\nSet-Cookie: b", "/dash": "\N{EN DASH}"}

    async def fail(request: HttpRequest) -> HttpResponse:
        if request.path == "/later":
            await asyncio.sleep(0)
        if request.path in headers:
            return HttpResponse(200, headers={"X-Any": headers[request.path]})
        raise RuntimeError(request.path)

    async def statuses() -> list[bytes]:
        gateway = Gateway([lambda *_: fail], Application)
        server = PlainServer(gateway, PromptServer(gateway))
        (listening,) = bind_sockets(0, "127.0.0.1")
        await server.listen([listening])
        reader, writer = await asyncio.open_connection(*listening.getsockname())
        writer.write("".join(f"GET {path} HTTP/1.1\r\n{host}\r\n" for path in ("/now", "/later", *headers, "/now")).encode())
        answers = [(await reader.readuntil(b"\r\n\r\n")).partition(b"\r\n")[0] for _ in range(5)]
        writer.close()
        await server.stop()
        return answers

    assert asyncio.run(statuses()) == [b"HTTP/1.1 500 Internal Server Error"] * 5


def test_whoever_stops_the_server_does_not_wait_for_idle_connections(start_server):
    server = start_server()
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as idle:
        idle.sendall(b"GET /us-east-1_nowhere/.well-known/jwks.json HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert Wire(idle).answer("GET").status == 404
        assert server.stop() == 0
        assert idle.recv(1) == b""
