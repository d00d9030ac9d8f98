"""What every outbox promises, in memory and on disk; the store's own outbox can be put through the same."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from pathlib import Path
from typing import Protocol

import pytest

from mail import DeliveryWorker, MemoryOutbox, Outbox, RenderedMessage, SmtpTransport
from tests.mail.mail_fixtures import Mailbox, in_loop, message, raw_server, smtp_server
from tests.mail.outbox_on_disk import DiskOutbox

ROOT = Path(__file__).parents[2]
NOW = 1_800_000_000.0


class Fillable(Outbox, Protocol):
    """An outbox into which a test can put messages."""

    def add(self, message: RenderedMessage, now: float) -> str: ...


@pytest.fixture(params=["memory", "disk"])
def outbox(request: pytest.FixtureRequest, tmp_path: Path) -> Fillable:
    return MemoryOutbox() if request.param == "memory" else DiskOutbox(str(tmp_path / "outbox.db"))


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
