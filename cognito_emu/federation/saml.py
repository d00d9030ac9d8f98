"""SAML 2.0 providers."""

from __future__ import annotations

from cognito_emu.call import Call, Parts
from cognito_emu.federation.departure import Departure
from cognito_emu.federation.errors import FederationError
from cognito_emu.oauth.authorization import Authorization
from cognito_emu.store.identity_providers import IdentityProvider


class SamlProviders:
    """Every provider that speaks SAML."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def request(self, call: Call, provider: IdentityProvider, authorization: Authorization, departure: Departure, state: str) -> str:
        """The address of the provider with a request for it."""
        raise FederationError("SAML is not there yet")
