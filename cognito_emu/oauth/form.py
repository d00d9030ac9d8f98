"""The body of a request that is a form."""

from __future__ import annotations

from cognito_emu.oauth.errors import InvalidRequestError
from cognito_emu.oauth.parameters import Parameters
from cognito_emu.protocol.http import HttpRequest


def read_form(request: HttpRequest) -> Parameters:
    """The parameters of a form-encoded body (RFC 6749, section 4.1.3).

    Raises:
        InvalidRequestError: It is too large, or no text. A body of another kind has no parameters, and so misses the required ones.
    """
    if request.body is None:
        raise InvalidRequestError
    try:
        return Parameters.parse(request.body.decode())
    except UnicodeDecodeError as error:
        raise InvalidRequestError from error
