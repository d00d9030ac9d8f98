"""Nothing is lost, nothing is sent twice without need, and nobody waits longer than he must."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from mail import (
    Deliver,
    DeliveryRefusedError,
    DeliveryState,
    DeliveryWorker,
    MemoryOutbox,
    OutboxMessage,
    RenderedMessage,
    RetryPolicy,
    ServerUnavailableError,
    SmtpSettings,
    SmtpTransport,
    TemporaryDeliveryError,
)
from tests.mail.mail_fixtures import Clock, Mailbox, WatchedOutbox, free_port, in_loop, message, settled, smtp_server

DAY = 24 * 3600.0


class Scripted:
    """A transport that does to each message what `answer` says, and remembers what it delivered."""

    def __init__(self, answer: Callable[[RenderedMessage], Exception | None] = lambda _: None) -> None:
        self.answer = answer
        self.delivered: list[RenderedMessage] = []
        self.tried = 0
        self.sessions = self.most_sessions = 0

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Deliver]:
        self.sessions += 1
        self.most_sessions = max(self.most_sessions, self.sessions)
        try:
            yield self._deliver
        finally:
            self.sessions -= 1

    async def _deliver(self, message: RenderedMessage) -> None:
        self.tried += 1
        await asyncio.sleep(0)
        if error := self.answer(message):
            raise error
        self.delivered.append(message)


def filled(count: int, clock: Clock) -> WatchedOutbox:
    outbox = WatchedOutbox()
    for _ in range(count):
        outbox.add(message(), clock())
    return outbox


def states(outbox: MemoryOutbox) -> list[DeliveryState]:
    return [row.state for row in outbox.rows.values()]


@in_loop
async def test_notify_sends_at_once() -> None:
    clock, transport, outbox = Clock(), Scripted(), WatchedOutbox()
    worker = DeliveryWorker(outbox, transport, now=clock)
    worker.start()
    outbox.add(message(), clock())
    worker.notify()
    await outbox.until(lambda: states(outbox) == [DeliveryState.SENT])
    await worker.stop()
    assert outbox.rows["1"].done_at == clock()


@in_loop
async def test_what_was_due_before_the_start_goes_without_notify() -> None:
    clock, transport = Clock(), Scripted()
    outbox = filled(250, clock)
    worker = DeliveryWorker(outbox, transport, now=clock, batch_size=100)
    worker.start()
    await outbox.until(lambda: set(states(outbox)) == {DeliveryState.SENT})
    await worker.stop()
    assert len(transport.delivered) == 250
    assert transport.most_sessions <= 4


@in_loop
async def test_waits_grow_to_a_cap_and_then_it_goes() -> None:
    clock, outbox = Clock(), MemoryOutbox()
    transport = Scripted(lambda _: TemporaryDeliveryError("450 later"))
    outbox.add(message(), clock())
    worker = DeliveryWorker(outbox, transport, now=clock, policy=RetryPolicy(first_wait=5, longest_wait=60))
    waits = []
    for _ in range(6):
        assert (await worker.run_once()).retried == 1
        due_at = await outbox.next_due_at()
        assert due_at is not None
        waits.append(due_at - clock())
        assert (await worker.run_once()).claimed == 0, "it is not due yet"
        clock.time = due_at
    assert waits == [5, 10, 20, 40, 60, 60]
    assert (outbox.rows["1"].error, outbox.rows["1"].attempts) == ("450 later", 6)
    transport.answer = lambda _: None
    assert (await worker.run_once()).sent == 1
    assert outbox.rows["1"].error is None


@in_loop
async def test_it_is_tried_for_days_and_then_given_up_with_the_last_words() -> None:
    clock, outbox = Clock(), MemoryOutbox()
    outbox.add(message(), clock())
    worker = DeliveryWorker(outbox, Scripted(lambda _: TemporaryDeliveryError("450 later")), now=clock)
    tries = 0
    while states(outbox) == [DeliveryState.PENDING]:
        await worker.run_once()
        tries += 1
        clock.time = await outbox.next_due_at() or clock.time
    assert outbox.rows["1"].state is DeliveryState.REFUSED
    assert outbox.rows["1"].error == "given up after 5.0 days: 450 later"
    assert tries > 400


@in_loop
async def test_a_refusal_keeps_the_servers_words_and_logs_none_of_them(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    outbox = filled(1, clock)
    worker = DeliveryWorker(outbox, Scripted(lambda _: DeliveryRefusedError("550 <jane@example.com> unknown")), now=clock)
    assert (await worker.run_once()).refused == 1
    row = outbox.rows["1"]
    assert (row.state, row.error, row.done_at) == (DeliveryState.REFUSED, "550 <jane@example.com> unknown", clock())
    assert "jane" not in caplog.text
    assert "message 1 (SignUp) was refused" in caplog.text


@in_loop
async def test_the_other_sides_wish_for_a_pause_is_granted() -> None:
    clock = Clock()
    outbox = filled(1, clock)
    worker = DeliveryWorker(outbox, Scripted(lambda _: TemporaryDeliveryError("429", retry_after_seconds=77)), now=clock)
    await worker.run_once()
    assert await outbox.next_due_at() == clock() + 77


@in_loop
async def test_a_server_that_is_down_is_asked_once_per_lane_and_not_once_per_message() -> None:
    clock = Clock()
    outbox = filled(100, clock)
    transport = Scripted(lambda _: ServerUnavailableError("down"))
    report = await DeliveryWorker(outbox, transport, now=clock, parallelism=4).run_once()
    assert transport.tried <= 4
    assert (report.unavailable, report.retried + report.released) == ("down", 100)
    assert {row.error for row in outbox.rows.values()} == {"down"}
    assert sum(row.attempts for row in outbox.rows.values()) == transport.tried


@in_loop
async def test_after_an_outage_the_pause_ends_with_the_clock_and_notify_does_not_cut_it_short() -> None:
    clock = Clock()
    outbox = filled(1, clock)
    transport = Scripted(lambda _: ServerUnavailableError("down"))
    worker = DeliveryWorker(outbox, transport, now=clock, policy=RetryPolicy(first_pause=10, longest_pause=10))
    worker.start()
    await outbox.until(lambda: outbox.rows["1"].attempts == 1)
    await settled()
    outbox.add(message(), clock())
    worker.notify()
    await settled()
    assert transport.tried == 1
    transport.answer = lambda _: None
    clock.move(11)
    worker.notify()
    await outbox.until(lambda: set(states(outbox)) == {DeliveryState.SENT})
    await worker.stop()


@in_loop
async def test_a_clock_moved_back_does_not_keep_the_worker_waiting() -> None:
    clock, outbox = Clock(), WatchedOutbox()
    outbox.add(message(), clock() - 2 * DAY)
    transport = Scripted(lambda _: ServerUnavailableError("down"))
    worker = DeliveryWorker(outbox, transport, now=clock)
    worker.start()
    await outbox.until(lambda: outbox.rows["1"].attempts == 1)
    await settled()
    outbox.add(message(), clock() - DAY)
    transport.answer = lambda _: None
    clock.move(-DAY)
    worker.notify()
    await outbox.until(lambda: outbox.rows["2"].state is DeliveryState.SENT)
    await worker.stop()


@in_loop
async def test_a_message_over_which_the_server_hangs_goes_behind_the_others() -> None:
    clock = Clock()
    outbox = filled(3, clock)
    poison = outbox.rows["1"].message
    transport = Scripted(lambda each: ServerUnavailableError("hangs") if each == poison else None)
    worker = DeliveryWorker(outbox, transport, now=clock, parallelism=1)
    assert (await worker.run_once()).unavailable == "hangs"
    clock.move(5)
    assert (await worker.run_once()).sent == 2


@in_loop
async def test_two_nodes_never_send_the_same_message() -> None:
    clock = Clock()
    outbox = filled(300, clock)
    first, second = Scripted(), Scripted()
    workers = [DeliveryWorker(outbox, transport, now=clock, batch_size=20) for transport in (first, second)]
    for worker in workers:
        worker.start()
    await outbox.until(lambda: set(states(outbox)) == {DeliveryState.SENT})
    for worker in workers:
        await worker.stop()
    sent = [each.message_id for each in first.delivered + second.delivered]
    assert (len(sent), len(set(sent))) == (300, 300)
    assert first.delivered
    assert second.delivered


@in_loop
async def test_a_node_that_dies_loses_its_lease_and_nothing_else() -> None:
    """The claim is all that a dead worker leaves behind; until it ends nobody else touches the message, then somebody does."""
    clock = Clock()
    outbox = filled(2, clock)
    assert len(await outbox.claim_due(clock(), 100, 60)) == 2  # and then: kill -9
    transport = Scripted()
    worker = DeliveryWorker(outbox, transport, now=clock)
    assert (await worker.run_once()).claimed == 0
    assert await outbox.next_due_at() == clock() + 60
    clock.move(60)
    assert (await worker.run_once()).sent == 2


@in_loop
async def test_no_delivery_begins_when_half_the_lease_is_over() -> None:
    clock = Clock()
    outbox = filled(3, clock)

    def slow(_: RenderedMessage) -> None:
        clock.move(31)

    report = await DeliveryWorker(outbox, Scripted(slow), now=clock, parallelism=1, lease_seconds=60).run_once()
    assert (report.sent, report.released) == (1, 2)
    assert await outbox.next_due_at() == 1_800_000_000.0, "the rest is given back, not kept until the lease ends"


@in_loop
async def test_a_delivery_that_never_ends_is_cut_off_by_the_lease() -> None:
    clock = Clock()
    outbox = filled(1, clock)

    class Stuck(Scripted):
        async def _deliver(self, message: RenderedMessage) -> None:
            await asyncio.Event().wait()

    report = await DeliveryWorker(outbox, Stuck(), now=clock, lease_seconds=0.1).run_once()
    assert (report.retried, report.unavailable) == (1, "no delivery within 0.05 s")


@in_loop
async def test_our_own_mistake_is_kept_for_another_try(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    outbox = filled(1, clock)
    caplog.set_level(logging.ERROR)
    report = await DeliveryWorker(outbox, Scripted(lambda _: KeyError("oops")), now=clock).run_once()
    assert (report.retried, outbox.rows["1"].error) == (1, "internal error: KeyError")
    assert "failed unexpectedly" in caplog.text


class Faltering(WatchedOutbox):
    """A store that is away for a while."""

    def __init__(self, *, claims: int = 0, marks: int = 0) -> None:
        super().__init__()
        self.claims, self.marks = claims, marks

    async def claim_due(self, now: float, limit: int, lease_seconds: float) -> list[OutboxMessage]:
        if self.claims:
            self.claims -= 1
            raise ConnectionError("database is away")
        return await super().claim_due(now, limit, lease_seconds)

    async def mark_sent(self, message_id: str, at: float) -> None:
        if self.marks:
            self.marks -= 1
            raise ConnectionError("database is away")
        await super().mark_sent(message_id, at)


@in_loop
async def test_a_store_that_is_away_does_not_end_the_worker() -> None:
    clock, outbox = Clock(), Faltering(claims=2)
    outbox.add(message(), clock())
    worker = DeliveryWorker(outbox, Scripted(), now=clock, policy=RetryPolicy(first_pause=0, longest_pause=0))
    worker.start()
    await outbox.until(lambda: states(outbox) == [DeliveryState.SENT])
    await worker.stop()


@in_loop
async def test_what_was_sent_but_not_recorded_is_not_sent_again() -> None:
    clock, outbox, transport = Clock(), Faltering(marks=1), Scripted()
    outbox.add(message(), clock())
    worker = DeliveryWorker(outbox, transport, now=clock, lease_seconds=60)
    with pytest.raises(ConnectionError):
        await worker.run_once()
    clock.move(60)
    assert (await worker.run_once()).sent == 1
    assert len(transport.delivered) == 1


@in_loop
async def test_stop_ends_what_is_in_hand_and_gives_the_rest_back() -> None:
    clock = Clock()
    outbox = filled(10, clock)
    entered, go_on = asyncio.Event(), asyncio.Event()

    class Held(Scripted):
        async def _deliver(self, message: RenderedMessage) -> None:
            entered.set()
            await go_on.wait()
            await super()._deliver(message)

    transport = Held()
    worker = DeliveryWorker(outbox, transport, now=clock, parallelism=2)
    worker.start()
    await entered.wait()
    stopping = asyncio.create_task(worker.stop())
    await asyncio.sleep(0)
    go_on.set()
    await stopping
    assert len(transport.delivered) == 2
    assert await outbox.next_due_at() == clock(), "the rest can be claimed at once"


@in_loop
async def test_stop_cuts_off_what_hangs() -> None:
    clock = Clock()
    outbox = filled(1, clock)
    entered = asyncio.Event()

    class Stuck(Scripted):
        async def _deliver(self, message: RenderedMessage) -> None:
            entered.set()
            await asyncio.Event().wait()

    worker = DeliveryWorker(outbox, Stuck(), now=clock)
    worker.start()
    await entered.wait()
    await worker.stop(grace_seconds=0)
    assert await outbox.next_due_at() == clock() + 60, "still leased; whoever runs then delivers it"
    await worker.stop()


@in_loop
async def test_a_server_that_comes_back_gets_the_mail() -> None:
    clock = Clock()
    outbox = filled(20, clock)
    port = await free_port()
    mailbox = Mailbox()
    worker = DeliveryWorker(outbox, SmtpTransport(SmtpSettings("127.0.0.1", port, timeout_seconds=5)), now=clock)
    worker.start()
    await outbox.until(lambda: all(row.error for row in outbox.rows.values()))
    await settled()
    assert DeliveryState.SENT not in states(outbox)
    async with smtp_server(mailbox, port=port):
        clock.move(RetryPolicy().longest_pause + 1)
        worker.notify()
        await outbox.until(lambda: set(states(outbox)) == {DeliveryState.SENT})
        await worker.stop()
    assert len({mail["Message-ID"] for mail in mailbox.mails()}) == len(mailbox.mails()) == 20


@in_loop
async def test_throughput_and_connections(record_property: Callable[[str, object], None]) -> None:
    """A figure, and a floor far below it: a batch shares four connections."""
    clock, mailbox, count = Clock(), Mailbox(), 500
    outbox = filled(count, clock)
    async with smtp_server(mailbox) as settings:
        worker = DeliveryWorker(outbox, SmtpTransport(settings), now=clock)
        began = time.perf_counter()
        worker.start()
        await outbox.until(lambda: len(mailbox.envelopes) == count and set(states(outbox)) == {DeliveryState.SENT})
        seconds = time.perf_counter() - began
        await worker.stop()
    record_property("messages_per_second", round(count / seconds))
    print(f"{count / seconds:.0f} messages/s over {mailbox.connections} connections")  # noqa: T201 - shown with -s
    assert mailbox.connections == 4 * count // 100
    assert count / seconds > 20
