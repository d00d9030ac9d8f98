"""The queue of invocations that nobody waits for, in the store."""

from __future__ import annotations

from cognito_emu.store import Store, Tx
from cognito_emu.store.function_events import FunctionEvent
from triggers.event_queue import QueuedEvent


class StoredEventQueue:
    """An `EventQueue` that all processes on one database share."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def claim_due(self, now: float, wall_now: float, *, until: float, limit: int) -> list[QueuedEvent]:
        """See EventQueue."""

        def claim(tx: Tx) -> list[FunctionEvent]:
            return tx.function_events.claim_due(now, wall_now, until=until, limit=limit)

        # A look first: a transaction that writes keeps other writers waiting.
        due_at = await self.next_due_at(wall_now)
        claimed = await self._store.transact(claim) if due_at is not None and due_at <= now else []
        return [
            QueuedEvent(
                event.id,
                event.function_arn,
                event.event,
                event.sent_at,
                event.trigger,
                event.source_arn,
                event.failures,
                event.deferrals,
                tried=event.leased_until is not None,
            )
            for event in claimed
        ]

    async def hold(self, event_ids: list[str], until: float) -> None:
        """See EventQueue."""
        await self._store.transact(lambda tx: tx.function_events.hold(event_ids, until))

    async def put_back(self, event_id: str, due_at: float, *, failures: int, deferrals: int) -> None:
        """See EventQueue."""
        await self._store.transact(lambda tx: tx.function_events.put_back(event_id, due_at, failures=failures, deferrals=deferrals))

    async def remove(self, event_id: str) -> None:
        """See EventQueue."""
        await self._store.transact(lambda tx: tx.function_events.remove(event_id))

    async def next_due_at(self, wall_now: float) -> float | None:
        """See EventQueue."""
        return await self._store.read(lambda tx: tx.function_events.next_due_at(wall_now))
