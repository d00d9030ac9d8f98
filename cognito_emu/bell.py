"""Waiting for something that other processes may do as well."""

from __future__ import annotations

import asyncio

# Another process on the same database rings nobody's bell here.
_LONGEST_SLEEP = 0.5


class Bell:
    """Wakes everybody who waits."""

    def __init__(self) -> None:
        self._rung: asyncio.Event | None = None

    def ring(self) -> None:
        """Wake all who wait now. Costs next to nothing when nobody does."""
        if self._rung is not None:
            self._rung.set()
            self._rung = None

    async def wait(self, seconds: float) -> bool:
        """Return when the bell rings (True), or after `seconds`, or after half a second: it is time to look again."""
        if self._rung is None:
            self._rung = asyncio.Event()
        try:
            await asyncio.wait_for(self._rung.wait(), max(0.0, min(seconds, _LONGEST_SLEEP)))
        except TimeoutError:
            return False
        return True
