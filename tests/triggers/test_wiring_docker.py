"""A server whose functions run in containers: a sign-up that calls back, an engine that is away, nothing left behind."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docker
import pytest
from botocore.exceptions import ClientError

from tests.operations.people import Pool
from tests.operations.refusals import refusal
from tests.support.server import Server, ServerFactory
from tests.triggers import images
from tests.triggers.engine_door import EngineDoor
from tests.triggers.wiring import RUNTIMES, Functions, Triggered, triggered

pytestmark = pytest.mark.docker
EMAIL = "ann@example.com"
JOURNEY = {
    "PreSignUp_SignUp": {"response": {"autoConfirmUser": True, "autoVerifyEmail": True}},
    "PostConfirmation_ConfirmSignUp": {"call_back": "CONFIRMED"},
}


@pytest.fixture(scope="module")
def settings(docker_engine: None) -> dict[str, str]:
    """Of a server that needs no image registry."""
    return {"triggers": "docker", "lambda_images": f"python3.11={images.python_image()},nodejs20.x={images.node_image()}"}


@pytest.fixture(scope="module")
def containing(servers: ServerFactory, settings: dict[str, str]) -> Iterator[Server]:
    with servers(**settings) as server:
        yield server


def sandboxes(function: str) -> list[Any]:
    """The containers of an account's function."""
    found = docker.from_env().containers.list(all=True, filters={"label": "cognito-emu=sandbox"}, ignore_removed=True)
    return [container for container in found if function in container.labels["cognito-emu.function"]]


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_sign_up_runs_in_containers_that_call_back(containing: Server, account: str, runtime: str) -> None:
    functions = Functions(containing, account)
    pool = triggered(functions, "PreSignUp", "PostConfirmation", script=JOURNEY, runtime=runtime).pool
    assert pool.sign_up("ann", email=EMAIL)["UserConfirmed"] is True
    before, after = functions.invocations()
    assert (before["executor"], before["cold"], after["cold"]) == ("container", True, False)
    assert pool.attributes_of("ann") == {"email": EMAIL, "email_verified": "true"}


def test_failures_are_told_as_everywhere(containing: Server, account: str) -> None:
    functions = Functions(containing, account)
    pool = triggered(functions, "PreSignUp", script={"PreSignUp_SignUp": {"raise": "Members only"}}).pool
    expected = ("UserLambdaValidationException", "PreSignUp failed with error Members only.")
    assert refusal(lambda: pool.sign_up("ann", email=EMAIL)) == expected


def test_containers_go_with_the_server_and_a_crashed_ones_with_its_next_start(
    servers: ServerFactory, settings: dict[str, str], account: str
) -> None:
    with servers(**settings) as server:
        pool = triggered(Functions(server, account), "PreSignUp").pool
        pool.sign_up("ann", email=EMAIL)
        (first,) = sandboxes(account)
        server.kill()
        server.restart()
        assert pool.sign_up("bob", email=EMAIL)["UserSub"]
        (second,) = sandboxes(account)
        assert first.id != second.id
    assert sandboxes(account) == []


def until_refused(pool: Pool) -> None:
    """Sign up until the server has noticed that its engine is gone; the container that it knows may still answer once."""
    for number in range(50):
        try:
            pool.sign_up(f"user{number}", email=EMAIL)
        except ClientError as error:
            if error.response["Error"]["Code"] in {"UnexpectedLambdaException", "UserLambdaValidationException"}:
                return
            raise
    raise AssertionError("no call failed without an engine")


@pytest.fixture
def door(runner: asyncio.Runner, docker_engine: None, tmp_path: Path) -> Iterator[EngineDoor]:
    """The engine behind a door that is shut at first; it works while a test awaits."""
    door = EngineDoor(tmp_path / "docker.sock")
    yield door
    runner.run(door.shut())


async def test_an_engine_that_is_away_is_an_error_of_the_calls_that_need_it_until_it_is_back(
    servers: ServerFactory, settings: dict[str, str], account: str, door: EngineDoor
) -> None:
    with servers(environment={"DOCKER_HOST": door.url}, **settings) as server:
        functions = Functions(server, account)
        pool = triggered(functions, "PreSignUp").pool
        untouched = Triggered.make(server, account, {}).pool
        code, sentence = refusal(lambda: pool.sign_up("ann", email=EMAIL))
        assert (code, "Docker" in sentence) == ("UnexpectedLambdaException", True)
        assert untouched.sign_up("ann", email=EMAIL)["UserSub"]
        assert "no Docker engine answers" in server.log_path.read_text()
        await door.open()
        assert (await asyncio.to_thread(pool.sign_up, "ann", email=EMAIL))["UserSub"]
        await door.shut()
        await asyncio.to_thread(until_refused, pool)
        await door.open()
        assert (await asyncio.to_thread(pool.sign_up, "carl", email=EMAIL))["UserSub"]
        await asyncio.to_thread(server.stop)
