"""`/error`: what nobody vouches for is not redirected to the application, but told here."""

from __future__ import annotations

from cognito_emu.oauth.clients import find_client
from cognito_emu.pages.handler import PageHandler
from cognito_emu.pages.look import Look

# For developers, who are whom this page is seen by; AWS says less.
_HINTS = {
    "redirect_mismatch": "The address in the request is not, character by character, one of the app client's callback URLs "
    "(for sign-out: its sign-out URLs).",
}
_UNKNOWN_CLIENT = "There is no such app client in the pool of this address."


class ErrorHandler(PageHandler):
    """`/error?error=...&client_id=...`."""

    async def get(self) -> None:
        """Say that something went wrong, and what."""
        parameters = self.query()
        client_id, reason = parameters.get("client_id"), parameters.get("error") or ""
        client = await find_client(self.parts, self.arrival, client_id) if client_id else None
        look = await self.parts.store.read(lambda tx: Look.read(tx, self.arrival, client)) if client else Look.of_nobody()
        hint = _UNKNOWN_CLIENT if client_id and client is None else _HINTS.get(reason, "")
        self.set_status(400)
        self.show_page("error.html", look, self.texts(managed=look.managed), {"reason": reason, "hint": hint})
