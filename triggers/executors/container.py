"""Functions in containers of a Docker engine, on AWS's base images or any others of their shape."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import docker
import structlog
from docker.errors import APIError, ImageNotFound

from triggers.code_archive import code_archive
from triggers.debugging import container_files, container_variables
from triggers.executors.base import CannotRun
from triggers.executors.container_network import HOST_ALIAS, ContainerNetwork, find_network, lives, owner
from triggers.executors.container_unit import ContainerUnit, remove
from triggers.executors.docker_engine import DockerEngine
from triggers.executors.relay import Relay
from triggers.functions import CodeImage, FunctionSpec
from triggers.runtime_api import RuntimeApi
from triggers.sandbox import Unit
from triggers.sandbox_output import SandboxOutput
from triggers.surroundings import Surroundings

_REGISTRY = "public.ecr.aws/lambda"
BASE_IMAGES: Mapping[str, str] = {
    **{f"python3.{minor}": f"{_REGISTRY}/python:3.{minor}" for minor in range(9, 15)},
    **{f"nodejs{major}.x": f"{_REGISTRY}/nodejs:{major}" for major in (18, 20, 22, 24)},
    "java8.al2": f"{_REGISTRY}/java:8.al2",
    **{f"java{version}": f"{_REGISTRY}/java:{version}" for version in (11, 17, 21)},
    **{f"dotnet{version}": f"{_REGISTRY}/dotnet:{version}" for version in (8, 9)},
    **{f"ruby3.{minor}": f"{_REGISTRY}/ruby:3.{minor}" for minor in range(2, 5)},
    "provided.al2": f"{_REGISTRY}/provided:al2",
    "provided.al2023": f"{_REGISTRY}/provided:al2023",
}
"""AWS's image for each runtime. https://docs.aws.amazon.com/lambda/latest/dg/images-create.html"""

_PULL_LIMIT = 900.0
_LOOPBACK = {"127.0.0.1", "localhost", "0.0.0.0", "::1"}  # noqa: S104 - compared with, not listened on

_log = structlog.get_logger(__name__)


class ContainerLauncher:
    """Starts functions as containers.

    Every container carries labels that name the product, this instance, its owner's process and the function, so that all of them
    are found again: at exit, and after a crash by the next start.
    """

    name = "container"

    def __init__(
        self,
        surroundings: Surroundings,
        *,
        images: Mapping[str, str] | None = None,
        network: str | None = None,
        product: str = "cognito-emu",
        engine: DockerEngine | None = None,
    ) -> None:
        """`images` overrides `BASE_IMAGES` by runtime; `network` is one that containers shall join."""
        self.instance = secrets.token_hex(6)
        self._surroundings = surroundings
        self._images = {**BASE_IMAGES, **(images or {})}
        self._wanted_network = network
        self._product = product
        self._engine = engine or DockerEngine()
        self._network: ContainerNetwork | None = None
        self._endpoint_url: str | None = None
        self._relay: Relay | None = None
        self._preparing = asyncio.Lock()
        self._pulls: dict[str, asyncio.Task[None]] = {}

    async def prepare(self) -> ContainerNetwork:
        """Connect to the engine, once: find the way to us and remove what a crashed predecessor left behind.

        The first launch does this; a caller may do it earlier to know that the engine is there.

        Raises:
            CannotRun: The engine does not answer.
        """
        async with self._preparing:
            if self._network is None:
                network = await self._engine.call(lambda client: find_network(client, self._wanted_network))
                self._endpoint_url = await self._endpoint_for(network)
                await self._engine.call(lambda client: self._sweep(client, network))
                self._network = network
            return self._network

    @property
    def endpoint_url(self) -> str | None:
        """The emulator as containers see it, known once the launcher is prepared."""
        return self._endpoint_url

    async def launch(self, function: FunctionSpec, output: SandboxOutput) -> tuple[RuntimeApi, Unit]:
        """Start a container; see `Launcher.launch`."""
        network = await self.prepare()
        image = self._image(function)
        api = RuntimeApi(network.listen_on)
        name = f"{self._product}-{function.name[:40]}-{secrets.token_hex(4)}"
        options = self._options(function, network, f"{network.our_name}:{api.port}", name)
        unit = ContainerUnit(self._engine, output)
        try:
            try:
                await self._engine.call(lambda client: unit.start(client, image, options, _archive(function)))
            except ImageNotFound:
                await self._pull(image)
                await self._engine.call(lambda client: unit.start(client, image, options, _archive(function)))
        except BaseException as error:
            await asyncio.gather(unit.kill(), api.close(), return_exceptions=True)
            if isinstance(error, CannotRun):
                self._network = None  # the engine may come back with other networks
            if isinstance(error, APIError):
                raise CannotRun("InvalidRuntimeException", f"{image} cannot run {function.name}: {error.explanation}") from error
            raise
        return api, unit

    async def close(self) -> None:
        """Remove what is left of this instance's containers and disconnect."""
        for pull in self._pulls.values():
            pull.cancel()
        if self._network:
            try:
                await self._engine.call(self._remove_own)
            except CannotRun as error:
                _log.warning("containers were left behind", error=str(error))
            self._network = None
        if self._relay:
            await self._relay.close()
        self._engine.close()

    def _image(self, function: FunctionSpec) -> str:
        if isinstance(function.code, CodeImage):
            return function.code.uri
        image = self._images.get(function.runtime or "")
        if image is None:
            raise CannotRun("InvalidRuntimeException", f"there is no image for the runtime {function.runtime!r}; configure one")
        return image

    def _options(self, function: FunctionSpec, network: ContainerNetwork, runtime_api: str, name: str) -> dict[str, Any]:
        variables = self._surroundings.variables(
            function,
            runtime_api=runtime_api,
            task_root="/var/task",
            endpoint_url=self._endpoint_url,
            log_stream=f"[{function.version}]{name}",
        )
        debugging = function.debugging
        ports = {f"{debugging.port}/tcp": ("127.0.0.1", debugging.port)} if debugging else {}
        code = function.code
        image = code if isinstance(code, CodeImage) else CodeImage("", command=(function.handler or "",))
        return {
            "name": name,
            "command": list(image.command) or None,
            "entrypoint": list(image.entry_point) or None,
            "working_dir": image.working_directory,
            "environment": {**variables, **container_variables(function)},
            "labels": {
                self._product: "sandbox",
                f"{self._product}.instance": self.instance,
                f"{self._product}.owner": owner(network.own_container),
                f"{self._product}.function": function.identity(),
            },
            "ports": [debugging.port] if debugging else None,
            "host": {
                "network_mode": network.network,
                "extra_hosts": {HOST_ALIAS: "host-gateway"},
                "mem_limit": None if debugging else f"{function.memory}m",
                "pids_limit": 1024,  # Lambda's own limit on processes and threads
                "security_opt": ["no-new-privileges"],
                "port_bindings": ports,
            },
        }

    async def _endpoint_for(self, network: ContainerNetwork) -> str | None:
        """The emulator's address as containers see it."""
        if not self._surroundings.endpoint_url:
            return None
        url = urlsplit(self._surroundings.endpoint_url)
        if url.hostname not in _LOOPBACK:
            return self._surroundings.endpoint_url
        if self._relay:
            await self._relay.close()
        target = "127.0.0.1" if url.hostname in {None, "0.0.0.0"} else url.hostname  # noqa: S104 - compared with
        self._relay = Relay(network.listen_on, (target, url.port or 80))
        port = await self._relay.start()
        return urlunsplit(url._replace(netloc=f"{network.our_name}:{port}"))

    async def _pull(self, image: str) -> None:
        """Pull an image, once for all that wait for it. They may go away; the pull goes on."""
        pull = self._pulls.get(image)
        if pull is None:
            pull = asyncio.create_task(self._engine.call(lambda client: _pull(client, image), timeout=_PULL_LIMIT))
            self._pulls[image] = pull
            pull.add_done_callback(lambda _done: self._pulls.pop(image, None))
        try:
            await asyncio.shield(pull)
        except (CannotRun, APIError) as error:
            why = error.hint if isinstance(error, CannotRun) else error.explanation
            hint = f"the image {image} is not there and could not be pulled: {why}"
            raise CannotRun("InvalidRuntimeException", hint) from error

    def _sweep(self, client: docker.DockerClient, network: ContainerNetwork) -> None:
        """Remove the containers of instances that no longer run."""
        for container in client.containers.list(all=True, filters={"label": f"{self._product}=sandbox"}, ignore_removed=True):
            owned_by = container.labels.get(f"{self._product}.owner", "")
            if not lives(client, owned_by, network.own_container):
                _log.info("removing a container of an instance that is gone", container=container.name)
                remove(client, str(container.id))

    def _remove_own(self, client: docker.DockerClient) -> None:
        label = f"{self._product}.instance={self.instance}"
        for container in client.containers.list(all=True, filters={"label": label}, ignore_removed=True):
            remove(client, str(container.id))


def _pull(client: docker.DockerClient, image: str) -> None:
    client.images.pull(image)


def _archive(function: FunctionSpec) -> bytes:
    return code_archive(function.code, function.layers, container_files(function))
