"""Whom the tokens of an exchange stand for: the user, and whoever acts for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cognito_emu.call import Call
from cognito_emu.errors import InvalidParameterException, NotAuthorizedException, UserNotFoundException
from cognito_emu.login_tokens import LoginTokenError
from cognito_emu.operations.registry import Request
from cognito_emu.records import Record, field
from cognito_emu.store import Tx
from cognito_emu.store.sign_ins import SignIn
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User


class Subject(Record, kw_only=True):
    """The user for whom a token is exchanged.

    Attributes:
        sign_in: From which the subject token came; None: a provider issued it, and there is none here yet.
        scopes: Of the subject token; None: it is a provider's, which knows nothing of the pool's scopes.
        expires_at: After which nothing that is derived from it is valid, in seconds since the epoch; None: the token was a proof only.
        act: Who has acted for the user before.
        amr: The factors that the provider vouches for.
    """

    user: User
    sign_in: SignIn | None
    scopes: list[str] | None
    expires_at: int | None
    act: Mapping[str, Any] | None = None
    amr: list[str] = field(default_factory=list)


async def find_subject(call: Call, pool: UserPool, request: Request) -> Subject:
    """The user that SubjectToken stands for.

    Raises:
        UserNotFoundException: There is no such user, or none has signed in by this identity yet.
        NotAuthorizedException: The token is not genuine, has expired or was revoked.
        ResourceNotFoundException, InvalidParameterException: The pool has no such provider, or it does not issue such tokens.
    """
    token, kind = request["SubjectToken"], request["SubjectTokenType"]
    provider = _provider_name(request, "Subject")
    return await (_provider_subject(call, pool, provider, token, kind) if provider else _own_subject(call, pool, token, kind))


async def find_actor(call: Call, pool: UserPool, request: Request) -> Mapping[str, Any]:
    """Who acts, as the `act` claim names them: a user of the pool, one of its clients by its own token, or somebody of a provider's.

    Raises:
        NotAuthorizedException, ResourceNotFoundException, InvalidParameterException: As for the subject.
    """
    if "ActorTokenType" not in request:
        raise InvalidParameterException("ActorTokenType is required with ActorToken.")
    provider = _provider_name(request, "Actor")
    if provider:
        identity = await call.parts.provider_tokens.verify(pool, provider, request["ActorToken"], request["ActorTokenType"])
        return {"sub": identity.subject, "iss": identity.issuer}
    claims = await _own_claims(call, pool, request["ActorToken"], request["ActorTokenType"])
    if "event_id" in claims:
        sign_in = await call.store.read(lambda tx: tx.sign_ins.get(str(claims["event_id"])))
        if sign_in is None or sign_in.revoked_at is not None:
            raise NotAuthorizedException("Access Token has been revoked")
    return {"sub": claims["sub"]}


def _provider_name(request: Request, party: str) -> str | None:
    name: str | None = request.get(f"{party}TokenProviderName")
    if name is None and request[f"{party}TokenType"] == "SAML2":
        # Assumption: the sentence. "Omit this parameter for an Amazon Cognito ID or access token": Cognito issues no SAML assertions.
        raise InvalidParameterException(f"{party}TokenProviderName is required with a SAML2 {party}Token.")
    return name


async def _provider_subject(call: Call, pool: UserPool, provider: str, token: str, kind: str) -> Subject:
    """The user whom a provider's token stands for.

    Assumption: an exchange makes no users, brings no attributes up to date and asks no InboundFederation function, as a sign-in does. Nor
    must the provider be one of the client's SupportedIdentityProviders.
    """
    identity = await call.parts.provider_tokens.verify(pool, provider, token, kind)
    user = await call.store.read(lambda tx: tx.federated_identities.find_linked_user(pool.id, identity.provider, identity.subject))
    if user is None:
        raise UserNotFoundException
    if not user.enabled:
        raise NotAuthorizedException("User is disabled.")
    return Subject(user=user, sign_in=None, scopes=None, expires_at=None, amr=list(identity.amr))


async def _own_subject(call: Call, pool: UserPool, token: str, kind: str) -> Subject:
    claims = await _own_claims(call, pool, token, kind)

    def look_up(tx: Tx) -> tuple[SignIn | None, User | None]:
        return tx.sign_ins.get(str(claims.get("event_id", ""))), tx.users.get(str(claims["sub"]))

    sign_in, user = await call.store.read(look_up)
    if user is None or user.pool_id != pool.id:
        raise UserNotFoundException
    if sign_in is None or sign_in.revoked_at is not None or not user.enabled:
        raise NotAuthorizedException("Access Token has been revoked")
    scopes = str(claims["scope"]).split() if "scope" in claims else sign_in.scopes
    return Subject(user=user, sign_in=sign_in, scopes=scopes, expires_at=int(claims["exp"]), act=claims.get("act"))


async def _own_claims(call: Call, pool: UserPool, token: str, kind: str) -> Mapping[str, Any]:
    """The claims of a token that this pool issued and that has not expired."""
    if kind == "ACCESS_TOKEN":
        issuer, claims = await call.tokens.verify_signature(token)
        if issuer.id != pool.id:
            raise NotAuthorizedException("Invalid Access Token")
        return claims
    try:
        return await call.parts.login_tokens.openid.verify_user_pool_token(token, pool.id)
    except LoginTokenError as error:
        # Assumption: the sentence.
        raise NotAuthorizedException("Invalid ID Token") from error
