"""Tokens of providers: ID tokens by OpenID Connect Core, section 3.1.3.7; access tokens where they are JWTs (RFC 9068, section 4)."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any

import jwt

from cognito_emu.domain.authentication_levels import level_of_acr, vouched_for
from cognito_emu.federation.errors import FederationError
from cognito_emu.federation.provider_endpoints import ProviderEndpoints
from cognito_emu.federation.provider_keys import ProviderKeys, signed_claims
from cognito_emu.store.identity_providers import IdentityProvider

# "HMAC-based, ECDSA, RSA" (developer guide, OIDC IdPs). `none` is not among them.
_PUBLIC_KEY = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"})
_SHARED_SECRET = frozenset({"HS256", "HS384", "HS512"})
_SKEW_SECONDS = 300.0


async def verify_id_token(
    keys: ProviderKeys, endpoints: ProviderEndpoints, token: str, *, client_secret: str, nonce: str | None, now: float
) -> dict[str, Any]:
    """The claims of a provider's ID token.

    Args:
        keys: Where the provider's keys come from.
        endpoints: Whose token it must be.
        token: The token.
        client_secret: The key of HMAC algorithms (section 10.1).
        nonce: Which the authorization request had; None where the token answers none of ours.
        now: By the emulator's clock, which is why PyJWT does not check times itself.

    Raises:
        FederationError: The token is not genuine, not for this client, or not the answer to this request.
    """
    claims = await _verified_claims(keys, endpoints, token, client_secret)
    _check_issue(endpoints, claims, now)
    if endpoints.client_id not in _audiences(claims) or (
        len(_audiences(claims)) > 1 and claims.get("azp", endpoints.client_id) != endpoints.client_id
    ):
        raise bad_id_token(endpoints.provider, "the audience is another")
    if nonce is not None and not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise bad_id_token(endpoints.provider, "the nonce is another")
    return claims


async def verify_access_token(
    keys: ProviderKeys, endpoints: ProviderEndpoints, token: str, *, client_secret: str, now: float
) -> dict[str, Any]:
    """The claims of a provider's access token that is a JWT.

    Its audience is an API that we know nothing of; that it was issued to the pool's own client must be told by another claim: a token that
    somebody else's application obtained is no word about its user to us.

    Raises:
        FederationError: The token is no JWT, is not genuine, has expired, or is another client's.
    """
    claims = await _verified_claims(keys, endpoints, token, client_secret)
    _check_issue(endpoints, claims, now)
    if endpoints.client_id not in {str(claims.get("client_id")), str(claims.get("azp")), *_audiences(claims)}:
        raise bad_id_token(endpoints.provider, "the client is another")
    return claims


def bad_id_token(provider: str, reason: str) -> FederationError:
    """Assumption: the sentence beyond its first words, which are AWS's."""
    return FederationError(f"Bad id_token response from {provider}: {reason}")


def amr_of(provider: IdentityProvider, id_claims: Mapping[str, Any]) -> list[str]:
    """The factors for which an ID token vouches, by the provider's ACR mapping."""
    methods = id_claims.get("amr")
    words = [method for method in methods if isinstance(method, str)] if isinstance(methods, list) else []
    return vouched_for(level_of_acr(provider.acr_mapping, id_claims.get("acr")), words)


async def _verified_claims(keys: ProviderKeys, endpoints: ProviderEndpoints, token: str, client_secret: str) -> dict[str, Any]:
    try:
        header = jwt.get_unverified_header(token)
        return await _signed_claims(keys, endpoints, token, header, client_secret)
    except (jwt.PyJWTError, TypeError, ValueError) as error:
        raise bad_id_token(endpoints.provider, "the signature is invalid") from error


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


def _audiences(claims: dict[str, Any]) -> list[str]:
    audience = claims.get("aud")
    return [str(entry) for entry in (audience if isinstance(audience, list) else [audience])]


def _check_issue(endpoints: ProviderEndpoints, claims: dict[str, Any], now: float) -> None:
    provider = endpoints.provider
    if endpoints.issuers and claims.get("iss") not in endpoints.issuers:
        raise bad_id_token(provider, "the issuer is another")
    expires_at, issued_at = claims.get("exp"), claims.get("iat", now)
    if not isinstance(expires_at, int | float) or expires_at + _SKEW_SECONDS <= now:
        raise bad_id_token(provider, "it has expired")
    if not isinstance(issued_at, int | float) or issued_at - _SKEW_SECONDS > now:
        raise bad_id_token(provider, "it is from the future")
