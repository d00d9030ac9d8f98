"""Sessions of users: whether a pool tracks them, which there are, and ending one of them.

A token session is a sign-in that has a refresh token, an SSO session a sign-in that a browser remembers for the hosted pages.
https://docs.aws.amazon.com/cognito/latest/developerguide/managing-user-sessions.html
"""

from __future__ import annotations

import asyncio
from typing import Any

from cognito_emu.call import Call
from cognito_emu.domain.sessions import (
    DEFAULT_SSO_MINUTES,
    SSO,
    TOKEN,
    session_configuration,
    tracks_sessions,
)
from cognito_emu.domain.tiers import require_tier
from cognito_emu.domain.user_agents import describe_device
from cognito_emu.errors import InvalidParameterException, OperationNotEnabledException, ResourceNotFoundException
from cognito_emu.operations.access_token import require_signed_in
from cognito_emu.operations.lookup import require_client, require_pool, require_user
from cognito_emu.operations.pagination import make_token, read_token
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.records import Record
from cognito_emu.store import Tx
from cognito_emu.store.paging import Position
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User

_FEATURE = "Session Management"
_PAGE = 125


# -- configuration


@operation("SetUserPoolSessionConfiguration")
async def set_user_pool_session_configuration(call: Call, request: Request) -> Response:
    """Turn the tracking of sessions on or off, and say how many a user may have. What there is already stays until the next sign-in."""
    configuration = {"UserSessionTracking": request["UserSessionTracking"], "TokenSession": dict(request["TokenSession"])}

    def write(tx: Tx) -> None:
        pool = require_pool(call, tx, request["UserPoolId"])
        require_tier(pool.settings, "ESSENTIALS", _FEATURE, lenient=call.settings.tiers == "lenient")
        tx.user_pools.set_session_configuration(pool.id, configuration)

    await call.store.transact(write)
    return {"UserPoolId": request["UserPoolId"], **configuration}


@operation("GetUserPoolSessionConfiguration")
async def get_user_pool_session_configuration(call: Call, request: Request) -> Response:
    """Show whether a pool tracks sessions, and how many a user may have."""
    pool = await call.store.read(lambda tx: require_pool(call, tx, request["UserPoolId"]))
    return {"UserPoolId": pool.id, **session_configuration(pool.session_configuration)}


@operation("SetUserPoolClientSessionConfiguration")
async def set_user_pool_client_session_configuration(call: Call, request: Request) -> Response:
    """Say how long a client lets in a user who signed in on the hosted pages before."""
    minutes = request["SSOSession"]["MaxValidityMinutes"]

    def write(tx: Tx) -> None:
        pool = require_pool(call, tx, request["UserPoolId"])
        client = require_client(tx, pool, request["ClientId"])
        require_tier(pool.settings, "ESSENTIALS", _FEATURE, lenient=call.settings.tiers == "lenient")
        _require_tracking(pool)
        tx.app_clients.set_sso_minutes(client.id, minutes)

    await call.store.transact(write)
    return _client_configuration(request, minutes)


@operation("GetUserPoolClientSessionConfiguration")
async def get_user_pool_client_session_configuration(call: Call, request: Request) -> Response:
    """Show how long a client lets in a user who signed in on the hosted pages before."""
    client = await call.store.read(lambda tx: require_client(tx, require_pool(call, tx, request["UserPoolId"]), request["ClientId"]))
    return _client_configuration(request, DEFAULT_SSO_MINUTES if client.sso_minutes is None else client.sso_minutes)


def _client_configuration(request: Request, minutes: int) -> dict[str, Any]:
    return {"UserPoolId": request["UserPoolId"], "ClientId": request["ClientId"], "SSOSession": {"MaxValidityMinutes": minutes}}


# -- lists


class _Session(Record):
    """A session of either type, as lists show it."""

    id: str
    type: str
    client_id: str
    created_at: float
    last_used_at: float
    user_agent: str
    ip: str
    origin_id: str | None = None


@operation("ListUserSessions")
async def list_user_sessions(call: Call, request: Request) -> Response:
    """List the signed-in user's sessions, the latest used first."""
    signed_in, _ = await require_signed_in(call, request["AccessToken"])
    _require_tracking(signed_in.pool)
    return await _list(call, request, signed_in.user, current=signed_in.sign_in.session_id)


@operation("AdminListUserSessions")
async def admin_list_user_sessions(call: Call, request: Request) -> Response:
    """List a user's sessions, the latest used first."""
    pool, user = await call.store.read(lambda tx: _named(call, tx, request))
    _require_tracking(pool)
    return await _list(call, request, user, current=None)


async def _list(call: Call, request: Request, user: User, *, current: str | None) -> Response:
    scope = ["ListUserSessions", user.id]
    after = read_token(call, scope, request.get("NextToken"))
    now = call.env.now()
    sessions = await call.store.read(lambda tx: _sessions(tx, user, now))
    sessions = [session for session in sessions if after is None or _position(session) > tuple(after)]
    page = sessions[:_PAGE]
    following: Position = _position(page[-1]) if len(sessions) > _PAGE else None
    shown = await asyncio.get_running_loop().run_in_executor(None, lambda: [_render(session, current) for session in page])
    return {"Sessions": shown, "NextToken": make_token(call, scope, following)}


def _sessions(tx: Tx, user: User, now: float) -> list[_Session]:
    token_sessions = [
        _Session(
            id=sign_in.session_id or "",
            type=TOKEN,
            client_id=sign_in.client_id,
            created_at=sign_in.context["created_at"],
            last_used_at=sign_in.last_used_at,
            user_agent=sign_in.context["user_agent"],
            ip=sign_in.context["ip"],
            origin_id=sign_in.context.get("browser_session"),
        )
        for sign_in in tx.sign_ins.tracked_of_user(user.id, now)
    ]
    sso_sessions = [
        _Session(
            id=session.id,
            type=SSO,
            client_id=session.client_id,
            created_at=session.auth_time,
            last_used_at=session.last_used_at,
            user_agent=session.context["user_agent"],
            ip=session.context["ip"],
        )
        for session in tx.browser_sessions.of_user(user.id, now)
    ]
    return sorted([*token_sessions, *sso_sessions], key=_position)


def _position(session: _Session) -> tuple[float, str]:
    return (-session.last_used_at, session.id)


def _render(session: _Session, current: str | None) -> dict[str, Any]:
    """The model's SessionDescriptionType, without LastLocation: the emulator has no map of addresses."""
    return {
        "SessionId": session.id,
        "SessionType": session.type,
        "ClientId": session.client_id,
        "CreateDate": session.created_at,
        "LastActiveDate": session.last_used_at,
        "DeviceType": describe_device(session.user_agent),
        "LastIPAddress": session.ip,
        "OriginSessionId": session.origin_id,
        "IsCurrentSession": session.id == current,
    }


# -- revocation


@operation("RevokeUserSession")
async def revoke_user_session(call: Call, request: Request) -> Response:
    """End one of the signed-in user's other sessions."""
    signed_in, _ = await require_signed_in(call, request["AccessToken"])
    _require_tracking(signed_in.pool)
    if request["SessionId"] == signed_in.sign_in.session_id:
        # Assumption: code and sentence; the rule is documented. LINKED may end the caller's session along with its SSO session.
        raise InvalidParameterException("The session that the access token belongs to can't be revoked.")
    await call.store.transact(lambda tx: _revoke(call, tx, signed_in.user, request))
    return {}


@operation("AdminRevokeUserSession")
async def admin_revoke_user_session(call: Call, request: Request) -> Response:
    """End one of a user's sessions."""

    def write(tx: Tx) -> None:
        pool, user = _named(call, tx, request)
        _require_tracking(pool)
        _revoke(call, tx, user, request)

    await call.store.transact(write)
    return {}


def _revoke(call: Call, tx: Tx, user: User, request: Request) -> None:
    """End a session and, with LINKED, those that it came through or that came through it."""
    session_id, now = request["SessionId"], call.env.now()
    linked = request.get("RevokeAssociatedSessions") == "LINKED"
    session = next((session for session in _sessions(tx, user, now) if session.id == session_id), None)
    if session is None:
        # Assumption: the sentence.
        raise ResourceNotFoundException("Session does not exist.")
    if session.type == SSO:
        tx.browser_sessions.delete(session_id)
    for sign_in in tx.sign_ins.tracked_of_user(user.id, now):
        if sign_in.session_id == session_id or (linked and sign_in.context.get("browser_session") == session_id):
            tx.sign_ins.revoke(sign_in.id, now)
    if linked and session.origin_id is not None:
        tx.browser_sessions.delete(session.origin_id)


def _named(call: Call, tx: Tx, request: Request) -> tuple[UserPool, User]:
    pool = require_pool(call, tx, request["UserPoolId"])
    return pool, require_user(tx, pool, request["Username"])


def _require_tracking(pool: UserPool) -> None:
    if not tracks_sessions(pool.session_configuration):
        # Assumption: code and sentence. "An operation is not available ... for the current user pool configuration" is what it declares.
        raise OperationNotEnabledException("Session tracking is not enabled for the user pool.")
