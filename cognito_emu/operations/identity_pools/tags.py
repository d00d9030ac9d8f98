"""Tags of an identity pool, addressed by its ARN."""

from __future__ import annotations

import re

from cognito_emu.call import Call
from cognito_emu.domain.identity_pool_settings import check_tags
from cognito_emu.errors import InvalidParameterException, ResourceNotFoundException
from cognito_emu.operations.identity_pools.lookup import require_identity_pool
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.store import Tx
from cognito_emu.store.identity_pools import IdentityPool

_ARN = re.compile(r"arn:[\w-]+:cognito-identity:[\w-]+:\d+:identitypool/(\S+)")


@operation("TagResource", service="cognito-identity")
async def tag_resource(call: Call, request: Request) -> Response:
    """Add tags to an identity pool, or give those it has new values."""
    check_tags(request["Tags"])

    def write(tx: Tx) -> None:
        pool = _pool_by_arn(call, tx, request["ResourceArn"])
        tags = pool.settings.get("IdentityPoolTags", {}) | request["Tags"]
        check_tags(tags)
        _store(tx, pool, tags)

    await call.store.transact(write)
    return {}


@operation("UntagResource", service="cognito-identity")
async def untag_resource(call: Call, request: Request) -> Response:
    """Take tags away; keys that are not there are no error."""

    def write(tx: Tx) -> None:
        pool = _pool_by_arn(call, tx, request["ResourceArn"])
        tags = pool.settings.get("IdentityPoolTags", {})
        _store(tx, pool, {key: value for key, value in tags.items() if key not in request["TagKeys"]})

    await call.store.transact(write)
    return {}


@operation("ListTagsForResource", service="cognito-identity")
async def list_tags_for_resource(call: Call, request: Request) -> Response:
    """Show the tags of an identity pool."""
    pool = await call.store.read(lambda tx: _pool_by_arn(call, tx, request["ResourceArn"]))
    return {"Tags": pool.settings.get("IdentityPoolTags", {})}


def _pool_by_arn(call: Call, tx: Tx, arn: str) -> IdentityPool:
    found = _ARN.fullmatch(arn)
    if found is None:
        raise InvalidParameterException(f"Invalid ARN: {arn}")
    pool = require_identity_pool(call, tx, found.group(1))
    if pool.arn != arn:
        raise ResourceNotFoundException(f"IdentityPool '{pool.id}' not found.")
    return pool


def _store(tx: Tx, pool: IdentityPool, tags: dict[str, str]) -> None:
    tx.identity_pools.update(pool.id, name=pool.name, settings=pool.settings | {"IdentityPoolTags": tags})
