"""GetDerivedToken: a token for a downstream service in exchange for one that the caller holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cognito_emu.call import Call
from cognito_emu.domain.app_client_settings import auth_flows
from cognito_emu.domain.claims_override import override_access_token, override_id_token
from cognito_emu.domain.oauth_scopes import ScopeNotGrantedError
from cognito_emu.domain.secret_hash import check_client_secret
from cognito_emu.domain.tiers import tier_of
from cognito_emu.domain.token_exchange import act_claim, check_allowed, grant_scopes
from cognito_emu.domain.token_validity import TokenLifetimes
from cognito_emu.domain.tokens import Claims, Group, GroupClaims, Issue, access_token_claims, id_token_claims
from cognito_emu.domain.user_attributes import readable_attributes
from cognito_emu.errors import InvalidParameterException, OperationNotEnabledException, ResourceNotFoundException
from cognito_emu.operations.authentication.tokens import level_claims
from cognito_emu.operations.lookup import find_replica, require_public_client
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.operations.token_exchange.parties import Subject, find_actor, find_subject
from cognito_emu.records import Hidden, Record
from cognito_emu.store import Tx
from cognito_emu.store.app_clients import AppClient
from cognito_emu.store.sign_ins import SignIn
from cognito_emu.store.user_pools import UserPool

# Assumption: no source of its own is documented for this operation, which is none of a sign-in but issues a user's token.
_SOURCE = "TokenGeneration_Authentication"


class DerivedToken(Record):
    """What an exchange gives.

    Attributes:
        kind: `ACCESS_TOKEN` or `ID_TOKEN`.
        expires_in: Seconds.
    """

    token: Hidden[str]
    kind: str
    expires_in: int
    scopes: list[str]

    @property
    def token_type(self) -> str:
        """How it is used: "if the issued token is not an access token ... N_A" (RFC 8693, section 2.2.1)."""
        return "Bearer" if self.kind == "ACCESS_TOKEN" else "N_A"


@operation("GetDerivedToken")
async def get_derived_token(call: Call, request: Request) -> Response:
    """Exchange a token for one with fewer scopes and another audience; with an actor token, it says who acts."""
    pool, client = await call.store.read(lambda tx: _client(call, tx, request))
    check_exchange(call, pool, client, request)
    audience = await call.store.read(lambda tx: find_audience(tx, pool, request))
    try:
        derived = await derive(call, pool, client, request, audience)
    except ScopeNotGrantedError as error:
        raise InvalidParameterException(str(error)) from error
    return {
        "IssuedToken": derived.token,
        "IssuedTokenType": derived.kind,
        "TokenType": derived.token_type,
        "ExpiresIn": derived.expires_in,
        "Scopes": derived.scopes,
    }


def check_exchange(call: Call, pool: UserPool, client: AppClient, request: Request) -> None:
    """Let an exchange pass that the pool's tier and the client's flows allow.

    Raises:
        OperationNotEnabledException: The pool's tier does not include token exchange.
        NotAuthorizedException: The client may not exchange tokens in this way.
    """
    if tier_of(pool.settings) == "LITE" and call.settings.tiers != "lenient":
        # Assumption: the code; the operation does not declare FeatureUnavailableInTierException.
        raise OperationNotEnabledException("Token exchange is not available in the LITE pricing tier.")
    check_allowed(auth_flows(client.settings), delegates="ActorToken" in request)


def find_audience(tx: Tx, pool: UserPool, request: Request) -> str | None:
    """For whom the token is: a logical name, or one of the pool's resource servers.

    Raises:
        InvalidParameterException: Both are asked for.
        ResourceNotFoundException: There is no such resource server.
    """
    audiences, resources = request.get("Audiences", ()), request.get("Resources", ())
    if audiences and resources:
        # Assumption: the sentence; the rule is documented.
        raise InvalidParameterException("Audiences and Resources cannot be requested together.")
    for identifier in resources:
        if tx.resource_servers.get(pool.id, identifier) is None:
            raise ResourceNotFoundException(f"Resource server {identifier} does not exist.")
    return next(iter((*audiences, *resources)), None)


async def derive(call: Call, pool: UserPool, client: AppClient, request: Request, audience: str | None) -> DerivedToken:
    """Exchange for a client that may.

    Args:
        call: The request's.
        pool: The client's pool.
        client: Who asks, authenticated and allowed to.
        request: GetDerivedToken's members.
        audience: For whom the token is.

    Raises:
        ScopeNotGrantedError: None of the scopes can be granted.
        AwsError: A token is not good, or a function failed.
    """
    subject = await find_subject(call, pool, request)
    act = act_claim(await find_actor(call, pool, request), subject.act) if "ActorToken" in request else subject.act
    scopes = grant_scopes(request.get("Scopes", ()), subject.scopes, client.settings)
    kind = request.get("RequestedTokenType", "ACCESS_TOKEN")
    # Assumption: a derived token does not outlive the pool's token that it was derived from.
    lifetimes, now = TokenLifetimes.of_client(client.settings), int(call.env.now())
    own = lifetimes.access_token if kind == "ACCESS_TOKEN" else lifetimes.id_token
    lifetime = own if subject.expires_at is None else min(own, subject.expires_at - now)
    sign_in = subject.sign_in or _sign_in_by_provider(call, pool, client, subject, scopes, now + own)
    token = await _issue(call, pool, client, subject, sign_in, kind=kind, scopes=scopes, audience=audience, act=act, lifetime=lifetime)
    if subject.sign_in is None:
        await call.store.transact(lambda tx: tx.sign_ins.add(sign_in))
    return DerivedToken(token, kind, lifetime, scopes)


def _client(call: Call, tx: Tx, request: Request) -> tuple[UserPool, AppClient]:
    """The requesting client, by its secret, or without it for a caller with credentials of the pool's account.

    Raises:
        ResourceNotFoundException, NotAuthorizedException: There is none, or it is another's.
    """
    pool, client = require_public_client(call, tx, request["ClientId"])
    here = pool.region == call.tenant.region or find_replica(call, tx, pool.id) is not None
    owns = call.signed and here and pool.account == call.tenant.account
    if not owns or "ClientSecret" in request:
        check_client_secret(client.id, [secret.value for secret in tx.app_clients.secrets(client.id)], request.get("ClientSecret"))
    return pool, client


def _sign_in_by_provider(call: Call, pool: UserPool, client: AppClient, subject: Subject, scopes: list[str], expires_at: float) -> SignIn:
    """The record by which a token can be revoked whose user has not signed in here. It is no session, and has no refresh token."""
    now = call.env.now()
    return SignIn(
        id=call.env.uuid(),
        pool_id=pool.id,
        client_id=client.id,
        user_id=subject.user.id,
        origin_jti=call.env.uuid(),
        scopes=scopes,
        device_key=None,
        context={"created_at": now, "ip": call.origin.ip, "user_agent": call.origin.user_agent, "oauth": True, "amr": subject.amr},
        auth_time=float(int(now)),
        last_used_at=now,
        expires_at=expires_at,
    )


async def _issue(
    call: Call,
    pool: UserPool,
    client: AppClient,
    subject: Subject,
    sign_in: SignIn,
    *,
    kind: str,
    scopes: list[str],
    audience: str | None,
    act: Mapping[str, Any] | None,
    lifetime: int,
) -> str:
    """The token. It belongs to the subject's sign-in, and is revoked with it."""
    user = subject.user
    groups = await call.store.read(
        lambda tx: GroupClaims.of(Group(group.name, group.role_arn, group.precedence) for group in tx.groups.of_user(user.id))
    )
    override = await call.triggers.pre_token_generation(
        call, pool, user, source=_SOURCE, client_id=client.id, groups=groups, scopes=scopes, client_metadata=None
    )
    issue = Issue(
        issuer=call.tokens.issuer(pool, call.origin.base_url),
        client_id=client.id,
        event_id=sign_in.id,
        origin_jti=sign_in.origin_jti,
        auth_time=int(sign_in.auth_time),
        issued_at=int(call.env.now()),
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
    return token
