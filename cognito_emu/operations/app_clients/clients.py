"""App clients."""

from __future__ import annotations

from typing import Any

from cognito_emu.call import Call
from cognito_emu.domain.app_client_settings import auth_flows, client_settings
from cognito_emu.domain.oauth_scopes import check_scopes_exist
from cognito_emu.domain.tiers import require_tier
from cognito_emu.domain.user_attributes import check_permission_lists
from cognito_emu.errors import InvalidOAuthFlowException, InvalidParameterException, LimitExceededException
from cognito_emu.operations.app_clients import published_secrets
from cognito_emu.operations.app_clients.client_secrets import client_type, first_secret
from cognito_emu.operations.identity_providers.providers import provider_names
from cognito_emu.operations.lookup import require_client, require_pool
from cognito_emu.operations.pagination import make_token, page_size, read_token
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.records import replace
from cognito_emu.store import Tx
from cognito_emu.store.app_clients import AppClient, ClientSecret
from cognito_emu.store.user_pools import UserPool

# https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
_MOST_CLIENTS = 1000

# What a client is, not what it is set to.
_NOT_UPDATABLE = ("ClientType", "ClientSecretArn")
_PUBLISH = "PublishSecretsInAWSSecretsManager"

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

    def write(tx: Tx) -> AppClient:
        add_client(call, tx, require_pool(call, tx, client.pool_id), client, secret)
        # "Applies only when GenerateSecret is true." (API reference)
        return _with_secret_published(call, tx, client, published=bool(request.get("GenerateSecret") and request.get(_PUBLISH)))

    return {"UserPoolClient": render_client(await call.store.transact(write), (secret,) if secret else ())}


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
        client = _with_secret_published(call, tx, require_client(tx, pool, client.id), published=request.get(_PUBLISH))
        return client, tx.app_clients.secrets(client.id)

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
            if wanted in {None, client_type(client)}
        ],
        "NextToken": make_token(call, scope, page.next),
    }


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
        "ClientType": client_type(client),
        "UserPoolId": client.pool_id,
        "ClientId": client.id,
        "ClientName": client.name,
        "ClientSecret": None if "ClientSecretArn" in client.settings else _secret_of_birth(client, secrets),
        "CreationDate": client.created_at,
        "LastModifiedDate": client.modified_at,
    }


def _with_secret_published(call: Call, tx: Tx, client: AppClient, *, published: bool | None) -> AppClient:
    """The client, its secret in Secrets Manager or not.

    Args:
        call: The call.
        tx: The transaction.
        client: The client as it is.
        published: None: as it was. Assumption: what is said again, or of a client that has no secret, changes nothing.
    """
    secrets = tx.app_clients.secrets(client.id)
    if not secrets or published in {None, "ClientSecretArn" in client.settings}:
        return client
    settings = {name: value for name, value in client.settings.items() if name != "ClientSecretArn"}
    if published:
        settings["ClientSecretArn"] = published_secrets.publish(call, tx, client, secrets[-1])
    else:
        published_secrets.withdraw(tx, client)
    tx.app_clients.update(client.id, name=client.name, settings=settings, modified_at=client.modified_at)
    return replace(client, settings=settings)


def _secret_of_birth(client: AppClient, secrets: tuple[ClientSecret, ...]) -> str | None:
    # Assumption: a secret that was added later is never shown here, even when it is the only one left. So somebody who tried it on AWS
    # reports (floci pull request 345), and ListUserPoolClientSecrets says that values are not revealed.
    return next((secret.value for secret in secrets if secret.created_at == client.created_at), None)


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
        # AWS's sentence (badmintoncryer/cdk-preflight, pf-cognito-propagate-context-requires-secret).
        raise InvalidParameterException("Client Secret is required to set EnablePropagateAdditionalUserContextData as true")
    if "client_credentials" in settings.get("AllowedOAuthFlows", ()) and not has_secret:
        raise InvalidOAuthFlowException("client_credentials flow can not be selected if client does not have a client secret.")
