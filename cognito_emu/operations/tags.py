"""Tags of a user pool, addressed by its ARN."""

from __future__ import annotations

import re

from cognito_emu.call import Call
from cognito_emu.errors import InvalidParameterException, ResourceNotFoundException
from cognito_emu.operations.lookup import require_pool
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.store import Tx
from cognito_emu.store.user_pools import UserPool

_MOST_TAGS = 50
_ARN = re.compile(r"arn:[\w-]+:cognito-idp:[\w-]+:\d+:userpool/(\S+)")


@operation("TagResource")
async def tag_resource(call: Call, request: Request) -> Response:
    """Add tags to a pool, or give those it has new values."""
    for key in request["Tags"]:
        if key.lower().startswith("aws:"):
            raise InvalidParameterException("aws: prefixed tag key names are not allowed for external use.")

    def write(tx: Tx) -> None:
        pool = _pool_by_arn(call, tx, request["ResourceArn"])
        tags = pool.settings["UserPoolTags"] | request["Tags"]
        if len(tags) > _MOST_TAGS:
            raise InvalidParameterException(f"The number of tags cannot exceed {_MOST_TAGS}.")
        _store(tx, pool, tags)

    await call.store.transact(write)
    return {}


@operation("UntagResource")
async def untag_resource(call: Call, request: Request) -> Response:
    """Take tags away; keys that are not there are no error."""

    def write(tx: Tx) -> None:
        pool = _pool_by_arn(call, tx, request["ResourceArn"])
        _store(tx, pool, {key: value for key, value in pool.settings["UserPoolTags"].items() if key not in request["TagKeys"]})

    await call.store.transact(write)
    return {}


@operation("ListTagsForResource")
async def list_tags_for_resource(call: Call, request: Request) -> Response:
    """Show the tags of a pool."""
    pool = await call.store.read(lambda tx: _pool_by_arn(call, tx, request["ResourceArn"]))
    return {"Tags": pool.settings["UserPoolTags"]}


def _pool_by_arn(call: Call, tx: Tx, arn: str) -> UserPool:
    found = _ARN.fullmatch(arn)
    if found is None:
        raise InvalidParameterException(f"Invalid ARN: {arn}")
    pool = require_pool(call, tx, found.group(1))
    if pool.arn != arn:
        raise ResourceNotFoundException(f"User pool {pool.id} does not exist.")
    return pool


def _store(tx: Tx, pool: UserPool, tags: dict[str, str]) -> None:
    tx.user_pools.update(pool.id, name=pool.name, settings=pool.settings | {"UserPoolTags": tags}, modified_at=pool.modified_at)
