"""One request to a step: for which client, in which flow, from which browser."""

from __future__ import annotations

import hashlib
import re
from typing import Self
from urllib.parse import parse_qsl, urlencode

from cognito_emu.call import Call, Parts
from cognito_emu.oauth.addresses import Arrival
from cognito_emu.oauth.authorization import Authorization, check_authorization
from cognito_emu.oauth.clients import OAuthClient
from cognito_emu.oauth.parameters import Parameters
from cognito_emu.oauth.requests import RequestExpiredError, load_request, save_flow, start_request
from cognito_emu.pages.flow import Flow, Step
from cognito_emu.records import Hidden, Record, replace
from cognito_emu.store.user_pools import UserPool

# What pages add to the authorization request's own parameters.
HANDLE = "flow"
NOTICE = "notice"

_HANDLE_BYTES = 32
_HANDLE_FORM = re.compile(r"[A-Za-z0-9_-]{43}")


class Visit(Record):
    """A request to a step.

    Attributes:
        authorization: What the user signs in for.
        flow: Where the browser is.
        handle: Under which the flow is, or would be, stored.
        stored: Whether it is.
        query: The authorization request's parameters, as they came; they go along from page to page.
        cookie: The browser's session cookie.
    """

    parts: Parts
    call: Call
    authorization: Authorization
    flow: Flow
    handle: Hidden[str]
    stored: bool
    query: str
    cookie: Hidden[str | None]

    @classmethod
    async def open(cls, parts: Parts, arrival: Arrival, *, query: str, handle: str | None, browser: str, cookie: str | None) -> Self:
        """Find the flow of a handle; a request without one, or with one of another browser, is at the beginning of a new one.

        Args:
            parts: The emulator's.
            arrival: By which address the request came.
            query: The query of the address.
            handle: What the address or the form names.
            browser: The value of the cookie by which the browser is known.
            cookie: The browser's session cookie.

        Raises:
            ErrorPage, RedirectError: There is no flow, and the parameters make no authorization request.
        """
        owner = browser_hash(browser)
        parameters = authorization_query(query)
        stored = await _load(parts, arrival, handle, owner)
        if stored is not None:
            authorization, flow = stored
        else:
            authorization = await check_authorization(parts, arrival, Parameters.parse_for_browser(parameters))
            flow = Flow(browser=owner)
            handle = handle if handle and _HANDLE_FORM.fullmatch(handle) and not await _is_taken(parts, arrival, handle) else None
        return cls(
            parts=parts,
            call=authorization.client.call(parts, arrival),
            authorization=authorization,
            flow=flow,
            handle=handle or parts.env.opaque(_HANDLE_BYTES),
            stored=stored is not None,
            query=parameters,
            cookie=cookie,
        )

    @property
    def client(self) -> OAuthClient:
        """The app client."""
        return self.authorization.client

    @property
    def pool(self) -> UserPool:
        """Its pool."""
        return self.authorization.client.pool

    def anew(self, step: Step) -> Self:
        """The same request at the beginning of another flow."""
        flow = Flow(browser=self.flow.browser, step=step, username=self.flow.username)
        return replace(self, flow=flow, handle=self.parts.env.opaque(_HANDLE_BYTES), stored=False)

    def address(self, step: Step | None = None) -> str:
        """Where a step is found; without one, the address at which the flow stands."""
        if step is not None:
            return f"{step}?{self.query}"
        if self.flow.step is Step.DONE:
            return f"{Step.DONE}?{self.query}"
        return f"{self.flow.step}?{self.query}&{HANDLE}={self.handle}"

    async def leave(self, flow: Flow) -> Self:
        """Store where the flow stands now."""
        if self.stored:
            await save_flow(self.parts, self.handle, flow.to_state())
        else:
            await start_request(self.parts, self.authorization, flow.to_state(), handle=self.handle)
        return replace(self, flow=flow, stored=True)


def browser_hash(browser: str) -> str:
    """By what a flow knows its browser."""
    return hashlib.sha256(browser.encode()).hexdigest()


def authorization_query(query: str) -> str:
    """A query without what the pages add to it."""
    return urlencode([(name, value) for name, value in parse_qsl(query) if name not in {HANDLE, NOTICE}])


async def _load(parts: Parts, arrival: Arrival, handle: str | None, owner: str) -> tuple[Authorization, Flow] | None:
    if not handle:
        return None
    try:
        authorization, state = await load_request(parts, arrival, handle)
    except RequestExpiredError:
        return None
    # A request that federation stored has a flow of another kind.
    return (authorization, Flow.from_state(state)) if state.get("browser") == owner else None


async def _is_taken(parts: Parts, arrival: Arrival, handle: str) -> bool:
    try:
        await load_request(parts, arrival, handle)
    except RequestExpiredError:
        return False
    return True
