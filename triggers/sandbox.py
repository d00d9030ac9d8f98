"""A sandbox: one runtime, warm, holding one function, serving one call at a time."""

from __future__ import annotations

import asyncio
import math
from typing import Any, Protocol

from triggers.executors.base import FunctionError, Outcome
from triggers.functions import FunctionSpec
from triggers.runtime_api import Answer, RuntimeApi, Work
from triggers.sandbox_output import SandboxOutput

INIT_LIMIT = 10.0
"""Seconds that Lambda allows a function to initialize at first. https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html

"If all three tasks do not complete within 10 seconds, Lambda retries the Init phase at the time of the first function invocation with the
configured function timeout."
"""


class Unit(Protocol):
    """The process or container in which a runtime lives.

    Attributes:
        exited: Done when it has ended, with Lambda's words for how: `exit status 3`, `signal: killed`.
    """

    exited: asyncio.Future[str]

    def drain(self) -> asyncio.Future[None]:
        """Take what it has printed so far; done when all of it has come, or no more can be awaited."""

    async def kill(self) -> None:
        """End it at once, with everything it started, and leave nothing of it behind."""


class Sandbox:
    """A unit and the Runtime API that it talks to.

    Attributes:
        identity: The function that it is for.
        revision: The state of that function that it has loaded.
        idle_since: Loop time at which it last became idle; the pool's.
    """

    def __init__(self, function: FunctionSpec, revision: str, api: RuntimeApi, unit: Unit, output: SandboxOutput) -> None:
        self.function = function
        self.identity = function.identity()
        self.revision = revision
        self.output = output
        self.idle_since = 0.0
        self._api = api
        self._unit = unit
        self._loop = asyncio.get_running_loop()
        self._born = self._loop.time()
        self._runs = 0
        self._stopped = False
        self._drained: asyncio.Future[None] | None = None

    @property
    def alive(self) -> bool:
        """Whether it can take another call."""
        return not self._stopped and not self._unit.exited.done()

    async def run(self, work: Work, *, all_logs: bool = False) -> Outcome:
        """Run one event. A sandbox that failed to start, died or overran its time is no longer alive afterwards.

        With `all_logs` it returns once all that the function printed is in the outcome; else what comes later is late output.
        """
        if self._drained:
            await self._drained  # the last invocation's output is not to be taken for this one's
        self._runs += 1
        self.output.begin(work.request_id)
        started = self._loop.time()
        answer = await self._initialized(work)
        began = self._loop.time()
        init = began - self._born if self._runs == 1 else None
        if answer is None:
            answer = await self._answered(work)
        duration = self._loop.time() - began
        self._drained = self._unit.drain()
        if all_logs:
            await self._drained
        error = FunctionError.read(answer.payload) if answer.failed else None
        logs = self._logs(work.request_id, duration if self.alive else self._loop.time() - started, init, self._drained)
        return Outcome(answer.payload, error, logs, cold=self._runs == 1)

    async def stop(self) -> None:
        """End the unit, then the API: in this order a busy runtime does not see its server vanish and complain in the logs."""
        self._stopped = True
        await self._unit.kill()
        await self._api.close()

    async def _initialized(self, work: Work) -> Answer | None:
        """None once the runtime has asked for work; else the error that stands for the whole invocation."""
        ready = self._api.initialized
        if not ready.done():
            # One that is slow is not begun anew, which would make it slower: it goes on for as long as the second try would have.
            limit = None if self.function.debugging else INIT_LIMIT + self.function.timeout
            await self._first(ready, limit)
        if ready.done():
            failure = ready.result()
            if failure:
                await self._end()
            return failure
        if self._unit.exited.done():
            return self._exit_error(work)
        return await self._timed_out(work, self.function.timeout)

    async def _answered(self, work: Work) -> Answer:
        waiting = self._api.hand_out(work)
        limit = None if self.function.debugging else self.function.timeout
        await self._first(waiting, limit)
        if waiting.done():
            return waiting.result()
        if self._unit.exited.done():
            return self._exit_error(work)
        return await self._timed_out(work, self.function.timeout)

    async def _first(self, event: asyncio.Future[Any], limit: float | None) -> None:
        """Wait for `event`, the unit's end or the limit."""
        either: set[asyncio.Future[Any]] = {event, self._unit.exited}
        await asyncio.wait(either, timeout=limit, return_when=asyncio.FIRST_COMPLETED)

    async def _timed_out(self, work: Work, limit: float) -> Answer:
        # The runtime knows nothing of the time-out and stays busy with the event: it must go.
        await self._unit.drain()
        await self._end()
        message = f"RequestId: {work.request_id} Error: Task timed out after {limit:.2f} seconds"
        self.output.write(f"{message}\n".encode())
        return Answer(FunctionError("Sandbox.Timedout", message).document(), failed=True)

    def _exit_error(self, work: Work) -> Answer:
        how = self._unit.exited.result()
        reason = "Runtime exited without providing a reason" if how == "exit status 0" else f"Runtime exited with error: {how}"
        message = f"RequestId: {work.request_id} Error: {reason}"
        self.output.write(f"{message}\n".encode())
        return Answer(FunctionError("Runtime.ExitError", message).document(), failed=True)

    async def _end(self) -> None:
        self._stopped = True
        await self._unit.kill()

    def _logs(self, request_id: str, duration: float, init: float | None, drained: asyncio.Future[None]) -> str:
        milliseconds = duration * 1000
        report = [
            f"REPORT RequestId: {request_id}",
            f"Duration: {milliseconds:.2f} ms",
            f"Billed Duration: {math.ceil(milliseconds)} ms",
            f"Memory Size: {self.function.memory} MB",
        ]
        if init is not None:
            report.append(f"Init Duration: {init * 1000:.2f} ms")
        start = f"START RequestId: {request_id} Version: {self.function.version}\n"
        printed = self.output.end(complete=drained.done())
        drained.add_done_callback(lambda _drained: self.output.complete())
        return start + printed + f"END RequestId: {request_id}\n" + "\t".join(report) + "\n"
