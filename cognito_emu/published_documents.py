"""What identity providers publish and may change at any time, their keys above all: fetched when needed, remembered, fetched anew.

A provider on a developer's machine is restarted at will: with other keys under the ids of the former ones, or as another provider that
happened to get the same port. So a document that doesn't fit is never the last word; the provider is asked once more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from cognito_emu.environment import Environment
from cognito_emu.records import Record

Document = TypeVar("Document")
T = TypeVar("T")

_KEEP_SECONDS = 3600.0
# Whoever sends made-up tokens must not make us ask each time.
_ASK_AGAIN_SECONDS = 1.0
_NEVER = float("-inf")


class _Remembered(Record, Generic[Document]):
    document: Document
    fetched_at: float
    asked_again_at: float


class PublishedDocuments(Generic[Document]):
    """Documents by their address, in whatever form `fetch` returns them."""

    def __init__(self, env: Environment) -> None:
        self._env = env
        self._known: dict[str, _Remembered[Document]] = {}
        self._asking: dict[str, asyncio.Task[Document]] = {}

    async def read(self, address: str, fetch: Callable[[], Awaitable[Document]], use: Callable[[Document], T | None]) -> T | None:
        """What `use` makes of the document; of a new one, when it can make nothing of the one that was remembered.

        Args:
            address: What the document is remembered by.
            fetch: How to get it. What it raises is raised here.
            use: Returns None for a document that doesn't fit.
        """
        known = self._known.get(address)
        if known is None or not self._within(_KEEP_SECONDS, known.fetched_at):
            return use(await self._fetch(address, fetch, asked_again_at=_NEVER))
        result = use(known.document)
        if result is None and not self._within(_ASK_AGAIN_SECONDS, known.asked_again_at):
            result = use(await self._fetch(address, fetch, asked_again_at=self._env.now()))
        return result

    def _within(self, seconds: float, moment: float) -> bool:
        # A clock that was set back must make nothing last longer.
        return 0 <= self._env.now() - moment < seconds

    async def _fetch(self, address: str, fetch: Callable[[], Awaitable[Document]], *, asked_again_at: float) -> Document:
        """Fetch once for all who wait."""

        async def remember() -> Document:
            document = await fetch()
            self._known[address] = _Remembered(document, self._env.now(), asked_again_at)
            return document

        task = self._asking.get(address)
        if task is None:
            task = self._asking[address] = asyncio.create_task(remember())
            task.add_done_callback(lambda _task: self._asking.pop(address, None))
        # Shielded, so that one client's disconnection does not fail the others.
        return await asyncio.shield(task)
