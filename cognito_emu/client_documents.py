"""Fetching the metadata document that a client id is the address of."""

from __future__ import annotations

from urllib.parse import urlsplit

from cognito_emu.domain.client_metadata import MOST_DOCUMENT_BYTES
from cognito_emu.provider_documents import DocumentUnavailableError, fetch_document


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
    return await fetch_document(
        url, accept="application/json", most_bytes=MOST_DOCUMENT_BYTES, follow_redirects=False, validate_certificate=validate
    )


def _is_local(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host in {"localhost", "127.0.0.1", "::1"} or host.endswith(".localhost")
