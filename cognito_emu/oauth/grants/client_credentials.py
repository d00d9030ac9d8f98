"""The client credentials grant: RFC 6749, section 4.4. GetClientToken does the same by API."""

from __future__ import annotations

from typing import Any

from cognito_emu.domain.oauth_scopes import ScopeNotGrantedError, grant_machine_scopes
from cognito_emu.oauth.errors import InvalidScopeError, TooManyRequestsError
from cognito_emu.oauth.grants.request import TokenRequest
from cognito_emu.operations.app_clients.client_tokens import issue_machine_token


async def issue_to_client(request: TokenRequest) -> dict[str, Any]:
    """An access token for the client itself.

    Raises:
        TooManyRequestsError: The account has used up ClientAuthentication.
        InvalidScopeError: There is no custom scope that the client may have.
    """
    client, limits = request.client, request.call.parts.rate_limits
    if limits is not None and not await limits.admit_client(request.call.tenant):
        raise TooManyRequestsError
    try:
        scopes = grant_machine_scopes(request.parameters.words("scope"), client.app_client.settings, client.custom_scopes)
    except ScopeNotGrantedError as error:
        raise InvalidScopeError from error
    token = await issue_machine_token(request.call, client.pool, client.app_client, scopes, client_metadata=request.client_metadata)
    return {"access_token": token.access_token, "expires_in": token.expires_in, "token_type": "Bearer"}
