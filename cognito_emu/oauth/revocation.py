"""`POST /oauth2/revoke`: RFC 7009.

https://docs.aws.amazon.com/cognito/latest/developerguide/revocation-endpoint.html
"""

from __future__ import annotations

from cognito_emu.call import Parts
from cognito_emu.errors import UnauthorizedException, UnsupportedOperationException, UnsupportedTokenTypeException
from cognito_emu.oauth.addresses import Arrival
from cognito_emu.oauth.client_authentication import authenticate_client
from cognito_emu.oauth.errors import InvalidClientError, InvalidRequestError, RevocationDeniedError, UnsupportedTokenTypeError
from cognito_emu.oauth.form import read_form
from cognito_emu.operations.authentication.refresh import revoke_refresh_token
from cognito_emu.protocol.http import HttpRequest


async def revoke(parts: Parts, arrival: Arrival, request: HttpRequest) -> tuple[int, None]:
    """Revoke a refresh token and whatever came of it. One that is unknown, or revoked already, is no error (RFC 7009, section 2.2)."""
    parameters = read_form(request)
    if parameters.repeated:
        raise InvalidRequestError
    token = parameters.required("token")
    try:
        client = await authenticate_client(parts, arrival, request.headers.get("Authorization"), parameters)
    except InvalidClientError as error:
        raise RevocationDeniedError from error
    call = client.call(parts, arrival)
    try:
        await parts.store.transact(lambda tx: revoke_refresh_token(call, tx, client.app_client, token))
    except UnsupportedOperationException as error:
        raise InvalidRequestError from error
    except UnsupportedTokenTypeException as error:
        raise UnsupportedTokenTypeError from error
    except UnauthorizedException as error:
        # Assumption: another client's token is refused as RevokeToken refuses it, in this endpoint's word for that.
        raise RevocationDeniedError from error
    return 200, None
