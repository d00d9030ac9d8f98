"""Invoke through boto3, on a server that runs functions as processes, and as another server's remote."""

import base64
import json
import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from tests.lambda_api.test_functions import create, package
from tests.operations.refusals import refusal
from tests.support.control import Clock
from tests.support.server import Server, ServerFactory
from tests.triggers.wiring import Functions, Triggered

SOURCE = """
import os

def handler(event, context):
    print("hello from", context.function_version)
    if event == "fail":
        raise ValueError("told to fail")
    return {"got": event, "arn": context.invoked_function_arn, "id": context.aws_request_id, "endpoint": os.environ["AWS_ENDPOINT_URL"]}
"""


@pytest.fixture(scope="module")
def running(servers: ServerFactory) -> Iterator[Server]:
    with servers(triggers="process") as server:
        yield server


@pytest.fixture
def lambdas(running: Server, account: str) -> Any:
    client = running.client("lambda", account=account)
    create(client, Code={"ZipFile": package(SOURCE)}, Timeout=20)
    return client


def test_the_answer_is_the_functions(lambdas: Any, running: Server) -> None:
    answer = lambdas.invoke(FunctionName="f", Payload=json.dumps({"a": [1, None]}))
    payload = json.load(answer["Payload"])
    assert payload["got"] == {"a": [1, None]}
    assert payload["id"] == answer["ResponseMetadata"]["RequestId"]
    assert payload["endpoint"].endswith(f":{running.port}")
    assert (answer["StatusCode"], answer["ExecutedVersion"], answer.get("FunctionError")) == (200, "$LATEST", None)
    assert "LogResult" not in answer


def test_without_a_payload_the_event_is_an_empty_object(lambdas: Any) -> None:
    assert json.load(lambdas.invoke(FunctionName="f")["Payload"])["got"] == {}


def test_a_tail_of_the_log_comes_when_asked_for(lambdas: Any) -> None:
    log = base64.b64decode(lambdas.invoke(FunctionName="f", LogType="Tail")["LogResult"]).decode()
    assert log.startswith("START RequestId: ")
    assert "hello from $LATEST" in log
    assert "REPORT RequestId: " in log


def test_an_error_of_the_function_is_an_answer(lambdas: Any) -> None:
    answer = lambdas.invoke(FunctionName="f", Payload=b'"fail"')
    error = json.load(answer["Payload"])
    assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")
    assert (error["errorType"], error["errorMessage"]) == ("ValueError", "told to fail")


def test_an_alias_runs_its_version(lambdas: Any, account: str) -> None:
    lambdas.publish_version(FunctionName="f")
    lambdas.create_alias(FunctionName="f", Name="live", FunctionVersion="1")
    lambdas.update_function_code(FunctionName="f", ZipFile=package("def handler(event, context): return 'new'"))
    answer = lambdas.invoke(FunctionName="f:live")
    assert answer["ExecutedVersion"] == "1"
    assert json.load(answer["Payload"])["arn"].endswith(f":{account}:function:f:live")
    assert json.load(lambdas.invoke(FunctionName="f")["Payload"]) == "new"


def test_traffic_is_shifted_by_weight(lambdas: Any) -> None:
    lambdas.publish_version(FunctionName="f")
    lambdas.update_function_configuration(FunctionName="f", Timeout=21)
    lambdas.publish_version(FunctionName="f")
    all_to_2 = {"AdditionalVersionWeights": {"2": 1.0}}
    lambdas.create_alias(FunctionName="f", Name="live", FunctionVersion="1", RoutingConfig=all_to_2)
    assert lambdas.invoke(FunctionName="f", Qualifier="live")["ExecutedVersion"] == "2"


def test_an_event_is_accepted_and_runs_later(lambdas: Any, running: Server, account: str) -> None:
    assert lambdas.invoke(FunctionName="f", InvocationType="Event", Payload=b"7")["StatusCode"] == 202
    functions = Functions(running, account)
    (record,) = functions.invocations(wait=20)
    assert (record["event"], record["response"]["got"], record["trigger"]) == (7, 7, "Invoke")


def test_an_event_that_fails_runs_twice_more_after_one_minute_and_two(lambdas: Any, running: Server, account: str) -> None:
    functions, clock = Functions(running, account), Clock(running)
    try:
        lambdas.invoke(FunctionName="f", InvocationType="Event", Payload=b'"fail"')
        seen = functions.invocations(wait=20)
        for wait in (60, 120):
            clock.advance(seconds=wait + 1)
            seen += functions.invocations(after=seen[-1]["requestId"], wait=20)
        clock.advance(days=1)
    finally:
        clock.reset()

    assert [one["attempt"] for one in seen] == [1, 2, 3]
    assert {one["error"] for one in seen} == {"Invoke failed with error told to fail."}
    assert [round((later["at"] - sooner["at"]) / 60) for sooner, later in pairwise(seen)] == [1, 2]
    assert functions.invocations() == seen, "three times in all"


def test_a_dry_run_only_looks(lambdas: Any, running: Server, account: str) -> None:
    assert lambdas.invoke(FunctionName="f", InvocationType="DryRun")["StatusCode"] == 204
    assert refusal(lambdas.invoke, FunctionName="g", InvocationType="DryRun")[0] == "ResourceNotFoundException"
    assert Functions(running, account).invocations() == []


@pytest.mark.parametrize("kind", ["RequestResponse", "Event"])
def test_an_unknown_function_is_not_found(lambdas: Any, kind: str) -> None:
    code, message = refusal(lambdas.invoke, FunctionName="g", InvocationType=kind)
    assert code == "ResourceNotFoundException"
    assert message.startswith("Function not found: arn:aws:lambda:")


def test_a_payload_that_is_no_json_is_refused(lambdas: Any) -> None:
    assert refusal(lambdas.invoke, FunctionName="f", Payload=b"{")[0] == "InvalidRequestContentException"


def test_an_image_needs_docker(lambdas: Any) -> None:
    create(lambdas, "image", Runtime=None, Handler=None, PackageType="Image", Code={"ImageUri": "mine:1"})
    code, _ = refusal(lambdas.invoke, FunctionName="image")
    assert code in {"InvalidRuntimeException", "ServiceException"}


class TestRemote:
    @pytest.fixture(scope="class")
    @staticmethod
    def caller(servers: ServerFactory, running: Server) -> Iterator[Server]:
        """A server whose triggers run on the other one."""
        keys = {"AWS_ACCESS_KEY_ID": "123123123123", "AWS_SECRET_ACCESS_KEY": "secret"}
        with servers(triggers="remote", lambda_endpoint=running.url, environment=keys) as server:
            yield server

    def test_a_trigger_runs_on_the_other_server(self, caller: Server, running: Server) -> None:
        functions = Functions(running, "123123123123")
        arn = functions.create(script={"PreSignUp_SignUp": {"response": {"autoConfirmUser": True}}})
        pool = Triggered.make(caller, "123123123123", {"PreSignUp": arn}).pool
        assert pool.sign_up("ann", email="ann@example.com")["UserConfirmed"] is True
        here, there = Functions(caller, "123123123123").invocations()[-1], functions.invocations()[-1]
        assert (here["executor"], there["executor"], there["trigger"]) == ("remote", "process", "Invoke")
        assert here["event"] == there["event"]
        assert "START RequestId" in here["logs"]

    def test_its_errors_are_told_like_those_of_here(self, caller: Server, running: Server) -> None:
        functions = Functions(running, "123123123123")
        arn = functions.create("raises", script={"PreSignUp_SignUp": {"raise": "Members only"}})
        pool = Triggered.make(caller, "123123123123", {"PreSignUp": arn}).pool
        expected = ("UserLambdaValidationException", "PreSignUp failed with error Members only.")
        assert refusal(lambda: pool.sign_up("ann", email="ann@example.com")) == expected
        gone = Triggered.make(caller, "123123123123", {"PreSignUp": arn.replace("raises", "gone")}).pool
        code, sentence = refusal(lambda: gone.sign_up("ann", email="ann@example.com"))
        assert code == "UnexpectedLambdaException"
        assert sentence.startswith("PreSignUp invocation failed due to error AccessDeniedException.")

    def test_a_remote_that_is_away_is_a_clear_error_and_found_again(self, caller: Server, running: Server) -> None:
        arn = Functions(running, "123123123123").create("away")
        pool = Triggered.make(caller, "123123123123", {"PreSignUp": arn}).pool
        running.stop()
        began = time.monotonic()
        code, sentence = refusal(lambda: pool.sign_up("ann", email="ann@example.com"))
        assert time.monotonic() - began < 10
        assert code == "UnexpectedLambdaException"
        assert "does not answer" in sentence
        running.restart()
        assert pool.sign_up("ann", email="ann@example.com")["UserSub"]
