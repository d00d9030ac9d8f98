"""Browsers that left for a provider: what they left with, so that an answer is taken once, in time, and from the same browser.

The handle of the stored authorization request is `state` (RFC 6749, section 10.12) and RelayState (SAML 2.0 Bindings, section 3.4.3). It
is bound to the browser by a cookie: an answer that somebody else got cannot be planted into a victim's browser.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, Self

from cognito_emu.call import Parts
from cognito_emu.federation.errors import FederationError
from cognito_emu.oauth.authorization import Authorization
from cognito_emu.oauth.browser_endpoint import BrowserEndpoint
from cognito_emu.oauth.errors import ErrorPage
from cognito_emu.oauth.requests import RequestExpiredError, load_request, save_flow, start_request
from cognito_emu.records import Hidden, Record, asdict, replace
from cognito_emu.store import Tx
from cognito_emu.store.authorizations import hash_handle

COOKIE = "cognito-fl"
_COOKIE_SECONDS = 3600
# "Users must complete sign-in with their IdP within five minutes" (developer guide, SAML session initiation).
_SECONDS = 300.0
_FLOW = "federation"


class Departure(Record, kw_only=True):
    """JSON in the flow of a stored request.

    Attributes:
        own_address: Scheme and host by which the browser came, to which it shall come back.
        redirect_uri: Where the provider sends it.
        nonce: The application's, or one of our own: "Cognito generates a nonce when the app gave none".
        request_id: Of a SAML request.
        browser: Hash of the browser's cookie.
        answer: A SAML response that came by a cross-site POST, to which browsers add no cookie.
    """

    provider: str
    own_address: str
    redirect_uri: str
    nonce: Hidden[str]
    request_id: str
    browser: str
    begun_at: float
    answer: Hidden[str] = ""

    @classmethod
    def of_flow(cls, flow: Mapping[str, Any]) -> Self | None:
        """Read what a flow holds."""
        return cls(**flow[_FLOW]) if flow.get(_FLOW) else None


def prepare_departure(endpoint: BrowserEndpoint, authorization: Authorization, provider: str, path: str) -> Departure:
    """Note a browser's leaving for a provider, and give it the cookie by which it will be known again.

    Args:
        endpoint: The browser's request.
        authorization: What the user signs in for.
        provider: The provider's name.
        path: Where the answer shall come.
    """
    env = endpoint.parts.env
    secret = endpoint.get_cookie(COOKIE) or env.opaque(32)
    # Lax: it comes along when the provider redirects the browser back, as long as that is a GET.
    secure = endpoint.request.protocol == "https"
    endpoint.set_cookie(COOKIE, secret, max_age=_COOKIE_SECONDS, path="/", httponly=True, samesite="Lax", secure=secure)
    own_address = address_of(endpoint, by_domain=authorization.client.by_domain)
    return Departure(
        provider=provider,
        own_address=own_address,
        redirect_uri=own_address + path,
        nonce=authorization.request.nonce or env.opaque(24),
        request_id=f"_{env.uuid()}",
        browser=_hash(secret),
        begun_at=env.now(),
    )


def address_of(endpoint: BrowserEndpoint, *, by_domain: bool) -> str:
    """The address of ours that the browser uses: a pool's domain, else where the emulator is."""
    if by_domain:
        return f"{endpoint.arrival.protocol}://{endpoint.arrival.host}"
    return endpoint.arrival.base_url(endpoint.parts.settings, by_domain=False)


async def depart(parts: Parts, authorization: Authorization, departure: Departure) -> str:
    """Store the request; returns the handle under which the answer must come."""
    return await start_request(parts, authorization, {_FLOW: asdict(departure)})


async def find_departure(endpoint: BrowserEndpoint, handle: str) -> tuple[Authorization, Departure]:
    """Who left under a handle.

    Raises:
        ErrorPage: Nobody, so nobody knows where an error could go; or they were answered already.
    """
    try:
        authorization, flow = await load_request(endpoint.parts, endpoint.arrival, handle)
    except RequestExpiredError as error:
        raise _invalid_state() from error
    departure = Departure.of_flow(flow)
    if departure is None:
        raise _invalid_state()
    return authorization, departure


async def keep_answer(parts: Parts, handle: str, departure: Departure, answer: str) -> None:
    """Put an answer aside until the browser has shown its cookie."""
    await save_flow(parts, handle, {_FLOW: asdict(replace(departure, answer=answer))})


async def check_departure(endpoint: BrowserEndpoint, handle: str, departure: Departure) -> None:
    """Let the browser back in, once.

    Raises:
        ErrorPage: It is another browser, or somebody was faster.
        FederationError: It took too long.
    """
    cookie = endpoint.get_cookie(COOKIE) or ""
    if not hmac.compare_digest(_hash(cookie), departure.browser):
        raise _invalid_state()

    def take(tx: Tx) -> bool:
        stored = tx.authorizations.get_request(hash_handle(handle))
        if stored is None or not stored.flow.get(_FLOW):
            return False
        tx.authorizations.set_flow(stored.id, {})
        return True

    if not await endpoint.parts.store.transact(take):
        raise _invalid_state()
    if endpoint.parts.env.now() - departure.begun_at > _SECONDS:
        # Assumption: the sentence.
        raise FederationError("The sign-in with the identity provider took too long")


def _invalid_state() -> ErrorPage:
    # Assumption: the sentence, of which AWS's error page shows several.
    return ErrorPage("Invalid state or the session has expired. Please sign in again.")


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
