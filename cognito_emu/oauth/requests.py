"""Authorization requests while their users are on the pages or at an identity provider: stored under a handle that the pages carry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cognito_emu.call import Parts
from cognito_emu.oauth.addresses import Arrival
from cognito_emu.oauth.authorization import Authorization, AuthorizationRequest
from cognito_emu.oauth.clients import look_up_client
from cognito_emu.oauth.redirects import VerifiedRedirect
from cognito_emu.store import Tx
from cognito_emu.store.authorizations import StoredRequest, hash_handle

# As long as a tab may stay open in the middle of a sign-in.
# Assumption: AWS does not say how long its pages wait; federation is given five minutes, which is the identity provider's affair.
_LIFETIME = 3600.0


class RequestExpiredError(Exception):
    """A handle leads nowhere any more: the user must begin anew at the application."""


async def start_request(
    parts: Parts, authorization: Authorization, flow: Mapping[str, Any] | None = None, *, handle: str | None = None
) -> str:
    """Store a checked request.

    Args:
        parts: The emulator's.
        authorization: The request.
        flow: Where the pages begin; whatever JSON they want to find again by `load_request`.
        handle: A handle that a form was given before there was anything to store, so that its second answer finds what the first began.

    Returns:
        The handle, which nobody can guess. It is not a login: whoever has it sees the request's pages, no more.
    """
    handle = handle or parts.env.opaque(32)
    row = StoredRequest(
        id=hash_handle(handle),
        pool_id=authorization.client.pool.id,
        client_id=authorization.client.app_client.id,
        request=authorization.request.to_state(),
        flow=dict(flow or {}),
        expires_at=parts.env.now() + _LIFETIME,
    )
    await parts.store.transact(lambda tx: tx.authorizations.add_request(row))
    return handle


async def load_request(parts: Parts, arrival: Arrival, handle: str) -> tuple[Authorization, dict[str, Any]]:
    """The request under a handle, as often as it is asked for, and where the pages stand.

    Client and redirect URI are looked up again, so a client that was changed meanwhile counts as it is now.

    Raises:
        RequestExpiredError: There is none, it has expired, or its client no longer has the redirect URI.
    """

    def look_up(tx: Tx) -> tuple[Authorization, dict[str, Any]]:
        stored = tx.authorizations.get_request(hash_handle(handle))
        if stored is None or stored.expires_at <= parts.env.now():
            raise RequestExpiredError
        request = AuthorizationRequest.from_state(stored.request)
        client = look_up_client(tx, arrival, request.client_id)
        redirect = VerifiedRedirect.verify(request.redirect_uri, client.app_client.settings.get("CallbackURLs", ())) if client else None
        if client is None or redirect is None:
            raise RequestExpiredError
        return Authorization(request, client, redirect), stored.flow

    return await parts.store.read(look_up)


async def save_flow(parts: Parts, handle: str, flow: Mapping[str, Any]) -> None:
    """Note where the pages stand."""
    await parts.store.transact(lambda tx: tx.authorizations.set_flow(hash_handle(handle), flow))
