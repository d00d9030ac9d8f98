"""Messages: what the inbox shows and what the outbox sends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.records import Hidden, Record, asdict
from cognito_emu.store.prepared import Prepared
from cognito_emu.store.schema.messages import messages

#: What can have become of a message: no delivery is configured, it waits for one, the other side took it, it will never go.
STATES = ("kept", "pending", "sent", "refused")


class Message(Record):
    """A message that was, or would be, sent.

    Attributes:
        medium: EMAIL or SMS.
        kind: The CustomMessage trigger source it belongs to, without its prefix: SignUp, ResendCode, ForgotPassword, ...
        code: The code in clear (for an invitation the temporary password); the inbox exists to be read.
        content: from, replyTo, subject, text, html, link, headers.
        state: One of STATES.
        not_before: A pending message is not tried before this time; None where nothing is delivered.
        leased_until: A worker is on it until then.
        number: The order of arrival, given by the database.
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
    code: Hidden[str | None]
    content: Hidden[dict[str, Any]]
    created_at: float
    state: str
    attempts: int = 0
    not_before: float | None = None
    leased_until: float | None = None
    last_error: str | None = None
    sent_at: float | None = None
    number: int = 0


_C = messages.c
_COLUMNS = [_C[name] for name in Message.__struct_fields__]


class MessageFilter(Record, kw_only=True):
    """Which messages are meant; None leaves a point open.

    Attributes:
        created_after: Only messages made after this time.
        after_number: Only messages that arrived after that one.
    """

    recipient: str | None = None
    pool_id: str | None = None
    account: str | None = None
    medium: str | None = None
    kind: str | None = None
    state: str | None = None
    created_after: float | None = None
    after_number: int | None = None

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """As SQL."""
        columns = (_C.recipient, _C.pool_id, _C.account, _C.medium, _C.kind, _C.state)
        conditions = [column == value for column in columns if (value := getattr(self, column.name)) is not None]
        if self.created_after is not None:
            conditions.append(_C.created_at > self.created_after)
        if self.after_number is not None:
            conditions.append(_C.number > self.after_number)
        return conditions


EVERY_MESSAGE = MessageFilter()

_INSERT = Prepared(messages.insert())
_GET = sa.select(*_COLUMNS).where(_C.id == sa.bindparam("message"))
_PENDING = (_C.medium == sa.bindparam("of_medium"), _C.state == "pending")
_DUE = (
    sa.select(*_COLUMNS)
    .where(
        *_PENDING,
        _C.not_before <= sa.bindparam("now"),
        sa.or_(_C.leased_until.is_(None), _C.leased_until <= sa.bindparam("now")),
    )
    .order_by(_C.not_before, _C.number)
    .limit(sa.bindparam("most"))
    .with_for_update(skip_locked=True)
)
_LEASE = sa.update(messages).where(_C.number.in_(sa.bindparam("numbers", expanding=True))).values(leased_until=sa.bindparam("until"))
_FIRST_FREE = sa.select(_C.not_before).where(*_PENDING, _C.leased_until.is_(None)).order_by(_C.not_before).limit(1)
_LEASED = sa.select(_C.not_before, _C.leased_until).where(*_PENDING, _C.leased_until.is_not(None))
_LEASED_BEFORE = _LEASED.where(_C.not_before < sa.bindparam("before"))


class Messages:
    """Queries about messages."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # -- the inbox

    def add(self, message: Message) -> None:
        """Store a message, in the transaction that made its code."""
        values = asdict(message)
        del values["number"]  # the database counts them
        _INSERT.run(self._connection, values)

    def get(self, message_id: str) -> Message | None:
        """One message."""
        row = self._connection.execute(_GET, {"message": message_id}).first()
        return Message(*row) if row else None

    def search(self, wanted: MessageFilter = EVERY_MESSAGE, *, limit: int = 100) -> Sequence[Message]:
        """Messages, the last to arrive first."""
        statement = sa.select(*_COLUMNS).where(*wanted.conditions()).order_by(_C.number.desc()).limit(limit)
        return [Message(*row) for row in self._connection.execute(statement)]

    def count_emails(self, account: str, region: str, *, since: float) -> int:
        """How many e-mails were written for an account's pools, those that were deleted since not counted."""
        mine = (_C.account == account, _C.region == region, _C.medium == "EMAIL", _C.created_at >= since)
        return self._connection.execute(sa.select(sa.func.count()).select_from(messages).where(*mine)).scalar_one()

    def last_number(self) -> int:
        """The number of the last message to arrive; 0 when there is none."""
        return self._connection.execute(sa.select(sa.func.max(_C.number))).scalar() or 0

    def delete(self, wanted: MessageFilter = EVERY_MESSAGE, *, message_id: str | None = None) -> int:
        """Delete messages, or the one with an id. Returns how many went."""
        conditions = wanted.conditions() + ([_C.id == message_id] if message_id is not None else [])
        return self._connection.execute(messages.delete().where(*conditions)).rowcount

    def trim(self, keep: int) -> None:
        """Keep what is among the last `keep` messages that ever arrived; pending ones always stay.

        By the number, not by counting: it runs every minute, and counting a hundred thousand rows would take its time.
        """
        self._connection.execute(messages.delete().where(_C.number <= self.last_number() - keep, _C.state != "pending"))

    # -- the outbox

    def claim_due(self, medium: str, now: float, *, limit: int, lease_seconds: float) -> Sequence[Message]:
        """Take pending messages that are due and that no worker holds; they are this worker's until the lease ends."""
        claimed = [Message(*row) for row in self._connection.execute(_DUE, {"of_medium": medium, "now": now, "most": limit})]
        if claimed:
            self._connection.execute(_LEASE, {"numbers": [message.number for message in claimed], "until": now + lease_seconds})
        return claimed

    def next_due_at(self, medium: str) -> float | None:
        """When the next pending message can be claimed; None when nothing is pending.

        Two looks at the index instead of a minimum over all that waits: it is asked for after every batch, and a hundred thousand
        messages may wait for a server that is down.
        """
        free = self._connection.execute(_FIRST_FREE, {"of_medium": medium}).scalar()
        if free is None:
            leased = self._connection.execute(_LEASED, {"of_medium": medium})
        else:
            leased = self._connection.execute(_LEASED_BEFORE, {"of_medium": medium, "before": free})
        return min((*(max(not_before, until) for not_before, until in leased), *((free,) if free is not None else ())), default=None)

    def mark_sent(self, message_id: str, at: float) -> None:
        """The other side took it."""
        self._update(_C.id == message_id, state="sent", sent_at=at, leased_until=None, last_error=None)

    def mark_retry(self, message_id: str, not_before: float, error: str) -> None:
        """It failed, and waits for its next try."""
        self._update(_C.id == message_id, attempts=_C.attempts + 1, not_before=not_before, leased_until=None, last_error=error)

    def mark_refused(self, message_id: str, error: str) -> None:
        """It will never go."""
        self._update(_C.id == message_id, state="refused", attempts=_C.attempts + 1, leased_until=None, last_error=error)

    def release(self, message_ids: Sequence[str], reason: str | None) -> None:
        """End the leases of messages that were not tried after all."""
        self._update(_C.id.in_(message_ids), leased_until=None, last_error=sa.func.coalesce(reason, _C.last_error))

    def shorten_waits(self, seconds: float) -> None:
        """The clock was moved back by so much: what waits for a time shall not wait longer for that."""
        earlier = {"not_before": _C.not_before - seconds, "leased_until": _C.leased_until - seconds}
        self._update(_C.state == "pending", **earlier)

    def _update(self, condition: sa.ColumnElement[bool], **changes: Any) -> None:
        self._connection.execute(sa.update(messages).where(condition).values(**changes))
