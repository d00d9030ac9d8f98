"""`/_emu/clock`: see and move the emulator's time; everything that expires follows it."""

from __future__ import annotations

from tornado.web import HTTPError

from cognito_emu.call import Parts
from cognito_emu.control.handler import ControlHandler
from cognito_emu.store import Tx

# Beyond the year 9999 dates cannot be written any more; before 1970 there was nothing that a token could have been issued at.
_LAST_MOMENT = 253_402_300_799.0


class ClockHandler(ControlHandler):
    """GET tells the time; POST `{"advance": seconds}` or `{"offset": seconds}` moves it; DELETE sets it right."""

    def get(self) -> None:
        """Tell the time."""
        self._tell()

    async def post(self) -> None:
        """Move the time."""
        body = self.json_body()
        advance, offset = body.get("advance"), body.get("offset")
        if isinstance(advance, int | float):
            await self._move(self.parts.env.clock_offset + advance)
        elif isinstance(offset, int | float):
            await self._move(float(offset))
        else:
            raise HTTPError(400, reason='Expected {"advance": seconds} or {"offset": seconds}')

    async def delete(self) -> None:
        """Back to the real time."""
        await self._move(0.0)

    async def _move(self, offset: float) -> None:
        await move_clock(self.parts, offset)
        self._tell()

    def _tell(self) -> None:
        self.send_json({"now": self.parts.env.now(), "offset": self.parts.env.clock_offset})


async def move_clock(parts: Parts, offset: float) -> None:
    """Set the clock to the real time and `offset` seconds, for all processes on the database.

    Raises:
        HTTPError: That would be before 1970 or after 9999.
    """
    if not 0 <= parts.env.now() - parts.env.clock_offset + offset <= _LAST_MOMENT:
        raise HTTPError(400, reason="The clock goes from 1970 to 9999")

    def write(tx: Tx) -> None:
        moved_back = tx.emulator_state.get("clock_offset", 0.0) - offset
        tx.emulator_state.set("clock_offset", offset)
        if moved_back > 0:
            tx.messages.shorten_waits(moved_back)
            tx.function_events.shorten_waits(moved_back)

    await parts.store.transact(write)
    parts.env.clock_offset = offset
    parts.messenger.delivery.notify()
    parts.functions.notify()
