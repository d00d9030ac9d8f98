"""What goes wrong between a pool and its identity providers."""

from __future__ import annotations


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


def refused(reason: str) -> FederationError:
    """A SAML response that must not be believed; AWS's first words (aws/aws-sdk-js-v3 6201). Assumption: most of the reasons."""
    return FederationError(f"Invalid SAML response received: {reason}", error="server_error")
