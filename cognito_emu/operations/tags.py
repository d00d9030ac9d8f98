"""Tags of a user pool, addressed by its ARN. A replica, addressed by its own in its region, has tags of its own."""

from __future__ import annotations

import re

from cognito_emu.call import Call
from cognito_emu.domain.pool_tags import check_tags
from cognito_emu.errors import InvalidParameterException, ResourceNotFoundException
from cognito_emu.operations.lookup import require_pool
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.records import Record
from cognito_emu.store import Tx
from cognito_emu.store.replicas import Replica, present_replica
from cognito_emu.store.user_pools import UserPool

_ARN = re.compile(r"arn:[\w-]+:cognito-idp:[\w-]+:\d+:userpool/(\S+)")


@operation("TagResource")
async def tag_resource(call: Call, request: Request) -> Response:
    """Add tags to a pool, or give those it has new values."""

    def write(tx: Tx) -> None:
        tagged = _by_arn(call, tx, request["ResourceArn"])
        tagged.store(tx, check_tags(request["Tags"], present=tagged.tags))

    await call.store.transact(write)
    return {}


@operation("UntagResource")
async def untag_resource(call: Call, request: Request) -> Response:
    """Take tags away; keys that are not there are no error."""

    def write(tx: Tx) -> None:
        tagged = _by_arn(call, tx, request["ResourceArn"])
        tagged.store(tx, {key: value for key, value in tagged.tags.items() if key not in request["TagKeys"]})

    await call.store.transact(write)
    return {}


@operation("ListTagsForResource")
async def list_tags_for_resource(call: Call, request: Request) -> Response:
    """Show the tags of a pool."""
    return {"Tags": await call.store.read(lambda tx: _by_arn(call, tx, request["ResourceArn"]).tags)}


class _Tagged(Record):
    """What carries the tags: a pool, or its replica in the caller's region."""

    pool: UserPool
    replica: Replica | None

    @property
    def tags(self) -> dict[str, str]:
        """The tags."""
        tags: dict[str, str] = self.replica.tags if self.replica else self.pool.settings["UserPoolTags"]
        return tags

    def store(self, tx: Tx, tags: dict[str, str]) -> None:
        """Let these be the tags."""
        if self.replica:
            tx.replicas.update(self.replica, tags=tags)
            return
        pool = self.pool
        tx.user_pools.update(pool.id, name=pool.name, settings=pool.settings | {"UserPoolTags": tags}, modified_at=pool.modified_at)


def _by_arn(call: Call, tx: Tx, arn: str) -> _Tagged:
    found = _ARN.fullmatch(arn)
    if found is None:
        raise InvalidParameterException(f"Invalid ARN: {arn}")
    pool = tx.user_pools.get(found.group(1))
    replica = present_replica(tx.replicas.get(found.group(1), call.tenant.region), call.env.now())
    if pool is not None and replica is not None and arn == pool.arn_in(replica.region) and pool.account == call.tenant.account:
        return _Tagged(pool, replica)
    pool = require_pool(call, tx, found.group(1))
    if pool.arn != arn:
        raise ResourceNotFoundException(f"User pool {pool.id} does not exist.")
    return _Tagged(pool, None)
