"""GetDerivedToken: a token for a downstream service in exchange for one that the caller holds (RFC 8693)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cognito_emu.call import Call
from cognito_emu.domain.app_client_settings import auth_flows
from cognito_emu.domain.claims_override import override_access_token, override_id_token
from cognito_emu.domain.secret_hash import check_client_secret
from cognito_emu.domain.tiers import tier_of
from cognito_emu.domain.token_exchange import act_claim, check_allowed, grant_scopes
from cognito_emu.domain.token_validity import TokenLifetimes
from cognito_emu.domain.tokens import Claims, Group, GroupClaims, Issue, access_token_claims, id_token_claims
from cognito_emu.domain.user_attributes import readable_attributes
from cognito_emu.errors import (
    InvalidParameterException,
    NotAuthorizedException,
    OperationNotEnabledException,
    ResourceNotFoundException,
    UserNotFoundException,
)
from cognito_emu.login_tokens import LoginTokenError
from cognito_emu.operations.authentication.tokens import level_claims
from cognito_emu.operations.lookup import require_public_client
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.store import Tx
from cognito_emu.store.app_clients import AppClient
from cognito_emu.store.sign_ins import SignIn
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User

# Assumption: no source of its own is documented for this operation, which is none of a sign-in but issues a user's token.
_SOURCE = "TokenGeneration_Authentication"


@dataclass(frozen=True, slots=True)
class _Subject:
    """Whom the subject token stands for."""

    user: User
    sign_in: SignIn
    scopes: list[str]
    expires_at: int
    act: Mapping[str, Any] | None = field(default=None)


@operation("GetDerivedToken")
async def get_derived_token(call: Call, request: Request) -> Response:
    """Exchange a token for one with fewer scopes and another audience; with an actor token, it says who acts."""
    pool, client = await call.store.read(lambda tx: _client(call, tx, request))
    check_allowed(auth_flows(client.settings), delegates="ActorToken" in request)
    audience = await call.store.read(lambda tx: _audience(tx, pool, request))
    subject = await _subject(call, pool, request)
    act = act_claim(await _actor(call, pool, request), subject.act) if "ActorToken" in request else subject.act
    scopes = grant_scopes(request.get("Scopes", ()), subject.scopes, client.settings)
    kind = request.get("RequestedTokenType", "ACCESS_TOKEN")
    token, lifetime = await _issue(call, pool, client, subject, kind=kind, scopes=scopes, audience=audience, act=act)
    return {"IssuedToken": token, "IssuedTokenType": kind, "TokenType": "Bearer", "ExpiresIn": lifetime, "Scopes": scopes}


def _client(call: Call, tx: Tx, request: Request) -> tuple[UserPool, AppClient]:
    """The requesting client, by its secret, or without it for a caller with credentials of the pool's account.

    Raises:
        ResourceNotFoundException, NotAuthorizedException: There is none, or it is another's.
        OperationNotEnabledException: The pool's tier does not include token exchange.
    """
    pool, client = require_public_client(tx, request["ClientId"])
    owns = call.signed and (pool.account, pool.region) == (call.tenant.account, call.tenant.region)
    if not owns or "ClientSecret" in request:
        check_client_secret(client.id, [secret.value for secret in tx.app_clients.secrets(client.id)], request.get("ClientSecret"))
    if tier_of(pool.settings) == "LITE" and call.settings.tiers != "lenient":
        # Assumption: the code; the operation does not declare FeatureUnavailableInTierException.
        raise OperationNotEnabledException("Token exchange is not available in the LITE pricing tier.")
    return pool, client


def _audience(tx: Tx, pool: UserPool, request: Request) -> str | None:
    """For whom the token is: a logical name, or one of the pool's resource servers."""
    audiences, resources = request.get("Audiences", ()), request.get("Resources", ())
    if audiences and resources:
        # Assumption: the sentence; the rule is documented.
        raise InvalidParameterException("Audiences and Resources cannot be requested together.")
    for identifier in resources:
        if tx.resource_servers.get(pool.id, identifier) is None:
            raise ResourceNotFoundException(f"Resource server {identifier} does not exist.")
    return next(iter((*audiences, *resources)), None)


async def _subject(call: Call, pool: UserPool, request: Request) -> _Subject:
    _refuse_foreign(request, "Subject")
    claims = await _own_claims(call, pool, request["SubjectToken"], request["SubjectTokenType"])

    def look_up(tx: Tx) -> tuple[SignIn | None, User | None]:
        return tx.sign_ins.get(str(claims.get("event_id", ""))), tx.users.get(str(claims["sub"]))

    sign_in, user = await call.store.read(look_up)
    if user is None or user.pool_id != pool.id:
        raise UserNotFoundException
    if sign_in is None or sign_in.revoked_at is not None or not user.enabled:
        raise NotAuthorizedException("Access Token has been revoked")
    scopes = str(claims["scope"]).split() if "scope" in claims else sign_in.scopes
    return _Subject(user, sign_in, scopes, int(claims["exp"]), claims.get("act"))


async def _actor(call: Call, pool: UserPool, request: Request) -> Mapping[str, Any]:
    """Who acts: a user of the pool, or one of its clients by its own token."""
    if "ActorTokenType" not in request:
        raise InvalidParameterException("ActorTokenType is required with ActorToken.")
    _refuse_foreign(request, "Actor")
    claims = await _own_claims(call, pool, request["ActorToken"], request["ActorTokenType"])
    if "event_id" in claims:
        sign_in = await call.store.read(lambda tx: tx.sign_ins.get(str(claims["event_id"])))
        if sign_in is None or sign_in.revoked_at is not None:
            raise NotAuthorizedException("Access Token has been revoked")
    return {"sub": claims["sub"]}


def _refuse_foreign(request: Request, party: str) -> None:
    """Tokens of identity providers are not exchanged yet: what their SAML and OIDC checks need stands in the federation's room."""
    if f"{party}TokenProviderName" in request or request[f"{party}TokenType"] == "SAML2":
        raise InvalidParameterException(f"{party} tokens of identity providers are not supported by this emulator.")


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


async def _issue(
    call: Call,
    pool: UserPool,
    client: AppClient,
    subject: _Subject,
    *,
    kind: str,
    scopes: list[str],
    audience: str | None,
    act: Mapping[str, Any] | None,
) -> tuple[str, int]:
    """The token and its life in seconds. It belongs to the subject's sign-in, and is revoked with it."""
    user, now = subject.user, int(call.env.now())
    groups = await call.store.read(
        lambda tx: GroupClaims.of(Group(group.name, group.role_arn, group.precedence) for group in tx.groups.of_user(user.id))
    )
    override = await call.triggers.pre_token_generation(
        call, pool, user, source=_SOURCE, client_id=client.id, groups=groups, scopes=scopes, client_metadata=None
    )
    lifetimes = TokenLifetimes.of_client(client.settings)
    # Assumption: a derived token does not outlive the one that it was derived from.
    own = lifetimes.access_token if kind == "ACCESS_TOKEN" else lifetimes.id_token
    lifetime = min(own, subject.expires_at - now)
    sign_in = subject.sign_in
    issue = Issue(
        issuer=call.tokens.issuer(pool, call.origin.base_url),
        client_id=client.id,
        event_id=sign_in.id,
        origin_jti=sign_in.origin_jti,
        auth_time=int(sign_in.auth_time),
        issued_at=now,
    )
    extra: Claims = level_claims(pool.settings, sign_in) | ({"act": dict(act)} if act else {})
    jti = call.env.uuid()
    if kind == "ACCESS_TOKEN":
        claims = access_token_claims(
            issue, sub=user.id, username=user.username, groups=groups, jti=jti, lifetime=lifetime, scopes=scopes, resource=audience
        )
        claims = override_access_token(claims, override) if override is not None else claims
        _, token = await call.tokens.sign(pool, id_claims=None, access_claims=claims | extra)
    else:
        claims = id_token_claims(
            issue,
            username=user.username,
            attributes={"sub": user.id, **user.attributes},
            readable=readable_attributes(pool.settings["SchemaAttributes"], client.settings.get("ReadAttributes")),
            groups=groups,
            jti=jti,
            lifetime=lifetime,
            scopes=scopes,
        )
        claims = override_id_token(claims, override) if override is not None else claims
        bound = {"aud": audience} if audience is not None else {}
        token, _ = await call.tokens.sign(pool, id_claims=claims | extra | bound, access_claims=None)
    assert token is not None
    return token, lifetime
