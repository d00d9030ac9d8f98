"""Waiting for something that other processes may do as well."""

from __future__ import annotations

import asyncio

# Another process on the same database rings nobody's bell here.
_LONGEST_SLEEP = 0.5


class Bell:
    """Wakes everybody who waits."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake all who wait now."""
        self._rung.set()
        self._rung = asyncio.Event()

    async def wait(self, seconds: float) -> None:
        """Return when the bell rings, or after `seconds`, or after half a second: it is time to look again."""
        try:
            await asyncio.wait_for(self._rung.wait(), max(0.0, min(seconds, _LONGEST_SLEEP)))
        except TimeoutError:
            return
