"""Delivering what was committed: one worker a medium, and the mishaps that a developer rehearses."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from cognito_emu.bell import Bell
from cognito_emu.config import ConfigurationError, Settings
from cognito_emu.environment import Environment
from cognito_emu.log_export import USER_NOTIFICATION, export_record
from cognito_emu.messaging.outbox import StoreOutbox
from cognito_emu.records import Record
from cognito_emu.store import Store
from cognito_emu.store.messages import Message
from mail.chaos import ChaosTransport, Mishap
from mail.kinds import Medium
from mail.sms_webhook import SmsWebhookTransport
from mail.smtp import SmtpSettings, SmtpTransport
from mail.transport import Transport
from mail.worker import DeliveryWorker

# Shorter than the worker's own: a server that is told to stop shall be gone before whoever told it loses patience.
_GRACE_SECONDS = 3.0


class RehearsalError(Exception):
    """A mishap that cannot be rehearsed; the text says why."""


class _Channel(Record):
    transport: ChaosTransport
    worker: DeliveryWorker


class Delivery:
    """The way out, for each medium that has one.

    Attributes:
        changed: Rung when a message arrives or its delivery makes progress.

    Raises:
        ConfigurationError: A mail setting has a value with which nothing can be delivered.
    """

    def __init__(self, settings: Settings, env: Environment, store: Store) -> None:
        self._settings = settings
        self._env = env
        self._store = store
        self.changed = Bell()
        self._failures_to_answer = 0
        self._channels: dict[Medium, _Channel] = {}
        for medium, transport in _transports(settings).items():
            rehearsed = ChaosTransport(transport)
            outbox = StoreOutbox(store, medium, self.changed.ring, self._log_refusal)
            self._channels[medium] = _Channel(rehearsed, DeliveryWorker(outbox, rehearsed, now=env.now))

    def delivers(self, medium: Medium) -> bool:
        """Whether messages of this medium leave the emulator."""
        return medium in self._channels

    def start(self) -> None:
        """Begin to deliver, with what an earlier process has left."""
        for channel in self._channels.values():
            channel.worker.start()

    async def stop(self) -> None:
        """End the messages in hand and stop."""
        for channel in self._channels.values():
            await channel.worker.stop(_GRACE_SECONDS)

    def notify(self) -> None:
        """A message was committed, or the clock was moved: look again."""
        for channel in self._channels.values():
            channel.worker.notify()
        self.changed.ring()

    async def first_try(self, message_id: str, within: float) -> Message | None:
        """The message when it was tried for the first time, or as it is after `within` seconds; None when it is gone."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        while True:
            message = await self._store.read(lambda tx: tx.messages.get(message_id))
            remaining = deadline - loop.time()
            if message is None or message.state != "pending" or message.last_error is not None or remaining <= 0:
                return message
            await self.changed.wait(remaining)

    async def _log_refusal(self, message_id: str, error: str) -> None:
        """Tell the pool's log of delivery errors, where it has one."""
        message = await self._store.read(lambda tx: tx.messages.get(message_id))
        if message is not None:
            await export_record(self._settings, self._store, message.pool_id, USER_NOTIFICATION, {"details": error}, at=self._env.now())

    # -- rehearsal

    def rehearse(self, medium: Medium, mishaps: Mapping[Mishap, int], *, text: str | None = None, wait_seconds: float = 60.0) -> None:
        """Plan mishaps for the next messages of a medium, after those already planned.

        Raises:
            RehearsalError: Nothing of this medium is delivered, or not by this process alone.
        """
        channel = self._channels.get(medium)
        if channel is None:
            setting = "SMTP_HOST" if medium is Medium.EMAIL else "SMS_WEBHOOK_URL"
            raise RehearsalError(f"{setting} is not set: nothing is delivered that could go wrong")
        self._check_alone()
        for mishap, count in mishaps.items():
            channel.transport.rehearse(mishap, count, text=text, wait_seconds=wait_seconds)

    def rehearse_code_delivery_failure(self, count: int) -> None:
        """Have the next `count` calls that send a code answer CodeDeliveryFailureException.

        Raises:
            RehearsalError: Other processes serve as well.
        """
        self._check_alone()
        self._failures_to_answer += count

    def take_code_delivery_failure(self) -> bool:
        """Whether this code is one that fails by request; counts it."""
        if self._failures_to_answer == 0:
            return False
        self._failures_to_answer -= 1
        return True

    def end_rehearsal(self) -> None:
        """Forget what was planned."""
        self._failures_to_answer = 0
        for channel in self._channels.values():
            channel.transport.clear()

    def planned(self) -> dict[str, list[str] | int]:
        """What will happen to the next messages of each medium that is delivered, and how many calls will fail."""
        mishaps = {medium.value: [mishap.value for mishap in channel.transport.planned] for medium, channel in self._channels.items()}
        return {**mishaps, "codeDeliveryFailure": self._failures_to_answer}

    def _check_alone(self) -> None:
        if self._settings.workers > 1:
            raise RehearsalError("a rehearsal lives in one process; start with COGNITO_EMU_WORKERS=1")


def _transports(settings: Settings) -> dict[Medium, Transport]:
    transports: dict[Medium, Transport] = {}
    try:
        if settings.smtp_host:
            transports[Medium.EMAIL] = SmtpTransport(_smtp_settings(settings))
        if settings.sms_webhook_url:
            transports[Medium.SMS] = SmsWebhookTransport(settings.sms_webhook_url)
    except ValueError as error:
        raise ConfigurationError(f"mail cannot be delivered as configured: {error}") from error
    return transports


def _smtp_settings(settings: Settings) -> SmtpSettings:
    return SmtpSettings.parse(
        settings.smtp_host,
        port=settings.smtp_port or None,
        username=settings.smtp_username or None,
        password=settings.smtp_password or None,
        tls=settings.smtp_tls,
        from_address=settings.smtp_from or None,
        timeout_seconds=settings.smtp_timeout,
        ca_file=settings.smtp_ca_file or None,
    )
