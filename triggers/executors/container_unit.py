"""One container that runs a function: how it starts, what it prints, how it ends."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Mapping
from typing import Any

import docker
import requests
import structlog
from docker.errors import APIError, DockerException, NotFound
from docker.utils.socket import frames_iter

from triggers.executors.base import CannotRun
from triggers.executors.docker_engine import DockerEngine
from triggers.sandbox_output import SandboxOutput

_log = structlog.get_logger(__name__)


class ContainerUnit:
    """One container, and the thread that follows its output until it ends."""

    lag = 0.005  # from the container through containerd and the engine to us: about 1 ms on an idle machine

    def __init__(self, engine: DockerEngine, output: SandboxOutput) -> None:
        """A unit that is not started yet."""
        self._loop = asyncio.get_running_loop()
        self.exited: asyncio.Future[str] = self._loop.create_future()
        self._engine = engine
        self._output = output
        self._id: str | None = None
        self._unwanted = False

    def start(self, client: docker.DockerClient, image: str, options: Mapping[str, Any], archive: bytes) -> None:
        """Create the container, put its code in, follow its output and start it. Blocks: runs on an engine thread."""
        creation = {**options, "host_config": client.api.create_host_config(**options["host"])}
        del creation["host"]
        container = self._id = client.api.create_container(image, **creation)["Id"]
        client.api.put_archive(container, "/", archive)
        # Attached before it starts: nothing that it prints is missed.
        stream = client.api.attach_socket(container, {"stdout": 1, "stderr": 1, "stream": 1})
        client.api.start(container)
        if self._unwanted:  # nobody waited any longer: the engine was slow
            remove(client, container)
        follow = threading.Thread(target=self._follow, args=(client, container, stream), name=f"logs-{container[:12]}", daemon=True)
        follow.start()

    def drain(self) -> None:
        """Nothing: what is under way inside the engine cannot be hurried, it arrives as late output."""

    async def kill(self) -> None:
        """Remove the container, running or not."""
        self._unwanted = True
        container = self._id
        if container is None:
            return
        try:
            await self._engine.call(lambda client: remove(client, container))
        except (CannotRun, APIError) as error:
            _log.warning("container not removed", container=container, error=str(error))
        if not self.exited.done():
            self.exited.set_result("signal: killed")

    def _follow(self, client: docker.DockerClient, container: str, stream: Any) -> None:
        try:
            for _, data in frames_iter(stream, tty=False):  # type: ignore[no-untyped-call]  # not in types-docker
                self._loop.call_soon_threadsafe(self._output.write, data)
        except (OSError, ValueError):
            pass  # the engine went away; asking it below says so
        finally:
            stream.close()
        how = _how_it_ended(client, container)
        with contextlib.suppress(RuntimeError):  # the loop was closed: nobody is interested any longer
            self._loop.call_soon_threadsafe(self._ended, how)

    def _ended(self, how: str) -> None:
        if not self.exited.done():
            self.exited.set_result(how)


def _how_it_ended(client: docker.DockerClient, container: str) -> str:
    try:
        state = client.api.inspect_container(container)["State"]
    except NotFound:
        return "signal: killed"
    except (DockerException, requests.exceptions.RequestException):
        return "the container engine went away"
    return "signal: killed" if state["OOMKilled"] else f"exit status {state['ExitCode']}"


def remove(client: docker.DockerClient, container: str) -> None:
    """Remove a container, running or not; one that is gone or going is fine."""
    try:
        client.api.remove_container(container, force=True, v=True)
    except NotFound:
        pass
    except APIError as error:
        if error.response is None or error.response.status_code != 409:  # noqa: PLR2004 - Conflict: another call is removing it
            raise
