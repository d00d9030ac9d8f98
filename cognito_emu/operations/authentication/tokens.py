"""The end of a sign-in, and its prolongation: PostAuthentication, PreTokenGeneration, claims, signatures, refresh tokens."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

from cognito_emu.call import Call
from cognito_emu.domain.authentication_levels import amr_claim, level_name, level_of
from cognito_emu.domain.claims_override import override_access_token, override_id_token
from cognito_emu.domain.devices import tracks_devices
from cognito_emu.domain.sessions import TOKEN, tracks_sessions
from cognito_emu.domain.token_validity import TokenLifetimes
from cognito_emu.domain.tokens import (
    SELF_SERVICE_SCOPE,
    Group,
    GroupClaims,
    Issue,
    access_token_claims,
    id_token_claims,
)
from cognito_emu.domain.user_attributes import readable_attributes
from cognito_emu.operations.authentication.attempt import Attempt, Progress
from cognito_emu.operations.authentication.devices import new_device_key, new_device_metadata, with_named_device
from cognito_emu.operations.authentication.token_sessions import make_room, new_session_id
from cognito_emu.records import Hidden, Record
from cognito_emu.store import Tx
from cognito_emu.store.app_clients import AppClient
from cognito_emu.store.sign_ins import RefreshToken, SignIn, hash_refresh_token
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User

# AWS's refresh tokens are five parts of a JWE with this header. Ours look alike, but only their hash means anything.
_REFRESH_HEADER = base64.urlsafe_b64encode(b'{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}').rstrip(b"=").decode()
_REFRESH_PART_BYTES = (256, 12, 640, 16)


class Grant(Record, kw_only=True):
    """What a sign-in is entitled to.

    Attributes:
        scopes: Granted by OAuth; None after an API sign-in.
        nonce: Of the authorization request.
        resource: Of the authorization request, for the access token's `aud`.
        token_source: The PreTokenGeneration source.
        client_metadata: For PreTokenGeneration.
        auth_time: When the user proved who he is, where that was before now: a browser session was reused, a code lay about.
        browser_session: The id of the browser session that the sign-in came through.
        tells_level: The tokens tell the authentication level, since it was asked for.
    """

    scopes: list[str] | None = None
    nonce: str | None = None
    resource: str | None = None
    auth_time: float | None = None
    browser_session: str | None = None
    tells_level: bool = False
    token_source: str = "TokenGeneration_Authentication"  # noqa: S105 - a trigger source
    client_metadata: Mapping[str, str] | None = None


class IssuedTokens(Record):
    """Tokens as they leave the house. `expires_in` is that of the access token, in seconds. OAuth without `openid` has no ID token."""

    id_token: Hidden[str | None]
    access_token: Hidden[str]
    expires_in: int
    refresh_token: Hidden[str | None] = None


async def finish_with_tokens(attempt: Attempt, user: User, progress: Progress) -> dict[str, Any]:
    """The end of an API sign-in: PostAuthentication, then tokens as AuthenticationResult.

    Raises:
        ResourceNotFoundException: The request names a device that the user does not have.
    """
    progress = await with_named_device(attempt, user, progress)
    new_key = new_device_key(attempt, progress)
    await attempt.call.triggers.post_authentication(
        attempt.call,
        attempt.pool,
        user,
        client_id=attempt.client.id,
        new_device_used=bool(new_key) if tracks_devices(attempt.pool.settings) else None,
        client_metadata=attempt.metadata_for_triggers,
    )
    grant = Grant(
        tells_level=progress.tells_level,
        token_source=progress.token_source,
        # InitiateAuth's metadata does not go to PreTokenGeneration, RespondToAuthChallenge's does.
        client_metadata=attempt.metadata_for_triggers,
    )

    def note_device(tx: Tx, sign_in: SignIn) -> None:
        if progress.device_key is not None:
            tx.devices.record_sign_in(user.id, progress.device_key, at=sign_in.last_used_at, ip=attempt.call.origin.ip)

    issued = await issue_tokens(
        attempt.call,
        attempt.pool,
        attempt.client,
        user,
        grant,
        device_key=progress.device_key or new_key,
        amr=progress.amr,
        alongside=note_device,
    )
    result = render_authentication_result(issued)
    if new_key is not None:
        result["NewDeviceMetadata"] = new_device_metadata(attempt, user, new_key)
    return {"AuthenticationResult": result, "ChallengeParameters": {}}


async def issue_tokens(
    call: Call,
    pool: UserPool,
    client: AppClient,
    user: User,
    grant: Grant,
    *,
    device_key: str | None = None,
    amr: list[str] | None = None,
    with_refresh_token: bool = True,
    alongside: Callable[[Tx, SignIn], None] | None = None,
) -> IssuedTokens:
    """Tokens for a user who has just signed in, and the record by which they can be revoked.

    Args:
        alongside: What must be written in the transaction that makes the tokens valid; what it raises leaves nothing written.
    """
    now = call.env.now()
    lifetimes = TokenLifetimes.of_client(client.settings)
    tracked = with_refresh_token and tracks_sessions(pool.session_configuration)
    sign_in = SignIn(
        id=call.env.uuid(),
        pool_id=pool.id,
        client_id=client.id,
        user_id=user.id,
        origin_jti=call.env.uuid(),
        scopes=grant.scopes if grant.scopes is not None else [SELF_SERVICE_SCOPE],
        device_key=device_key,
        context={
            "created_at": now,
            "ip": call.origin.ip,
            "user_agent": call.origin.user_agent,
            "oauth": grant.scopes is not None,
            "nonce": grant.nonce,
            "resource": grant.resource,
            "amr": amr or [],
            "browser_session": grant.browser_session,
            "tells_level": grant.tells_level,
        },
        auth_time=float(int(grant.auth_time or now)),
        last_used_at=now,
        expires_at=now + max(lifetimes.refresh_token, lifetimes.access_token, lifetimes.id_token),
        session_id=new_session_id(call.env, TOKEN) if tracked else None,
    )
    issued = await _sign(call, pool, client, user, sign_in, grant)
    refresh_token = new_refresh_token(call) if with_refresh_token else None

    def write(tx: Tx) -> None:
        if alongside is not None:
            alongside(tx, sign_in)
        if tracked:
            make_room(tx, pool, user.id, now)
        if grant.browser_session is not None:
            tx.browser_sessions.touch(grant.browser_session, now)
        tx.sign_ins.add(sign_in)
        if refresh_token is not None:
            tx.sign_ins.add_refresh_token(RefreshToken(hash_refresh_token(refresh_token), sign_in.id, now + lifetimes.refresh_token))

    await call.store.transact(write)
    return IssuedTokens(issued.id_token, issued.access_token, issued.expires_in, refresh_token)


async def prolong(call: Call, pool: UserPool, client: AppClient, user: User, sign_in: SignIn, grant: Grant) -> IssuedTokens:
    """New ID and access tokens of an earlier sign-in: same `auth_time`, `event_id` and `origin_jti`."""
    issued = await _sign(call, pool, client, user, sign_in, grant)
    await call.store.transact(lambda tx: tx.sign_ins.touch(sign_in, call.env.now(), ip=call.origin.ip, user_agent=call.origin.user_agent))
    return issued


def new_refresh_token(call: Call) -> str:
    """A refresh token: opaque, in the outer form of AWS's."""
    return ".".join([_REFRESH_HEADER, *(call.env.opaque(size) for size in _REFRESH_PART_BYTES)])


def render_authentication_result(issued: IssuedTokens) -> dict[str, Any]:
    """The model's AuthenticationResultType."""
    return {
        "AccessToken": issued.access_token,
        "ExpiresIn": issued.expires_in,
        "TokenType": "Bearer",
        "RefreshToken": issued.refresh_token,
        "IdToken": issued.id_token,
    }


async def _sign(call: Call, pool: UserPool, client: AppClient, user: User, sign_in: SignIn, grant: Grant) -> IssuedTokens:
    groups = await call.store.read(
        lambda tx: GroupClaims.of(Group(group.name, group.role_arn, group.precedence) for group in tx.groups.of_user(user.id))
    )
    oauth_scopes = sign_in.scopes if sign_in.context.get("oauth") else None
    override = await call.triggers.pre_token_generation(
        call,
        pool,
        user,
        source=grant.token_source,
        client_id=client.id,
        groups=groups,
        scopes=sign_in.scopes,
        client_metadata=grant.client_metadata,
    )
    lifetimes = TokenLifetimes.of_client(client.settings)
    issue = Issue(
        issuer=call.tokens.issuer(pool, call.origin.base_url),
        client_id=client.id,
        event_id=sign_in.id,
        origin_jti=sign_in.origin_jti if _is_revocable(client) else None,
        auth_time=int(sign_in.auth_time),
        issued_at=int(call.env.now()),
    )
    access_claims = access_token_claims(
        issue,
        sub=user.id,
        username=user.username,
        groups=groups,
        jti=call.env.uuid(),
        lifetime=lifetimes.access_token,
        scopes=oauth_scopes,
        device_key=sign_in.device_key,
        resource=sign_in.context.get("resource"),
    )
    access_claims |= level_claims(pool.settings, sign_in)
    id_claims = id_token_claims(
        issue,
        username=user.username,
        attributes={"sub": user.id, **user.attributes},
        readable=readable_attributes(pool.settings["SchemaAttributes"], client.settings.get("ReadAttributes")),
        groups=groups,
        jti=call.env.uuid(),
        lifetime=lifetimes.id_token,
        scopes=oauth_scopes,
        nonce=grant.nonce or sign_in.context.get("nonce"),
    )
    id_claims |= level_claims(pool.settings, sign_in)
    if override is not None:
        access_claims = override_access_token(access_claims, override)
        id_claims = override_id_token(id_claims, override)
    id_token, access_token = await call.tokens.sign(
        pool,
        id_claims=id_claims if oauth_scopes is None or "openid" in oauth_scopes else None,
        access_claims=access_claims,
        with_at_hash=oauth_scopes is not None,
    )
    assert access_token is not None
    return IssuedTokens(id_token, access_token, lifetimes.access_token)


def level_claims(settings: Mapping[str, Any], sign_in: SignIn) -> dict[str, Any]:
    """`acr` and `amr`, where they were asked for; a refresh tells the same."""
    # Assumption: a pool that names its levels wants to hear of them in all tokens. Other tokens tell them only "in response" to acr_values
    # or TARGET_ACR_VALUES (developer guide), which spares clients of older pools claims that AWS does not send them.
    level = level_of(sign_in.context.get("amr", ()))
    if level == 0 or not (sign_in.context.get("tells_level") or settings.get("AcrConfiguration")):
        return {}
    return {"acr": level_name(settings, level), "amr": amr_claim(sign_in.context["amr"])}


def _is_revocable(client: AppClient) -> bool:
    """`jti` and `origin_jti` are in the tokens where token revocation or refresh token rotation is on."""
    rotation = client.settings.get("RefreshTokenRotation", {}).get("Feature") == "ENABLED"
    return bool(client.settings.get("EnableTokenRevocation", True)) or rotation
