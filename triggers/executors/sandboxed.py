"""The executor for functions in local sandboxes. `process` and `container` differ in how a sandbox is launched only."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

from triggers.executors.base import LateOutput, NoAnswer, Outcome
from triggers.functions import FunctionSpec
from triggers.runtime_api import RuntimeApi, Work
from triggers.sandbox import Sandbox, Unit
from triggers.sandbox_output import SandboxOutput
from triggers.sandbox_pool import SandboxPool

_A_DAY = 86400.0


class Launcher(Protocol):
    """Starts the units of one kind. `name` is the executor's."""

    name: str

    async def launch(self, function: FunctionSpec, output: SandboxOutput) -> tuple[RuntimeApi, Unit]:
        """Start a runtime for `function`; what it prints goes to `output`.

        Raises:
            CannotRun: It could not be started; the reason and what to do about it.
        """

    async def close(self) -> None:
        """Give back what launching needed. All units have ended."""


class SandboxExecutor:
    """Runs functions in sandboxes from a pool."""

    def __init__(
        self,
        launcher: Launcher,
        *,
        limit: int = 10,
        idle_seconds: float = 300.0,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        """`limit` is the most sandboxes at once, `idle_seconds` how long an unused one stays warm.

        `wall_clock` is this machine's and not the emulator's clock: handlers compare deadlines with their own.
        """
        self.name = launcher.name
        self.late_output: LateOutput | None = None
        self._launcher = launcher
        self._wall_clock = wall_clock
        self._runs: set[asyncio.Task[Outcome]] = set()
        self.pool = SandboxPool(self._launch, limit=limit, idle_seconds=idle_seconds)

    async def invoke(
        self, function: FunctionSpec, payload: bytes, *, request_id: str, patience: float | None, all_logs: bool = False
    ) -> Outcome:
        """Run `function`; see `Executor.invoke`."""
        sandbox = await self.pool.acquire(function)
        run = asyncio.create_task(self._run(sandbox, function, payload, request_id, all_logs=all_logs))
        self._runs.add(run)
        run.add_done_callback(self._runs.discard)
        await asyncio.wait({run}, timeout=None if function.debugging else patience)
        if not run.done():
            run.add_done_callback(lambda done: self._forward_late(request_id, done))
            raise NoAnswer
        return run.result()

    async def close(self) -> None:
        """Stop all sandboxes."""
        await self.pool.close()
        await asyncio.gather(*self._runs, return_exceptions=True)
        await self._launcher.close()

    async def _launch(self, function: FunctionSpec, revision: str) -> Sandbox:
        output = SandboxOutput()
        output.late = self._forward
        api, unit = await self._launcher.launch(function, output)
        return Sandbox(function, revision, api, unit, output)

    async def _run(self, sandbox: Sandbox, function: FunctionSpec, payload: bytes, request_id: str, *, all_logs: bool) -> Outcome:
        allowed = _A_DAY if function.debugging else function.timeout
        try:
            return await sandbox.run(Work(request_id, payload, function.arn, self._wall_clock() + allowed), all_logs=all_logs)
        finally:
            self.pool.release(sandbox)

    def _forward_late(self, request_id: str, done: asyncio.Task[Outcome]) -> None:
        if not done.cancelled() and not done.exception():
            self._forward(request_id, done.result().logs)

    def _forward(self, request_id: str, text: str) -> None:
        if self.late_output:
            self.late_output(request_id, text)
