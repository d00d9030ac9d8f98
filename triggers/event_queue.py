"""Invocations that nobody waits for: events that were accepted, and run later and again until they succeed or are given up.

An event is in the queue before whoever sent it is answered, and leaves it when its function has succeeded or nothing more is to be
hoped for. A worker that runs it holds a lease and prolongs it; one that dies (kill -9 included) loses it after a few seconds, and the next
one takes over. So an event runs at least once, and may run twice: on AWS, too.

Events are due, and grow old, by the emulator's clock, which a developer may move; leases run by the machine's own, which nobody moves.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, Protocol

import msgspec
import structlog

from triggers.bus import DENIED, Bus
from triggers.errors import FunctionFailed, FunctionUnavailable, TriggerError

# https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html, all in seconds
RETRY_WAITS = (60.0, 120.0)
"""What Lambda waits before it runs a function again that failed on an event."""

FIRST_DEFERRAL = 1.0
LONGEST_DEFERRAL = 300.0
"""What Lambda waits when the function could not be run at all; the first wait doubles until it is the longest."""

GREATEST_AGE = 6 * 3600.0
"""How long Lambda keeps an event."""

_DOUBLINGS = 10  # enough for the longest deferral, and 2.0 ** deferrals can never overflow
_MOST_IN_HAND = 100
_LEASE_SECONDS = 9.0
_HOLD_SECONDS = _LEASE_SECONDS / 3
_SHORTEST_SLEEP = 0.05  # a queue whose next_due_at and claim_due disagree must not make the worker spin

_log = structlog.get_logger(__name__)


class QueuedEvent(msgspec.Struct, frozen=True):
    """An event on its way to a function.

    Attributes:
        id: The request id that its sender was told, and that the first run has. On AWS the further ones have it, too; here each is
            recorded, and has an id of its own.
        function_arn: The function as it was asked for.
        event: Any JSON value.
        trigger: The LambdaConfig member that it is for; None where Lambda's own Invoke sent it.
        source_arn: The user pool's, against which the function's policy is checked.
        sent_at: When it was accepted, in seconds since the epoch; decides when it is given up.
        failures: How often the function ran and failed.
        deferrals: How often it could not be run at all.
        tried: Whether a worker took it before.
    """

    id: str
    function_arn: str
    event: Any
    sent_at: float
    trigger: str | None = None
    source_arn: str | None = None
    failures: int = 0
    deferrals: int = 0
    tried: bool = False


class EventQueue(Protocol):
    """Events that wait.

    Each method is one transaction. `hold`, `put_back` and `remove` do nothing about an event that is gone.
    All times are seconds since the epoch: `now` and `due_at` by the emulator's clock, `wall_now` and `until` by the machine's.
    """

    async def claim_due(self, now: float, wall_now: float, *, until: float, limit: int) -> list[QueuedEvent]:
        """Up to `limit` events that are due and that no lease holds, leased `until` then: nobody else gets them."""
        ...

    async def hold(self, event_ids: list[str], until: float) -> None:
        """Prolong leases."""
        ...

    async def put_back(self, event_id: str, due_at: float, *, failures: int, deferrals: int) -> None:
        """End the lease; the event is due at `due_at`."""
        ...

    async def remove(self, event_id: str) -> None:
        """It succeeded, or was given up."""
        ...

    async def next_due_at(self, wall_now: float) -> float | None:
        """When the next event that no lease holds is due; None without any."""
        ...


class EventWorker:
    """Runs the events of a queue on a bus.

    `now` is the emulator's clock, `wall_clock` the machine's. The worker sleeps until something is due or `notify()` says to look, but not
    for long: another process on the queue may have died, and notifies nobody.
    """

    def __init__(self, bus: Bus, queue: EventQueue, *, now: Callable[[], float], wall_clock: Callable[[], float] = time.time) -> None:
        self._bus = bus
        self._queue = queue
        self._now = now
        self._wall_clock = wall_clock
        self._wake = asyncio.Event()
        self._stopping = False
        self._in_hand: dict[str, asyncio.Task[None]] = {}
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, with what an earlier process has left."""
        self._loop = asyncio.create_task(self._run(), name="lambda-events")

    def notify(self) -> None:
        """An event was sent, or the clock was moved: look again."""
        self._wake.set()

    def let_go(self) -> None:
        """Begin nothing more. What fails from now on fails because everything ends, and stays in the queue as it was."""
        self._stopping = True
        self._wake.set()

    async def stopped(self) -> None:
        """Wait for what is in hand: call `let_go`, close the bus, then this."""
        if self._loop is not None:
            await self._loop
        while self._in_hand:
            await asyncio.wait(self._in_hand.values())

    async def _run(self) -> None:
        away = False
        while not self._stopping:
            self._wake.clear()
            try:
                seconds = await self._round()
                away = False
            except Exception as error:  # noqa: BLE001 - a database that is away must not end the worker
                if not away:  # said once an outage
                    _log.warning("the queue of Lambda's events cannot be read or written; trying again", reason=str(error))
                away, seconds = True, 1.0
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), seconds)

    async def _round(self) -> float:
        """Take what is due, and say how long to sleep then."""
        wall_now = self._wall_clock()
        until = wall_now + _LEASE_SECONDS
        if self._in_hand:
            await self._queue.hold(list(self._in_hand), until)
        room = _MOST_IN_HAND - len(self._in_hand)
        if room <= 0:
            return _HOLD_SECONDS
        for event in await self._queue.claim_due(self._now(), wall_now, until=until, limit=room):
            self._in_hand[event.id] = task = asyncio.create_task(self._work_on(event))
            task.add_done_callback(partial(self._free, event.id))
        due_at = await self._queue.next_due_at(wall_now)
        return _HOLD_SECONDS if due_at is None else max(_SHORTEST_SLEEP, min(_HOLD_SECONDS, due_at - self._now()))

    def _free(self, event_id: str, _done: asyncio.Task[None]) -> None:
        del self._in_hand[event_id]
        self.notify()  # there is room again, or something that was put back is due before anything else

    async def _work_on(self, event: QueuedEvent) -> None:
        """Run it once, and tell the queue what came of that."""
        try:
            if self._now() - event.sent_at > GREATEST_AGE:
                _log.warning("an event was given up: it is older than six hours", function=event.function_arn, request_id=event.id)
                await self._queue.remove(event.id)
                return
            try:
                await self._bus.run_event(
                    event.function_arn,
                    event.event,
                    trigger=event.trigger or "Invoke",
                    source_arn=event.source_arn,
                    attempt=event.failures + event.deferrals + 1,
                    request_id=None if event.tried else event.id,
                )
            except TriggerError as error:
                _log.warning("an event failed", function=event.function_arn, request_id=event.id, error=error.sentence)
                await self._after(event, error)
            else:
                await self._queue.remove(event.id)
        except Exception as error:  # noqa: BLE001 - the queue is away; the lease ends, and the event runs again
            _log.warning("what became of an event could not be written down", request_id=event.id, reason=str(error))

    async def _after(self, event: QueuedEvent, error: TriggerError) -> None:
        now = self._now()
        failures, deferrals = event.failures, event.deferrals
        if self._stopping:
            wait = 0.0
        elif event.trigger is not None:
            # Assumption: custom senders are not tried again, since a code is stale by then.
            await self._queue.remove(event.id)
            return
        elif isinstance(error, FunctionFailed) and failures < len(RETRY_WAITS):
            wait = RETRY_WAITS[failures]
            failures += 1
        elif isinstance(error, FunctionUnavailable) and error.reason != DENIED:
            wait = min(LONGEST_DEFERRAL, FIRST_DEFERRAL * 2.0 ** min(deferrals, _DOUBLINGS))
            deferrals += 1
        else:  # it failed once more than Lambda tries, or the function is gone
            await self._queue.remove(event.id)
            return
        await self._queue.put_back(event.id, now + wait, failures=failures, deferrals=deferrals)
