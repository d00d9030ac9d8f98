"""The refresh token grant: RFC 6749, section 6. The same rules as GetTokensFromRefreshToken, rotation included."""

from __future__ import annotations

from typing import Any

from cognito_emu.errors import NotAuthorizedException, RefreshTokenReuseException, UserNotFoundException
from cognito_emu.oauth.errors import InvalidGrantError
from cognito_emu.oauth.grants.request import TokenRequest, token_response
from cognito_emu.operations.authentication.refresh import find_sign_in, refresh


async def refresh_tokens(request: TokenRequest) -> dict[str, Any]:
    """New tokens for a refresh token.

    Raises:
        InvalidGrantError: The token is unknown, another client's, revoked, rotated away or expired; or its user is gone.
    """
    call, client = request.call, request.client
    token = request.parameters.required("refresh_token")
    try:
        user, sign_in, stored = await find_sign_in(call, client.app_client, token)
        if not sign_in.context.get("oauth") and client.pool.settings.get("DeviceConfiguration"):
            # Where devices are remembered, tokens of API sign-ins are refreshed by API only (developer guide, "Token endpoint").
            raise InvalidGrantError
        issued = await refresh(call, client.pool, client.app_client, user, sign_in, stored, client_metadata=request.client_metadata)
    except (NotAuthorizedException, RefreshTokenReuseException, UserNotFoundException) as error:
        raise InvalidGrantError from error
    return token_response(issued)
