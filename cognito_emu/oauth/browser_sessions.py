"""What a browser remembers: who signed in to which pool, so that the next client gets its tokens without a prompt.

https://docs.aws.amazon.com/cognito/latest/developerguide/managed-login-sessions.html and ClientSSOSessionConfigType in the API reference
"""

from __future__ import annotations

from cognito_emu.call import Call, Parts
from cognito_emu.domain.authentication_levels import level_of, recognized_levels
from cognito_emu.domain.sessions import SSO, reusable_minutes
from cognito_emu.oauth.authorization import Authorization
from cognito_emu.oauth.clients import OAuthClient
from cognito_emu.operations.authentication.token_sessions import new_session_id
from cognito_emu.records import Record, field
from cognito_emu.store import Tx
from cognito_emu.store.browser_sessions import BrowserSession, hash_cookie
from cognito_emu.store.users import User

COOKIE = "cognito"
DAY = 86_400
# How long a client reuses a session is its own setting (up to 90 days), so the session itself lives as long as the longest may ask.
LIFETIME = 90 * DAY


class Authentication(Record):
    """How and when a user proved who he is.

    Attributes:
        auth_time: Seconds since the epoch.
        amr: Proved factors, in RFC 8176's words.
        session_id: The browser session that remembers it.
        device_key: The remembered device that took part.
    """

    auth_time: float
    amr: list[str] = field(default_factory=list)
    session_id: str | None = None
    device_key: str | None = None


async def find_session(parts: Parts, client: OAuthClient, cookie: str | None) -> tuple[BrowserSession, User] | None:
    """Who is signed in to the client's pool in this browser, for as long as the client lets a session be reused."""
    if not cookie:
        return None

    def look_up(tx: Tx) -> tuple[BrowserSession, User] | None:
        session = tx.browser_sessions.find(hash_cookie(cookie), client.pool.id)
        user = tx.users.get(session.user_id) if session else None
        if session is None or user is None or not user.enabled or parts.env.now() - session.auth_time >= _reusable_for(client):
            return None
        return session, user

    return await parts.store.read(look_up)


def satisfies(session: BrowserSession, authorization: Authorization, now: float) -> bool:
    """Whether a request is content with the session instead of a fresh sign-in (`prompt=login`, `max_age`, `acr_values`)."""
    request = authorization.request
    fresh_enough = request.max_age is None or now - session.auth_time <= request.max_age
    # Assumption: who has not reached the first level that the request asks for signs in afresh, not only with the factor that is missing.
    levels = recognized_levels(authorization.client.pool.settings, request.acr_values)
    strong_enough = not levels or level_of(session.context["amr"]) >= levels[0]
    return fresh_enough and strong_enough and "login" not in request.prompt


async def remember(call: Call, client: OAuthClient, user: User, amr: list[str], cookie: str | None) -> tuple[Authentication, str]:
    """Write down a fresh sign-in.

    The browser gets a new cookie each time, so that a value which somebody planted before the sign-in is worth nothing after it. What the
    old cookie stood for in other pools moves along: on the emulator's bare address all pools share it.

    Returns:
        The authentication, and the cookie's new value.
    """
    now = call.env.now()
    new_cookie = call.env.opaque(32)
    session = BrowserSession(
        id=new_session_id(call.env, SSO),
        cookie_hash=hash_cookie(new_cookie),
        pool_id=client.pool.id,
        user_id=user.id,
        client_id=client.app_client.id,
        context={"ip": call.origin.ip, "user_agent": call.origin.user_agent, "amr": amr},
        auth_time=now,
        last_used_at=now,
        expires_at=now + LIFETIME,
    )

    def write(tx: Tx) -> None:
        if cookie:
            tx.browser_sessions.delete_of_cookie(hash_cookie(cookie), client.pool.id)
            tx.browser_sessions.move_to_cookie(hash_cookie(cookie), session.cookie_hash)
        tx.browser_sessions.add(session)

    await call.store.transact(write)
    return Authentication(now, amr, session.id), new_cookie


async def reuse(call: Call, session: BrowserSession) -> Authentication:
    """Note that a session let its user in; its age does not change."""
    await call.store.transact(
        lambda tx: tx.browser_sessions.reuse(session, call.env.now(), ip=call.origin.ip, user_agent=call.origin.user_agent)
    )
    return Authentication(session.auth_time, session.context["amr"], session.id)


async def sign_out(parts: Parts, cookie: str | None, pool_id: str | None) -> bool:
    """Forget who is signed in to a pool in this browser; None: to any. Tokens stay valid, as on AWS.

    Returns:
        Whether the browser may drop its cookie: no other pool has a session under it.
    """
    if not cookie:
        return True

    def forget(tx: Tx) -> bool:
        tx.browser_sessions.delete_of_cookie(hash_cookie(cookie), pool_id)
        return not tx.browser_sessions.any_of_cookie(hash_cookie(cookie))

    return await parts.store.transact(forget)


def _reusable_for(client: OAuthClient) -> float:
    """Seconds since the fresh sign-in during which the client reuses it; 0: never."""
    return 60.0 * reusable_minutes(client.pool.session_configuration, client.app_client.sso_minutes)
