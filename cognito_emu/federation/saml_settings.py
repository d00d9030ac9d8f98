"""What a pool and its SAML providers are to each other, by their settings. Light: XML signatures are loaded when the first are needed."""

from __future__ import annotations

from cognito_emu.domain import saml_metadata
from cognito_emu.store.identity_providers import IdentityProvider
from cognito_emu.store.user_pools import UserPool


def entity_id(pool: UserPool) -> str:
    """What a pool is called as a service provider."""
    return f"urn:amazon:cognito:sp:{pool.id}"


def takes_unsolicited(provider: IdentityProvider) -> bool:
    """IDPInit is on."""
    return provider.type == "SAML" and is_on(provider, "IDPInit")


def is_on(provider: IdentityProvider, switch: str) -> bool:
    """A switch of ProviderDetails: IDPInit, IDPSignout, EncryptedResponses."""
    return provider.details.get(switch, "").lower() == "true"


def metadata_of(provider: IdentityProvider) -> saml_metadata.SamlMetadata:
    """What the provider says about itself."""
    return saml_metadata.parse_metadata(provider.discovered["metadata"])
