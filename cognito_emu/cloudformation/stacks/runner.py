"""Who works on which stack: one process at a time, and another when that one died."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

from cognito_emu.bell import Bell
from cognito_emu.call import Call, Origin, Tenant
from cognito_emu.cloudformation.stacks import engine
from cognito_emu.store.engine import StoreUnavailableError
from cognito_emu.store.stacks import Stack

if TYPE_CHECKING:
    from cognito_emu.call import Parts
    from cognito_emu.environment import Environment
    from cognito_emu.store import Store

_log = structlog.get_logger(__name__)
_T = TypeVar("_T")

# A claim is renewed well before it ends, so that only a process that died loses it.
_CLAIM_SECONDS = 6.0
_RENEW_SECONDS = 1.0
_LOOK_SECONDS = 2.0
# Tools poll at once and then rarely (30 s): a request waits so long for its stack, which takes milliseconds unless a Lambda is asked.
_ANSWER_WITHIN = 10.0


class StackRunner:
    """Runs what is under way on stacks, in the background of one process.

    Attributes:
        bell: Rings when something came that a stack may wait for.
    """

    def __init__(self, env: Environment, store: Store) -> None:
        self._env = env
        self._store = store
        self._name = env.uuid()
        self.bell = Bell()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._aside: set[asyncio.Task[Any]] = set()
        self._watcher: asyncio.Task[None] | None = None

    def start(self, parts: Parts) -> None:
        """Look for stacks that a dead process left in progress, now and every few seconds."""
        self._watcher = asyncio.create_task(self._watch(parts))

    async def stop(self) -> None:
        """Let go of what is under way; the next start goes on with it."""
        tasks = [task for task in (self._watcher, *self._running.values(), *self._aside) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def run(self, call: Call, stack: Stack) -> None:
        """Begin to work on a stack; returns when it is done, or soon."""
        if stack.id not in self._running:
            task = asyncio.create_task(self._work(engine.call_for(call, stack), stack.id))
            self._running[stack.id] = task
            task.add_done_callback(lambda _task: self._running.pop(stack.id, None))
        await asyncio.wait([self._running[stack.id]], timeout=_ANSWER_WITHIN)

    def aside(self, work: Coroutine[Any, Any, _T]) -> asyncio.Task[_T]:
        """Do something beside the steps of stacks, which may outlast the step that needs it."""
        task = asyncio.get_running_loop().create_task(work)
        self._aside.add(task)
        task.add_done_callback(self._aside.discard)
        return task

    async def _work(self, call: Call, stack_id: str) -> None:
        if not await self._claim(stack_id):
            return
        renewing = asyncio.create_task(self._renew(stack_id))
        try:
            await engine.advance(call, stack_id)
        except StoreUnavailableError as error:
            _log.warning("the database is away; the stack waits", stack=stack_id, reason=str(error))
        except Exception:  # noqa: BLE001 - nobody waits for this task, so it is said here
            _log.exception("a stack got stuck", stack=stack_id)
            return  # keeps its claim until that ends: what failed so will fail again, but not at once
        finally:
            renewing.cancel()
        with contextlib.suppress(StoreUnavailableError):
            await self._store.transact(lambda tx: tx.stacks.release(stack_id, self._name))

    async def _renew(self, stack_id: str) -> None:
        while True:
            await asyncio.sleep(_RENEW_SECONDS)
            with contextlib.suppress(StoreUnavailableError):
                await self._claim(stack_id)

    async def _claim(self, stack_id: str) -> bool:
        now = self._real_time()
        return await self._store.transact(lambda tx: tx.stacks.claim(stack_id, self._name, now=now, until=now + _CLAIM_SECONDS))

    async def _watch(self, parts: Parts) -> None:
        while True:
            try:
                for stack in await self._store.read(lambda tx: tx.stacks.abandoned(self._real_time())):
                    _log.info("going on with a stack", stack=stack.id, status=stack.status)
                    await self.run(_call(parts, stack), stack)
            except StoreUnavailableError:
                pass  # said by the sweeper
            await asyncio.sleep(_LOOK_SECONDS)

    def _real_time(self) -> float:
        return self._env.now() - self._env.clock_offset


def _call(parts: Parts, stack: Stack) -> Call:
    settings = parts.settings
    base_url = settings.public_url.rstrip("/") or f"http://localhost:{settings.port}"
    return Call(parts, Tenant(stack.account, stack.region), Origin(base_url), parts.env.uuid(), signed=True, access_key=stack.account)
