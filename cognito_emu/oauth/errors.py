"""The errors of the endpoints.

Three kinds, because there are three places where an error may show: in the body (`OAuthError`), at the client's redirect URI
(`RedirectError`), and on our own error page (`ErrorPage`). Only a `VerifiedRedirect` makes a RedirectError, so an error cannot be sent to
an address that nobody has compared with the client's list (RFC 6749, section 4.1.2.1).
"""

from __future__ import annotations

from typing import ClassVar
from urllib.parse import urlencode

from typing_extensions import override

from cognito_emu.oauth.redirects import VerifiedRedirect


class OAuthError(Exception):
    """An error that is answered as JSON: RFC 6749, section 5.2. AWS sends `error` alone; `description` is there where it helps."""

    error: ClassVar[str]
    status: ClassVar[int] = 400

    def __init__(self, description: str | None = None) -> None:
        super().__init__(description or self.error)
        self.description = description

    @property
    def document(self) -> dict[str, str]:
        """The body."""
        return {"error": self.error} | ({"error_description": self.description} if self.description else {})

    @property
    def headers(self) -> dict[str, str]:
        """Headers beside the usual ones."""
        return {}


class InvalidRequestError(OAuthError):
    """A parameter is missing, doubled or malformed."""

    error = "invalid_request"


class InvalidClientError(OAuthError):
    """The client is unknown, or did not prove who it is."""

    error = "invalid_client"


class InvalidGrantError(OAuthError):
    """The code or refresh token is not, or no longer, good for this client."""

    error = "invalid_grant"


class UnauthorizedClientError(OAuthError):
    """The client may not use this grant."""

    error = "unauthorized_client"


class UnsupportedGrantTypeError(OAuthError):
    """There is no such grant."""

    error = "unsupported_grant_type"


class InvalidScopeError(OAuthError):
    """No scope, or one that the client may not have."""

    error = "invalid_scope"


class InvalidTargetError(OAuthError):
    """RFC 8693, section 2.2.2: there is no such resource or audience."""

    error = "invalid_target"


class UnsupportedTokenTypeError(OAuthError):
    """RFC 7009, section 2.2.1: it is not a refresh token."""

    error = "unsupported_token_type"


class RevocationDeniedError(InvalidClientError):
    """The revocation endpoint alone says it with 401."""

    status = 401


class TooManyRequestsError(OAuthError):
    """A quota is used up (COGNITO_EMU_RATE_LIMITS). Users of AWS report status 429 and "Rate Exceeded"; Assumption: as `error`."""

    error = "Rate exceeded"
    status = 429


class BearerError(OAuthError):
    """An error of an endpoint that takes an access token: RFC 6750, section 3. AWS leaves out the scheme."""

    @property
    @override
    def headers(self) -> dict[str, str]:
        return {"WWW-Authenticate": ", ".join(f'{name}="{value}"' for name, value in self.document.items())}


class BadBearerRequestError(BearerError):
    """There is no access token in the request."""

    error = "invalid_request"


class InvalidTokenError(BearerError):
    """The access token is not, or no longer, good."""

    error = "invalid_token"
    status = 401


class InvalidClientMetadataError(OAuthError):
    """RFC 7591, section 3.2.2: what a client says of itself cannot be had."""

    error = "invalid_client_metadata"


class InvalidRedirectUriError(OAuthError):
    """RFC 7591, section 3.2.2: a redirect URI cannot be had."""

    error = "invalid_redirect_uri"


class RedirectError(Exception):
    """An error that the browser carries to the client."""

    def __init__(self, redirect: VerifiedRedirect, error: str, description: str | None = None, *, state: str | None = None) -> None:
        super().__init__(error)
        # AWS sends errors in the query whatever the response type (developer guide, "Examples of negative responses").
        self.location = redirect.with_query(error_description=description, state=state, error=error)


class ErrorPage(Exception):  # noqa: N818 - named for where it leads
    """An error that the user sees on our own page, because nothing vouches for the address that the request names."""

    def __init__(self, error: str, *, client_id: str | None = None) -> None:
        super().__init__(error)
        self.location = "/error?" + urlencode({"error": error} | ({"client_id": client_id} if client_id else {}))
