"""`/_emu/ui/events`: tells open pages that something has changed, by server-sent events.

An event only names a topic. The page then fetches itself again and takes over what is new, so there is one way to render everything.
https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

import asyncio
import contextlib

from tornado.iostream import StreamClosedError
from typing_extensions import override

from cognito_emu.bell import Bell
from cognito_emu.console.handler import PageHandler, Window

# How often a page is told at most: a load test behind it shall not make the browser sweat.
_PAUSE_SECONDS = 0.4
_HEARTBEAT_SECONDS = 15.0
# What other processes do rings no bell here, so pages look again now and then where there are others.
_LOOK_SECONDS = 3.0


class EventsHandler(PageHandler):
    """The stream; it ends with the page."""

    @override
    def initialize(self, window: Window) -> None:
        super().initialize(window)
        self._closed = asyncio.Event()

    async def show(self) -> None:
        """Tell until the browser goes away."""
        self.set_header("Content-Type", "text/event-stream")
        self.set_header("X-Accel-Buffering", "no")
        bells = self.window.bells
        changed: set[str] = set()
        watchers = [asyncio.create_task(self._watch(topic, bell, changed)) for topic, bell in bells.items()]
        if self.parts.settings.workers > 1 or self.parts.store.kind == "postgresql":
            watchers.append(asyncio.create_task(self._look(list(bells), changed)))
        try:
            with contextlib.suppress(StreamClosedError):
                await self._tell(changed)
        finally:
            for watcher in watchers:
                watcher.cancel()

    @override
    def on_connection_close(self) -> None:
        self._closed.set()

    async def _tell(self, changed: set[str]) -> None:
        quiet = _HEARTBEAT_SECONDS  # the first beat is sent at once: it tells the browser that the stream stands
        while not self._closed.is_set():
            topics = sorted(changed)
            changed.clear()
            if topics:
                self.write("".join(f"event: change\ndata: {topic}\n\n" for topic in topics))
                await self.flush()
                quiet = 0.0
            elif quiet >= _HEARTBEAT_SECONDS:
                self.write(": still here\n\n")
                await self.flush()
                quiet = 0.0
            # Not a mere sleep: a server that ends closes its connections, and no stream shall be left then.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._closed.wait(), _PAUSE_SECONDS)
            quiet += _PAUSE_SECONDS

    @staticmethod
    async def _watch(topic: str, bell: Bell, changed: set[str]) -> None:
        while True:
            if await bell.wait(_HEARTBEAT_SECONDS):
                changed.add(topic)

    @staticmethod
    async def _look(topics: list[str], changed: set[str]) -> None:
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            changed.update(topics)
