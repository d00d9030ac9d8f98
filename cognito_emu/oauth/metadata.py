"""JWKS and discovery of a pool: `/{poolId}/.well-known/jwks.json` and `/{poolId}/.well-known/openid-configuration`.

Served on the API's host, as on AWS, and readable from any origin.
https://docs.aws.amazon.com/cognito/latest/developerguide/federation-endpoints.html
"""

from __future__ import annotations

from typing import Any

import orjson
from tornado import httputil

from cognito_emu.call import Parts
from cognito_emu.oauth.addresses import oauth_base_url
from cognito_emu.oauth.registration import registration_enabled
from cognito_emu.protocol.cors import CORS_HEADERS
from cognito_emu.protocol.http import HttpRequest, HttpResponse, LeanHandler
from cognito_emu.store.user_pools import UserPool

_JWKS = "/.well-known/jwks.json"
_CONFIGURATION = "/.well-known/openid-configuration"
_HEADERS = {"Content-Type": "application/json", "Cache-Control": "public, max-age=86400, must-revalidate", **CORS_HEADERS}


class PoolMetadata:
    """The lean route of both documents."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def route(self, method: str, path: str, headers: httputil.HTTPHeaders) -> LeanHandler | None:
        """Take GET and HEAD of the two well-known paths below a pool id."""
        if method not in {"GET", "HEAD"} or path.startswith("/_emu/"):  # no pool's: the rehearsal provider has a discovery document too
            return None
        if path.endswith(_JWKS):
            return self._jwks
        if path.endswith(_CONFIGURATION) and path != _CONFIGURATION:
            return self._configuration
        return None

    async def _jwks(self, request: HttpRequest) -> HttpResponse:
        pool = await self._pool(request.path.removesuffix(_JWKS))
        if pool is None:
            return _not_found()
        return HttpResponse(200, (await self._parts.tokens.keys_of(pool)).jwks, _HEADERS)

    async def _configuration(self, request: HttpRequest) -> HttpResponse:
        pool = await self._pool(request.path.removesuffix(_CONFIGURATION))
        if pool is None:
            return _not_found()
        base_url = request.base_url(self._parts.settings.public_url)
        policies = await self._parts.store.read(lambda tx: tx.cimd_policies.of_pool(pool.id))
        # draft-ietf-oauth-client-id-metadata-document, section 6. Assumption: AWS serves the member once a pool has a policy.
        documents = {"client_id_metadata_document_supported": True} if policies else {}
        return HttpResponse(200, orjson.dumps(self.configuration(pool, base_url) | documents), _HEADERS)

    def configuration(self, pool: UserPool, base_url: str) -> dict[str, Any]:
        """The discovery document, with the members that AWS serves, in its order."""
        endpoints = oauth_base_url(pool, base_url)
        keys = f"{base_url}/{pool.id}{_JWKS}"
        return {
            "authorization_endpoint": f"{endpoints}/oauth2/authorize",
            "end_session_endpoint": f"{endpoints}/logout",
            "id_token_signing_alg_values_supported": ["RS256"],
            "issuer": self._parts.tokens.issuer(pool, base_url),
            "jwks_uri": keys,
            **_registration(pool, endpoints),
            "response_types_supported": ["code", "token"],
            "revocation_endpoint": f"{endpoints}/oauth2/revoke",
            "scopes_supported": ["openid", "email", "phone", "profile"],
            "subject_types_supported": ["public"],
            "token_endpoint": f"{endpoints}/oauth2/token",
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "userinfo_endpoint": f"{endpoints}/oauth2/userInfo",
        }

    async def _pool(self, path: str) -> UserPool | None:
        pool_id = path.strip("/")
        return await self._parts.store.read(lambda tx: tx.user_pools.get(pool_id))


def _registration(pool: UserPool, endpoints: str) -> dict[str, str]:
    """The registration endpoint of pools that have one; the path carries the pool's id, which no client id could tell there."""
    # Assumption: its place among the members.
    return {"registration_endpoint": f"{endpoints}/{pool.id}/oauth2/register"} if registration_enabled(pool) else {}


def _not_found() -> HttpResponse:
    # Assumption: the text of AWS's answer for an unknown pool is its ResourceNotFoundException.
    body = orjson.dumps({"message": "User pool does not exist."})
    return HttpResponse(404, body, {"Content-Type": "application/json", **CORS_HEADERS})
