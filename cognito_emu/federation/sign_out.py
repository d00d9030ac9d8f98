"""Signing out of the provider too: SAML's single logout, where IDPSignout is on.

https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-saml-idp-sign-out.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import jwt

from cognito_emu.call import Parts
from cognito_emu.federation.departure import address_of
from cognito_emu.oauth.browser_endpoint import BrowserEndpoint
from cognito_emu.oauth.browser_sessions import find_session
from cognito_emu.oauth.clients import OAuthClient
from cognito_emu.records import Record, asdict
from cognito_emu.store import Tx
from cognito_emu.store.federated_identities import FederatedIdentity
from cognito_emu.store.identity_providers import IdentityProvider

if TYPE_CHECKING:
    from cognito_emu.federation.saml import SamlProviders

_SECONDS = 3600
_USE = "saml logout"


class SignOut(Record):
    """A sign-out that a provider has been asked for.

    Attributes:
        request_id: Of the LogoutRequest.
        own_address: Scheme and host by which the browser came, to which it shall come back.
        destination: Where the browser goes afterwards; it was checked before.
    """

    pool_id: str
    provider: str
    request_id: str
    own_address: str
    destination: str


async def begin_sign_out(saml: Callable[[], SamlProviders], endpoint: BrowserEndpoint, client: OAuthClient, destination: str) -> str | None:
    """Where the browser of a user of a SAML provider goes, before it goes on to a destination that was checked; None: straight on.

    Must be called while the browser still has its session.
    """
    parts = endpoint.parts
    found = await find_session(parts, client, endpoint.session_cookie)
    if found is None:
        return None
    user_id = found[1].id

    def look_up(tx: Tx) -> tuple[FederatedIdentity, IdentityProvider] | None:
        # Assumption: of several linked SAML identities the first counts; a browser session does not say by which it began.
        for identity in tx.federated_identities.of_user(user_id):
            provider = tx.identity_providers.get(client.pool.id, identity.provider_name)
            if provider is not None and provider.type == "SAML" and identity.subject:
                return identity, provider
        return None

    left = await parts.store.read(look_up)
    if left is None:
        return None
    identity, provider = left
    assert identity.subject is not None
    going = SignOut(client.pool.id, provider.name, f"_{parts.env.uuid()}", address_of(endpoint, by_domain=client.by_domain), destination)
    relay_state = jwt.encode({"use": _USE, "until": parts.env.now() + _SECONDS, **asdict(going)}, parts.secret, algorithm="HS256")
    call = client.call(parts, endpoint.arrival)
    return await saml().sign_out(call, client.pool, provider, identity.subject, request_id=going.request_id, relay_state=relay_state)


def read_sign_out(parts: Parts, relay_state: str) -> SignOut | None:
    """The sign-out that a RelayState stands for; None: it is none of ours, so it must not decide where a browser goes."""
    try:
        content = jwt.decode(relay_state, parts.secret, algorithms=["HS256"])
    except jwt.PyJWTError:
        return None
    if content.pop("use", None) != _USE or content.pop("until") <= parts.env.now():
        return None
    return SignOut(**content)
