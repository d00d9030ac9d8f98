"""What a provider has told, whatever it speaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cognito_emu.domain.authentication_levels import LOWEST, vouched_for
from cognito_emu.records import Hidden, Record, field
from cognito_emu.store.identity_providers import IdentityProvider


class ProviderAnswer(Record, kw_only=True):
    """An answer that was checked.

    Attributes:
        subject: The provider's own id of the user.
        claims: What it says of the user, by its own names.
        issuer: A SAML provider's entity id.
        amr: What the provider vouches for, as proved factors. "Only OIDC IdPs support ACR mapping" (API reference), so others say nothing.
        documents: For InboundFederation: `tokenResponse`, `idToken` and `userInfo`, or `samlResponse`.
    """

    provider: IdentityProvider
    subject: Hidden[str]
    claims: Hidden[Mapping[str, Any]]
    issuer: str | None = None
    amr: Sequence[str] = field(default_factory=lambda: vouched_for(LOWEST, ()))
    documents: Hidden[Mapping[str, Any]]
