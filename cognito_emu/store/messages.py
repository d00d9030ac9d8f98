"""Messages: what the inbox shows and what the outbox sends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.store.schema.messages import messages


@dataclass(frozen=True, slots=True)
class Message:
    """A message that was, or would be, sent.

    Attributes:
        medium: EMAIL or SMS.
        kind: The CustomMessage trigger source it belongs to, without its prefix: SignUp, ResendCode, ForgotPassword, ...
        code: The code in clear (for an invitation the temporary password); the inbox exists to be read.
        content: sender, reply_to, subject, text, html, link, headers.
        state: kept (no delivery configured), pending, sent or refused.
        not_before: A pending message is not tried again before this time.
        leased_until: A worker is on it until then.
    """

    id: str
    account: str
    region: str
    pool_id: str
    client_id: str | None
    username: str
    medium: str
    kind: str
    recipient: str
    code: str | None
    content: dict[str, Any]
    created_at: float
    state: str
    attempts: int = 0
    not_before: float | None = None
    leased_until: float | None = None
    last_error: str | None = None
    sent_at: float | None = None


_C = messages.c
_INSERT = messages.insert()


class Messages:
    """Queries about messages."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, message: Message) -> None:
        """Store a message, in the transaction that made its code."""
        self._connection.execute(_INSERT, {name: getattr(message, name) for name in Message.__slots__})

    def get(self, message_id: str) -> Message | None:
        """One message."""
        row = self._connection.execute(sa.select(messages).where(_C.id == message_id)).first()
        return Message(*row) if row else None

    def search(
        self,
        *,
        recipient: str | None = None,
        pool_id: str | None = None,
        account: str | None = None,
        after: float | None = None,
        limit: int = 100,
    ) -> Sequence[Message]:
        """Messages, newest first. `after` is a time: only later ones."""
        statement = sa.select(messages)
        for column, value in ((_C.recipient, recipient), (_C.pool_id, pool_id), (_C.account, account)):
            if value is not None:
                statement = statement.where(column == value)
        if after is not None:
            statement = statement.where(_C.created_at > after)
        rows = self._connection.execute(statement.order_by(_C.created_at.desc(), _C.id.desc()).limit(limit))
        return [Message(*row) for row in rows]

    def update(self, message_id: str, **changes: Any) -> None:
        """Change columns of a message: its delivery's progress."""
        self._connection.execute(sa.update(messages).where(_C.id == message_id).values(**changes))

    def claim_due(self, now: float, *, limit: int, lease_seconds: float) -> Sequence[Message]:
        """Take pending messages that are due and that no worker holds; they are this worker's until the lease ends."""
        due = (
            sa.select(messages)
            .where(
                _C.state == "pending",
                sa.or_(_C.not_before.is_(None), _C.not_before <= now),
                sa.or_(_C.leased_until.is_(None), _C.leased_until <= now),
            )
            .order_by(_C.created_at, _C.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        claimed = [Message(*row) for row in self._connection.execute(due)]
        for message in claimed:
            self.update(message.id, leased_until=now + lease_seconds)
        return claimed

    def next_due(self, now: float) -> float | None:
        """When the next pending message wants its try; None when nothing is pending."""
        not_before, leased_until = sa.func.coalesce(_C.not_before, now), sa.func.coalesce(_C.leased_until, now)
        at = sa.case((not_before > leased_until, not_before), else_=leased_until)
        value = self._connection.execute(sa.select(sa.func.min(at)).where(_C.state == "pending")).scalar()
        return None if value is None else float(value)

    def delete(self, message_id: str | None = None, *, account: str | None = None) -> int:
        """Delete one message, those of an account, or all. Returns how many went."""
        statement = messages.delete()
        if message_id is not None:
            statement = statement.where(_C.id == message_id)
        if account is not None:
            statement = statement.where(_C.account == account)
        return self._connection.execute(statement).rowcount

    def trim(self, keep: int) -> None:
        """Keep the newest `keep` messages; pending ones always stay."""
        oldest_kept = sa.select(_C.created_at).order_by(_C.created_at.desc()).offset(keep).limit(1).scalar_subquery()
        self._connection.execute(messages.delete().where(_C.created_at <= oldest_kept, _C.state != "pending"))
