"""What OpenID Connect providers publish: discovery documents and keys. Fetched when they are needed, remembered, fetched anew."""

from __future__ import annotations

from typing import Any

import jwt

from cognito_emu.environment import Environment
from cognito_emu.federation.errors import FederationError
from cognito_emu.federation.provider_http import ask

_KEEP_SECONDS = 3600.0
# A key that is not there may have been added since; whoever sends made-up key ids must not make us ask each time.
_ASK_AGAIN_SECONDS = 10.0


class ProviderDocuments:
    """Documents by address."""

    def __init__(self, env: Environment) -> None:
        self._env = env
        self._known: dict[str, tuple[float, dict[str, Any]]] = {}

    async def discovery(self, provider: str, issuer: str) -> dict[str, Any]:
        """An issuer's discovery document (OpenID Connect Discovery 1.0, section 4).

        Raises:
            FederationError: It cannot be had, or is another issuer's (section 4.3).
        """
        document = await self._get(provider, f"{issuer.rstrip('/')}/.well-known/openid-configuration", "well-known", _KEEP_SECONDS)
        if document.get("issuer") != issuer:
            raise FederationError(f"{provider} Error - the discovery document is that of another issuer")
        return document

    async def key(self, provider: str, jwks_uri: str, kid: str | None, algorithm: str) -> Any:
        """The public key by which a token is signed. One that is unknown makes us look again: providers rotate their keys.

        Raises:
            FederationError: There is no such key.
        """
        for freshness in (_KEEP_SECONDS, _ASK_AGAIN_SECONDS):
            key = _select(await self._get(provider, jwks_uri, "jwks_uri", freshness), kid, algorithm)
            if key is not None:
                return key
        # Assumption: the sentence.
        raise FederationError(f"Bad id_token response from {provider}: no key of the provider fits the signature")

    async def _get(self, provider: str, url: str, what: str, freshness: float) -> dict[str, Any]:
        fetched_at, document = self._known.get(url, (float("-inf"), {}))
        # A clock that was set back must not keep a document for longer.
        if not 0 <= self._env.now() - fetched_at < freshness:
            document = await ask(provider, url, what=what)
            self._known[url] = (self._env.now(), document)
        return document


def _select(document: dict[str, Any], kid: str | None, algorithm: str) -> Any:
    """The key of an id, or the only one that can be meant (OpenID Connect Core, section 10.1)."""
    try:
        keys = jwt.PyJWKSet.from_dict(document).keys
    except (jwt.PyJWTError, AttributeError, TypeError):
        return None
    family = {"R": "RSA", "P": "RSA", "E": "EC"}[algorithm[0]]
    fitting = [key for key in keys if key.key_type == family and key.public_key_use in {None, "sig"} and kid in {None, key.key_id}]
    return fitting[0].key if len(fitting) == 1 else None
