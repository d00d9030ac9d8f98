"""Which sandbox serves which call: warm ones first, new ones up to a limit, then a queue; stale and idle ones go."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

import msgspec

from triggers.executors.base import CannotRun
from triggers.functions import FunctionSpec
from triggers.sandbox import Sandbox

Launch: TypeAlias = Callable[[FunctionSpec, str], Coroutine[Any, Any, Sandbox]]
"""Starts a sandbox for a function in the given revision, or raises `CannotRun`."""


class _Waiter(msgspec.Struct, eq=False):
    function: FunctionSpec
    identity: str
    revision: str
    sandbox: asyncio.Future[Sandbox]


class SandboxPool:
    """All sandboxes of one executor.

    A call takes the sandbox that became idle last (so that the others can grow old and go). When there is none it queues, a new
    sandbox is started for it if the limit allows, and it gets whichever is ready first: the new one or one that another call gave
    back. At the limit an idle sandbox of another function makes room.
    """

    def __init__(self, launch: Launch, *, limit: int, idle_seconds: float) -> None:
        self._launch = launch
        self._limit = limit
        self._idle_seconds = idle_seconds
        self._idle: defaultdict[str, list[Sandbox]] = defaultdict(list)
        self._busy: set[Sandbox] = set()
        self._waiting: list[_Waiter] = []
        self._starting: Counter[tuple[str, str]] = Counter()
        self._launches: set[asyncio.Task[None]] = set()
        self._ending: dict[asyncio.Task[None], str] = {}
        self._reaper: asyncio.TimerHandle | None = None
        self._closed = False

    def __len__(self) -> int:
        """Sandboxes that run or are being started."""
        return sum(map(len, self._idle.values())) + len(self._busy) + self._starting.total()

    async def acquire(self, function: FunctionSpec) -> Sandbox:
        """A sandbox for one call; give it back by `release`.

        Raises:
            CannotRun: None could be started.
        """
        if self._closed:
            raise CannotRun("ServiceUnavailable", "the emulator is stopping")
        identity, revision = function.identity(), function.revision()
        if sandbox := self._take_idle(identity, revision):
            return sandbox
        waiter = _Waiter(function, identity, revision, asyncio.get_running_loop().create_future())
        self._waiting.append(waiter)
        self._start_more()
        try:
            return await waiter.sandbox
        except asyncio.CancelledError:
            if waiter in self._waiting:
                self._waiting.remove(waiter)
            elif not waiter.sandbox.cancelled() and not waiter.sandbox.exception():
                self.release(waiter.sandbox.result())
            raise

    def release(self, sandbox: Sandbox) -> None:
        """Give a sandbox back, dead or alive."""
        self._busy.discard(sandbox)
        self._offer(sandbox)

    def reap(self, idle_seconds: float) -> None:
        """End the sandboxes that have been idle for so long."""
        now = asyncio.get_running_loop().time()
        for sandboxes in self._idle.values():
            for sandbox in [one for one in sandboxes if now - one.idle_since >= idle_seconds]:
                sandboxes.remove(sandbox)
                self._end(sandbox)

    async def close(self) -> None:
        """End all sandboxes and refuse all waiting calls."""
        self._closed = True
        if self._reaper:
            self._reaper.cancel()
        for waiter in self._waiting:
            if not waiter.sandbox.done():
                waiter.sandbox.set_exception(CannotRun("ServiceUnavailable", "the emulator is stopping"))
        self._waiting.clear()
        await asyncio.gather(*self._launches, return_exceptions=True)
        self.reap(0)
        for sandbox in list(self._busy):
            self._busy.discard(sandbox)
            self._end(sandbox)
        await asyncio.gather(*self._ending, return_exceptions=True)

    def _take_idle(self, identity: str, revision: str) -> Sandbox | None:
        sandboxes = self._idle[identity]
        while sandboxes:
            sandbox = sandboxes.pop()
            if sandbox.alive and sandbox.revision == revision:
                self._busy.add(sandbox)
                return sandbox
            self._end(sandbox)
        return None

    def _start_more(self) -> None:
        """Start a sandbox for each waiting call that has none under way, in the order of arrival, as far as the limit allows."""
        wanted: Counter[tuple[str, str]] = Counter()
        for waiter in self._waiting:
            key = waiter.identity, waiter.revision
            wanted[key] += 1
            if wanted[key] <= self._starting[key]:
                continue
            if waiter.function.debugging and self._any_of(waiter.identity):
                continue  # its debugger's port can be open only once
            if len(self) >= self._limit and not self._make_room():
                return
            self._starting[key] += 1
            task = asyncio.create_task(self._start(waiter.function, key))
            self._launches.add(task)
            task.add_done_callback(self._launches.discard)

    async def _start(self, function: FunctionSpec, key: tuple[str, str]) -> None:
        try:
            if function.debugging:  # the predecessor holds the port until it is gone
                await asyncio.gather(*(task for task, identity in self._ending.items() if identity == key[0]))
            sandbox = await self._launch(function, key[1])
        except Exception as error:  # noqa: BLE001 - whatever it was, the call that waits must hear of it
            self._starting[key] -= 1
            waiter = next((one for one in self._waiting if (one.identity, one.revision) == key), None)
            if waiter:
                self._waiting.remove(waiter)
                if not waiter.sandbox.done():
                    waiter.sandbox.set_exception(error)
            self._start_more()
        else:
            self._starting[key] -= 1
            self._offer(sandbox)

    def _offer(self, sandbox: Sandbox) -> None:
        """Hand a free sandbox to the first call that it suits, else keep it warm."""
        if self._closed or not sandbox.alive:
            self._end(sandbox)
        elif waiter := next((one for one in self._waiting if one.identity == sandbox.identity), None):
            if _suits(waiter, sandbox):
                self._waiting.remove(waiter)
                if waiter.sandbox.done():  # its caller went away
                    self._offer(sandbox)
                    return
                self._busy.add(sandbox)
                waiter.sandbox.set_result(sandbox)
            else:
                self._end(sandbox)
        else:
            sandbox.idle_since = asyncio.get_running_loop().time()
            self._idle[sandbox.identity].append(sandbox)
            self._schedule_reaper()
        self._start_more()

    def _make_room(self) -> bool:
        """End the sandbox that has been idle longest."""
        oldest = min((one for group in self._idle.values() for one in group), key=lambda one: one.idle_since, default=None)
        if oldest is None:
            return False
        self._idle[oldest.identity].remove(oldest)
        self._end(oldest)
        return True

    def _any_of(self, identity: str) -> bool:
        starting = any(count and key[0] == identity for key, count in self._starting.items())
        return starting or any(one.identity == identity for one in self._busy)

    def _end(self, sandbox: Sandbox) -> None:
        task = asyncio.create_task(sandbox.stop())
        self._ending[task] = sandbox.identity
        task.add_done_callback(lambda done: self._ending.pop(done, None))

    def _schedule_reaper(self) -> None:
        if self._reaper is None and not self._closed:
            self._reaper = asyncio.get_running_loop().call_later(self._idle_seconds / 2, self._reap_and_reschedule)

    def _reap_and_reschedule(self) -> None:
        self._reaper = None
        self.reap(self._idle_seconds)
        if any(self._idle.values()):
            self._schedule_reaper()


def _suits(waiter: _Waiter, sandbox: Sandbox) -> bool:
    """Whether the sandbox holds the code that the call wants; a call that queued during an edit wants the edited code."""
    return sandbox.revision in {waiter.revision, waiter.function.revision()}
