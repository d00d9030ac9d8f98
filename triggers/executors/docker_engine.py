"""The Docker engine, called from threads, and what to say when it does not answer."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import docker
import requests
from docker.errors import APIError, DockerException

from triggers.executors.base import CannotRun

T = TypeVar("T")

_SERVER_ERROR = 500


class DockerEngine:
    """Runs functions of a Docker client on a bounded number of threads; connects at need and again after a failure.

    The SDK is synchronous, and starting or removing a container takes tenths of a second: none of that may happen on the event loop.
    """

    def __init__(self, *, threads: int = 8, timeout: float = 30.0) -> None:
        """`timeout` is how many seconds a call may take, unless it says otherwise, before the engine counts as not answering."""
        self._timeout = timeout
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="docker")
        self._lock = threading.Lock()
        self._client: docker.DockerClient | None = None

    async def call(self, work: Callable[[docker.DockerClient], T], *, timeout: float | None = None) -> T:  # noqa: ASYNC109 - of the engine, too
        """Run `work` on a thread.

        Raises:
            CannotRun: The engine is absent, died, or did not answer in time.
            APIError: The engine refused.
        """
        limit = timeout or self._timeout
        try:
            return await asyncio.wait_for(asyncio.get_running_loop().run_in_executor(self._threads, self._work, work), limit)
        except TimeoutError as error:
            self._forget()
            raise _unavailable(f"it did not answer within {limit:g} s") from error
        except APIError as error:
            # The engine answers 404 and 409 as a matter of course; what it cannot do at all is for the developer to see.
            if error.response is not None and error.response.status_code >= _SERVER_ERROR:
                raise CannotRun("ServiceUnavailable", f"the Docker engine says: {error.explanation or error}") from error
            raise
        except (DockerException, requests.exceptions.RequestException, OSError) as error:
            self._forget()
            raise _unavailable(str(error)) from error

    def close(self) -> None:
        """Drop the connection; calls that still hang are abandoned."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._forget()

    def _work(self, work: Callable[[docker.DockerClient], T]) -> T:
        with self._lock:
            if self._client is None:
                # The SDK's own time-out ends the thread some time after nobody waits for it any longer.
                self._client = docker.from_env(timeout=int(self._timeout) + 5)
            client = self._client
        return work(client)

    def _forget(self) -> None:
        """The next call connects anew. The old client is not closed: other threads may be in the midst of using it."""
        self._client = None


def _unavailable(why: str) -> CannotRun:
    hint = f"the Docker engine: {why}; see that it runs and DOCKER_HOST is right, or let triggers run as processes"
    return CannotRun("ServiceUnavailable", hint)
