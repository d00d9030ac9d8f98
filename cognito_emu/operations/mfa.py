"""MFA: the pool's configuration, the users' preferences and authenticator apps, and which factors a user has."""

from __future__ import annotations

from typing import Any

from cognito_emu.call import Call
from cognito_emu.domain import totp
from cognito_emu.domain.first_factors import configured_factors
from cognito_emu.domain.mfa import SOFTWARE_TOKEN_MFA, offers_software_tokens, with_factor, with_preferences, without_factor
from cognito_emu.domain.mfa_configuration import mfa_config, with_mfa_config
from cognito_emu.domain.regional_settings import check_sms_sender
from cognito_emu.errors import NotAuthorizedException, SoftwareTokenMFANotFoundException, UserNotFoundException
from cognito_emu.operations.access_token import require_signed_in
from cognito_emu.operations.authentication.attempt import Door
from cognito_emu.operations.authentication.mfa_setup import pass_on_setup_session
from cognito_emu.operations.imported_passwords import has_password
from cognito_emu.operations.lookup import refuse_in_replica, require_pool, require_user
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.operations.token_holder import require_token_holder
from cognito_emu.store import Tx
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User

# -- the pool


@operation("SetUserPoolMfaConfig")
async def set_user_pool_mfa_config(call: Call, request: Request) -> Response:
    """Replace a pool's MFA and passkey configuration."""

    def write(tx: Tx) -> dict[str, Any]:
        pool = require_pool(call, tx, request["UserPoolId"])
        check_sms_sender(request.get("SmsMfaConfiguration", {}).get("SmsConfiguration"), pool.region)
        settings = with_mfa_config(pool.settings, request, lenient=call.settings.tiers == "lenient")
        tx.user_pools.update(pool.id, name=pool.name, settings=settings, modified_at=call.env.now())
        return settings

    return mfa_config(await call.store.transact(write))


@operation("GetUserPoolMfaConfig")
async def get_user_pool_mfa_config(call: Call, request: Request) -> Response:
    """Show a pool's MFA and passkey configuration."""
    pool = await call.store.read(lambda tx: require_pool(call, tx, request["UserPoolId"]))
    return mfa_config(pool.settings)


# -- what a user prefers


@operation("SetUserMFAPreference")
async def set_user_mfa_preference(call: Call, request: Request) -> Response:
    """Turn the signed-in user's factors on and off, and prefer one."""
    signed_in, _ = await require_signed_in(call, request["AccessToken"])

    def write(tx: Tx) -> None:
        _set_preferences(call, tx, signed_in.pool, _present(tx, signed_in.user.id), request)

    await call.store.transact(write)
    return {}


@operation("AdminSetUserMFAPreference")
async def admin_set_user_mfa_preference(call: Call, request: Request) -> Response:
    """Turn a user's factors on and off, and prefer one."""

    def write(tx: Tx) -> None:
        pool = require_pool(call, tx, request["UserPoolId"])
        _set_preferences(call, tx, pool, require_user(tx, pool, request["Username"]), request)

    await call.store.transact(write)
    return {}


def _set_preferences(call: Call, tx: Tx, pool: UserPool, user: User, request: Request) -> None:
    has_token = tx.software_tokens.is_verified(user.id)
    mfa = with_preferences(pool.settings, user.attributes, user.mfa, request, has_software_token=has_token)
    tx.users.update(user.id, mfa=mfa, modified_at=call.env.now())


# -- authenticator apps


@operation("AssociateSoftwareToken")
async def associate_software_token(call: Call, request: Request) -> Response:
    """Begin to register an authenticator app: hand out its secret. An app that is registered counts until the new one is verified."""
    if (session := _session_instead_of_token(request)) is not None:
        secret, session = await begin_app_at_sign_in(call, session)
        return {"SecretCode": secret, "Session": session}
    signed_in, _ = await require_token_holder(call, request["AccessToken"], tells_reset=False)
    secret = _new_secret(call)
    await call.store.transact(lambda tx: _begin_app(call, tx, signed_in.pool, signed_in.user, secret))
    return {"SecretCode": secret}


@operation("VerifySoftwareToken")
async def verify_software_token(call: Call, request: Request) -> Response:
    """Register the app whose secret was handed out, once it shows a right code."""
    code, name = request["UserCode"], request.get("FriendlyDeviceName")
    if (session := _session_instead_of_token(request)) is not None:
        return {"Status": "SUCCESS", "Session": await complete_app_at_sign_in(call, session, code, name)}
    signed_in, _ = await require_signed_in(call, request["AccessToken"])
    await call.store.transact(lambda tx: _complete_app(call, tx, signed_in.pool, signed_in.user, code, name))
    return {"Status": "SUCCESS"}


async def begin_app_at_sign_in(call: Call, session: str, *, door: Door = Door.API) -> tuple[str, str]:
    """Begin to register an app in the name of an MFA_SETUP session; returns the secret, and the session that goes on."""
    secret = _new_secret(call)
    _, session = await pass_on_setup_session(
        call, session, lambda tx, pool, user: _begin_app(call, tx, pool, user, secret), registered=False, door=door
    )
    return secret, session


async def complete_app_at_sign_in(call: Call, session: str, code: str, name: str | None, *, door: Door = Door.API) -> str:
    """Register the app in the name of an MFA_SETUP session; returns the session that answers the challenge."""

    def complete_and_enable(tx: Tx, pool: UserPool, user: User) -> None:
        _complete_app(call, tx, pool, user, code, name)
        # Assumption: an app that was demanded and set up while signing in is turned on by that. One that a signed-in user registers
        # waits for SetUserMFAPreference.
        tx.users.update(user.id, mfa=with_factor(user.mfa, SOFTWARE_TOKEN_MFA), modified_at=call.env.now())

    _, session = await pass_on_setup_session(call, session, complete_and_enable, registered=True, door=door)
    return session


@operation("AdminDeleteSoftwareToken")
async def admin_delete_software_token(call: Call, request: Request) -> Response:
    """Take a user's authenticator app away, so that another can be registered."""

    def write(tx: Tx) -> None:
        pool = require_pool(call, tx, request["UserPoolId"])
        user = require_user(tx, pool, request["Username"])
        # Assumption: a user without one is no error, for the operation declares none that says so.
        tx.software_tokens.delete(user.id)
        tx.users.update(user.id, mfa=without_factor(user.mfa, SOFTWARE_TOKEN_MFA), modified_at=call.env.now())

    await call.store.transact(write)
    return {}


def _new_secret(call: Call) -> str:
    return totp.new_secret(call.env.random_bytes(totp.SECRET_BYTES))


def _begin_app(call: Call, tx: Tx, pool: UserPool, user: User, secret: str) -> None:
    refuse_in_replica(call, pool)
    _require_software_tokens(pool)
    tx.software_tokens.begin(user.id, secret)


def _complete_app(call: Call, tx: Tx, pool: UserPool, user: User, code: str, name: str | None) -> None:
    refuse_in_replica(call, pool)
    _require_software_tokens(pool)
    token = tx.software_tokens.get(user.id)
    if token is None or token.pending_secret is None:
        raise SoftwareTokenMFANotFoundException("Software Token MFA does not exist for the user.")
    step = totp.verify_registration(token.pending_secret, code, call.env.now())
    tx.software_tokens.complete(user.id, token.pending_secret, name=name, last_step=step)


def _session_instead_of_token(request: Request) -> str | None:
    """The session, when the request comes with that; it comes with one of the two."""
    if ("Session" in request) == ("AccessToken" in request):
        # Assumption: the sentence; code and rule are documented.
        raise NotAuthorizedException("Exactly one of AccessToken and Session must be provided.")
    session: str | None = request.get("Session")
    return session


def _require_software_tokens(pool: UserPool) -> None:
    if not offers_software_tokens(pool.settings):
        raise SoftwareTokenMFANotFoundException


# -- which factors a user has


@operation("GetUserAuthFactors")
async def get_user_auth_factors(call: Call, request: Request) -> Response:
    """Show the signed-in user's factors."""
    signed_in, _ = await require_signed_in(call, request["AccessToken"])
    return await call.store.read(lambda tx: _render_factors(tx, signed_in.user))


@operation("AdminGetUserAuthFactors")
async def admin_get_user_auth_factors(call: Call, request: Request) -> Response:
    """Show a user's factors."""

    def look_up(tx: Tx) -> dict[str, Any]:
        pool = require_pool(call, tx, request["UserPoolId"])
        return _render_factors(tx, require_user(tx, pool, request["Username"]))

    return await call.store.read(look_up)


def _render_factors(tx: Tx, user: User) -> dict[str, Any]:
    return {
        "Username": user.username,
        "PreferredMfaSetting": user.mfa.get("Preferred"),
        "UserMFASettingList": user.mfa.get("Enabled") or None,
        "ConfiguredUserAuthFactors": configured_factors(
            user.attributes,
            has_password=has_password(tx, user),
            has_passkey=bool(tx.passkeys.of_user(user.id)),
            has_software_token=tx.software_tokens.is_verified(user.id),
        ),
    }


def _present(tx: Tx, user_id: str) -> User:
    user = tx.users.get(user_id)
    if user is None:
        raise UserNotFoundException
    return user
