"""Fetching the metadata document that a client id is the address of."""

from __future__ import annotations

from urllib.parse import urlsplit

from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest

from cognito_emu.domain.client_metadata import MOST_DOCUMENT_BYTES
from cognito_emu.provider_documents import DocumentUnavailableError

_CONNECT_SECONDS = 5.0
_SECONDS = 10.0


async def fetch_client_document(url: str) -> bytes:
    """The document at a client's address. Redirects are not followed, and only a 200 has a document.

    Addresses begin with https. What is under development on the own machine has no certificate that anybody would trust: on localhost any
    will do, and so will a server that speaks plain HTTP.

    Raises:
        DocumentUnavailableError: Nobody answered in time, or not with a document of a reasonable size.
    """
    if not _is_local(url):
        return await _fetch(url, validate=True)
    try:
        return await _fetch(url, validate=False)
    except DocumentUnavailableError as error:
        if error.status is not None:
            raise
        return await _fetch("http" + url.removeprefix("https"), validate=False)


async def _fetch(url: str, *, validate: bool) -> bytes:
    client = AsyncHTTPClient(force_instance=True, defaults={"user_agent": "cognito_emu"}, max_body_size=MOST_DOCUMENT_BYTES)
    request = HTTPRequest(
        url,
        headers={"Accept": "application/json"},
        connect_timeout=_CONNECT_SECONDS,
        request_timeout=_SECONDS,
        follow_redirects=False,
        validate_cert=validate,
    )
    try:
        response = await client.fetch(request)
    except HTTPClientError as error:
        status = error.code if error.response is not None else None  # 599 means that there was no answer
        raise DocumentUnavailableError(str(error), status) from error
    except Exception as error:  # a name that does not resolve, a refused connection, a bad certificate, a body cut short
        raise DocumentUnavailableError(str(error) or type(error).__name__) from error
    finally:
        client.close()
    return response.body


def _is_local(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host in {"localhost", "127.0.0.1", "::1"} or host.endswith(".localhost")
