"""What can be exchanged for tokens, a module a grant. The endpoint has authenticated the client and checked its flow before."""

from __future__ import annotations

from cognito_emu.oauth.errors import InvalidGrantError, UnauthorizedClientError
from cognito_emu.oauth.grants.authorization_code import redeem_code
from cognito_emu.oauth.grants.client_credentials import issue_to_client
from cognito_emu.oauth.grants.refresh_token import refresh_tokens
from cognito_emu.oauth.grants.request import GrantType, TokenRequest
from cognito_emu.oauth.grants.token_exchange import exchange_token

__all__ = ["GRANTS", "GrantType", "TokenRequest"]

GRANTS: dict[str, GrantType] = {
    "authorization_code": GrantType(redeem_code, frozenset({"code"}), UnauthorizedClientError),
    # A refresh token may also come from the API, whose sign-ins need no flow of OAuth.
    "refresh_token": GrantType(refresh_tokens, frozenset({"code", "implicit"}), UnauthorizedClientError),
    # "invalid_grant" is what users report of a client that is not switched to OAuth (aws/aws-sdk-js-v3#7158).
    "client_credentials": GrantType(issue_to_client, frozenset({"client_credentials"}), InvalidGrantError),
    # ALLOW_TOKEN_EXCHANGE_IMPERSONATION and _DELEGATION among ExplicitAuthFlows are what allows it. Assumption: nothing else must.
    "urn:ietf:params:oauth:grant-type:token-exchange": GrantType(exchange_token, None, UnauthorizedClientError),
}
