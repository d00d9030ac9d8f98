"""App clients and their secrets."""

from __future__ import annotations

from typing import Any

from cognito_emu.call import Call
from cognito_emu.domain.app_client_settings import auth_flows, client_settings
from cognito_emu.domain.oauth_scopes import check_scopes_exist
from cognito_emu.domain.tiers import require_tier
from cognito_emu.domain.user_attributes import check_permission_lists
from cognito_emu.errors import InvalidOAuthFlowException, InvalidParameterException, LimitExceededException, ResourceNotFoundException
from cognito_emu.operations.identity_providers.providers import provider_names
from cognito_emu.operations.lookup import require_client, require_pool
from cognito_emu.operations.pagination import make_token, page_size, read_token
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.store import Tx
from cognito_emu.store.app_clients import AppClient, ClientSecret
from cognito_emu.store.user_pools import UserPool

# https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
_MOST_CLIENTS = 1000
_MOST_SECRETS = 2

# What a client is, not what it is set to.
_NOT_UPDATABLE = ("ClientType",)

# `ClientName` by which users of other emulators choose a client's id.
_ID_PREFIX = "_custom_id_:"


@operation("CreateUserPoolClient")
async def create_user_pool_client(call: Call, request: Request) -> Response:
    """Create a client, with a secret when asked for one."""
    settings = client_settings(request)
    if request.get("GenerateSecret") and "ClientSecret" in request:
        raise InvalidParameterException("GenerateSecret and ClientSecret cannot be used together.")
    now = call.env.now()
    chosen = request["ClientName"].startswith(_ID_PREFIX)
    client = AppClient(
        id=request["ClientName"].removeprefix(_ID_PREFIX) if chosen else call.env.client_id(),
        pool_id=request["UserPoolId"],
        name=request["ClientName"],
        created_at=now,
        modified_at=now,
        settings=settings,
    )
    value = request.get("ClientSecret") or (call.env.client_secret() if request.get("GenerateSecret") else None)
    secret = first_secret(client, value) if value else None
    await call.store.transact(lambda tx: add_client(call, tx, require_pool(call, tx, client.pool_id), client, secret))
    return {"UserPoolClient": render_client(client, (secret,) if secret else ())}


@operation("DescribeUserPoolClient")
async def describe_user_pool_client(call: Call, request: Request) -> Response:
    """Show every setting of a client, its secret included."""

    def look_up(tx: Tx) -> tuple[AppClient, tuple[ClientSecret, ...]]:
        client = require_client(tx, require_pool(call, tx, request["UserPoolId"]), request["ClientId"])
        return client, tx.app_clients.secrets(client.id)

    return {"UserPoolClient": render_client(*await call.store.read(look_up))}


@operation("UpdateUserPoolClient")
async def update_user_pool_client(call: Call, request: Request) -> Response:
    """Replace a client's settings; what the request leaves out gets its default."""
    settings = client_settings(request)

    def write(tx: Tx) -> tuple[AppClient, tuple[ClientSecret, ...]]:
        pool = require_pool(call, tx, request["UserPoolId"])
        client = require_client(tx, pool, request["ClientId"])
        secrets = tx.app_clients.secrets(client.id)
        _check_against_pool(call, tx, pool, settings, doing="updating")
        _check_secret_is_there(settings, has_secret=bool(secrets))
        kept = {name: client.settings[name] for name in _NOT_UPDATABLE if name in client.settings}
        tx.app_clients.update(client.id, name=request.get("ClientName", client.name), settings=settings | kept, modified_at=call.env.now())
        return require_client(tx, pool, client.id), secrets

    return {"UserPoolClient": render_client(*await call.store.transact(write))}


@operation("DeleteUserPoolClient")
async def delete_user_pool_client(call: Call, request: Request) -> Response:
    """Delete a client; its tokens can no longer be refreshed."""

    def write(tx: Tx) -> None:
        tx.app_clients.delete(require_client(tx, require_pool(call, tx, request["UserPoolId"]), request["ClientId"]).id)

    await call.store.transact(write)
    return None


@operation("ListUserPoolClients")
async def list_user_pool_clients(call: Call, request: Request) -> Response:
    """List a pool's clients, oldest first. With ClientType a page may have fewer clients than asked for, as on AWS."""
    wanted = request.get("ClientType")
    scope = ["ListUserPoolClients", request["UserPoolId"], wanted or ""]
    after = read_token(call, scope, request.get("NextToken"))
    page = await call.store.read(
        lambda tx: tx.app_clients.page(
            require_pool(call, tx, request["UserPoolId"]).id, limit=page_size(request.get("MaxResults")), after=after
        )
    )
    return {
        "UserPoolClients": [
            {"ClientId": client.id, "UserPoolId": client.pool_id, "ClientName": client.name}
            for client in page.items
            if wanted in {None, _client_type(client)}
        ],
        "NextToken": make_token(call, scope, page.next),
    }


@operation("AddUserPoolClientSecret")
async def add_user_pool_client_secret(call: Call, request: Request) -> Response:
    """Give a client a second secret, so that applications can move from one to the other."""
    now = call.env.now()

    def write(tx: Tx) -> ClientSecret:
        pool = require_pool(call, tx, request["UserPoolId"], in_replica=InvalidParameterException)
        client = require_client(tx, pool, request["ClientId"])
        _check_secrets_changeable(client)
        present = tx.app_clients.secrets(client.id)
        if not present:
            # Assumption: code and sentence; the secret is documented to be for "an existing confidential user pool app client".
            raise InvalidParameterException(f"Client {client.id} is not configured for secret.")
        if len(present) >= _MOST_SECRETS:
            raise LimitExceededException(f"Client secrets cannot exceed limit of {_MOST_SECRETS} secrets.")
        moment = max([now, *(secret.created_at + 1 for secret in present)])  # ids are made of whole seconds
        secret = ClientSecret(client.id, _secret_id(client.id, moment), request.get("ClientSecret") or call.env.client_secret(), moment)
        tx.app_clients.add_secret(secret)
        return secret

    secret = await call.store.transact(write)
    # "The value is returned only when Cognito generated it." (API reference)
    return {"ClientSecretDescriptor": _render_secret(secret, reveal="ClientSecret" not in request)}


@operation("DeleteUserPoolClientSecret")
async def delete_user_pool_client_secret(call: Call, request: Request) -> Response:
    """Take one of a client's two secrets away."""

    def write(tx: Tx) -> None:
        pool = require_pool(call, tx, request["UserPoolId"], in_replica=InvalidParameterException)
        client = require_client(tx, pool, request["ClientId"])
        _check_secrets_changeable(client)
        present = tx.app_clients.secrets(client.id)
        if request["ClientSecretId"] not in {secret.id for secret in present}:
            raise ResourceNotFoundException(f"Client secret {request['ClientSecretId']} does not exist.")
        if len(present) == 1:
            # Assumption: the model says only that the last secret cannot be deleted.
            raise InvalidParameterException("The last client secret cannot be deleted.")
        tx.app_clients.delete_secret(client.id, request["ClientSecretId"])

    await call.store.transact(write)
    return {}


@operation("ListUserPoolClientSecrets")
async def list_user_pool_client_secrets(call: Call, request: Request) -> Response:
    """Show ids and dates of a client's secrets, never their values."""

    def look_up(tx: Tx) -> tuple[ClientSecret, ...]:
        client = require_client(tx, require_pool(call, tx, request["UserPoolId"]), request["ClientId"])
        read_token(call, ["ListUserPoolClientSecrets", client.id], request.get("NextToken"))
        return tx.app_clients.secrets(client.id)

    secrets = await call.store.read(look_up)
    return {"ClientSecrets": [_render_secret(secret, reveal=False) for secret in secrets]}


def first_secret(client: AppClient, value: str) -> ClientSecret:
    """The secret that a client is born with."""
    return ClientSecret(client.id, _secret_id(client.id, client.created_at), value, client.created_at)


def add_client(call: Call, tx: Tx, pool: UserPool, client: AppClient, secret: ClientSecret | None) -> None:
    """Write a new client, whichever door it was asked for at.

    Raises:
        InvalidParameterException, InvalidOAuthFlowException, ScopeDoesNotExistException: Its settings do not fit the pool.
        LimitExceededException: The pool has as many clients as it may have.
    """
    _check_against_pool(call, tx, pool, client.settings, doing="creating")
    _check_secret_is_there(client.settings, has_secret=secret is not None)
    if tx.app_clients.count(pool.id) >= _MOST_CLIENTS:
        raise LimitExceededException("User pool client limit exceeded.")
    if tx.app_clients.get(client.id) is not None:
        raise InvalidParameterException(f"User pool client {client.id} already exists.")
    tx.app_clients.add(client)
    if secret is not None:
        tx.app_clients.add_secret(secret)


def render_client(client: AppClient, secrets: tuple[ClientSecret, ...]) -> dict[str, Any]:
    """The model's UserPoolClientType."""
    return {
        **client.settings,
        "ClientType": _client_type(client),
        "UserPoolId": client.pool_id,
        "ClientId": client.id,
        "ClientName": client.name,
        "ClientSecret": _secret_of_birth(client, secrets),
        "CreationDate": client.created_at,
        "LastModifiedDate": client.modified_at,
    }


def _secret_of_birth(client: AppClient, secrets: tuple[ClientSecret, ...]) -> str | None:
    # Assumption: a secret that was added later is never shown here, even when it is the only one left. So somebody who tried it on AWS
    # reports (floci pull request 345), and ListUserPoolClientSecrets says that values are not revealed.
    return next((secret.value for secret in secrets if secret.created_at == client.created_at), None)


def _client_type(client: AppClient) -> str:
    return str(client.settings.get("ClientType", "REGULAR"))


def _check_secrets_changeable(client: AppClient) -> None:
    if _client_type(client) == "DCR":
        # Assumption: code and sentence. "These app clients don't support client secret operations." (UserPoolClientType)
        raise InvalidParameterException("Client secret operations are not supported for dynamically registered clients.")


def _render_secret(secret: ClientSecret, *, reveal: bool) -> dict[str, Any]:
    return {
        "ClientSecretId": secret.id,
        "ClientSecretValue": secret.value if reveal else None,
        "ClientSecretCreateDate": secret.created_at,
    }


def _secret_id(client_id: str, moment: float) -> str:
    return f"{client_id}--{int(moment)}"


def _check_against_pool(call: Call, tx: Tx, pool: UserPool, settings: dict[str, Any], *, doing: str) -> None:
    """What a client's settings refer to must be in the pool."""
    schema = pool.settings["SchemaAttributes"]
    check_permission_lists(schema, settings.get("ReadAttributes"), settings.get("WriteAttributes"), doing=doing)
    check_scopes_exist(settings.get("AllowedOAuthScopes", ()), tx.resource_servers.scope_names(pool.id))
    known = provider_names(tx, pool)
    for provider in settings.get("SupportedIdentityProviders", ()):
        if provider not in known:
            raise InvalidParameterException(f"The provider {provider} does not exist for User Pool {pool.id}.")
    if "ALLOW_USER_AUTH" in auth_flows(settings):
        require_tier(pool.settings, "ESSENTIALS", "ALLOW_USER_AUTH", lenient=call.settings.tiers == "lenient")


def _check_secret_is_there(settings: dict[str, Any], *, has_secret: bool) -> None:
    """Some settings are for confidential clients only."""
    if settings["EnablePropagateAdditionalUserContextData"] and not has_secret:
        # Assumption: the sentence; that it can only be activated "in an app client that has a client secret" is documented.
        raise InvalidParameterException("EnablePropagateAdditionalUserContextData requires an app client with a client secret.")
    if "client_credentials" in settings.get("AllowedOAuthFlows", ()) and not has_secret:
        raise InvalidOAuthFlowException("client_credentials flow can not be selected if client does not have a client secret.")
