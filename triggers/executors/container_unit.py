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
from triggers.executors.output_marks import OutputMarks, with_marks
from triggers.sandbox_output import SandboxOutput

_log = structlog.get_logger(__name__)


_AWS_ENTRYPOINT = "/lambda-entrypoint.sh"
"""The entry point of AWS's base images, a shell script: where it is, a shell is."""

_MARK_LIMIT = 5.0
"""Seconds within which a mark comes back, however busy the machine; else the function has killed what would send it."""

_QUIET = 0.01
"""Seconds without output after which it is taken for all, where marks cannot be had. It takes about 1 ms on an idle machine."""


class ContainerUnit:
    """One container, and the thread that follows its output until it ends."""

    def __init__(self, engine: DockerEngine, output: SandboxOutput) -> None:
        """A unit that is not started yet."""
        self._loop = asyncio.get_running_loop()
        self.exited: asyncio.Future[str] = self._loop.create_future()
        self._engine = engine
        self._output = output
        self._last_output = 0.0
        self._marks: OutputMarks | None = None
        self._marks_lost = False
        self._stdin: Any = None
        self._id: str | None = None
        self._unwanted = False

    def start(self, client: docker.DockerClient, image: str, options: Mapping[str, Any], archive: bytes) -> None:
        """Create the container, put its code in, follow its output and start it. Blocks: runs on an engine thread."""
        creation = {**options, "host_config": client.api.create_host_config(**options["host"])}
        del creation["host"]
        command = _command(client, image, options)
        marks = OutputMarks() if command[:1] == [_AWS_ENTRYPOINT] else None
        if marks:
            creation |= {"entrypoint": with_marks(command), "command": None, "stdin_open": True}
        container = self._id = client.api.create_container(image, **creation)["Id"]
        client.api.put_archive(container, "/", archive)
        # Attached before it starts: nothing that it prints is missed.
        stream = client.api.attach_socket(container, {"stdout": 1, "stderr": 1, "stream": 1})
        if marks:
            self._stdin = client.api.attach_socket(container, {"stdin": 1, "stream": 1})
            self._marks = marks
        client.api.start(container)
        if self._unwanted:  # nobody waited any longer: the engine was slow
            remove(client, container)
        follow = threading.Thread(target=self._follow, args=(client, container, stream), name=f"logs-{container[:12]}", daemon=True)
        follow.start()

    def drain(self) -> asyncio.Future[None]:
        """Send a mark after what is under way inside the engine; done when it has come."""
        if not self._marks or self._marks_lost or self.exited.done():
            return self._loop.create_task(self._until_quiet())
        mark = self._marks.make()
        try:
            getattr(self._stdin, "_sock", self._stdin).send(mark.line)  # the SDK gives the reading half of a plain socket
        except OSError:  # the engine went away
            self._lose_marks()
        else:
            overdue = self._loop.call_later(_MARK_LIMIT, self._lose_marks)
            mark.came.add_done_callback(lambda _came: overdue.cancel())
        return mark.came

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
        self._ended("signal: killed")

    def _lose_marks(self) -> None:
        self._marks_lost = True
        if self._marks:
            self._marks.give_up()

    async def _until_quiet(self) -> None:
        self._last_output = self._loop.time()
        while (wait := self._last_output + _QUIET - self._loop.time()) > 0 and not self.exited.done():  # noqa: ASYNC110 - no event
            await asyncio.sleep(wait)

    def _received(self, stream: int, data: bytes) -> None:
        self._last_output = self._loop.time()
        for piece in self._marks.sift(data) if self._marks else [data]:
            if isinstance(piece, bytes):
                self._output.write(piece, stream)
            elif self._marks:
                self._marks.has_come(piece)

    def _follow(self, client: docker.DockerClient, container: str, stream: Any) -> None:
        try:
            for number, data in frames_iter(stream, tty=False):  # type: ignore[no-untyped-call]  # not in types-docker
                self._loop.call_soon_threadsafe(self._received, number, data)
        except (OSError, ValueError):
            pass  # the engine went away; asking it below says so
        finally:
            stream.close()
        how = _how_it_ended(client, container)
        with contextlib.suppress(RuntimeError):  # the loop was closed: nobody is interested any longer
            self._loop.call_soon_threadsafe(self._ended, how)

    def _ended(self, how: str) -> None:
        self._lose_marks()
        if self._stdin:
            self._stdin.close()
        if not self.exited.done():
            self.exited.set_result(how)


def _command(client: docker.DockerClient, image: str, options: Mapping[str, Any]) -> list[str]:
    """The whole command line: the image's own entry point and command, where the options do not override them."""
    own = client.api.inspect_image(image)["Config"]  # type: ignore[no-untyped-call]  # in types-docker
    if options["entrypoint"]:
        return [*options["entrypoint"], *(options["command"] or [])]
    return [*(own["Entrypoint"] or []), *(options["command"] or own["Cmd"] or [])]


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
