"""The trigger log: what was sent to which function, what came back, what it printed, and the same once more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tornado.web import HTTPError

from cognito_emu.bell import Bell
from cognito_emu.console.display import pretty_json
from cognito_emu.console.handler import Done, PageHandler
from triggers.invocations import Invocation

_ROWS = 100


class TriggerLog(Protocol):
    """What the pages ask of whoever keeps invocations. Without one they are not there.

    Attributes:
        changed: Rung when an invocation was kept, or got more logs.
    """

    changed: Bell

    async def latest(self, *, limit: int, text: str, errors_only: bool) -> Sequence[Invocation]:
        """The last invocations, newest first; with `text`, those that hold it in trigger, function, event or error."""
        ...

    async def find(self, request_id: str) -> Invocation | None:
        """One invocation."""
        ...

    async def replay(self, request_id: str) -> Invocation:
        """Run the function once more on the same event; nothing but the log changes by what it answers."""
        ...


class TriggerLogHandler(PageHandler):
    """`/_emu/ui/triggers?q=&errors=on`: the last invocations, live."""

    section = "triggers"

    async def show(self) -> None:
        """Render the list."""
        text, errors_only = self.get_query_argument("q", ""), self.get_query_argument("errors", "") == "on"
        invocations = await _log(self).latest(limit=_ROWS, text=text, errors_only=errors_only)
        await self.render_page("trigger_log.html", "Triggers", invocations=invocations, text=text, errors_only=errors_only)


class InvocationHandler(PageHandler):
    """`/_emu/ui/triggers/{request id}`: one invocation."""

    section = "triggers"

    async def show(self, request_id: str) -> None:
        """Render it."""
        invocation = await _log(self).find(request_id)
        if invocation is None:
            raise HTTPError(404, reason="No such invocation; it may have been forgotten")
        await self.render_page(
            "invocation.html",
            invocation.trigger_source or invocation.trigger,
            invocation=invocation,
            event=pretty_json(invocation.event),
            response=pretty_json(invocation.response),
        )

    async def do_replay(self, request_id: str) -> Done:
        """Run the function again."""
        again = await _log(self).replay(request_id)
        return Done("The function ran again, on the same event.", f"/_emu/ui/triggers/{again.request_id}")


def _log(handler: PageHandler) -> TriggerLog:
    log = handler.window.trigger_log
    assert log is not None, "these pages are mounted only where there is a log"
    return log
