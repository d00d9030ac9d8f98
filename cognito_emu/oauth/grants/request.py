"""What a grant is handed, and what the endpoint must know of a grant."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from cognito_emu.call import Call
from cognito_emu.oauth.clients import OAuthClient
from cognito_emu.oauth.errors import OAuthError
from cognito_emu.oauth.parameters import Parameters
from cognito_emu.operations.authentication.tokens import IssuedTokens
from cognito_emu.records import Record


class TokenRequest(Record):
    """A request by an authenticated client that may use the grant."""

    call: Call
    client: OAuthClient
    parameters: Parameters
    client_metadata: Mapping[str, str] | None


class GrantType(Record):
    """A grant.

    Attributes:
        exchange: Gives the members of the answer, or raises an OAuthError.
        flows: AllowedOAuthFlows, of which the client must have one; None: what allows the grant is none of OAuth's flows.
        error_without_oauth: What a client hears that is not set up for OAuth.
    """

    exchange: Callable[[TokenRequest], Awaitable[dict[str, Any]]]
    flows: frozenset[str] | None
    error_without_oauth: type[OAuthError]


def token_response(issued: IssuedTokens) -> dict[str, Any]:
    """RFC 6749, section 5.1, and OpenID Connect Core, section 3.1.3.3, with the members in AWS's order."""
    tokens = {"id_token": issued.id_token, "access_token": issued.access_token, "refresh_token": issued.refresh_token}
    return {name: token for name, token in tokens.items() if token is not None} | {
        "expires_in": issued.expires_in,
        "token_type": "Bearer",
    }
