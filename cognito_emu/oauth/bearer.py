"""Access tokens in requests: RFC 6750, section 2."""

from __future__ import annotations

from cognito_emu.oauth.errors import OAuthError
from cognito_emu.oauth.form import read_form
from cognito_emu.protocol.http import HttpRequest


def bearer_token(request: HttpRequest) -> str | None:
    """The access token of a request: in the header, or in the form of a POST. None: there is none, or two."""
    scheme, _, in_header = request.headers.get("Authorization", "").partition(" ")
    in_form = _form_token(request)
    if scheme.lower() == "bearer" and in_header and in_form is None:
        return in_header.strip()
    return None if scheme else in_form


def _form_token(request: HttpRequest) -> str | None:
    is_form = request.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded")
    if request.method != "POST" or not is_form:
        return None
    try:
        return read_form(request).get("access_token")
    except OAuthError:
        return None
