"""Rehearsed mishaps, through a real worker and a real server."""

from __future__ import annotations

from mail import ChaosTransport, DeliveryState, DeliveryWorker, MemoryOutbox, Mishap, SmtpTransport
from tests.mail.mail_fixtures import Clock, Mailbox, in_loop, message, smtp_server


@in_loop
async def test_the_next_messages_fail_bounce_and_wait_and_the_others_go() -> None:
    clock, mailbox, outbox = Clock(), Mailbox(), MemoryOutbox()
    for _ in range(5):
        outbox.add(message(), clock())
    async with smtp_server(mailbox) as settings:
        chaos = ChaosTransport(SmtpTransport(settings))
        chaos.rehearse(Mishap.FAIL)
        chaos.rehearse(Mishap.BOUNCE, text="550 5.7.1 not today")
        chaos.rehearse(Mishap.WAIT, 2, wait_seconds=300)
        assert chaos.planned == [Mishap.FAIL, Mishap.BOUNCE, Mishap.WAIT, Mishap.WAIT]
        worker = DeliveryWorker(outbox, chaos, now=clock, parallelism=1)
        report = await worker.run_once()
        assert (report.sent, report.refused, report.retried) == (1, 1, 3)
        assert outbox.rows["1"].error == "451 4.3.0 rehearsal: temporary failure"
        assert (outbox.rows["2"].state, outbox.rows["2"].error) == (DeliveryState.REFUSED, "550 5.7.1 not today")
        clock.move(10)
        assert (await worker.run_once()).sent == 1, "the failed one is tried again and goes"
        chaos.rehearse(Mishap.BOUNCE)
        clock.move(290)
        assert (await worker.run_once()).sent == 2, "who has waited is not struck again"
        assert chaos.planned == [Mishap.BOUNCE]
        chaos.clear()
        assert chaos.planned == []
    assert len(mailbox.mails()) == 4
