"""The authorization code grant: RFC 6749, section 4.1.3, with PKCE (RFC 7636)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

from cognito_emu.domain.oauth_scopes import unreadable_scopes
from cognito_emu.domain.user_attributes import readable_attributes
from cognito_emu.oauth.errors import InvalidGrantError, InvalidRequestError, UnauthorizedClientError
from cognito_emu.oauth.grants.request import TokenRequest, token_response
from cognito_emu.oauth.parameters import Parameters
from cognito_emu.oauth.responses import CodeGrant
from cognito_emu.operations.authentication.tokens import issue_tokens
from cognito_emu.store import Tx
from cognito_emu.store.authorizations import AuthorizationCode, hash_handle
from cognito_emu.store.sign_ins import SignIn
from cognito_emu.store.users import User


class _CodeUsedError(Exception):
    """Somebody else was faster with the same code."""


async def redeem_code(request: TokenRequest) -> dict[str, Any]:
    """Tokens for a code, once.

    Raises:
        InvalidGrantError: The code is unknown, another client's, used or expired; its PKCE verifier is wrong; its user is gone.
        UnauthorizedClientError: The redirect URI is not that of the authorization request.
    """
    code_id = hash_handle(request.parameters.required("code"))
    code, user = await _find(request, code_id)
    grant = CodeGrant.from_state(code.grant)
    _check_redirect_uri(grant, request.parameters)
    _check_verifier(grant.code_challenge, request.parameters.get("code_verifier"))
    _check_readable(grant, request)

    def use(tx: Tx, sign_in: SignIn) -> None:
        if not tx.authorizations.use_code(code_id, sign_in.id):
            raise _CodeUsedError

    authentication = grant.authentication
    try:
        issued = await issue_tokens(
            request.call,
            request.client.pool,
            request.client.app_client,
            user,
            grant.tokens(request.client_metadata),
            device_key=authentication.device_key,
            amr=authentication.amr,
            alongside=use,
        )
    except _CodeUsedError as error:
        await _revoke_first_use(request, code_id)
        raise InvalidGrantError from error
    return token_response(issued)


async def _find(request: TokenRequest, code_id: bytes) -> tuple[AuthorizationCode, User]:
    def look_up(tx: Tx) -> tuple[AuthorizationCode | None, User | None]:
        code = tx.authorizations.get_code(code_id)
        return code, tx.users.get(code.user_id) if code else None

    code, user = await request.call.store.read(look_up)
    if code is None or code.grant["client_id"] != request.client.client_id or code.pool_id != request.client.pool.id:
        raise InvalidGrantError
    if code.sign_in_id is not None:
        await _revoke_first_use(request, code_id)
        raise InvalidGrantError
    if user is None or not user.enabled or code.expires_at <= request.call.env.now():
        raise InvalidGrantError
    return code, user


async def _revoke_first_use(request: TokenRequest, code_id: bytes) -> None:
    """A code that comes twice was stolen, by the first or by the second who sent it.

    "The authorization server MUST deny the request and SHOULD revoke (when possible) all tokens previously issued based on that
    authorization code." (RFC 6749, section 4.1.2)
    """

    def revoke(tx: Tx) -> None:
        code = tx.authorizations.get_code(code_id)
        if code is not None and code.sign_in_id is not None:
            tx.sign_ins.revoke(code.sign_in_id, request.call.env.now())

    await request.call.store.transact(revoke)


def _check_redirect_uri(grant: CodeGrant, parameters: Parameters) -> None:
    given = parameters.get("redirect_uri")
    if given is None and grant.redirect_uri_given:
        raise InvalidRequestError
    if given is not None and given != grant.redirect_uri:
        raise UnauthorizedClientError  # and not invalid_grant, by many reports: https://stackoverflow.com/questions/50264679


def _check_verifier(challenge: str | None, verifier: str | None) -> None:
    """RFC 7636, section 4.6. A verifier without a challenge is refused: somebody took the challenge out (RFC 9700, section 4.8.2)."""
    if challenge is None and verifier is None:
        return
    if challenge is None or verifier is None:
        raise InvalidGrantError
    digest = hashlib.sha256(verifier.encode()).digest()
    computed = base64.urlsafe_b64encode(digest).rstrip(b"=")
    if not hmac.compare_digest(computed, challenge.encode()):
        raise InvalidGrantError


def _check_readable(grant: CodeGrant, request: TokenRequest) -> None:
    """A scope must not speak of attributes that the client may not read (developer guide, "Token endpoint", invalid_grant)."""
    settings = request.client.app_client.settings
    readable = readable_attributes(request.client.pool.settings["SchemaAttributes"], settings.get("ReadAttributes"))
    if unreadable_scopes(grant.scopes, readable):
        raise InvalidGrantError
