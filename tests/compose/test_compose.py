"""compose/ on a real engine: the image that the Dockerfile makes, mail over the stack's network, functions, a browser from outside.

MailHog, Mailpit and AWS's base images come from registries. Here `stand-ins.yaml` replaces the catcher, and the base is made on the spot.
"""

import contextlib
import json
import subprocess
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import docker
import pytest
import requests
import yaml
from botocore.config import Config
from playwright.sync_api import Page, expect

from tests.compose import base_image
from tests.compose.visitor import Visitor
from tests.support.machine import CHECKOUT, clean_environment, ensure, free_port
from tests.triggers import images

# Making the image takes most of it, on a machine with other work to do.
pytestmark = [pytest.mark.docker, pytest.mark.timeout(480)]

COMPOSE = CHECKOUT / "compose"
STAND_INS = Path(__file__).with_name("stand-ins.yaml")
SOCKET = Path("/var/run/docker.sock")
ACCOUNT = "000000000000"


@pytest.fixture(scope="module")
def client() -> Iterator[docker.DockerClient]:
    ensure("docker")
    client = docker.from_env(timeout=300)
    yield client
    client.close()


@pytest.fixture(scope="module")
def base(client: docker.DockerClient, tmp_path_factory: pytest.TempPathFactory) -> str:
    return base_image.build(client, tmp_path_factory.mktemp("base"))


@dataclass
class Stack:
    """A project of Compose, on ports of its own."""

    files: tuple[Path, ...]
    environment: dict[str, str]
    project: str = field(default_factory=lambda: f"cognito-emu-test-{uuid.uuid4().hex[:8]}")
    emulator_port: int = field(default_factory=free_port)
    mail_port: int = field(default_factory=free_port)
    app_port: int = field(default_factory=free_port)

    def compose(self, *arguments: str) -> str:
        """Run `docker compose` with the stack's files; returns what it prints."""
        command = ensure("compose").split()
        for file in self.files:
            command += ["-f", str(file)]
        ports = {"EMULATOR_PORT": self.emulator_port, "MAIL_PORT": self.mail_port, "APP_PORT": self.app_port}
        environment = clean_environment() | self.environment | {name: str(port) for name, port in ports.items()}
        environment["COGNITO_EMU_IMAGE"] = f"cognito-emu-test/{self.project}"
        done = subprocess.run(
            [*command, "-p", self.project, *arguments], env=environment, capture_output=True, text=True, timeout=420, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @property
    def app_url(self) -> str:
        return f"http://localhost:{self.app_port}"

    @property
    def emulator_url(self) -> str:
        return f"http://localhost:{self.emulator_port}"

    def container(self, client: docker.DockerClient, service: str) -> Any:
        """The one container of a service."""
        labels = [f"com.docker.compose.project={self.project}", f"com.docker.compose.service={service}"]
        (found,) = client.containers.list(filters={"label": labels})
        return found

    def mail(self, to: str) -> dict[str, list[str]]:
        """The headers of the mail to `to`, from the catcher, once it is there."""
        for messages in polled(f"http://localhost:{self.mail_port}/api/v2/messages"):
            for message in messages["items"]:
                if to in message["Raw"]["To"]:
                    headers: dict[str, list[str]] = message["Content"]["Headers"]
                    return headers
        raise AssertionError(f"no mail to {to}")


def polled(url: str, within: float = 120) -> Iterator[Any]:
    """What the address answers, again and again: a container says that it is ready by answering."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        with contextlib.suppress(requests.RequestException):
            yield requests.get(url, timeout=5).json()
        time.sleep(0.1)


@pytest.fixture(scope="module")
def stack(client: docker.DockerClient, base: str) -> Iterator[Stack]:
    """The full stack with functions in containers of their own: compose/ as it is, but for what registries would give."""
    group = str(SOCKET.stat().st_gid)
    files = (COMPOSE / "full-stack.yaml", COMPOSE / "lambda-containers.yaml", STAND_INS)
    stack = Stack(files, {"BASE": base, "DOCKER_GID": group, "LAMBDA_IMAGES": f"python3.13={images.python_image()}"})
    try:
        stack.compose("build", "emulator")
        stack.compose("up", "-d")
        next(polled(f"{stack.app_url}/config"))
        yield stack
    finally:
        stack.compose("down", "--volumes", "--timeout", "5", "--rmi", "all")


@pytest.fixture
def visitor(page: Page, stack: Stack) -> Visitor:
    return Visitor(page, stack.app_url)


def test_a_user_signs_up_by_mail_and_the_api_says_hello(stack: Stack, visitor: Visitor) -> None:
    visitor.open()
    visitor.sign_up("ann@example.com")
    visitor.confirm(stack.mail("ann@example.com")["X-Cognito-Code"][0])
    expect(visitor.message).to_contain_text("Hello, ")


def test_the_function_runs_in_a_container_on_the_stacks_network(stack: Stack, visitor: Visitor, client: docker.DockerClient) -> None:
    visitor.open()
    visitor.sign_up("ann@mailinator.com")
    expect(visitor.page.get_by_role("alert")).to_contain_text("mailinator.com is not accepted")

    network = client.networks.get(f"{stack.project}_default")
    labels = [one.labels.get("cognito-emu.function", "") for one in network.containers]
    assert any("/pre-sign-up:" in label for label in labels)


def test_browsers_and_containers_agree_on_the_issuer(stack: Stack, client: docker.DockerClient) -> None:
    path = "us-east-1_Sample/.well-known/openid-configuration"
    outside = requests.get(f"{stack.emulator_url}/{path}", timeout=10).json()
    ask = f"import urllib.request; print(urllib.request.urlopen('http://emulator:4566/{path}').read().decode())"
    code, output = stack.container(client, "sample-app").exec_run(["python", "-c", ask])
    assert code == 0, output
    assert outside == json.loads(output)
    assert outside["issuer"] == f"{stack.emulator_url}/us-east-1_Sample"


def test_the_emulator_is_healthy_and_not_root(stack: Stack, client: docker.DockerClient) -> None:
    emulator = stack.container(client, "emulator")
    assert emulator.attrs["State"]["Health"]["Status"] == "healthy"
    _, user = emulator.exec_run(["python", "-c", "import os; print(os.getuid())"])
    assert user.strip() == b"10001"


def test_state_outlives_the_container(stack: Stack, client: docker.DockerClient) -> None:
    idp = boto3.client(
        "cognito-idp",
        endpoint_url=stack.emulator_url,
        region_name="us-east-1",
        aws_access_key_id=ACCOUNT,
        aws_secret_access_key="any",
        config=Config(proxies={}),
    )
    pool_id = idp.create_user_pool(PoolName="kept")["UserPool"]["Id"]
    before = stack.container(client, "emulator").id

    stack.compose("up", "-d", "--force-recreate", "--no-deps", "emulator")
    next(polled(f"{stack.emulator_url}/_emu/health"))

    assert stack.container(client, "emulator").id != before
    assert idp.describe_user_pool(UserPoolId=pool_id)["UserPool"]["Name"] == "kept"


@pytest.mark.parametrize("others", [(), ("mailpit.yaml",), ("lambda-containers.yaml",), ("mailpit.yaml", "lambda-containers.yaml")])
def test_compose_accepts_the_files_together(others: tuple[str, ...]) -> None:
    files = tuple(COMPOSE / name for name in ("full-stack.yaml", *others))
    config = yaml.safe_load(Stack(files, {}).compose("config"))

    services = config["services"]
    assert services.keys() == {"emulator", "mail", "sample-app"}
    assert services["mail"]["image"].startswith("axllent/mailpit:" if "mailpit.yaml" in others else "mailhog/mailhog:")
    sockets = [volume for volume in services["emulator"]["volumes"] if "docker.sock" in str(volume)]
    assert len(sockets) == ("lambda-containers.yaml" in others)
