"""What goes wrong between a pool and its identity providers."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from cognito_emu.saml.errors import SamlError, refused


class FederationError(Exception):
    """A sign-in through a provider that failed; the browser carries it to the client.

    https://docs.aws.amazon.com/cognito/latest/developerguide/federation-endpoint-idp-responses.html

    Attributes:
        description: `error_description`.
        error: `error`.
    """

    def __init__(self, description: str, *, error: str = "invalid_request") -> None:
        super().__init__(description)
        self.description = description
        self.error = error


def refused_response(reason: str) -> FederationError:
    """A SAML response that is not taken, for a reason that is not in the response."""
    return FederationError(refused(reason).description, error="server_error")


@contextlib.contextmanager
def saml_refusals() -> Iterator[None]:
    """What is wrong with a SAML message, as the browser carries it to the client."""
    try:
        yield
    except SamlError as error:
        raise FederationError(error.description, error="server_error") from error
