"""`/_emu/clock`: see and move the emulator's time; everything that expires follows it."""

from __future__ import annotations

from tornado.web import HTTPError

from cognito_emu.control.handler import ControlHandler


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
        self.parts.env.clock_offset = offset
        await self.parts.store.transact(lambda tx: tx.emulator_state.set("clock_offset", offset))
        self._tell()

    def _tell(self) -> None:
        self.send_json({"now": self.parts.env.now(), "offset": self.parts.env.clock_offset})
