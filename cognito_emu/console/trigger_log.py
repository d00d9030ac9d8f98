"""The trigger log: what was sent to which function, what came back, what it printed, and the same once more."""

from __future__ import annotations

from typing import Any

from cognito_emu.console.display import pretty_json
from cognito_emu.console.handler import Done, PageError, PageHandler
from cognito_emu.store import Tx
from cognito_emu.store.invocations import InvocationFilter, StoredInvocation
from triggers.errors import FunctionUnavailable

_ROWS = 100
# Among how many of the last invocations the field searches; each is a document to be read.
_SEARCHED = 500


class TriggerLogHandler(PageHandler):
    """`/_emu/ui/triggers?q=&pool=&errors=on`: the last invocations, live."""

    section = "triggers"

    async def show(self) -> None:
        """Render the list."""
        text, errors_only = self.get_query_argument("q", "").strip(), self.get_query_argument("errors", "") == "on"
        pool_id = self.get_query_argument("pool", "")
        wanted = InvocationFilter(pool_id=pool_id or None, failed=True if errors_only else None)
        found = await self.parts.store.read(lambda tx: tx.invocations.search(wanted, limit=_SEARCHED if text else _ROWS))
        invocations = [each for each in found if _mentions(each, text)][:_ROWS]
        await self.render_page("trigger_log.html", "Triggers", invocations=invocations, text=text, pool_id=pool_id, errors_only=errors_only)


class InvocationHandler(PageHandler):
    """`/_emu/ui/triggers/{request id}`: one invocation."""

    section = "triggers"

    async def show(self, request_id: str) -> None:
        """Render it."""
        invocation = await self._invocation(request_id)
        await self.render_page(
            "invocation.html",
            invocation.trigger_source or invocation.trigger,
            invocation=invocation,
            event=pretty_json(invocation.event),
            response=pretty_json(invocation.response),
            runs=self.parts.functions.bus is not None,
        )

    async def do_replay(self, request_id: str) -> Done:
        """Run the function again on the same event. What it answers is recorded, and nobody else hears of it."""
        invocation, bus, again = await self._invocation(request_id), self.parts.functions.bus, self.parts.env.uuid()
        if bus is None:
            raise PageError(409, "Triggers are off: COGNITO_EMU_TRIGGERS says where functions run")
        if invocation.event is None:
            raise PageError(409, "The event was too large to be kept")
        try:
            await bus.run(invocation.function_arn, invocation.event, trigger=invocation.trigger, request_id=again)
        except FunctionUnavailable as error:
            raise PageError(409, error.sentence) from error
        return Done("The function ran again, on the same event.", f"/_emu/ui/triggers/{again}")

    async def _invocation(self, request_id: str) -> StoredInvocation:
        def look_up(tx: Tx) -> StoredInvocation | None:
            return tx.invocations.get(request_id)

        invocation = await self.parts.store.read(look_up)
        if invocation is None:
            raise PageError(404, "No such invocation; it may have been forgotten")
        return invocation


def _mentions(invocation: StoredInvocation, text: str) -> bool:
    event: Any = invocation.event if isinstance(invocation.event, dict) else {}
    words = (invocation.trigger_source, invocation.trigger, invocation.function_arn, invocation.error or "", str(event.get("userName", "")))
    return any(text.casefold() in word.casefold() for word in words)
