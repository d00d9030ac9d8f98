"""Messages on their way: what a store must promise so that none is lost, and an outbox in memory that promises it.

A message is written in the transaction that made its code. From then on it is pending, sent or refused. A worker that delivers it
holds a lease on it; a worker that dies (kill -9 included) loses the lease by the clock alone, and the next one takes over. So a
message is delivered at least once, and twice only if a worker dies between the server's "250" and `mark_sent`; both copies then
carry the same Message-ID.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

import msgspec

from mail.messages import RenderedMessage


class OutboxMessage(msgspec.Struct, frozen=True):
    """A pending message as a worker gets it.

    Attributes:
        id: The outbox's name for it.
        created_at: When it was written, in seconds since the epoch; decides when a worker gives up.
        attempts: How many deliveries have failed so far; decides how long the next wait is.
    """

    id: str
    message: RenderedMessage
    created_at: float
    attempts: int = 0


class Outbox(Protocol):
    """Pending messages of one medium. All times are seconds since the epoch, by the caller's clock.

    Each method is one transaction. `mark_*` and `release` of a message that is gone does nothing.
    """

    async def claim_due(self, now: float, limit: int, lease_seconds: float) -> list[OutboxMessage]:
        """Up to `limit` messages with `not_before <= now` and no lease that is still running, oldest `not_before` first.

        They are leased until `now + lease_seconds` in the same transaction: two callers never get the same message.
        """
        ...

    async def mark_sent(self, message_id: str, at: float) -> None:
        """The other side took it."""
        ...

    async def mark_retry(self, message_id: str, at: float, not_before: float, error: str) -> None:
        """It failed: adds one to `attempts`, keeps `error` for the inbox, ends the lease and waits until `not_before`."""
        ...

    async def mark_refused(self, message_id: str, at: float, error: str) -> None:
        """It will never go; `error` holds the server's words."""
        ...

    async def release(self, message_ids: list[str], reason: str | None) -> None:
        """Ends the leases of messages that were not tried after all. `reason`, if any, is kept for the inbox as their error."""
        ...

    async def next_due_at(self) -> float | None:
        """When the next pending message can be claimed: the smallest of max(not_before, end of lease); None without any."""
        ...


class DeliveryState(StrEnum):
    """How far a message has come."""

    PENDING = "pending"
    SENT = "sent"
    REFUSED = "refused"


class OutboxRow(msgspec.Struct):
    """A message in a MemoryOutbox and what became of it."""

    id: str
    message: RenderedMessage
    created_at: float
    not_before: float
    leased_until: float = 0.0
    attempts: int = 0
    state: DeliveryState = DeliveryState.PENDING
    done_at: float | None = None
    error: str | None = None

    @property
    def due_at(self) -> float:
        """When it can be claimed."""
        return max(self.not_before, self.leased_until)


class MemoryOutbox:
    """An Outbox that lasts as long as the process: for tests, and for use of this package on its own.

    Attributes:
        rows: Every message ever added, by id.
    """

    def __init__(self) -> None:
        self.rows: dict[str, OutboxRow] = {}

    def add(self, message: RenderedMessage, now: float) -> str:
        """Puts `message` in, due at once, and returns its id."""
        row_id = str(len(self.rows) + 1)
        self.rows[row_id] = OutboxRow(row_id, message, created_at=now, not_before=now)
        return row_id

    async def claim_due(self, now: float, limit: int, lease_seconds: float) -> list[OutboxMessage]:
        """See Outbox."""
        due = sorted((row for row in self._pending() if row.due_at <= now), key=lambda row: row.not_before)[:limit]
        for row in due:
            row.leased_until = now + lease_seconds
        return [OutboxMessage(row.id, row.message, row.created_at, row.attempts) for row in due]

    async def mark_sent(self, message_id: str, at: float) -> None:
        """See Outbox."""
        row = self.rows[message_id]
        row.state, row.done_at, row.error = DeliveryState.SENT, at, None

    async def mark_retry(self, message_id: str, at: float, not_before: float, error: str) -> None:
        """See Outbox."""
        row = self.rows[message_id]
        row.attempts += 1
        row.not_before, row.leased_until, row.error = not_before, 0.0, error

    async def mark_refused(self, message_id: str, at: float, error: str) -> None:
        """See Outbox."""
        row = self.rows[message_id]
        row.state, row.done_at, row.error = DeliveryState.REFUSED, at, error

    async def release(self, message_ids: list[str], reason: str | None) -> None:
        """See Outbox."""
        for message_id in message_ids:
            row = self.rows[message_id]
            row.leased_until, row.error = 0.0, reason or row.error

    async def next_due_at(self) -> float | None:
        """See Outbox."""
        return min((row.due_at for row in self._pending()), default=None)

    def _pending(self) -> list[OutboxRow]:
        return [row for row in self.rows.values() if row.state is DeliveryState.PENDING]
