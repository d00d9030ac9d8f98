"""What every outbox promises, in memory, on disk and in the emulator's store."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from cognito_emu.messaging.outbox import StoreOutbox, content_of
from cognito_emu.store import open_store
from cognito_emu.store.messages import Message
from mail import DeliveryWorker, MemoryOutbox, Outbox, RenderedMessage, SmtpTransport
from mail.kinds import Medium
from tests.mail.mail_fixtures import Mailbox, in_loop, message, raw_server, smtp_server
from tests.mail.outbox_on_disk import DiskOutbox
from tests.support import postgres

ROOT = Path(__file__).parents[2]
NOW = 1_800_000_000.0


class Fillable(Outbox, Protocol):
    """An outbox into which a test can put messages."""

    def add(self, message: RenderedMessage, now: float) -> str: ...


class FillableStore(StoreOutbox):
    """The e-mails of a store, beside SMS that nobody may see here."""

    def __init__(self, url: str) -> None:
        self.store = open_store(url)
        super().__init__(self.store, Medium.EMAIL)
        self.add(message(medium=Medium.SMS, to="+15550100"), NOW - 1000)

    def add(self, message: RenderedMessage, now: float) -> str:
        row = Message(
            id=message.message_id,
            account="000000000000",
            region="us-east-1",
            pool_id=message.headers["X-Cognito-User-Pool-Id"],
            client_id=None,
            username="jane",
            medium=message.medium.value,
            kind=message.kind.value,
            recipient=message.to,
            code=message.code,
            content=content_of(message),
            created_at=now,
            state="pending",
            not_before=now,
        )
        self.store.run_now(lambda tx: tx.messages.add(row))
        return row.id


@pytest.fixture(params=["memory", "disk", "sqlite", "postgresql"])
def outbox(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Fillable]:
    match request.param:
        case "memory":
            yield MemoryOutbox()
        case "disk":
            yield DiskOutbox(str(tmp_path / "outbox.db"))
        case "sqlite":
            outbox = FillableStore(f"sqlite:///{tmp_path / 'store.db'}")
            yield outbox
            outbox.store.close()
        case "postgresql":
            with postgres.database() as url:
                outbox = FillableStore(url)
                yield outbox
                outbox.store.close()


@in_loop
async def test_a_claim_gives_whole_messages_oldest_first_up_to_the_limit(outbox: Fillable) -> None:
    later, first, never = message(), message(), message()
    ids = [outbox.add(later, NOW - 1), outbox.add(first, NOW - 2), outbox.add(never, NOW + 1)]
    assert await outbox.next_due_at() == NOW - 2
    claimed = await outbox.claim_due(NOW, 10, 60)
    assert [(each.id, each.message, each.created_at, each.attempts) for each in claimed] == [
        (ids[1], first, NOW - 2, 0),
        (ids[0], later, NOW - 1, 0),
    ]
    assert await outbox.next_due_at() == NOW + 1
    assert len(await outbox.claim_due(NOW + 100, 2, 60)) == 2


@in_loop
async def test_a_lease_keeps_others_away_until_it_ends(outbox: Fillable) -> None:
    outbox.add(message(), NOW)
    assert len(await outbox.claim_due(NOW, 10, 60)) == 1
    assert await outbox.claim_due(NOW + 59, 10, 60) == []
    assert await outbox.next_due_at() == NOW + 60
    assert len(await outbox.claim_due(NOW + 60, 10, 60)) == 1


@in_loop
async def test_a_failure_counts_and_waits(outbox: Fillable) -> None:
    message_id = outbox.add(message(), NOW)
    await outbox.claim_due(NOW, 10, 60)
    await outbox.mark_retry(message_id, NOW, NOW + 5, "450 later")
    assert await outbox.claim_due(NOW + 4, 10, 60) == []
    assert [each.attempts for each in await outbox.claim_due(NOW + 5, 10, 60)] == [1]


@in_loop
async def test_a_release_ends_the_lease_and_counts_nothing(outbox: Fillable) -> None:
    message_id = outbox.add(message(), NOW)
    await outbox.claim_due(NOW, 10, 60)
    await outbox.release([message_id], "down")
    assert [each.attempts for each in await outbox.claim_due(NOW, 10, 60)] == [0]


@in_loop
async def test_an_entry_that_is_gone_is_not_missed(outbox: Fillable) -> None:
    message_id = outbox.add(message(), NOW)
    await outbox.claim_due(NOW, 10, 60)
    await outbox.mark_sent(message_id, NOW)
    await outbox.release([message_id], "down")
    assert await outbox.next_due_at() is None


@in_loop
async def test_the_next_one_due_is_found_among_leases_of_all_sorts(outbox: Fillable) -> None:
    leased, _waiting = outbox.add(message(), NOW), outbox.add(message(), NOW + 100)
    await outbox.claim_due(NOW, 10, 60)
    assert await outbox.next_due_at() == NOW + 60
    await outbox.mark_retry(leased, NOW, NOW + 500, "450 later")
    assert await outbox.next_due_at() == NOW + 100
    await outbox.claim_due(NOW + 100, 10, 60)
    assert await outbox.next_due_at() == NOW + 160


@in_loop
async def test_what_is_sent_or_refused_is_never_claimed_again(outbox: Fillable) -> None:
    ids = [outbox.add(message(), NOW) for _ in range(2)]
    await outbox.claim_due(NOW, 10, 60)
    await outbox.mark_sent(ids[0], NOW)
    await outbox.mark_refused(ids[1], NOW, "550 no")
    assert await outbox.claim_due(NOW + 1000, 10, 60) == []
    assert await outbox.next_due_at() is None


@in_loop
async def test_kill_9_in_the_middle_of_a_delivery_loses_nothing(tmp_path: Path) -> None:
    """A node is killed between RCPT and DATA; another takes the message over when the lease has ended, and not before."""
    file = str(tmp_path / "outbox.db")
    outbox = DiskOutbox(file)
    sent = message()
    message_id = outbox.add(sent, time.time())
    in_the_middle = asyncio.Event()

    async def stuck_after_rcpt(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hi\r\n")
        while line := await reader.readline():
            if line.upper().startswith(b"DATA"):
                in_the_middle.set()
                await reader.read()
            writer.write(b"250 ok\r\n")

    async with raw_server(stuck_after_rcpt) as settings:
        command = [sys.executable, "-m", "tests.mail.outbox_on_disk", file, str(settings.port)]
        node = await asyncio.create_subprocess_exec(*command, cwd=ROOT)
        await in_the_middle.wait()
        node.send_signal(signal.SIGKILL)
        assert await node.wait() == -signal.SIGKILL

    assert outbox.row(message_id) == ("pending", None)
    mailbox = Mailbox()
    async with smtp_server(mailbox) as settings:
        assert (await DeliveryWorker(outbox, SmtpTransport(settings), now=time.time).run_once()).claimed == 0
        later = DeliveryWorker(outbox, SmtpTransport(settings), now=lambda: time.time() + 61)
        assert (await later.run_once()).sent == 1
    assert [mail["Message-ID"] for mail in mailbox.mails()] == [sent.message_id]
    assert outbox.row(message_id) == ("sent", None)
