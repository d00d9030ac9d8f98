"""The end of a sign-in that was tried from the window: the code is exchanged as an application would, and the tokens are shown."""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import Any, Self
from urllib.parse import urlencode

import orjson
from tornado.httputil import HTTPHeaders

from cognito_emu.console.handler import PageError, PageHandler
from cognito_emu.console.pools import pool_address
from cognito_emu.console.token_inspection import inspect_token
from cognito_emu.oauth.json_endpoints import JsonEndpoints
from cognito_emu.protocol.http import HttpRequest
from cognito_emu.records import Hidden, Record, asdict
from cognito_emu.store import Tx

TRIAL_COOKIE = "emu_trial"
_TOKEN_ENDPOINT = "/oauth2/token"  # noqa: S105 - a path
_NAMES = {"id_token": "ID token", "access_token": "Access token", "refresh_token": "Refresh token"}


class Trial(Record):
    """A sign-in under way, as the browser keeps it."""

    pool_id: str
    client_id: str
    redirect_uri: str
    state: str
    nonce: str
    verifier: Hidden[str]

    def encode(self) -> str:
        """As a cookie's value."""
        return base64.urlsafe_b64encode(orjson.dumps(asdict(self))).decode()

    @classmethod
    def decode(cls, text: str) -> Self | None:
        """What `encode` wrote; None if it was not that."""
        try:
            return cls(**orjson.loads(base64.urlsafe_b64decode(text)))
        except (binascii.Error, orjson.JSONDecodeError, TypeError):
            return None


class CallbackHandler(PageHandler):
    """`/_emu/ui/callback`: where the hosted login sends the browser."""

    section = "home"

    async def show(self) -> None:
        """Exchange the code and show what came."""
        trial = Trial.decode(self.get_cookie(TRIAL_COOKIE, "") or "")
        if trial is None or not hmac.compare_digest(trial.state.encode(), self.get_query_argument("state", "").encode()):
            raise PageError(400, "No sign-in was begun here that ends like this; begin one at an app client's page")
        pool = await self.pool(trial.pool_id)
        if refusal := self.get_query_argument("error", ""):
            answer: dict[str, Any] = {"error": refusal, "error_description": self.get_query_argument("error_description", "")}
        else:
            answer = await self._exchange(trial, self.get_query_argument("code"))
        tokens = {
            label: (answer[name], await inspect_token(self.parts, answer[name], self.base_url))
            for name, label in _NAMES.items()
            if name in answer
        }
        address = pool_address(pool, "clients", trial.client_id)
        await self.render_page("callback.html", "Sign-in", pool=pool, trial=trial, answer=answer, tokens=tokens, address=address)

    async def _exchange(self, trial: Trial, code: str) -> dict[str, Any]:
        """`POST /oauth2/token` by its own handler, without the network: the browser's address need not lead here from here."""

        def secret(tx: Tx) -> str | None:
            secrets = tx.app_clients.secrets(trial.client_id)
            return secrets[0].value if secrets else None

        headers = HTTPHeaders({"Host": self.request.host, "Content-Type": "application/x-www-form-urlencoded"})
        if value := await self.parts.store.read(secret):
            headers["Authorization"] = f"Basic {base64.b64encode(f'{trial.client_id}:{value}'.encode()).decode()}"
        form = {
            "grant_type": "authorization_code",
            "client_id": trial.client_id,
            "code": code,
            "redirect_uri": trial.redirect_uri,
            "code_verifier": trial.verifier,
        }
        handler = self.window.calls.watch(JsonEndpoints(self.parts).route)("POST", _TOKEN_ENDPOINT, headers)
        assert handler is not None, "the token endpoint is always there"
        body = urlencode(form).encode()
        request = HttpRequest("POST", _TOKEN_ENDPOINT, "", headers, body, self.request.remote_ip or "", self.request.protocol)
        answer: dict[str, Any] = orjson.loads((await handler(request)).body)
        return answer
