"""Steps of which some need others done: those that need nothing of each other are taken at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from graphlib import TopologicalSorter

# Most steps are one operation on one database, which gains nothing by many at once.
_AT_ONCE = 4
_LOOK_SECONDS = 0.5


class SideBySide:
    """Takes steps, each after those it needs.

    Args:
        needs: What each step needs.
        take: Takes a step; one that raises an error of `failures` fails.
        patient: Whether a step waits for somebody else: it keeps none of the others waiting.
        go_on: When a step fails, those that do not need it are taken nevertheless.
        stop: Asked now and then: whether to begin no more steps.
        give_up: Called once, when no more steps are begun: patient steps should end.

    Attributes:
        failed: The steps that failed, with their errors.
    """

    def __init__(
        self,
        needs: Mapping[str, Collection[str]],
        take: Callable[[str], Awaitable[None]],
        *,
        failures: tuple[type[Exception], ...],
        patient: Callable[[str], bool],
        go_on: bool = False,
        stop: Callable[[], Awaitable[bool]] | None = None,
        give_up: Callable[[], None] = lambda: None,
    ) -> None:
        self.failed: dict[str, BaseException] = {}
        self._sorter = TopologicalSorter(needs)
        self._take = take
        self._failures = failures
        self._patient = patient
        self._go_on = go_on
        self._stop = stop
        self._give_up = give_up
        self._ready: list[str] = []
        self._running: dict[asyncio.Task[None], str] = {}

    async def run(self) -> bool:
        """Take all steps, or as many as can be taken until one fails, or although one did. Returns whether all were."""
        self._sorter.prepare()
        stopped = False
        try:
            while self._sorter.is_active():
                if not stopped:
                    self._begin()
                if not self._running:
                    break
                done, _ = await asyncio.wait(self._running, timeout=_LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    self._end(task)
                if not stopped and await self._is_over():
                    stopped = True
                    self._give_up()
        finally:
            for task in self._running:
                task.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)
        return not self._sorter.is_active()

    async def _is_over(self) -> bool:
        if self.failed and not self._go_on:
            return True
        return self._stop is not None and await self._stop()

    def _begin(self) -> None:
        self._ready += self._sorter.get_ready()
        free = _AT_ONCE - sum(not self._patient(name) for name in self._running.values())
        for name in tuple(self._ready):
            if not self._patient(name):
                if free <= 0:
                    continue
                free -= 1
            self._ready.remove(name)
            self._running[asyncio.ensure_future(self._take(name))] = name

    def _end(self, task: asyncio.Task[None]) -> None:
        name = self._running.pop(task)
        error = task.exception()
        if error is None:
            self._sorter.done(name)
        elif isinstance(error, self._failures):
            self.failed[name] = error
        else:
            raise error
