"""Refresh tokens: REFRESH_TOKEN_AUTH, GetTokensFromRefreshToken, rotation, RevokeToken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cognito_emu.call import Call
from cognito_emu.domain.devices import tracks_devices
from cognito_emu.domain.secret_hash import check_client_secret, check_secret_hash
from cognito_emu.errors import (
    NotAuthorizedException,
    RefreshTokenReuseException,
    ResourceNotFoundException,
    UnauthorizedException,
    UnsupportedOperationException,
    UnsupportedTokenTypeException,
    UserNotFoundException,
)
from cognito_emu.operations.authentication.attempt import Attempt
from cognito_emu.operations.authentication.tokens import (
    Grant,
    IssuedTokens,
    new_refresh_token,
    prolong,
    render_authentication_result,
)
from cognito_emu.operations.lookup import require_public_client
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.records import replace
from cognito_emu.store import Tx
from cognito_emu.store.app_clients import AppClient
from cognito_emu.store.sign_ins import RefreshToken, SignIn, hash_refresh_token
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User

_SOURCE = "TokenGeneration_RefreshTokens"


async def begin_refresh(attempt: Attempt, _flow: str) -> dict[str, Any]:
    """REFRESH_TOKEN_AUTH: new ID and access tokens; the refresh token stays."""
    token = attempt.required("REFRESH_TOKEN")
    try:
        user, sign_in, stored = await find_sign_in(attempt.call, attempt.client, token)
    except RefreshTokenReuseException as error:
        # Assumption: the flow declares no error of its own for a token that was rotated, so it says what a revoked one is told.
        raise _revoked() from error
    await check_device(attempt.call, attempt.pool, sign_in, attempt.parameters.get("DEVICE_KEY"))
    _check_hash_of_refresh(attempt, user)
    issued = await refresh(attempt.call, attempt.pool, attempt.client, user, sign_in, stored, client_metadata=attempt.client_metadata)
    return {"AuthenticationResult": render_authentication_result(issued), "ChallengeParameters": {}}


@operation("GetTokensFromRefreshToken")
async def get_tokens_from_refresh_token(call: Call, request: Request) -> Response:
    """New tokens for a refresh token, and a new refresh token where rotation is on."""

    def look_up(tx: Tx) -> tuple[UserPool, AppClient]:
        pool, client = require_public_client(call, tx, request["ClientId"])
        _check_secret(tx, client, request)
        return pool, client

    pool, client = await call.store.read(look_up)
    user, sign_in, stored = await find_sign_in(call, client, request["RefreshToken"])
    await check_device(call, pool, sign_in, request.get("DeviceKey"))
    issued = await refresh(call, pool, client, user, sign_in, stored, client_metadata=request.get("ClientMetadata"))
    return {"AuthenticationResult": render_authentication_result(issued)}


@operation("RevokeToken")
async def revoke_token(call: Call, request: Request) -> Response:
    """Revoke a refresh token and every token that came from its sign-in. A token that is none any more is no error."""

    def write(tx: Tx) -> None:
        try:
            _, client = require_public_client(call, tx, request["ClientId"])
            _check_secret(tx, client, request)
        except (NotAuthorizedException, ResourceNotFoundException) as error:
            # As users of AWS report it (velog.io/@serringg, "cognito revokeToken").
            raise UnauthorizedException("Invalid client or secret") from error
        revoke_refresh_token(call, tx, client, request["Token"])

    await call.store.transact(write)
    return {}


def revoke_refresh_token(call: Call, tx: Tx, client: AppClient, token: str) -> None:
    """Revoke the sign-in of a refresh token; shared with the OAuth revocation endpoint (RFC 7009).

    Raises:
        UnsupportedOperationException: Revocation is off for the client.
        UnsupportedTokenTypeException: It is an ID or access token.
        UnauthorizedException: It is another client's.
    """
    if not client.settings.get("EnableTokenRevocation", True):
        raise UnsupportedOperationException("Revocation is not enabled for this client.")
    if token.count(".") == 2:  # noqa: PLR2004 - a JWS has three parts, a refresh token five
        raise UnsupportedTokenTypeException("Unsupported token type")
    stored = tx.sign_ins.find_refresh_token(hash_refresh_token(token))
    sign_in = tx.sign_ins.get(stored.sign_in_id) if stored else None
    if sign_in is None:
        return
    if sign_in.client_id != client.id:
        raise UnauthorizedException("Token does not belong to this client.")
    tx.sign_ins.revoke(sign_in.id, call.env.now())


async def find_sign_in(call: Call, client: AppClient, token: str) -> tuple[User, SignIn, RefreshToken]:
    """The sign-in that a refresh token prolongs.

    Raises:
        NotAuthorizedException: The token is unknown, another client's, revoked, or expired; or the user is disabled.
        RefreshTokenReuseException: A rotated token took its place, and the grace period is over.
        UserNotFoundException: The user was deleted.
    """

    def look_up(tx: Tx) -> tuple[RefreshToken | None, SignIn | None, User | None]:
        stored = tx.sign_ins.find_refresh_token(hash_refresh_token(token))
        sign_in = tx.sign_ins.get(stored.sign_in_id) if stored else None
        return stored, sign_in, tx.users.get(sign_in.user_id) if sign_in else None

    stored, sign_in, user = await call.store.read(look_up)
    if stored is None or sign_in is None or sign_in.client_id != client.id:
        raise NotAuthorizedException("Invalid Refresh Token")
    if sign_in.revoked_at is not None:
        raise _revoked()
    if stored.expires_at <= call.env.now():
        raise NotAuthorizedException("Refresh Token has expired")
    _refuse_replaced(client, stored, call.env.now())
    if user is None:
        raise UserNotFoundException
    if not user.enabled:
        raise NotAuthorizedException("User is disabled.")
    return user, sign_in, stored


async def check_device(call: Call, pool: UserPool, sign_in: SignIn, device_key: str | None) -> None:
    """Where devices are tracked, a sign-in by API is prolonged only by its own device, once that is confirmed.

    Raises:
        NotAuthorizedException: The key is missing, another's, or of a device that was not confirmed or was forgotten.
    """
    if sign_in.device_key is None or not tracks_devices(pool.settings):
        return  # a sign-in of the hosted pages, or of a time when devices were not tracked
    device = await call.store.read(lambda tx: tx.devices.get(sign_in.user_id, sign_in.device_key or ""))
    if device is None or device_key != device.key:
        raise NotAuthorizedException("Invalid Refresh Token")


async def refresh(
    call: Call,
    pool: UserPool,
    client: AppClient,
    user: User,
    sign_in: SignIn,
    stored: RefreshToken,
    *,
    client_metadata: Mapping[str, str] | None,
) -> IssuedTokens:
    """New tokens of a sign-in; with rotation on, a new refresh token takes the old one's place for the rest of its life.

    Of many who rotate one token at once, one succeeds, unless there is a grace period.

    Raises:
        NotAuthorizedException: The sign-in was revoked meanwhile.
        RefreshTokenReuseException: Somebody else has rotated the token meanwhile.
    """
    grant = Grant(token_source=_SOURCE, client_metadata=client_metadata)
    issued = await prolong(call, pool, client, user, sign_in, grant)
    if not rotates(client):
        return issued
    token = new_refresh_token(call)

    def rotate(tx: Tx) -> None:
        now = call.env.now()
        present, prolonged = tx.sign_ins.find_refresh_token(stored.token_hash), tx.sign_ins.get(sign_in.id)
        if present is None or prolonged is None or prolonged.revoked_at is not None:
            raise _revoked()
        _refuse_replaced(client, present, now)
        tx.sign_ins.add_refresh_token(RefreshToken(hash_refresh_token(token), sign_in.id, stored.expires_at))
        if browser_session := sign_in.context.get("browser_session"):
            tx.browser_sessions.touch(browser_session, now)
        if present.replaced_at is None:  # within the grace period the first replacement counts
            tx.sign_ins.replace_refresh_token(stored.token_hash, now)

    await call.store.transact(rotate)
    return replace(issued, refresh_token=token)


def rotates(client: AppClient) -> bool:
    """Whether refresh token rotation is on for the client."""
    return bool(client.settings.get("RefreshTokenRotation", {}).get("Feature") == "ENABLED")


def _refuse_replaced(client: AppClient, stored: RefreshToken, now: float) -> None:
    if stored.replaced_at is not None and now >= stored.replaced_at + _grace_seconds(client):
        # Assumption: the sentence; the code is the model's.
        raise RefreshTokenReuseException("Refresh token has been reused.")


def _revoked() -> NotAuthorizedException:
    return NotAuthorizedException("Refresh Token has been revoked")


def _check_secret(tx: Tx, client: AppClient, request: Request) -> None:
    secrets = [secret.value for secret in tx.app_clients.secrets(client.id)]
    check_client_secret(client.id, secrets, request.get("ClientSecret"))


def _grace_seconds(client: AppClient) -> float:
    return float(client.settings.get("RefreshTokenRotation", {}).get("RetryGracePeriodSeconds", 0))


def _check_hash_of_refresh(attempt: Attempt, user: User) -> None:
    """At a refresh nobody types a name: the hash is over the stored user name (the `sub` in e-mail pools)."""
    given = attempt.parameters.get("SECRET_HASH")
    try:
        check_secret_hash(attempt.client.id, attempt.client_secrets, user.username, given)
    except NotAuthorizedException:
        # Assumption: the `sub` is accepted as well, since SDKs that lost the user name send that.
        check_secret_hash(attempt.client.id, attempt.client_secrets, user.id, given)
