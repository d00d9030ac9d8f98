"""Resource servers and the custom scopes that they define."""

from __future__ import annotations

from typing import Any

from cognito_emu.call import Call
from cognito_emu.errors import InvalidParameterException, LimitExceededException, ResourceNotFoundException
from cognito_emu.operations.lookup import require_pool
from cognito_emu.operations.pagination import make_token, page_size, read_token
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.store import Tx
from cognito_emu.store.resource_servers import ResourceServer

# https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
_MOST_SERVERS = 25
_LARGEST_PAGE = 50


@operation("CreateResourceServer")
async def create_resource_server(call: Call, request: Request) -> Response:
    """Define a resource server and its scopes."""
    server = _read(request)

    def write(tx: Tx) -> None:
        pool = require_pool(call, tx, server.pool_id)
        if tx.resource_servers.get(pool.id, server.identifier) is not None:
            raise InvalidParameterException(f"{server.identifier} already exists in user pool {pool.id}.")
        if tx.resource_servers.count(pool.id) >= _MOST_SERVERS:
            raise LimitExceededException("Resource server limit exceeded.")
        tx.resource_servers.add(server)

    await call.store.transact(write)
    return {"ResourceServer": _render(server)}


@operation("DescribeResourceServer")
async def describe_resource_server(call: Call, request: Request) -> Response:
    """Show a resource server."""
    server = await call.store.read(lambda tx: _require(tx, require_pool(call, tx, request["UserPoolId"]).id, request["Identifier"]))
    return {"ResourceServer": _render(server)}


@operation("UpdateResourceServer")
async def update_resource_server(call: Call, request: Request) -> Response:
    """Replace a resource server's name and scopes; scopes left out are gone."""
    server = _read(request)

    def write(tx: Tx) -> None:
        _require(tx, require_pool(call, tx, server.pool_id).id, server.identifier)
        tx.resource_servers.update(server.pool_id, server.identifier, {"name": server.name, "scopes": server.scopes})

    await call.store.transact(write)
    return {"ResourceServer": _render(server)}


@operation("DeleteResourceServer")
async def delete_resource_server(call: Call, request: Request) -> Response:
    """Delete a resource server; nobody is granted its scopes any more."""

    def write(tx: Tx) -> None:
        server = _require(tx, require_pool(call, tx, request["UserPoolId"]).id, request["Identifier"])
        tx.resource_servers.delete(server.pool_id, server.identifier)

    await call.store.transact(write)
    return None


@operation("ListResourceServers")
async def list_resource_servers(call: Call, request: Request) -> Response:
    """List a pool's resource servers by identifier."""
    scope = ["ListResourceServers", request["UserPoolId"]]
    after = read_token(call, scope, request.get("NextToken"))
    page = await call.store.read(
        lambda tx: tx.resource_servers.page(
            require_pool(call, tx, request["UserPoolId"]).id, limit=page_size(request.get("MaxResults"), _LARGEST_PAGE), after=after
        )
    )
    return {"ResourceServers": [_render(server) for server in page.items], "NextToken": make_token(call, scope, page.next)}


def _read(request: Request) -> ResourceServer:
    scopes = [{"ScopeName": scope["ScopeName"], "ScopeDescription": scope["ScopeDescription"]} for scope in request.get("Scopes", ())]
    names = [scope["ScopeName"] for scope in scopes]
    if len(set(names)) < len(names):
        # Assumption: two scopes of one name are refused, and the sentence.
        raise InvalidParameterException("Scope names must be unique within a resource server.")
    return ResourceServer(request["UserPoolId"], request["Identifier"], request["Name"], scopes)


def _require(tx: Tx, pool_id: str, identifier: str) -> ResourceServer:
    server = tx.resource_servers.get(pool_id, identifier)
    if server is None:
        raise ResourceNotFoundException(f"Resource server {identifier} does not exist.")
    return server


def _render(server: ResourceServer) -> dict[str, Any]:
    """The model's ResourceServerType. ManagedBy is absent from servers that users made."""
    return {"UserPoolId": server.pool_id, "Identifier": server.identifier, "Name": server.name, "Scopes": server.scopes}
