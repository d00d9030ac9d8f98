"""Answering at once what need not wait.

Most requests wait for nothing: SQLite answers in place. A task for each of them, which begins only when the loop comes round and of which
the connection has to be told when it is done, costs as much as the request itself. So a request begins where it has arrived, and gets a
task when it first waits. asyncio itself can do so since Python 3.12 (https://docs.python.org/3/library/asyncio-task.html#eager-task-factory).
"""

from __future__ import annotations

import asyncio
import contextvars
import sys
from asyncio.tasks import _enter_task, _leave_task  # documented: https://docs.python.org/3/library/asyncio-extending.html
from collections.abc import Coroutine, Generator
from typing import Any


def begin(coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None] | None:
    """Run a coroutine as far as it comes without waiting. What is left goes on in a task; None when nothing is.

    Whatever it raises before it first waits is raised here.
    """
    loop = asyncio.get_running_loop()
    if sys.version_info >= (3, 12):
        task = asyncio.Task(coroutine, loop=loop, eager_start=True)
        if not task.done():
            return task
        task.result()
        return None
    beginning: Any = _Beginning()
    context = contextvars.copy_context()
    outer = asyncio.current_task()
    if outer is not None:
        _leave_task(loop, outer)
    _enter_task(loop, beginning)
    try:
        waits_for = context.run(coroutine.send, None)
    except StopIteration:
        return None
    finally:
        _leave_task(loop, beginning)
        if outer is not None:
            _enter_task(loop, outer)
    rest = beginning.task = loop.create_task(_go_on(coroutine, waits_for), context=context)
    return rest


class _Beginning:
    """The current task of a coroutine that has none yet. asyncio.timeout and TaskGroup keep it, and turn to it when there is one."""

    task: asyncio.Task[None] | None = None

    def cancelling(self) -> int:
        return self.task.cancelling() if self.task is not None else 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.task, name)


async def _go_on(coroutine: Coroutine[Any, Any, None], waits_for: Any) -> None:
    await _Rest(coroutine, waits_for)


class _Rest:
    """What is left of a coroutine that was begun."""

    def __init__(self, coroutine: Coroutine[Any, Any, None], waits_for: Any) -> None:
        self._coroutine = coroutine
        self._waits_for = waits_for

    def __await__(self) -> Generator[Any, Any, None]:
        """Wait for what it waits for, each time, and hand it what comes of that."""
        coroutine, waits_for = self._coroutine, self._waits_for
        try:
            while True:
                try:
                    came = yield waits_for
                except BaseException as error:  # noqa: BLE001 - a cancellation above all: it is the coroutine's to answer
                    waits_for = coroutine.throw(error)
                else:
                    waits_for = coroutine.send(came)
        except StopIteration:
            return
