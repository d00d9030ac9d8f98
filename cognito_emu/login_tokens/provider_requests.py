"""Asking login providers: in time, and for documents of a reasonable size."""

from __future__ import annotations

from typing import Any

import orjson
from tornado.httpclient import AsyncHTTPClient, HTTPClientError
from tornado.httputil import url_concat

from cognito_emu.login_tokens.errors import ProviderUnreachableError, UnverifiedSignatureError

_TIMEOUT_SECONDS = 5.0
_MAX_BODY_BYTES = 1024 * 1024


async def fetch_json(url: str, parameters: dict[str, str] | None = None) -> dict[str, Any]:
    """A provider's JSON object.

    Raises:
        ProviderUnreachableError: There is none at this address.
        UnverifiedSignatureError: The provider refused the request, and so the token in its parameters.
    """
    client = AsyncHTTPClient(force_instance=True, max_body_size=_MAX_BODY_BYTES)
    try:
        response = await client.fetch(
            url_concat(url, parameters or {}), connect_timeout=_TIMEOUT_SECONDS, request_timeout=_TIMEOUT_SECONDS, max_redirects=3
        )
        document = orjson.loads(response.body)
    except HTTPClientError as error:
        if parameters and error.code in {400, 401, 403}:
            raise UnverifiedSignatureError from error
        raise ProviderUnreachableError(f"{url} answered {error.code}.") from error
    except (OSError, ValueError) as error:
        raise ProviderUnreachableError(f"{url} did not answer with JSON: {error}.") from error
    finally:
        client.close()
    if not isinstance(document, dict):
        raise ProviderUnreachableError(f"{url} did not answer with a JSON object.")
    return document
