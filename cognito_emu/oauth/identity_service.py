"""Discovery and keys of the identity pools' own tokens: `/.well-known/openid-configuration` and `/.well-known/jwks_uri` at the root.

As at https://cognito-identity.amazonaws.com, whose document names its key set so.
"""

from __future__ import annotations

import orjson
from tornado import httputil

from cognito_emu.call import Parts
from cognito_emu.protocol.cors import CORS_HEADERS
from cognito_emu.protocol.http import HttpRequest, HttpResponse, LeanHandler

_CONFIGURATION = "/.well-known/openid-configuration"
_KEYS = "/.well-known/jwks_uri"
_HEADERS = {"Content-Type": "application/json", **CORS_HEADERS}


class IdentityServiceMetadata:
    """The lean route of both documents."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def route(self, method: str, path: str, headers: httputil.HTTPHeaders) -> LeanHandler | None:
        """Take GET and HEAD of the two well-known paths at the root."""
        if method not in {"GET", "HEAD"}:
            return None
        return {_CONFIGURATION: self._configuration, _KEYS: self._keys}.get(path)

    async def _configuration(self, request: HttpRequest) -> HttpResponse:
        base_url = request.base_url(self._parts.settings.public_url)
        document = {
            "issuer": self._parts.identity_tokens.issuer(base_url),
            "jwks_uri": f"{base_url}{_KEYS}",
            "authorization_endpoint": base_url,
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS512"],
        }
        return HttpResponse(200, orjson.dumps(document), _HEADERS)

    async def _keys(self, _request: HttpRequest) -> HttpResponse:
        return HttpResponse(200, await self._parts.identity_tokens.jwks(), _HEADERS)
