"""Identity pools: create, describe, update, delete, list."""

from __future__ import annotations

from typing import Any

from cognito_emu.call import Call
from cognito_emu.domain.identity_pool_settings import new_identity_pool, updated_identity_pool
from cognito_emu.errors import ResourceConflictException
from cognito_emu.operations.identity_pools.lookup import require_identity_pool
from cognito_emu.operations.pagination import make_token, read_token
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.store import Tx
from cognito_emu.store.identity_pools import IdentityPool

# Not AWS's: the tag by which users of other emulators choose a pool's id, so that an `.env` file can be committed.
_ID_TAG = "_custom_id_"


@operation("CreateIdentityPool", service="cognito-identity")
async def create_identity_pool(call: Call, request: Request) -> Response:
    """Create an identity pool."""
    settings = new_identity_pool(request)
    pool = IdentityPool(
        id=settings.get("IdentityPoolTags", {}).get(_ID_TAG) or f"{call.tenant.region}:{call.env.uuid()}",
        account=call.tenant.account,
        region=call.tenant.region,
        name=request["IdentityPoolName"],
        created_at=call.env.now(),
        settings=settings,
        roles={},
        principal_tags={},
    )

    def write(tx: Tx) -> None:
        if tx.identity_pools.get(pool.id) is not None:
            raise ResourceConflictException(f"IdentityPool '{pool.id}' already exists.")
        tx.identity_pools.add(pool)

    await call.store.transact(write)
    return _render(pool.id, pool.name, settings)


@operation("DescribeIdentityPool", service="cognito-identity")
async def describe_identity_pool(call: Call, request: Request) -> Response:
    """Show every setting of an identity pool."""
    pool = await call.store.read(lambda tx: require_identity_pool(call, tx, request["IdentityPoolId"]))
    return _render(pool.id, pool.name, pool.settings)


@operation("UpdateIdentityPool", service="cognito-identity")
async def update_identity_pool(call: Call, request: Request) -> Response:
    """Replace an identity pool's settings; what the request leaves out is reset."""

    def write(tx: Tx) -> dict[str, Any]:
        pool = require_identity_pool(call, tx, request["IdentityPoolId"])
        settings = updated_identity_pool(pool.settings, request)
        tx.identity_pools.update(pool.id, name=request["IdentityPoolName"], settings=settings)
        return _render(pool.id, request["IdentityPoolName"], settings)

    return await call.store.transact(write)


@operation("DeleteIdentityPool", service="cognito-identity")
async def delete_identity_pool(call: Call, request: Request) -> Response:
    """Delete an identity pool and its identities."""

    def write(tx: Tx) -> None:
        tx.identity_pools.delete(require_identity_pool(call, tx, request["IdentityPoolId"]).id)

    await call.store.transact(write)
    return None


@operation("ListIdentityPools", service="cognito-identity")
async def list_identity_pools(call: Call, request: Request) -> Response:
    """List the tenant's identity pools, oldest first."""
    scope = ["ListIdentityPools"]
    after = read_token(call, scope, request.get("NextToken"))
    page = await call.store.read(
        lambda tx: tx.identity_pools.page(call.tenant.account, call.tenant.region, limit=request["MaxResults"], after=after)
    )
    return {
        "IdentityPools": [{"IdentityPoolId": pool.id, "IdentityPoolName": pool.name} for pool in page.items],
        "NextToken": make_token(call, scope, page.next),
    }


def _render(pool_id: str, name: str, settings: dict[str, Any]) -> dict[str, Any]:
    """The model's IdentityPool."""
    return {"IdentityPoolId": pool_id, "IdentityPoolName": name, **settings}
