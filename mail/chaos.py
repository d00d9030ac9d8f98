"""Rehearsal: the next messages fail, bounce or wait, so that a developer sees what his application does then."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum

import msgspec

from mail.messages import RenderedMessage
from mail.transport import Deliver, DeliveryRefusedError, TemporaryDeliveryError, Transport


class Mishap(StrEnum):
    """What happens to a message."""

    FAIL = "fail"
    BOUNCE = "bounce"
    WAIT = "wait"


class _Planned(msgspec.Struct, frozen=True):
    mishap: Mishap
    text: str
    wait_seconds: float


_TEXTS = {
    Mishap.FAIL: "451 4.3.0 rehearsal: temporary failure",
    Mishap.BOUNCE: "550 5.1.1 rehearsal: no such mailbox",
    Mishap.WAIT: "rehearsal: the message has to wait",
}


class ChaosTransport:
    """A Transport around another. What is planned lives in this process only: a restart ends the rehearsal."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._planned: deque[_Planned] = deque()
        self._held: set[str] = set()

    @property
    def planned(self) -> list[Mishap]:
        """What will happen to the next messages, the next one first."""
        return [planned.mishap for planned in self._planned]

    def rehearse(self, mishap: Mishap, count: int = 1, *, text: str | None = None, wait_seconds: float = 60.0) -> None:
        """Plans a mishap for `count` attempts, after those already planned.

        Args:
            mishap: What happens.
            count: To how many attempts; a message that is tried again counts again.
            text: The server's words; a plausible SMTP reply if None.
            wait_seconds: How long WAIT holds a message back, by the outbox's clock. It then goes through.
        """
        self._planned.extend([_Planned(mishap, text or _TEXTS[mishap], wait_seconds)] * count)

    def clear(self) -> None:
        """Forgets what was planned. A message that waits already keeps waiting."""
        self._planned.clear()

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Deliver]:
        """The inner transport's session with a trapdoor."""
        async with self._transport.session() as deliver:

            async def deliver_or_not(message: RenderedMessage) -> None:
                self._strike(message)
                await deliver(message)

            yield deliver_or_not

    def _strike(self, message: RenderedMessage) -> None:
        if message.message_id in self._held:
            self._held.discard(message.message_id)  # has waited; a second rehearsal is meant for somebody else
            return
        if not self._planned:
            return
        planned = self._planned.popleft()
        match planned.mishap:
            case Mishap.FAIL:
                raise TemporaryDeliveryError(planned.text)
            case Mishap.BOUNCE:
                raise DeliveryRefusedError(planned.text)
            case Mishap.WAIT:
                self._held.add(message.message_id)
                raise TemporaryDeliveryError(planned.text, retry_after_seconds=planned.wait_seconds)
