"""`POST /oauth2/token`: RFC 6749, section 3.2. What all grants share stands here in its order; a grant adds what is its own.

https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from cognito_emu.call import Parts
from cognito_emu.oauth.addresses import Arrival
from cognito_emu.oauth.client_authentication import authenticate_client
from cognito_emu.oauth.errors import InvalidRequestError, UnauthorizedClientError, UnsupportedGrantTypeError
from cognito_emu.oauth.form import read_form
from cognito_emu.oauth.grants import GRANTS, GrantType, TokenRequest
from cognito_emu.oauth.parameters import Parameters
from cognito_emu.protocol.http import HttpRequest


async def exchange(parts: Parts, arrival: Arrival, request: HttpRequest) -> tuple[int, Mapping[str, Any]]:
    """Exchange a grant for tokens."""
    parameters = read_form(request)
    grant = _find_grant(parameters)
    client = await authenticate_client(parts, arrival, request.headers.get("Authorization"), parameters)
    _check_flow(grant, client.app_client.settings)
    call = client.call(parts, arrival)
    return 200, await grant.exchange(TokenRequest(call, client, parameters, _client_metadata(parameters)))


def _find_grant(parameters: Parameters) -> GrantType:
    name = parameters.required("grant_type")
    if parameters.repeated:
        raise InvalidRequestError
    grant = GRANTS.get(name)
    if grant is None:
        raise UnsupportedGrantTypeError
    return grant


def _check_flow(grant: GrantType, settings: Mapping[str, Any]) -> None:
    """The client must be set up for OAuth at all, and for a flow that has the grant."""
    if grant.flows is None:
        return
    if not settings.get("AllowedOAuthFlowsUserPoolClient"):
        raise grant.error_without_oauth
    if grant.flows.isdisjoint(settings.get("AllowedOAuthFlows", ())):
        raise UnauthorizedClientError


def _client_metadata(parameters: Parameters) -> dict[str, str] | None:
    """`aws_client_metadata`, a JSON object of texts, for PreTokenGeneration."""
    # Assumption: it is taken at every grant. The guide shows it for client_credentials, and says nothing that limits it to that.
    text = parameters.get("aws_client_metadata")
    if text is None:
        return None
    try:
        metadata = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InvalidRequestError from error
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise InvalidRequestError
    return metadata
