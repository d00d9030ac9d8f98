"""Which provider a request means, and the way there."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from cognito_emu.call import Call, Parts
from cognito_emu.errors import AwsError
from cognito_emu.federation.departure import depart, prepare_departure
from cognito_emu.federation.errors import FederationError
from cognito_emu.federation.oidc import OidcProviders
from cognito_emu.federation.sign_out import begin_sign_out
from cognito_emu.oauth.authorization import Authorization, supported_providers
from cognito_emu.oauth.browser_endpoint import BrowserEndpoint
from cognito_emu.oauth.clients import OAuthClient
from cognito_emu.operations.identity_providers.providers import LOCAL_PROVIDER
from cognito_emu.store import Tx
from cognito_emu.store.identity_providers import IdentityProvider

if TYPE_CHECKING:
    from cognito_emu.federation.saml import SamlProviders

OIDC_PATH = "/oauth2/idpresponse"
SAML_PATH = "/saml2/idpresponse"


class Federation:
    """The providers behind all pools."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.oidc = OidcProviders(parts)

    @cached_property
    def saml(self) -> SamlProviders:
        """Loaded when the first SAML provider is met: XML signatures cost every start what few need."""
        from cognito_emu.federation.saml import SamlProviders  # noqa: PLC0415 - see above

        return SamlProviders(self._parts)

    async def begin(self, endpoint: BrowserEndpoint, call: Call, authorization: Authorization) -> str | None:
        """Where the browser goes for the provider that the request means; None: to the login page.

        Raises:
            RedirectError: The provider is not there, or is in trouble.
        """
        provider = await self._parts.store.read(lambda tx: _meant(tx, authorization))
        if provider is None:
            return None
        departure = prepare_departure(endpoint, authorization, provider.name, SAML_PATH if provider.type == "SAML" else OIDC_PATH)
        handle = await depart(self._parts, authorization, departure)
        try:
            if provider.type == "SAML":
                return await self.saml.request(call, provider, authorization, departure, handle)
            return await self.oidc.request(provider, authorization, departure, handle)
        except FederationError as error:
            raise authorization.refusal(error.error, error.description) from error
        except AwsError as error:
            raise authorization.refusal("invalid_request", error.message) from error

    async def end(self, endpoint: BrowserEndpoint, client: OAuthClient, destination: str) -> str | None:
        """Where a browser that signs out goes before it goes on; None: straight on."""
        return await begin_sign_out(lambda: self.saml, endpoint, client, destination)


def _meant(tx: Tx, authorization: Authorization) -> IdentityProvider | None:
    client, request = authorization.client, authorization.request
    supported = supported_providers(client)
    if request.identity_provider is not None:
        name = request.identity_provider
    elif request.idp_identifier is not None:
        found = tx.identity_providers.find_by_identifier(client.pool.id, request.idp_identifier)
        if found is None or found.name not in supported:
            # Assumption: the error.
            raise authorization.refusal("invalid_request", "The identity provider is not available for this client.")
        return found
    else:
        # "If your app client has only one identity provider, managed login goes there at once" (developer guide).
        name = supported[0] if len(supported) == 1 else LOCAL_PROVIDER
    if name == LOCAL_PROVIDER:
        return None
    provider = tx.identity_providers.get(client.pool.id, name)
    if provider is None:
        raise authorization.refusal("invalid_request", f"Identity provider {name} does not exist.")
    return provider
