"""Verifying a request's logins, and the sentences of cognito-identity for those that are refused."""

from __future__ import annotations

from collections.abc import Mapping

from cognito_emu.call import Call
from cognito_emu.domain.identity_claims import SERVICE
from cognito_emu.errors import ExternalServiceException, NotAuthorizedException
from cognito_emu.login_tokens import LoginTokenError, ProviderUnreachableError, UnsupportedProviderError, VerifiedLogin
from cognito_emu.store.identity_pools import IdentityPool

_PROVIDERS = (
    "CognitoIdentityProviders",
    "SupportedLoginProviders",
    "OpenIdConnectProviderARNs",
    "SamlProviderARNs",
    "DeveloperProviderName",
)


async def verify_logins(
    call: Call, pool: IdentityPool, logins: Mapping[str, str], *, server_side_check: bool = False
) -> list[VerifiedLogin]:
    """The logins, in the request's order, all of them genuine. Providers are asked here, so no transaction may be open.

    Args:
        server_side_check: The request ends in a token or in credentials, before which ServerSideTokenCheck looks at the user.

    Raises:
        NotAuthorizedException: One of them is not genuine, not valid, or not of a provider of the pool.
        ExternalServiceException: A provider does not answer.
    """
    if SERVICE in logins:
        raise NotAuthorizedException("Invalid login token. Can't pass in a Cognito token.")
    if logins and not any(pool.settings.get(name) for name in _PROVIDERS):
        # AWS's sentence at GetId, in reports from 2018 to 2026. Assumption: other operations have it as well.
        raise NotAuthorizedException(f"Identity pool - {pool.id} does not have identity providers configured.")
    return [await _verify(call, pool, name, token, server_side_check=server_side_check) for name, token in logins.items()]


async def _verify(call: Call, pool: IdentityPool, name: str, token: str, *, server_side_check: bool) -> VerifiedLogin:
    try:
        return await call.parts.login_tokens.verify(pool, name, token, server_side_check=server_side_check)
    except LoginTokenError as error:
        raise NotAuthorizedException(f"Invalid login token. {error}") from error
    except UnsupportedProviderError as error:
        raise NotAuthorizedException("Token is not from a supported provider of this identity pool.") from error
    except ProviderUnreachableError as error:
        # Assumption: the sentence. It names what did not answer, since whoever set it up locally wants to know.
        raise ExternalServiceException(str(error)) from error
