"""Token exchange: RFC 8693. GetDerivedToken does the same by API.

https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-token-exchange.html
"""

from __future__ import annotations

from typing import Any

from cognito_emu.domain.oauth_scopes import ScopeNotGrantedError
from cognito_emu.errors import (
    InvalidParameterException,
    NotAuthorizedException,
    OperationNotEnabledException,
    ResourceNotFoundException,
    UserNotFoundException,
)
from cognito_emu.oauth.errors import (
    InvalidRequestError,
    InvalidScopeError,
    InvalidTargetError,
    TooManyRequestsError,
    UnauthorizedClientError,
)
from cognito_emu.oauth.grants.request import TokenRequest
from cognito_emu.oauth.parameters import Parameters
from cognito_emu.operations.token_exchange.derived_tokens import check_exchange, derive, find_audience

_PREFIX = "urn:ietf:params:oauth:token-type:"
_KINDS = {f"{_PREFIX}access_token": "ACCESS_TOKEN", f"{_PREFIX}id_token": "ID_TOKEN", f"{_PREFIX}saml2": "SAML2"}
_TYPES = {kind: identifier for identifier, kind in _KINDS.items()}
# Assumption: the names of the two parameters that tell the provider, which RFC 8693 does not have.
_PROVIDER_NAMES = {"SubjectTokenProviderName": "subject_token_provider_name", "ActorTokenProviderName": "actor_token_provider_name"}


async def exchange_token(request: TokenRequest) -> dict[str, Any]:
    """A token for another audience, with fewer scopes, and no refresh token.

    Raises:
        UnauthorizedClientError: The client, or its pool's tier, may not exchange tokens in this way.
        InvalidTargetError: The pool has no such resource server.
        InvalidScopeError: None of the scopes can be granted.
        InvalidRequestError: A token is not good: "invalid for any reason" (section 2.2.2).
        TooManyRequestsError: The account has used up UserToken.
    """
    call, client = request.call, request.client
    members, limits = _members(request.parameters), call.parts.rate_limits
    if limits is not None and not await limits.admit("UserToken", call.tenant):
        raise TooManyRequestsError
    try:
        check_exchange(call, client.pool, client.app_client, members)
    except (OperationNotEnabledException, NotAuthorizedException) as error:
        raise UnauthorizedClientError from error
    try:
        audience = await call.store.read(lambda tx: find_audience(tx, client.pool, members))
    except ResourceNotFoundException as error:
        raise InvalidTargetError from error
    except InvalidParameterException as error:
        raise InvalidRequestError from error
    try:
        derived = await derive(call, client.pool, client.app_client, members, audience)
    except ScopeNotGrantedError as error:
        raise InvalidScopeError from error
    except (InvalidParameterException, NotAuthorizedException, ResourceNotFoundException, UserNotFoundException) as error:
        raise InvalidRequestError from error
    return {
        "access_token": derived.token,
        "issued_token_type": _TYPES[derived.kind],
        "token_type": derived.token_type,
        "expires_in": derived.expires_in,
        "scope": " ".join(derived.scopes),
    }


def _members(parameters: Parameters) -> dict[str, Any]:
    """The request as GetDerivedToken has it.

    Raises:
        InvalidRequestError: A parameter is missing, or a type is none of those that can be exchanged or had.
    """
    members: dict[str, Any] = {
        "SubjectToken": parameters.required("subject_token"),
        "SubjectTokenType": _kind(parameters, "subject_token_type"),
    }
    if parameters.get("actor_token") is not None:
        members |= {"ActorToken": parameters.required("actor_token"), "ActorTokenType": _kind(parameters, "actor_token_type")}
    elif parameters.get("actor_token_type") is not None:
        raise InvalidRequestError  # without actor_token it "MUST NOT be included" (section 2.1)
    if parameters.get("requested_token_type") is not None:
        members["RequestedTokenType"] = _kind(parameters, "requested_token_type")
        if members["RequestedTokenType"] == "SAML2":
            raise InvalidRequestError
    members |= {name: value for name, parameter in _PROVIDER_NAMES.items() if (value := parameters.get(parameter)) is not None}
    lists = {
        "Scopes": parameters.words("scope"),
        "Audiences": _single(parameters, "audience"),
        "Resources": _single(parameters, "resource"),
    }
    return members | {name: values for name, values in lists.items() if values}


def _kind(parameters: Parameters, name: str) -> str:
    kind = _KINDS.get(parameters.required(name))
    if kind is None:
        raise InvalidRequestError
    return kind


def _single(parameters: Parameters, name: str) -> list[str]:
    value = parameters.get(name)
    return [] if value is None else [value]
