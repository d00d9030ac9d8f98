"""Rotation by functions that really run."""

import io
import time
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.operations.refusals import refusal
from tests.support.control import Clock
from tests.support.server import Server, ServerFactory
from tests.triggers.wiring import ROLE, Functions

# The steps of a rotation function, as AWS's own templates take them.
ROTATES = """
import boto3, os

def handler(event, context):
    client, secret, token = boto3.client("secretsmanager"), event["SecretId"], event["ClientRequestToken"]
    stages = client.describe_secret(SecretId=secret)["VersionIdsToStages"]
    assert "AWSPENDING" in stages[token], stages
    if event["Step"] == os.environ.get("FAILS_AT"):
        raise ValueError("told to fail")
    if event["Step"] == "createSecret":
        old = client.get_secret_value(SecretId=secret)["SecretString"]
        client.put_secret_value(SecretId=secret, ClientRequestToken=token, SecretString=old + "+", VersionStages=["AWSPENDING"])
    if event["Step"] == "finishSecret":
        current = next(version for version, labels in stages.items() if "AWSCURRENT" in labels)
        client.update_secret_version_stage(SecretId=secret, VersionStage="AWSCURRENT", MoveToVersionId=token, RemoveFromVersionId=current)
"""


@pytest.fixture(scope="module")
def running(servers: ServerFactory) -> Iterator[Server]:
    with servers(triggers="process") as server:
        yield server


@pytest.fixture
def secrets(running: Server, account: str) -> Any:
    client = running.client("secretsmanager", account=account)
    client.create_secret(Name="s", SecretString="a")
    return client


@pytest.fixture
def moving(running: Server) -> Iterator[Clock]:
    clock = Clock(running)
    yield clock
    clock.reset()


@pytest.fixture
def function(running: Server, account: str) -> Callable[..., str]:
    def make(**variables: str) -> str:
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as target:
            target.writestr("index.py", ROTATES)
        made: str = Functions(running, account).lambdas.create_function(
            FunctionName="rotates",
            Runtime="python3.11",
            Handler="index.handler",
            Role=ROLE,
            Code={"ZipFile": archive.getvalue()},
            Timeout=20,
            Environment={"Variables": variables},
        )["FunctionArn"]
        return made

    return make


def until(secrets: Any, value: str) -> None:
    """Rotation is asynchronous; the test's own time limit ends it otherwise."""
    while secrets.get_secret_value(SecretId="s")["SecretString"] != value:
        time.sleep(0.05)


def until_rotated(secrets: Any) -> dict[str, Any]:
    while True:
        shown: dict[str, Any] = secrets.describe_secret(SecretId="s")
        if "LastRotatedDate" in shown:
            return shown
        time.sleep(0.05)


def test_a_function_rotates_it_now_and_when_it_is_time(
    secrets: Any, running: Server, account: str, function: Callable[..., str], moving: Clock
) -> None:
    arn = function()
    started = secrets.rotate_secret(SecretId="s", RotationLambdaARN=arn, RotationRules={"AutomaticallyAfterDays": 10})
    shown = until_rotated(secrets)
    assert (shown["RotationEnabled"], shown["RotationLambdaARN"], shown["RotationRules"]) == (True, arn, {"AutomaticallyAfterDays": 10})
    assert secrets.get_secret_value(SecretId="s")["VersionId"] == started["VersionId"]
    assert set(shown["VersionIdsToStages"][started["VersionId"]]) == {"AWSCURRENT", "AWSPENDING"}
    assert (shown["NextRotationDate"] - shown["LastRotatedDate"]).days == 10
    steps = [each["event"]["Step"] for each in Functions(running, account).invocations(trigger="SecretRotation")]
    assert steps == ["createSecret", "setSecret", "testSecret", "finishSecret"]
    moving.advance(days=10, minutes=1)
    until(secrets, "a++")
    secrets.cancel_rotate_secret(SecretId="s")
    shown = secrets.describe_secret(SecretId="s")
    assert (shown["RotationEnabled"], "NextRotationDate" in shown) == (False, False)


def test_what_fails_is_tried_again_and_keeps_others_out(
    secrets: Any, running: Server, account: str, function: Callable[..., str], moving: Clock
) -> None:
    arn = function(FAILS_AT="setSecret")
    secrets.rotate_secret(SecretId="s", RotationLambdaARN=arn)
    functions = Functions(running, account)
    while [each["error"] for each in functions.invocations(trigger="SecretRotation")] != [None, "told to fail"]:
        time.sleep(0.05)
    assert secrets.get_secret_value(SecretId="s")["SecretString"] == "a"
    refused = refusal(secrets.rotate_secret, SecretId="s")
    assert refused == ("InvalidRequestException", "A previous rotation isn't complete. That rotation will be reattempted.")
    functions.lambdas.update_function_configuration(FunctionName="rotates", Environment={"Variables": {}})
    moving.advance(hours=1, minutes=1)
    until(secrets, "a+")


def test_it_can_wait_for_its_time(secrets: Any, function: Callable[..., str]) -> None:
    rules = {"ScheduleExpression": "rate(4 hours)"}
    asked = secrets.rotate_secret(SecretId="s", RotationLambdaARN=function(), RotationRules=rules, RotateImmediately=False)
    assert "VersionId" not in asked
    shown = secrets.describe_secret(SecretId="s")
    assert (len(shown["VersionIdsToStages"]), "LastRotatedDate" in shown) == (1, False)


def test_without_a_function_there_is_no_rotation(secrets: Any) -> None:
    none = "No Lambda rotation function ARN is associated with this secret."
    assert refusal(secrets.rotate_secret, SecretId="s") == ("InvalidRequestException", none)
    assert refusal(secrets.cancel_rotate_secret, SecretId="s")[0] == "InvalidRequestException"
