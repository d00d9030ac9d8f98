"""`/confirmUser`: the link in a message confirms a sign-up (VerificationMessageTemplate, CONFIRM_WITH_LINK)."""

from __future__ import annotations

from cognito_emu.errors import AwsError
from cognito_emu.oauth.clients import find_client
from cognito_emu.oauth.errors import ErrorPage
from cognito_emu.pages.handler import PageHandler
from cognito_emu.pages.look import Look
from cognito_emu.pages.public_operations import invoke
from cognito_emu.pages.steps.confirm import CONFIRMED


class ConfirmUserHandler(PageHandler):
    """The page behind the link. It leads nowhere, since who opens a message need not be in the browser that signed up."""

    async def get(self) -> None:
        """Confirm, and say so."""
        parameters = self.query()
        client_id = parameters.get("client_id")
        client = await find_client(self.parts, self.arrival, client_id) if client_id else None
        if client is None:
            raise ErrorPage("invalid_request", client_id=client_id)
        error = ""
        try:
            code = parameters.get("confirmation_code") or ""
            await invoke(
                client.call(self.parts, self.arrival), client, "ConfirmSignUp", parameters.get("user_name") or "", ConfirmationCode=code
            )
        except AwsError as refusal:
            error = refusal.message
        look = await self.parts.store.read(lambda tx: Look.read(tx, self.arrival, client))
        texts = self.texts(managed=look.managed)
        self.show_page("confirmed.html", look, texts, {"error": texts.message(error), "notice": "" if error else texts.message(CONFIRMED)})
