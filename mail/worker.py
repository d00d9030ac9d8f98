"""The background worker between an outbox and a transport.

It sleeps until something is due: `notify()` after a commit, the end of a wait, the end of another node's lease. Besides, it asks
the outbox every `idle_seconds`, because another node's commit notifies only that node.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from contextlib import suppress

import msgspec

from mail.outbox import Outbox, OutboxMessage
from mail.transport import Deliver, DeliveryRefusedError, ServerUnavailableError, TemporaryDeliveryError, Transport

_log = logging.getLogger(__name__)

_DAY = 24 * 3600.0
_SHORTEST_SLEEP = 0.05  # a store whose next_due_at and claim_due disagree must not make the worker spin
_DOUBLINGS = 30  # enough for any cap, and 2.0 ** attempts can never overflow


class RetryPolicy(msgspec.Struct, frozen=True):
    """How patient the worker is. All in seconds.

    Attributes:
        first_wait: After a message's first failure; doubles with each further one.
        longest_wait: The cap.
        give_up_after: Age at which a message is refused. RFC 5321, 4.5.4.1: "generally needs to be at least 4-5 days".
        first_pause: After the server was unavailable, nothing is tried for so long; doubles while it stays so. New mail waits
            too: it would only meet the same closed door, and a thousand sign-ups would knock a thousand times.
        longest_pause: The cap, and so how long after its return a server gets the mail at the latest.
    """

    first_wait: float = 5.0
    longest_wait: float = 15 * 60.0
    give_up_after: float = 5 * _DAY
    first_pause: float = 1.0
    longest_pause: float = 30.0

    def wait(self, attempts: int) -> float:
        """The wait after `attempts` earlier failures and one more."""
        return min(self.longest_wait, self.first_wait * 2.0 ** min(attempts, _DOUBLINGS))

    def pause(self, failures: int) -> float:
        """The pause after the server was found unavailable `failures` times running (at least once)."""
        return min(self.longest_pause, self.first_pause * 2.0 ** min(failures - 1, _DOUBLINGS))


class DeliveryReport(msgspec.Struct):
    """What one round did.

    Attributes:
        unavailable: Why the server could not be used at all; None if it could.
        released: Claimed but not tried: the lease ran short, or the worker was stopped.
    """

    sent: int = 0
    retried: int = 0
    refused: int = 0
    released: int = 0
    unavailable: str | None = None

    @property
    def claimed(self) -> int:
        """How many messages the round began with."""
        return self.sent + self.retried + self.refused + self.released


class DeliveryWorker:
    """Delivers what is due in one outbox through one transport; run one for each medium.

    All methods belong to the event loop's thread.

    Args:
        now: The clock by which messages are due and leases run, in seconds since the epoch.
        parallelism: How many sessions (SMTP connections) at most.
        batch_size: How many messages are claimed at once.
        lease_seconds: How long a claim holds; half of it is the most that one delivery may take.
        idle_seconds: How long the worker sleeps at most.
    """

    def __init__(
        self,
        outbox: Outbox,
        transport: Transport,
        *,
        now: Callable[[], float],
        policy: RetryPolicy | None = None,
        parallelism: int = 4,
        batch_size: int = 100,
        lease_seconds: float = 60.0,
        idle_seconds: float = 30.0,
    ) -> None:
        self._outbox = outbox
        self._transport = transport
        self._now = now
        self._policy = policy or RetryPolicy()
        self._parallelism = parallelism
        self._batch_size = batch_size
        self._lease_seconds = lease_seconds
        self._idle_seconds = idle_seconds
        self._wake = asyncio.Event()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None
        self._failures = 0
        self._paused_until = 0.0
        self._sent_unrecorded: set[str] = set()

    def start(self) -> None:
        """Begins to deliver in the background."""
        assert self._task is None, "the worker runs already"
        self._stopping = False
        self._task = asyncio.create_task(self._run(), name="mail-delivery")

    def notify(self) -> None:
        """Something was committed, or the clock was moved: look again. Costs nothing; never waits."""
        self._wake.set()

    async def stop(self, grace_seconds: float = 5.0) -> None:
        """Ends the messages in hand, gives the others back and stops; after `grace_seconds` cuts off what still hangs.

        A message that is cut off stays leased and is delivered after the lease by whoever runs then.
        """
        self._stopping = True
        self._wake.set()
        if self._task is None:
            return
        task, self._task = self._task, None
        done, _ = await asyncio.wait({task}, timeout=grace_seconds)
        if not done:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    async def run_once(self) -> DeliveryReport:
        """Claims what is due now, once, and tries each message once."""
        claimed_at = self._now()
        batch = deque(await self._outbox.claim_due(claimed_at, self._batch_size, self._lease_seconds))
        report = DeliveryReport()
        if batch:
            start_before = claimed_at + self._lease_seconds / 2
            lanes = (self._lane(batch, start_before, report) for _ in range(min(self._parallelism, len(batch))))
            # Not a TaskGroup: when one lane fails at the store, the others must finish what they have begun to tell the server.
            for error in await asyncio.gather(*lanes, return_exceptions=True):
                if error is not None:
                    raise error
        if batch:
            await self._outbox.release([entry.id for entry in batch], report.unavailable)
            report.released = len(batch)
        return report

    async def _run(self) -> None:
        while not self._stopping:
            self._wake.clear()
            try:
                await self._sleep(await self._round())
            except Exception:  # noqa: BLE001 - see below
                # A database that is away must not end the worker; the messages are where they were.
                _log.exception("mail outbox cannot be read or written; trying again")
                await self._sleep(self._pause_after_failure())

    async def _round(self) -> float:
        """Delivers unless paused, and says how long to sleep then."""
        now = self._now()
        if 0.0 < (remaining := self._paused_until - now) <= self._policy.longest_pause:  # more: the clock was moved back
            return remaining
        report = await self.run_once()
        if report.unavailable is not None:
            pause = self._pause_after_failure()
            _log.warning("%s; %d message(s) wait, next try in %g s", report.unavailable, report.claimed, pause)
            return pause
        if report.claimed:
            if self._failures:
                _log.warning("messages go out again")
            self._failures = 0
            if report.claimed == self._batch_size and not report.released:
                return 0.0
        due_at = await self._outbox.next_due_at()
        return self._idle_seconds if due_at is None else max(_SHORTEST_SLEEP, due_at - self._now())

    def _pause_after_failure(self) -> float:
        self._failures += 1
        pause = self._policy.pause(self._failures)
        self._paused_until = self._now() + pause
        return pause

    async def _sleep(self, seconds: float) -> None:
        if self._stopping:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, min(seconds, self._idle_seconds))):
                await self._wake.wait()

    async def _lane(self, batch: deque[OutboxMessage], start_before: float, report: DeliveryReport) -> None:
        """One session's share of the batch: until that is empty, the server fails, time runs short or stop() is called."""
        async with self._transport.session() as deliver:
            while batch and report.unavailable is None and not self._stopping and self._now() < start_before:
                await self._try(deliver, batch.popleft(), report)

    async def _try(self, deliver: Deliver, entry: OutboxMessage, report: DeliveryReport) -> None:
        try:
            if entry.id not in self._sent_unrecorded:
                async with asyncio.timeout(self._lease_seconds / 2):
                    await deliver(entry.message)
        except DeliveryRefusedError as error:
            await self._refuse(entry, str(error), report)
        except TemporaryDeliveryError as error:
            wait = error.retry_after_seconds
            if isinstance(error, ServerUnavailableError):
                report.unavailable = str(error)
                wait = self._wait_for_server(entry)
            await self._retry(entry, str(error), report, wait)
        except TimeoutError:
            report.unavailable = f"no delivery within {self._lease_seconds / 2:g} s"
            await self._retry(entry, report.unavailable, report, self._wait_for_server(entry))
        except Exception as error:  # noqa: BLE001 - see below
            # Our own mistake. Kept and tried again, because a mended version may deliver it.
            _log.exception("delivery of message %s failed unexpectedly", entry.id)
            await self._retry(entry, f"internal error: {type(error).__name__}", report)
        else:
            await self._sent(entry, report)

    def _wait_for_server(self, entry: OutboxMessage) -> float:
        # Short, since it is no fault of the message. Not zero: one over which the server hangs goes behind the others.
        return min(self._policy.longest_pause, self._policy.wait(entry.attempts))

    async def _sent(self, entry: OutboxMessage, report: DeliveryReport) -> None:
        # If the store fails now, the message comes back after its lease; this worker at least will not send it twice.
        self._sent_unrecorded.add(entry.id)
        await self._outbox.mark_sent(entry.id, self._now())
        self._sent_unrecorded.discard(entry.id)
        report.sent += 1

    async def _retry(self, entry: OutboxMessage, error: str, report: DeliveryReport, retry_after_seconds: float | None = None) -> None:
        now = self._now()
        if now - entry.created_at >= self._policy.give_up_after:
            await self._refuse(entry, f"given up after {(now - entry.created_at) / _DAY:.1f} days: {error}", report)
            return
        wait = self._policy.wait(entry.attempts) if retry_after_seconds is None else retry_after_seconds
        await self._outbox.mark_retry(entry.id, now, now + wait, error)
        report.retried += 1

    async def _refuse(self, entry: OutboxMessage, error: str, report: DeliveryReport) -> None:
        # The server's words may hold the user's address: they belong in the inbox and not in the log.
        _log.warning("message %s (%s) was refused", entry.id, entry.message.kind.value)
        await self._outbox.mark_refused(entry.id, self._now(), error)
        report.refused += 1
