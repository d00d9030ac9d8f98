"""Of two answers to one form, the second waits: it finds where the first one led instead of doing the same again."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator


class Turns:
    """One turn at a time for each handle, within this process.

    Several workers may still take two answers at once; sessions that work once, and codes that do, are what decides then.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, tuple[asyncio.Lock, int]] = {}

    @contextlib.asynccontextmanager
    async def of(self, handle: str) -> AsyncIterator[None]:
        """Wait until nobody else has the handle."""
        lock, count = self._waiting.get(handle) or (asyncio.Lock(), 0)
        self._waiting[handle] = lock, count + 1
        try:
            async with lock:
                yield
        finally:
            lock, count = self._waiting.pop(handle)
            if count > 1:
                self._waiting[handle] = lock, count - 1
