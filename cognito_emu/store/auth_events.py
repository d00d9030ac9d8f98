"""What threat protection has seen: sign-ins, sign-ups, password changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.records import Record, asdict
from cognito_emu.store.paging import Page, Position
from cognito_emu.store.schema.pool_features import auth_events


class AuthEvent(Record):
    """An event; `risk`, `challenges`, `context` and `feedback` as in the model's AuthEventType.

    Attributes:
        device: What tells the user's devices apart: a device key, a fingerprint, else the user agent.
    """

    id: str
    pool_id: str
    user_id: str
    client_id: str | None
    type: str
    response: str
    risk: dict[str, Any]
    challenges: list[dict[str, str]]
    ip: str
    device: str
    context: dict[str, str]
    created_at: float
    feedback: dict[str, Any] | None = None


_C = auth_events.c
_COLUMNS = [_C[name] for name in AuthEvent.__struct_fields__]
_GET = sa.select(*_COLUMNS).where(_C.id == sa.bindparam("id"))
_OF_USER = sa.select(*_COLUMNS).where(_C.user_id == sa.bindparam("user_id"))
_LATEST = _OF_USER.where(_C.type == "SignIn").order_by(_C.created_at.desc(), _C.id.desc()).limit(sa.bindparam("count"))


class AuthEvents:
    """Queries about events."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, event: AuthEvent) -> None:
        """Insert an event."""
        self._connection.execute(auth_events.insert(), asdict(event))

    def get(self, user_id: str, event_id: str) -> AuthEvent | None:
        """The user's event with this id."""
        row = self._connection.execute(_GET, {"id": event_id}).first()
        event = AuthEvent(*row) if row else None
        return event if event and event.user_id == user_id else None

    def update(self, event_id: str, changes: Mapping[str, Any]) -> None:
        """Change columns of an event."""
        self._connection.execute(sa.update(auth_events).where(_C.id == event_id).values(**changes))

    def latest_sign_ins(self, user_id: str, count: int) -> list[AuthEvent]:
        """The user's last sign-ins, the newest first."""
        return [AuthEvent(*row) for row in self._connection.execute(_LATEST, {"user_id": user_id, "count": count})]

    def page(self, user_id: str, *, limit: int, after: Position) -> Page[AuthEvent]:
        """The user's events, the newest first."""
        statement = sa.select(*_COLUMNS).where(_C.user_id == user_id)
        if after is not None:
            statement = statement.where(sa.tuple_(_C.created_at, _C.id) < sa.tuple_(*map(sa.literal, after)))
        rows = self._connection.execute(statement.order_by(_C.created_at.desc(), _C.id.desc()).limit(limit + 1))
        return Page.of([((row.created_at, row.id), AuthEvent(*row)) for row in rows], limit)

    def delete_before(self, moment: float) -> None:
        """Throw away events older than `moment`."""
        self._connection.execute(auth_events.delete().where(_C.created_at < moment))
