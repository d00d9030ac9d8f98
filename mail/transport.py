"""The door through which messages leave, and the three ways in which it can be shut."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from mail.messages import RenderedMessage


class DeliveryError(Exception):
    """A message was not delivered. The text is for the developer who looks at the inbox; it holds no secret."""


class TemporaryDeliveryError(DeliveryError):
    """Not now. The message is tried again.

    Attributes:
        retry_after_seconds: When the other side asks for it, or None for the outbox's own waits.
    """

    def __init__(self, text: str, *, retry_after_seconds: float | None = None) -> None:
        super().__init__(text)
        self.retry_after_seconds = retry_after_seconds


class ServerUnavailableError(TemporaryDeliveryError):
    """Not now, and no other message either: the server is down, hangs, or will not talk to us as we are configured."""


class DeliveryRefusedError(DeliveryError):
    """Never. The text holds the server's words."""


#: Delivers one message or raises a DeliveryError. Returning means that the other side has taken responsibility.
Deliver = Callable[[RenderedMessage], Awaitable[None]]


class Transport(Protocol):
    """A way to deliver messages of one medium."""

    def session(self) -> AbstractAsyncContextManager[Deliver]:
        """A function that delivers one message at a time, over one connection where the transport has connections.

        Entering never fails: whatever is wrong with the other side shows when a message is delivered.
        """
        ...
