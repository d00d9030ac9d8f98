"""Fetching what others publish about themselves: discovery documents, SAML metadata, app clients' metadata."""

from __future__ import annotations

from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest

_MOST_BYTES = 2 * 1024 * 1024
_CONNECT_SECONDS = 5.0
_SECONDS = 10.0


class DocumentUnavailableError(Exception):
    """A document could not be had.

    Attributes:
        status: The HTTP status of the answer; None when there was none.
    """

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.status = status


async def fetch_document(
    url: str, *, accept: str, most_bytes: int = _MOST_BYTES, follow_redirects: bool = True, validate_certificate: bool = True
) -> bytes:
    """The document at a URL.

    Args:
        url: http or https.
        accept: The media type that is asked for.
        most_bytes: A larger document is refused.
        follow_redirects: Else only a 200 has a document.
        validate_certificate: Else any will do.

    Raises:
        DocumentUnavailableError: Nobody answered in time, or not with a document of a reasonable size.
    """
    # An instance of its own: the one that Tornado shares has the limits of whoever was first.
    client = AsyncHTTPClient(force_instance=True, defaults={"user_agent": "cognito_emu"}, max_body_size=most_bytes)
    request = HTTPRequest(
        url,
        headers={"Accept": accept},
        connect_timeout=_CONNECT_SECONDS,
        request_timeout=_SECONDS,
        follow_redirects=follow_redirects,
        validate_cert=validate_certificate,
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
