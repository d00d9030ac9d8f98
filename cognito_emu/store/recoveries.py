"""Point-in-time recoveries of user pools."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.records import Record, asdict, replace
from cognito_emu.store.paging import Page, Position
from cognito_emu.store.schema.recovery import paused_user_pools, point_in_time_recoveries

_C = point_in_time_recoveries.c
RESTORING = "RESTORING"
PREVIEW_SECONDS = 24 * 3600.0


class Recovery(Record):
    """A recovery.

    Attributes:
        status: The model's RestoreStatusType as it was last written; see `present_recovery`.
        preview: Entity to how many of it are created, updated and deleted.
    """

    id: str
    pool_id: str
    account: str
    status: str
    restore_to: float
    initiated_at: float
    started_at: float | None
    preview: dict[str, list[int]]


def present_recovery(recovery: Recovery, now: float) -> Recovery:
    """A stored recovery as it is now: a preview that nobody started or cancelled expires after a day."""
    if recovery.status == "PREVIEW_GENERATED" and now >= recovery.initiated_at + PREVIEW_SECONDS:
        return replace(recovery, status="PREVIEW_EXPIRED")
    return recovery


class Recoveries:
    """Queries about recoveries, and about the pools that are paused for one."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, recovery: Recovery) -> None:
        """Insert a recovery, and pause its pool."""
        self._connection.execute(point_in_time_recoveries.insert(), asdict(recovery))
        self.resume(recovery.pool_id)  # an expired preview may have left its pause
        until = recovery.initiated_at + PREVIEW_SECONDS
        self._connection.execute(paused_user_pools.insert(), {"pool_id": recovery.pool_id, "until": until})

    def get(self, pool_id: str, recovery_id: str) -> Recovery | None:
        """A recovery of the pool."""
        row = self._connection.execute(sa.select(point_in_time_recoveries).where(_C.id == recovery_id, _C.pool_id == pool_id)).first()
        return Recovery(*row) if row else None

    def restoring(self) -> list[Recovery]:
        """The recoveries, of whatever account, that are being applied, or whose process ended before it was done."""
        return [Recovery(*row) for row in self._connection.execute(sa.select(point_in_time_recoveries).where(_C.status == RESTORING))]

    def update(self, recovery_id: str, **changes: Any) -> None:
        """Change columns of a recovery."""
        self._connection.execute(sa.update(point_in_time_recoveries).where(_C.id == recovery_id).values(**changes))

    def resume(self, pool_id: str) -> None:
        """Let the pool's user data be written again."""
        self._connection.execute(paused_user_pools.delete().where(paused_user_pools.c.pool_id == pool_id))

    def pauses(self, pool_id: str, now: float) -> bool:
        """Whether the pool's user data may not be written for now."""
        paused = paused_user_pools.c
        statement = sa.select(paused.pool_id).where(paused.pool_id == pool_id, paused.until > now)
        return self._connection.execute(statement).first() is not None

    def since(self, account: str, time: float) -> list[Recovery]:
        """The account's recoveries that were initiated after `time`, newest first."""
        rows = self._connection.execute(
            sa.select(point_in_time_recoveries)
            .where(_C.account == account, _C.initiated_at > time)
            .order_by(_C.initiated_at.desc(), _C.id.desc())
        )
        return [Recovery(*row) for row in rows]

    def page(self, pool_id: str, *, limit: int, after: Position) -> Page[Recovery]:
        """The pool's recoveries, most recent first."""
        statement = sa.select(point_in_time_recoveries).where(_C.pool_id == pool_id)
        if after is not None:
            statement = statement.where(sa.tuple_(_C.initiated_at, _C.id) < sa.tuple_(*map(sa.literal, after)))
        rows = self._connection.execute(statement.order_by(_C.initiated_at.desc(), _C.id.desc()).limit(limit + 1))
        return Page.of([((row.initiated_at, row.id), Recovery(*row)) for row in rows], limit)
