"""ID tokens of providers: OpenID Connect Core, section 3.1.3.7."""

from __future__ import annotations

import hmac
from typing import Any

import jwt

from cognito_emu.federation.errors import FederationError
from cognito_emu.federation.provider_endpoints import ProviderEndpoints
from cognito_emu.federation.provider_keys import ProviderKeys, signed_claims

# "HMAC-based, ECDSA, RSA" (developer guide, OIDC IdPs). `none` is not among them.
_PUBLIC_KEY = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"})
_SHARED_SECRET = frozenset({"HS256", "HS384", "HS512"})
_SKEW_SECONDS = 300.0


async def verify_id_token(
    keys: ProviderKeys, endpoints: ProviderEndpoints, token: str, *, client_secret: str, nonce: str, now: float
) -> dict[str, Any]:
    """The claims of a provider's ID token.

    Args:
        keys: Where the provider's keys come from.
        endpoints: Whose token it must be.
        token: The token.
        client_secret: The key of HMAC algorithms (section 10.1).
        nonce: Which the authorization request had.
        now: By the emulator's clock, which is why PyJWT does not check times itself.

    Raises:
        FederationError: The token is not genuine, not for this client, or not the answer to this request.
    """
    provider = endpoints.provider
    try:
        header = jwt.get_unverified_header(token)
        claims = await _signed_claims(keys, endpoints, token, header, client_secret)
    except (jwt.PyJWTError, TypeError, ValueError) as error:
        raise bad_id_token(provider, "the signature is invalid") from error
    _check(endpoints, claims, nonce=nonce, now=now)
    return claims


def bad_id_token(provider: str, reason: str) -> FederationError:
    """Assumption: the sentence beyond its first words, which are AWS's."""
    return FederationError(f"Bad id_token response from {provider}: {reason}")


async def _signed_claims(
    keys: ProviderKeys, endpoints: ProviderEndpoints, token: str, header: dict[str, Any], client_secret: str
) -> dict[str, Any]:
    """The key follows from the algorithm's family, so a public key can never be taken for a shared secret (RFC 8725, section 2.1)."""
    algorithm = header.get("alg")
    if algorithm in _SHARED_SECRET and client_secret:
        return signed_claims(token, client_secret, algorithm)
    if algorithm not in _PUBLIC_KEY or endpoints.jwks_uri is None:
        raise bad_id_token(endpoints.provider, "the algorithm is not supported")
    claims = await keys.verified_claims(endpoints.provider, endpoints.jwks_uri, token, header)
    if claims is None:
        raise bad_id_token(endpoints.provider, "the signature is invalid")
    return claims


def _check(endpoints: ProviderEndpoints, claims: dict[str, Any], *, nonce: str, now: float) -> None:
    provider = endpoints.provider
    if endpoints.issuers and claims.get("iss") not in endpoints.issuers:
        raise bad_id_token(provider, "the issuer is another")
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if endpoints.client_id not in audiences or (len(audiences) > 1 and claims.get("azp", endpoints.client_id) != endpoints.client_id):
        raise bad_id_token(provider, "the audience is another")
    expires_at, issued_at = claims.get("exp"), claims.get("iat", now)
    if not isinstance(expires_at, int | float) or expires_at + _SKEW_SECONDS <= now:
        raise bad_id_token(provider, "it has expired")
    if not isinstance(issued_at, int | float) or issued_at - _SKEW_SECONDS > now:
        raise bad_id_token(provider, "it is from the future")
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise bad_id_token(provider, "the nonce is another")
