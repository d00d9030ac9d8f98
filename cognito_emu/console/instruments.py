"""The small pages: calls, token inspector, clock, addresses."""

from __future__ import annotations

import math
from typing import Any

from cognito_emu.console.handler import Done, PageError, PageHandler
from cognito_emu.console.token_inspection import inspect_token
from cognito_emu.control.addresses import check_addresses
from cognito_emu.control.clock import move_clock

_ROWS = 200
_POOLS = 200
# Some 30 years either way; times beyond would not be times any more.
_FARTHEST = 1e9


class CallsHandler(PageHandler):
    """`/_emu/ui/calls?q=&errors=on`: the last calls, live."""

    section = "calls"

    async def show(self) -> None:
        """Render the list."""
        text, errors_only = self.get_query_argument("q", ""), self.get_query_argument("errors", "") == "on"
        calls = self.window.calls.latest(limit=_ROWS, errors_only=errors_only, text=text)
        await self.render_page(
            "calls.html", "Calls", calls=calls, call_names=await self.names_in(calls), text=text, errors_only=errors_only
        )

    async def do_clear(self) -> Done:
        """Forget the calls."""
        self.window.calls.clear()
        return Done("The list was emptied.")


class TokenHandler(PageHandler):
    """`/_emu/ui/token`: what a token says and why it is refused. It comes by POST, so that it stands in no address and no log."""

    section = "token"

    async def show(self) -> None:
        """Render the form, and what there is to tell about the token that was given."""
        token = self.typed("token") if self.request.method == "POST" else ""
        inspection = await inspect_token(self.parts, token, self.base_url) if token else None
        await self.render_page("token.html", "Token inspector", token=token, inspection=inspection)

    async def post(self, *names: str) -> None:
        """Inspect."""
        await self.show(*names)


class ClockPageHandler(PageHandler):
    """`/_emu/ui/clock`: see and move the emulator's time."""

    section = "clock"

    async def show(self) -> None:
        """Render the clock."""
        await self.render_page("clock.html", "Clock", real=self.now - self.parts.env.clock_offset)

    async def do_advance(self) -> Done:
        """Move it on, or back."""
        try:
            seconds = float(self.typed("amount") or "nan") * float(self.typed("unit") or "1")
        except ValueError:
            seconds = math.nan
        offset = self.parts.env.clock_offset + seconds
        if not -_FARTHEST < offset < _FARTHEST:
            raise PageError(400, "That is no time to go to")
        await move_clock(self.parts, offset)
        return Done("The clock was moved.")

    async def do_set_right(self) -> Done:
        """Back to the real time."""
        await move_clock(self.parts, 0.0)
        return Done("The clock is right again.")


class AddressesPageHandler(PageHandler):
    """`/_emu/ui/addresses?pool=`: a pool's addresses, and whether they agree."""

    section = "addresses"

    async def show(self) -> None:
        """Render the choice of pools, and the chosen one's addresses."""
        chosen = self.get_query_argument("pool", "")
        pools = await self.parts.store.read(lambda tx: tx.user_pools.find_anywhere("", limit=_POOLS))
        pool = await self.pool(chosen) if chosen else pools[0] if pools else None
        checked: dict[str, Any] | None = await check_addresses(self.parts, pool, self.base_url) if pool else None
        await self.render_page("addresses.html", "Addresses", pools=pools, pool=pool, checked=checked)
