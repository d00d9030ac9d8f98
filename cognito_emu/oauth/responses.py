"""The end of an authorization: the browser goes back to the client with a code, or with tokens (RFC 6749, sections 4.1.2 and 4.2.2)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Self

from cognito_emu.call import Call
from cognito_emu.domain.oauth_scopes import unreadable_scopes
from cognito_emu.domain.user_attributes import readable_attributes
from cognito_emu.oauth.authorization import Authorization
from cognito_emu.oauth.browser_sessions import Authentication, remember
from cognito_emu.operations.authentication.attempt import Attempt, Progress
from cognito_emu.operations.authentication.tokens import Grant, issue_tokens
from cognito_emu.records import Hidden, Record, asdict, replace
from cognito_emu.store.authorizations import AuthorizationCode, hash_handle
from cognito_emu.store.users import User

CODE_LIFETIME = 300.0
TOKEN_SOURCE = "TokenGeneration_HostedAuth"  # noqa: S105 - a trigger source


class CodeGrant(Record, kw_only=True):
    """What a code stands for and is bound to; JSON in the store."""

    client_id: str
    redirect_uri: str
    redirect_uri_given: bool
    code_challenge: str | None
    scopes: list[str]
    nonce: str | None
    resource: str | None
    authentication: Authentication
    tells_level: bool = False

    def to_state(self) -> dict[str, Any]:
        """The JSON form."""
        return {**asdict(self), "authentication": asdict(self.authentication)}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """Read what `to_state` wrote."""
        return cls(**{**state, "authentication": Authentication(**state["authentication"])})

    def tokens(self, client_metadata: Mapping[str, str] | None) -> Grant:
        """What the tokens are issued for."""
        return Grant(
            scopes=self.scopes,
            nonce=self.nonce,
            resource=self.resource,
            token_source=TOKEN_SOURCE,
            client_metadata=client_metadata,
            auth_time=self.authentication.auth_time,
            browser_session=self.authentication.session_id,
            tells_level=self.tells_level,
        )


class Completion(Record):
    """A finished sign-in: where the browser goes, and the cookie that it shall keep."""

    location: Hidden[str]
    cookie: Hidden[str]


async def complete_login(call: Call, authorization: Authorization, user: User, progress: Progress, *, cookie: str | None) -> Completion:
    """End a sign-in on the pages: PostAuthentication, then the browser session, then the answer to the client.

    PreTokenGeneration runs when tokens are made: at once in the implicit flow, else when the client redeems its code.

    Args:
        call: The request.
        authorization: What the user signed in for.
        user: Who signed in.
        progress: What was proved.
        cookie: The value of the browser's session cookie so far.

    Raises:
        UserLambdaValidationException, UnexpectedLambdaException, InvalidLambdaResponseException: By the functions; nothing was written
            when PostAuthentication failed.
        RedirectError: The client cannot have what it asked for.
    """
    client = authorization.client
    await call.triggers.post_authentication(
        call, client.pool, user, client_id=client.app_client.id, new_device_used=None, client_metadata=None
    )
    return await admit(call, authorization, user, progress, cookie=cookie)


async def admit(call: Call, authorization: Authorization, user: User, progress: Progress, *, cookie: str | None) -> Completion:
    """`complete_login` without PostAuthentication, which is not asked when a provider's answer has just made the user.

    Raises:
        RedirectError: The client cannot have what it asked for.
    """
    authentication, new_cookie = await remember(call, authorization.client, user, progress.amr, cookie)
    authentication = replace(authentication, device_key=progress.device_key)
    return Completion(await respond(call, authorization, user, authentication), new_cookie)


def finish_login(authorization: Authorization, *, cookie: str | None) -> Callable[[Attempt, User, Progress], Awaitable[dict[str, Any]]]:
    """`Attempt.finish` for a sign-in on the pages: `{"Completion": Completion}` in place of AuthenticationResult."""

    async def finish(attempt: Attempt, user: User, progress: Progress) -> dict[str, Any]:
        return {"Completion": await complete_login(attempt.call, authorization, user, progress, cookie=cookie)}

    return finish


async def respond(call: Call, authorization: Authorization, user: User, authentication: Authentication) -> str:
    """The address, with a code or with tokens, at which the client waits.

    Raises:
        RedirectError: Tokens cannot be issued for the scopes.
    """
    if authorization.request.response_type == "token":
        return await _respond_with_tokens(call, authorization, user, authentication)
    return await _respond_with_code(call, authorization, user, authentication)


async def _respond_with_code(call: Call, authorization: Authorization, user: User, authentication: Authentication) -> str:
    code = call.env.uuid()
    row = AuthorizationCode(
        id=hash_handle(code),
        pool_id=authorization.client.pool.id,
        client_id=authorization.client.app_client.id,
        user_id=user.id,
        grant=_grant(authorization, authentication).to_state(),
        expires_at=call.env.now() + CODE_LIFETIME,
    )
    await call.store.transact(lambda tx: tx.authorizations.add_code(row))
    return authorization.redirect.with_query(code=code, state=authorization.request.state)


async def _respond_with_tokens(call: Call, authorization: Authorization, user: User, authentication: Authentication) -> str:
    client, request = authorization.client, authorization.request
    readable = readable_attributes(client.pool.settings["SchemaAttributes"], client.app_client.settings.get("ReadAttributes"))
    if unreadable_scopes(request.scopes, readable):
        # Assumption: what the token endpoint calls invalid_grant is told here by the nearest word of RFC 6749, section 4.2.2.1.
        raise authorization.refusal("invalid_scope")
    issued = await issue_tokens(
        call,
        client.pool,
        client.app_client,
        user,
        _grant(authorization, authentication).tokens(None),
        device_key=authentication.device_key,
        amr=authentication.amr,
        with_refresh_token=False,
    )
    return authorization.redirect.with_fragment(
        id_token=issued.id_token,
        access_token=issued.access_token,
        expires_in=str(issued.expires_in),
        token_type="Bearer",  # noqa: S106 - RFC 6750
        state=request.state,
    )


def _grant(authorization: Authorization, authentication: Authentication) -> CodeGrant:
    request = authorization.request
    return CodeGrant(
        client_id=request.client_id,
        redirect_uri=request.redirect_uri,
        redirect_uri_given=request.redirect_uri_given,
        code_challenge=request.code_challenge,
        scopes=request.scopes,
        nonce=request.nonce,
        resource=request.resource,
        authentication=authentication,
        tells_level=bool(request.acr_values),
    )
