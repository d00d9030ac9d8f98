"""Requests to identity providers: in time, of a reasonable size, and never from within a transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

import orjson
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest, HTTPResponse
from tornado.httputil import url_concat
from tornado.simple_httpclient import HTTPTimeoutError

from cognito_emu.federation.errors import FederationError

_MOST_BYTES = 1024 * 1024
_SECONDS = 5.0
_OK = 200


async def ask(
    provider: str,
    url: str,
    *,
    what: str,
    method: str = "GET",
    parameters: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The JSON object with which a provider answers.

    Args:
        provider: Its name, for errors.
        url: The endpoint.
        what: The endpoint's name, for errors.
        method: GET sends the parameters in the query, POST in a form.
        parameters: None of them is logged.
        headers: Beside Accept.

    Raises:
        FederationError: No answer in time, an error, or something that is no JSON object.
    """
    response = await _send(provider, url, what, method, parameters or {}, headers or {})
    document = _read(response)
    if response.code != _OK or "error" in document:
        raise provider_error(provider, response.code, document)
    if not document:
        # Assumption: the sentence.
        raise FederationError(f"{provider} Error - the IdP {what} endpoint returned no JSON object")
    return document


def provider_error(provider: str, status: int, document: Mapping[str, Any]) -> FederationError:
    """A provider's own error. Cognito "adds the provider name and HTTP error code to the existing error strings" (developer guide)."""
    error = document.get("error", "")
    if isinstance(error, dict):  # Facebook's Graph API
        document = {"error": error.get("type", ""), "error_description": error.get("message", "")}
    words = [document.get("error"), document.get("error_description")]
    return FederationError(" ".join([f"{provider} Error - {status}", *(str(word) for word in words if word)]))


async def _send(provider: str, url: str, what: str, method: str, parameters: Mapping[str, str], headers: Mapping[str, str]) -> HTTPResponse:
    client = AsyncHTTPClient(force_instance=True, defaults={"user_agent": "cognito_emu"}, max_body_size=_MOST_BYTES)
    form = urlencode(parameters) if method == "POST" else None
    request = HTTPRequest(
        url if form is not None else url_concat(url, dict(parameters)),
        method=method,
        headers={"Accept": "application/json", **headers} | ({"Content-Type": "application/x-www-form-urlencoded"} if form else {}),
        body=form,
        connect_timeout=_SECONDS,
        request_timeout=_SECONDS,
        follow_redirects=method == "GET",
    )
    try:
        return await client.fetch(request, raise_error=False)
    except HTTPTimeoutError as error:
        # Assumption: the sentence. That an endpoint which is slow ends in an error at the client is documented.
        raise FederationError(f"{provider} Error - Timeout occurred in calling IdP {what} endpoint") from error
    except (HTTPClientError, OSError, ValueError) as error:
        raise FederationError(f"{provider} Error - Unable to contact IdP {what} endpoint") from error
    finally:
        client.close()


def _read(response: HTTPResponse) -> dict[str, Any]:
    """JSON; or a form, in which Facebook's older token endpoints answer."""
    if response.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl(response.body.decode(errors="replace")))
    try:
        document = orjson.loads(response.body)
    except orjson.JSONDecodeError:
        return {}
    return document if isinstance(document, dict) else {}
