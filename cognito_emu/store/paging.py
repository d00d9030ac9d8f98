"""Keyset paging: a page starts after the last row of the page before, so it is stable while others insert and delete."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from cognito_emu.records import Record

T = TypeVar("T")

# Where a list goes on: the sort key of the last row that was given out. None: from the beginning.
Position = Sequence[Any] | None


class Page(Record, Generic[T]):
    """Rows and, when there are more, the position from which to go on."""

    items: list[T]
    next: Position

    @classmethod
    def of(cls, rows: Sequence[tuple[Position, T]], limit: int) -> Page[T]:
        """A page from up to `limit + 1` rows, each with its position; the row too many only tells that there is more."""
        items = [item for _, item in rows[:limit]]
        return cls(items, rows[limit - 1][0] if len(rows) > limit else None)
