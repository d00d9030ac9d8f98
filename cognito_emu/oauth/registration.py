"""`POST /oauth2/register`: dynamic client registration, RFC 7591.

https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-dynamic-client-registration.html and DcrConfigurationType
in the API reference
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

import orjson

from cognito_emu.call import Call, Parts
from cognito_emu.domain.app_client_settings import check_redirect_url, client_settings
from cognito_emu.domain.oauth_scopes import OIDC_SCOPES, REGISTRATION_SCOPE
from cognito_emu.domain.tiers import tier_of
from cognito_emu.errors import AwsError, InvalidParameterException, NotAuthorizedException
from cognito_emu.oauth.addresses import Arrival
from cognito_emu.oauth.bearer import bearer_token
from cognito_emu.oauth.clients import may_come_by, pool_of_domain
from cognito_emu.oauth.errors import InvalidClientMetadataError, InvalidRedirectUriError, InvalidRequestError, InvalidTokenError
from cognito_emu.operations.app_clients.client_secrets import first_secret
from cognito_emu.operations.app_clients.clients import add_client
from cognito_emu.protocol.http import HttpRequest
from cognito_emu.records import Record
from cognito_emu.store.app_clients import AppClient
from cognito_emu.store.user_pools import UserPool

_PATH = "/oauth2/register"
_AUTH_METHODS = ("client_secret_basic", "client_secret_post", "none")
_FLOW_OF_GRANT_TYPE = {"authorization_code": "code", "client_credentials": "client_credentials"}
_DEFAULT_OPEN = ("code",)
_DEFAULT_AUTHENTICATED = ("code", "client_credentials")
_DEFAULT_NAME = "dynamically registered client"
# What a ClientName may not have (API reference); other names would be refused, though RFC 7591 allows them.
_NOT_IN_A_NAME = re.compile(r"[^\w\s+=,.@-]", re.ASCII)
_LONGEST_NAME = 128


class _Metadata(Record):
    """What a client says of itself (RFC 7591, section 2), with the RFC's defaults."""

    auth_method: str
    grant_types: list[str]
    redirect_uris: list[str]
    name: str
    scopes: list[str]

    @property
    def flows(self) -> set[str]:
        """In the words of AllowedOAuthFlows; `refresh_token` comes with `code`."""
        return {_FLOW_OF_GRANT_TYPE[grant] for grant in self.grant_types if grant != "refresh_token"}


def registration_enabled(pool: UserPool) -> bool:
    """Whether clients can register at the pool at all."""
    configuration = pool.settings.get("DcrConfiguration")
    return configuration is not None and configuration.get("EnableStatus", "Enabled") == "Enabled"


async def register(parts: Parts, arrival: Arrival, request: HttpRequest) -> tuple[int, dict[str, Any]]:
    """Make an app client of what an application says of itself."""
    token = bearer_token(request)
    pool = await _find_pool(parts, arrival, request.path, token)
    _check_open(parts, pool, authenticated=token is not None)
    metadata = _read(request.body)
    _check_flows(pool, metadata, authenticated=token is not None)
    call = arrival.call(parts, pool)
    client, secret = _make_client(call, pool, metadata)
    stored = first_secret(client, secret) if secret else None
    try:
        await parts.store.transact(lambda tx: add_client(call, tx, pool, client, stored))
    except AwsError as error:
        raise InvalidClientMetadataError(error.message) from error
    return 201, _render(client, secret, metadata)


async def _find_pool(parts: Parts, arrival: Arrival, path: str, token: str | None) -> UserPool:
    """The pool by its domain; on the emulator's bare address by its id before the path, or by the initial access token."""
    pool_id = path.removesuffix(_PATH).strip("/")
    named = await parts.store.read(lambda tx: tx.user_pools.get(pool_id)) if pool_id else await pool_of_domain(parts, arrival)
    if token is not None:
        issuer = await _verify_initial_token(parts, token)
        named = issuer if named is None else named
        if named.id != issuer.id:
            raise InvalidTokenError
    if named is None or not await may_come_by(parts, arrival, named):
        raise InvalidRequestError("The request names no user pool: register at the pool's domain, or at /<user pool id>/oauth2/register.")
    return named


async def _verify_initial_token(parts: Parts, token: str) -> UserPool:
    try:
        pool, claims = await parts.tokens.verify_signature(token)
    except NotAuthorizedException as error:
        raise InvalidTokenError from error
    if REGISTRATION_SCOPE not in str(claims.get("scope", "")).split():
        raise InvalidTokenError
    return pool


def _check_open(parts: Parts, pool: UserPool, *, authenticated: bool) -> None:
    in_tier = parts.settings.tiers == "lenient" or tier_of(pool.settings) != "LITE"
    if not registration_enabled(pool) or not in_tier:
        # Assumption: the error of a pool that does not register clients.
        raise InvalidRequestError("Dynamic client registration is not enabled for the user pool.")
    if not authenticated and not pool.settings["DcrConfiguration"].get("OpenDcrEnabled", False):
        raise InvalidTokenError("Registration at this user pool needs an initial access token.")


def _read(body: bytes | None) -> _Metadata:
    try:
        document = orjson.loads(body or b"")
    except orjson.JSONDecodeError as error:
        raise InvalidClientMetadataError("The request's body is not JSON.") from error
    if not isinstance(document, dict):
        raise InvalidClientMetadataError("The request's body is not a JSON object.")
    metadata = _Metadata(
        auth_method=_text(document, "token_endpoint_auth_method") or "client_secret_basic",
        grant_types=_texts(document, "grant_types") or ["authorization_code"],
        redirect_uris=_texts(document, "redirect_uris"),
        name=_NOT_IN_A_NAME.sub("-", _text(document, "client_name"))[:_LONGEST_NAME] or _DEFAULT_NAME,
        scopes=_text(document, "scope").split(),
    )
    _check(metadata, _texts(document, "response_types"))
    return metadata


def _check(metadata: _Metadata, response_types: list[str]) -> None:
    if metadata.auth_method not in _AUTH_METHODS:
        raise InvalidClientMetadataError(f"token_endpoint_auth_method must be one of {', '.join(_AUTH_METHODS)}.")
    if unknown := set(metadata.grant_types) - {*_FLOW_OF_GRANT_TYPE, "refresh_token"}:
        raise InvalidClientMetadataError(f"Unsupported grant_types: {', '.join(sorted(unknown))}.")
    if not metadata.flows or metadata.flows == set(_DEFAULT_AUTHENTICATED):
        # An app client has client_credentials alone or not at all (CreateUserPoolClient).
        raise InvalidClientMetadataError("grant_types must have either authorization_code or client_credentials.")
    if set(response_types) - {"code"}:
        raise InvalidClientMetadataError("response_types can only have code.")
    if "client_credentials" in metadata.flows and metadata.auth_method == "none":
        raise InvalidClientMetadataError("client_credentials needs a client secret.")
    _check_redirect_uris(metadata)


def _check_redirect_uris(metadata: _Metadata) -> None:
    if "code" in metadata.flows and not metadata.redirect_uris:
        raise InvalidRedirectUriError("authorization_code needs redirect_uris.")
    for uri in metadata.redirect_uris:
        try:
            check_redirect_url(uri)
        except InvalidParameterException as error:
            raise InvalidRedirectUriError(error.message) from error


def _check_flows(pool: UserPool, metadata: _Metadata, *, authenticated: bool) -> None:
    """The grants that the pool lets this kind of registration have; `implicit` in its lists means nothing."""
    configuration = pool.settings["DcrConfiguration"]
    name, default = ("AuthenticatedGrantTypes", _DEFAULT_AUTHENTICATED) if authenticated else ("OpenDcrGrantTypes", _DEFAULT_OPEN)
    allowed: Collection[str] = configuration.get(name, default)
    if not metadata.flows <= set(allowed):
        raise InvalidClientMetadataError("The user pool does not allow these grant_types.")
    scopes = set(OIDC_SCOPES) | (set(configuration.get("AllowedScopes", ())) - {REGISTRATION_SCOPE})
    if not set(metadata.scopes) <= scopes:
        raise InvalidClientMetadataError("The user pool does not allow the scope.")


def _make_client(call: Call, pool: UserPool, metadata: _Metadata) -> tuple[AppClient, str | None]:
    now = call.env.now()
    settings = client_settings(
        {
            "AllowedOAuthFlowsUserPoolClient": True,
            "AllowedOAuthFlows": sorted(metadata.flows),
            "AllowedOAuthScopes": metadata.scopes or _default_scopes(pool, metadata),
            "CallbackURLs": metadata.redirect_uris,
            # Assumption: local users can sign in at a registered client; AWS does not say which providers it gets.
            "SupportedIdentityProviders": ["COGNITO"],
        }
    )
    client = AppClient(call.env.client_id(), pool.id, metadata.name, now, now, settings | {"ClientType": "DCR"})
    return client, None if metadata.auth_method == "none" else call.env.client_secret()


def _default_scopes(pool: UserPool, metadata: _Metadata) -> list[str]:
    """Assumption: a client that asks for none gets those of OpenID Connect; a machine, which has no use for them, all that are allowed."""
    if "client_credentials" not in metadata.flows:
        return list(OIDC_SCOPES)
    return [scope for scope in pool.settings["DcrConfiguration"].get("AllowedScopes", ()) if "/" in scope and scope != REGISTRATION_SCOPE]


def _render(client: AppClient, secret: str | None, metadata: _Metadata) -> dict[str, Any]:
    """RFC 7591, section 3.2.1. A secret never expires: 0."""
    secret_members = {"client_secret": secret, "client_secret_expires_at": 0} if secret else {}
    return {
        "client_id": client.id,
        "client_id_issued_at": int(client.created_at),
        **secret_members,
        "client_name": client.name,
        "grant_types": metadata.grant_types,
        "redirect_uris": metadata.redirect_uris,
        "response_types": ["code"] if "code" in metadata.flows else [],
        "scope": " ".join(client.settings["AllowedOAuthScopes"]),
        "token_endpoint_auth_method": metadata.auth_method,
    }


def _text(document: Mapping[str, Any], name: str) -> str:
    value = document.get(name, "")
    if not isinstance(value, str):
        raise InvalidClientMetadataError(f"{name} must be a string.")
    return value


def _texts(document: Mapping[str, Any], name: str) -> list[str]:
    value = document.get(name, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise InvalidClientMetadataError(f"{name} must be an array of strings.")
    return value
