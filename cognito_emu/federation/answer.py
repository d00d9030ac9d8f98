"""What a provider has told, whatever it speaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cognito_emu.store.identity_providers import IdentityProvider


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderAnswer:
    """An answer that was checked.

    Attributes:
        subject: The provider's own id of the user.
        claims: What it says of the user, by its own names.
        issuer: A SAML provider's entity id.
        documents: For InboundFederation: `tokenResponse`, `idToken` and `userInfo`, or `samlResponse`.
    """

    provider: IdentityProvider
    subject: str = field(repr=False)
    claims: Mapping[str, Any] = field(repr=False)
    issuer: str | None = None
    documents: Mapping[str, Any] = field(repr=False)
