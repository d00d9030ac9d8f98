"""`/oauth2/userInfo`: OpenID Connect Core, section 5.3.

https://docs.aws.amazon.com/cognito/latest/developerguide/userinfo-endpoint.html
"""

from __future__ import annotations

from cognito_emu.call import Parts
from cognito_emu.domain.oauth_scopes import OPENID
from cognito_emu.domain.tokens import user_info_claims
from cognito_emu.domain.user_attributes import readable_attributes
from cognito_emu.errors import NotAuthorizedException, UserNotFoundException
from cognito_emu.oauth.addresses import Arrival
from cognito_emu.oauth.bearer import bearer_token
from cognito_emu.oauth.clients import may_come_by
from cognito_emu.oauth.errors import BadBearerRequestError, InvalidTokenError
from cognito_emu.protocol.http import HttpRequest
from cognito_emu.tokens.service import SignedInUser

_NO_TOKEN = "Bad OAuth2 request at UserInfo Endpoint"  # noqa: S105 - AWS's sentences
_BAD_TOKEN = "Access token is expired, disabled, or deleted, or the user has globally signed out."  # noqa: S105 - as above
_NO_OPENID = "Access token does not contain openid scope"


async def user_info(parts: Parts, arrival: Arrival, request: HttpRequest) -> tuple[int, dict[str, str]]:
    """What the scopes of an access token tell of its user."""
    token = bearer_token(request)
    if token is None:
        raise BadBearerRequestError(_NO_TOKEN)
    signed_in = await _verify(parts, arrival, token)
    scopes = str(signed_in.claims.get("scope", "")).split()
    if OPENID not in scopes:
        # The sentence is AWS's (simov/grant#189). Assumption: its status and code, which RFC 6750 would have as insufficient_scope.
        raise InvalidTokenError(_NO_OPENID)
    client = await parts.store.read(lambda tx: tx.app_clients.get(signed_in.client_id))
    if client is None:
        raise InvalidTokenError(_BAD_TOKEN)
    user = signed_in.user
    return 200, user_info_claims(
        username=user.username,
        attributes={"sub": user.id, **user.attributes},
        readable=readable_attributes(signed_in.pool.settings["SchemaAttributes"], client.settings.get("ReadAttributes")),
        scopes=scopes,
    )


async def _verify(parts: Parts, arrival: Arrival, token: str) -> SignedInUser:
    try:
        signed_in = await parts.tokens.verify_access_token(token, scope=None)
    except (NotAuthorizedException, UserNotFoundException) as error:
        raise InvalidTokenError(_BAD_TOKEN) from error
    if not await may_come_by(parts, arrival, signed_in.pool):
        raise InvalidTokenError(_BAD_TOKEN)
    return signed_in
