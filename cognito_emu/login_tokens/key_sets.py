"""The keys of OpenID Connect providers, found by discovery.

https://openid.net/specs/openid-connect-discovery-1_0.html
"""

from __future__ import annotations

from typing import Any

import jwt

from cognito_emu.environment import Environment
from cognito_emu.login_tokens.errors import ProviderUnreachableError, UnverifiedSignatureError
from cognito_emu.login_tokens.jwt_claims import verified_claims
from cognito_emu.login_tokens.provider_requests import fetch_json
from cognito_emu.published_documents import PublishedDocuments


class KeySets:
    """The JWKS of issuers, by their address."""

    def __init__(self, env: Environment) -> None:
        self._env = env
        self._key_sets: PublishedDocuments[jwt.PyJWKSet] = PublishedDocuments(env)

    async def verified_claims(self, issuer: str, token: str, kid: str | None, *, leeway: float) -> dict[str, Any]:
        """The claims of a token that one of the issuer's keys signed and that is valid now.

        Args:
            issuer: With its scheme, as in `iss`.
            token: The token.
            kid: From the token's header; None where the provider has a single key and doesn't name it.
            leeway: Seconds that the provider's clock may be off.

        Raises:
            ProviderUnreachableError: The issuer does not answer, or not with what it must.
            LoginTokenError: It has no such key, or the token is not valid.
        """

        def verify(keys: jwt.PyJWKSet) -> dict[str, Any] | None:
            key = _select(keys, kid)
            try:
                return verified_claims(token, key, now=self._env.now(), leeway=leeway) if key is not None else None
            except UnverifiedSignatureError:
                return None

        claims = await self._key_sets.read(issuer, lambda: _fetch(issuer), verify)
        if claims is None:
            raise UnverifiedSignatureError
        return claims


async def _fetch(issuer: str) -> jwt.PyJWKSet:
    configuration = await fetch_json(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if configuration.get("issuer") != issuer:
        raise ProviderUnreachableError(f"The discovery document of {issuer} is that of {configuration.get('issuer')}.")
    if "jwks_uri" not in configuration:
        raise ProviderUnreachableError(f"The discovery document of {issuer} has no jwks_uri.")
    document = await fetch_json(str(configuration["jwks_uri"]))
    try:
        return jwt.PyJWKSet.from_dict(document)
    except (jwt.PyJWTError, AttributeError, TypeError) as error:
        raise ProviderUnreachableError(f"The keys of {issuer} cannot be read: {error}.") from error


def _select(keys: jwt.PyJWKSet, kid: str | None) -> Any:
    signing = [key for key in keys.keys if key.public_key_use in {None, "sig"}]
    if kid is None:
        return signing[0].key if len(signing) == 1 else None
    return next((key.key for key in signing if key.key_id == kid), None)
