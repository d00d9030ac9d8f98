"""What OpenID Connect providers publish: discovery documents and keys."""

from __future__ import annotations

from typing import Any

import jwt

from cognito_emu.environment import Environment
from cognito_emu.federation.errors import FederationError
from cognito_emu.federation.provider_http import ask
from cognito_emu.published_documents import PublishedDocuments


async def discovered(provider: str, issuer: str) -> dict[str, Any]:
    """An issuer's discovery document (OpenID Connect Discovery 1.0, section 4).

    It is asked for each time. Nothing would tell that a remembered one is no longer true: the browser would be sent to where the provider
    was before it was restarted.

    Raises:
        FederationError: It cannot be had, or is another issuer's (section 4.3).
    """
    document = await ask(provider, f"{issuer.rstrip('/')}/.well-known/openid-configuration", what="well-known")
    if document.get("issuer") != issuer:
        raise FederationError(f"{provider} Error - the discovery document is that of another issuer")
    return document


class ProviderKeys:
    """Providers' keys, by the address of their JWKS."""

    def __init__(self, env: Environment) -> None:
        self._documents: PublishedDocuments[dict[str, Any]] = PublishedDocuments(env)

    async def verified_claims(self, provider: str, jwks_uri: str, token: str, header: dict[str, Any]) -> dict[str, Any] | None:
        """The claims of a token that one of the keys signed, whatever they say; None when none of the keys did.

        Raises:
            FederationError: The provider's keys cannot be had.
        """

        def verify(document: dict[str, Any]) -> dict[str, Any] | None:
            key = _select(document, header.get("kid"), header["alg"])
            try:
                return signed_claims(token, key, header["alg"]) if key is not None else None
            except jwt.InvalidTokenError:
                return None

        return await self._documents.read(jwks_uri, lambda: ask(provider, jwks_uri, what="jwks_uri"), verify)


def signed_claims(token: str, key: Any, algorithm: str) -> dict[str, Any]:
    """The claims of a token that the key signed. What they say is not looked at: times are told by the emulator's clock, not by PyJWT's.

    Raises:
        jwt.InvalidTokenError: The key did not sign it.
    """
    options = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "verify_aud": False, "verify_sub": False}
    claims: dict[str, Any] = jwt.decode(token, key, algorithms=[algorithm], options=options)  # type: ignore[arg-type] # a plain dict
    return claims


def _select(document: dict[str, Any], kid: str | None, algorithm: str) -> Any:
    """The key of an id, or the only one that can be meant (OpenID Connect Core, section 10.1)."""
    try:
        keys = jwt.PyJWKSet.from_dict(document).keys
    except (jwt.PyJWTError, AttributeError, TypeError):
        return None
    family = {"R": "RSA", "P": "RSA", "E": "EC"}[algorithm[0]]
    fitting = [key for key in keys if key.key_type == family and key.public_key_use in {None, "sig"} and kid in {None, key.key_id}]
    return fitting[0].key if len(fitting) == 1 else None
