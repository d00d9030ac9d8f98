"""Invocations that nobody waits for outlive whatever ends the emulator, and wait as long as Lambda has them wait."""

import json
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.lambda_api.test_functions import create, package
from tests.support.control import Clock
from tests.support.server import Server
from tests.triggers.wiring import KEY_ARN, Functions, Triggered

SOURCE = """
import socket

def handler(event, context):
    if event == "fail":
        raise ValueError("told to fail")
    if isinstance(event, dict):  # tell the test that this runs, and wait for its word
        with socket.create_connection(("127.0.0.1", event["port"])) as test:
            return test.recv(10).decode()
    return event
"""


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Where functions announce themselves."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(60)
        yield listening


SENDER = """
import os, socket

def handler(event, context):
    with socket.create_connection(("127.0.0.1", int(os.environ["PORT"]))) as test:
        test.sendall(event["triggerSource"].encode())
        test.recv(10)
"""


def _send(functions: Functions, event: Any) -> str:
    answer = functions.lambdas.invoke(FunctionName="f", InvocationType="Event", Payload=json.dumps(event))
    request_id: str = answer["ResponseMetadata"]["RequestId"]
    return request_id


def _with_function(server: Server, account: str) -> Functions:
    functions = Functions(server, account)
    create(functions.lambdas, Code={"ZipFile": package(SOURCE)}, Timeout=60)
    return functions


def _attempts(seen: list[dict[str, Any]]) -> list[int]:
    return [one["attempt"] for one in seen]


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_retry_outlives_a_stop_and_a_kill(start_server: Callable[..., Server], account: str, database: str) -> None:
    server = start_server(database, triggers="process")
    functions, clock = _with_function(server, account), Clock(server)
    sent = _send(functions, "fail")
    (first,) = functions.invocations(wait=60)
    assert first["requestId"] == sent, "the first run has the id that the sender was told"

    assert server.stop() == 0
    server.restart()
    clock.advance(seconds=61)
    (second,) = functions.invocations(after=sent, wait=60)

    server.kill()
    server.restart()
    clock.advance(seconds=121)
    (third,) = functions.invocations(after=second["requestId"], wait=60)
    assert _attempts([first, second, third]) == [1, 2, 3]


def test_what_was_in_hand_at_a_stop_or_a_kill_runs_again(
    start_server: Callable[..., Server], account: str, listener: socket.socket
) -> None:
    server = start_server(triggers="process")
    functions = _with_function(server, account)
    _send(functions, {"port": listener.getsockname()[1]})
    with listener.accept()[0]:
        assert server.stop() == 0
    server.restart()
    (cut_off,) = functions.invocations()
    assert cut_off["error"]

    with listener.accept()[0]:
        server.kill()
    server.restart()  # and a few seconds later, since the killed process may hold what it had in hand so long
    with listener.accept()[0] as function:
        function.sendall(b"done")
    (whole,) = functions.invocations(after=cut_off["requestId"], wait=60)
    assert (whole["response"], whole["attempt"]) == ("done", 1), "being cut off does not count"


def test_a_message_that_a_function_sends_is_not_lost_with_the_emulator(
    start_server: Callable[..., Server], account: str, listener: socket.socket
) -> None:
    server = start_server(triggers="process")
    port = {"Variables": {"PORT": str(listener.getsockname()[1])}}
    lambdas = server.client("lambda", account=account)
    arn = create(lambdas, Code={"ZipFile": package(SENDER)}, Timeout=60, Environment=port)["FunctionArn"]
    config = {"CustomEmailSender": {"LambdaArn": arn, "LambdaVersion": "V1_0"}, "KMSKeyID": KEY_ARN}
    there = Triggered.make(server, account, config)
    there.pool.sign_up("ann", email="ann@example.com")
    with listener.accept()[0] as function:
        assert function.recv(40) == b"CustomEmailSender_SignUp"
        server.kill()
    server.restart()
    with listener.accept()[0] as function:
        assert function.recv(40) == b"CustomEmailSender_SignUp"
        function.sendall(b"sent")
    assert there.functions.wait_for("CustomEmailSender_SignUp")["error"] is None


def test_what_cannot_be_run_is_tried_for_six_hours(emptied_server: Callable[..., Server], account: str) -> None:
    server = emptied_server(triggers="process")
    functions, clock = Functions(server, account), Clock(server)
    create(functions.lambdas, Runtime="java21", Handler="example.Handler")
    _send(functions, 0)
    seen = functions.invocations(wait=60)
    for minutes in (5, 5, 5, 6 * 60 - 16):
        clock.advance(minutes=minutes)
        seen += functions.invocations(after=seen[-1]["requestId"], wait=60)
    assert _attempts(seen) == [1, 2, 3, 4, 5]
    assert all("java21" in one["error"] for one in seen)

    clock.advance(minutes=5)
    _send(functions, 1)
    (other,) = functions.invocations(after=seen[-1]["requestId"], wait=60)
    assert other["event"] == 1, "the old event was given up"


def test_events_go_with_their_account(emptied_server: Callable[..., Server], account: str) -> None:
    server = emptied_server(triggers="process")
    functions, clock = _with_function(server, account), Clock(server)
    _send(functions, "fail")
    assert functions.invocations(wait=60)
    server.http.post(f"{server.url}/_emu/reset", params={"account": account}).raise_for_status()
    functions = _with_function(server, account)
    clock.advance(seconds=61)
    _send(functions, 0)
    (only,) = functions.invocations(wait=60)
    assert only["event"] == 0
