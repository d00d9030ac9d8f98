"""InboundFederation: what an external provider said of a user, before anything is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from triggers.events.envelope import Envelope, Event

ProviderType = Literal["OIDC", "SAML", "Facebook", "Google", "SignInWithApple", "LoginWithAmazon"]


def inbound_federation_oidc(
    envelope: Envelope,
    *,
    provider_name: str,
    provider_type: ProviderType,
    token_response: Mapping[str, str],
    id_token: Mapping[str, str],
    user_info: Mapping[str, str],
) -> Event:
    """For an OIDC or social provider. `user_info` is empty when the provider has no such endpoint.

    https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-inbound-federation.html
    """
    attributes = {"tokenResponse": dict(token_response), "idToken": dict(id_token), "userInfo": dict(user_info)}
    return _inbound_federation(envelope, provider_name, provider_type, attributes)


def inbound_federation_saml(envelope: Envelope, *, provider_name: str, saml_response: Mapping[str, str]) -> Event:
    """For a SAML provider: the assertion's attributes."""
    return _inbound_federation(envelope, provider_name, "SAML", {"samlResponse": dict(saml_response)})


def _inbound_federation(envelope: Envelope, provider_name: str, provider_type: ProviderType, attributes: Event) -> Event:
    request = {"providerName": provider_name, "providerType": provider_type, "attributes": attributes}
    return envelope.event("InboundFederation_ExternalProvider", request, {"userAttributesToMap": {}})
