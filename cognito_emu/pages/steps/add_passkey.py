"""`/passkeys/add`: who is signed in makes a passkey, and goes back to the application.

It takes `client_id` and `redirect_uri`, and answers `result=success` there, or `result=invalid_session` when nobody is signed in.
"""

from __future__ import annotations

from typing import Any

import orjson

from cognito_emu.errors import AwsError, InvalidParameterException
from cognito_emu.oauth.browser_sessions import find_session
from cognito_emu.oauth.clients import OAuthClient, find_client
from cognito_emu.oauth.errors import ErrorPage
from cognito_emu.oauth.redirects import VerifiedRedirect
from cognito_emu.operations.passkeys import begin_registration, complete_registration
from cognito_emu.pages.handler import EXPIRED, PageHandler
from cognito_emu.pages.look import Look
from cognito_emu.store.users import User

NOT_ADDED = "The passkey was not created. You can try again."


class AddPasskeyHandler(PageHandler):
    """The page and its form."""

    async def get(self) -> None:
        """Offer to make a passkey."""
        client, redirect = await self._client()
        user = await self._user(client)
        if user is None:
            self.go(redirect.with_query(result="invalid_session"))
            return
        await self._offer(client, redirect, user)

    async def post(self) -> None:
        """Keep the passkey, or leave it."""
        client, redirect = await self._client()
        user = await self._user(client)
        if user is None:
            self.go(redirect.with_query(result="invalid_session"))
        elif self.is_forged():
            await self._offer(client, redirect, user, EXPIRED)
        elif self.form.get("action") == "skip":
            # Assumption: the word; AWS's is not documented.
            self.go(redirect.with_query(result="cancelled"))
        else:
            await self._add(client, redirect, user)

    async def _add(self, client: OAuthClient, redirect: VerifiedRedirect, user: User) -> None:
        call = client.call(self.parts, self.arrival)
        try:
            await complete_registration(call, client.pool, client.app_client, user, _parsed(self.form.get("credential", "")))
        except AwsError as error:
            await self._offer(client, redirect, user, error.message)
            return
        self.go(redirect.with_query(result="success"))

    async def _offer(self, client: OAuthClient, redirect: VerifiedRedirect, user: User, error: str = "") -> None:
        options = None
        try:
            options = await begin_registration(client.call(self.parts, self.arrival), client.pool, client.app_client, user)
        except AwsError as refusal:
            error = refusal.message
        look = await self.parts.store.read(lambda tx: Look.read(tx, self.arrival, client))
        texts = self.texts(managed=look.managed)
        values = {
            "action": f"{self.request.path}?{self.request.query}",
            "username": user.attributes.get("email") or user.username,
            "options": orjson.dumps(options).decode() if options else "",
            "failed": texts.message(NOT_ADDED),
            "error": texts.message(error),
        }
        self.show_page("add_passkey.html", look, texts, values, redirect_uri=redirect.uri)

    async def _client(self) -> tuple[OAuthClient, VerifiedRedirect]:
        parameters = self.query()
        client_id = parameters.get("client_id")
        client = await find_client(self.parts, self.arrival, client_id) if client_id else None
        if client is None:
            raise ErrorPage("invalid_request", client_id=client_id)
        redirect = VerifiedRedirect.verify(parameters.get("redirect_uri") or "", client.app_client.settings.get("CallbackURLs", ()))
        if redirect is None:
            raise ErrorPage("redirect_mismatch", client_id=client.client_id)
        return client, redirect

    async def _user(self, client: OAuthClient) -> User | None:
        found = await find_session(self.parts, client, self.session_cookie)
        return found[1] if found else None


def _parsed(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InvalidParameterException("Credential data is not valid") from error
