"""The store as the outbox that mail's worker asks for; one view a medium."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from cognito_emu.store import Store
from cognito_emu.store.messages import Message
from mail.kinds import Medium, MessageKind
from mail.messages import RenderedMessage
from mail.outbox import OutboxMessage


class StoreOutbox:
    """Implements `mail.Outbox`.

    Args:
        store: Where the messages are.
        medium: Which of them are seen.
        on_change: Called after a message got another state or another error.
        on_refused: Awaited after a message was given up, with its id and the reason.
    """

    def __init__(
        self,
        store: Store,
        medium: Medium,
        on_change: Callable[[], None] = lambda: None,
        on_refused: Callable[[str, str], Awaitable[None]] | None = None,
    ) -> None:
        self._store = store
        self._medium = medium.value
        self._on_change = on_change
        self._on_refused = on_refused

    async def claim_due(self, now: float, limit: int, lease_seconds: float) -> list[OutboxMessage]:
        """See Outbox."""
        claimed = await self._store.transact(lambda tx: tx.messages.claim_due(self._medium, now, limit=limit, lease_seconds=lease_seconds))
        return [OutboxMessage(message.id, rendered(message), message.created_at, message.attempts) for message in claimed]

    async def mark_sent(self, message_id: str, at: float) -> None:
        """See Outbox."""
        await self._store.transact(lambda tx: tx.messages.mark_sent(message_id, at))
        self._on_change()

    async def mark_retry(self, message_id: str, at: float, not_before: float, error: str) -> None:
        """See Outbox."""
        await self._store.transact(lambda tx: tx.messages.mark_retry(message_id, not_before, error))
        self._on_change()

    async def mark_refused(self, message_id: str, at: float, error: str) -> None:
        """See Outbox."""
        await self._store.transact(lambda tx: tx.messages.mark_refused(message_id, error))
        self._on_change()
        if self._on_refused is not None:
            await self._on_refused(message_id, error)

    async def release(self, message_ids: list[str], reason: str | None) -> None:
        """See Outbox."""
        await self._store.transact(lambda tx: tx.messages.release(message_ids, reason))
        self._on_change()

    async def next_due_at(self) -> float | None:
        """See Outbox."""
        return await self._store.read(lambda tx: tx.messages.next_due_at(self._medium))


def content_of(message: RenderedMessage) -> dict[str, object]:
    """What the inbox shows of a message, beside what stands in columns."""
    return {
        "from": message.from_address,
        "replyTo": message.reply_to,
        "subject": message.subject,
        "text": message.text,
        "html": message.html,
        "link": message.link,
        "headers": dict(message.headers),
    }


def rendered(message: Message) -> RenderedMessage:
    """The message that `content_of` and the columns were made of."""
    content = message.content
    return RenderedMessage(
        medium=Medium(message.medium),
        kind=MessageKind(message.kind),
        to=message.recipient,
        from_address=content["from"],
        reply_to=content["replyTo"],
        subject=content["subject"],
        text=content["text"],
        html=content["html"],
        code=message.code,
        link=content["link"],
        headers=content["headers"],
    )
