"""Replicas of a pool in other regions.

https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-multi-region.html

The store holds every pool once, so a replica is never behind: it is a status in a region, and `require_pool` lets that region read.
"""

from __future__ import annotations

import re
from typing import Any

from cognito_emu.call import Call
from cognito_emu.domain.pool_tags import check_tags
from cognito_emu.domain.tiers import require_tier
from cognito_emu.errors import InvalidParameterException, LimitExceededException, ResourceNotFoundException, UserPoolTaggingException
from cognito_emu.operations.lookup import require_pool
from cognito_emu.operations.pagination import read_token
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.store import Tx
from cognito_emu.store.replicas import Replica, present_replica
from cognito_emu.store.user_pools import UserPool

# Assumption: AWS takes minutes; so long that CREATING and DELETING can be seen, so short that nobody waits.
_TRANSITION_SECONDS = 2.0
_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d")


@operation("CreateUserPoolReplica")
async def create_user_pool_replica(call: Call, request: Request) -> Response:
    """Begin a replica in another region. It becomes INACTIVE by itself, and ACTIVE when it is told to."""
    now = call.env.now()
    replica = Replica(
        pool_id=request["UserPoolId"],
        region=request["RegionName"],
        status="CREATING",
        tags=check_tags(request.get("UserPoolTags", {}), present={}, error=UserPoolTaggingException),
        changes_at=now + _TRANSITION_SECONDS,
        created_at=now,
    )

    def write(tx: Tx) -> UserPool:
        pool = require_pool(call, tx, replica.pool_id)
        require_tier(pool.settings, "ESSENTIALS", "Multi-Region Replication", lenient=call.settings.tiers == "lenient")
        _check_key(pool)
        _check_region(tx, pool, replica, now)
        tx.replicas.add(replica)
        return pool

    return {"UserPoolReplica": _render(await call.store.transact(write), replica)}


@operation("UpdateUserPoolReplica")
async def update_user_pool_replica(call: Call, request: Request) -> Response:
    """Activate a replica, or deactivate it, from the region of the primary or from that of a replica."""

    def write(tx: Tx) -> tuple[UserPool, Replica]:
        pool = _require_pool_anywhere(call, tx, request["UserPoolId"])
        replica = _require_replica(call, tx, pool, request["RegionName"])
        if replica.status not in {"ACTIVE", "INACTIVE"}:
            # Assumption: the error and the sentence.
            raise InvalidParameterException(f"The replica cannot be updated because its status is {replica.status}.")
        tx.replicas.update(replica, status=request["Status"], changes_at=None)
        return pool, _require_replica(call, tx, pool, replica.region)

    return {"UserPoolReplica": _render(*await call.store.transact(write))}


@operation("DeleteUserPoolReplica")
async def delete_user_pool_replica(call: Call, request: Request) -> Response:
    """Begin to delete a replica that is INACTIVE."""

    def write(tx: Tx) -> tuple[UserPool, Replica]:
        pool = require_pool(call, tx, request["UserPoolId"])
        replica = _require_replica(call, tx, pool, request["RegionName"])
        if replica.status != "INACTIVE":
            # Assumption: the error and the sentence. "You can only delete replicas that are in the INACTIVE status." (API reference)
            raise InvalidParameterException(f"The replica cannot be deleted because its status is {replica.status}.")
        tx.replicas.update(replica, status="DELETING", changes_at=call.env.now() + _TRANSITION_SECONDS)
        return pool, _require_replica(call, tx, pool, replica.region)

    return {"UserPoolReplica": _render(*await call.store.transact(write))}


@operation("ListUserPoolReplicas")
async def list_user_pool_replicas(call: Call, request: Request) -> Response:
    """List the primary and its replicas; a page holds as many as there are regions, so there is one."""
    read_token(call, ["ListUserPoolReplicas", request["UserPoolId"]], request.get("NextToken"))

    def look_up(tx: Tx) -> list[dict[str, Any]]:
        pool = _require_pool_anywhere(call, tx, request["UserPoolId"])
        stored = [present_replica(replica, call.env.now()) for replica in tx.replicas.of_pool(pool.id)]
        return [_render_primary(pool), *(_render(pool, replica) for replica in stored if replica is not None)]

    return {"UserPoolReplicas": await call.store.read(look_up)}


def _check_key(pool: UserPool) -> None:
    """Replication needs a multi-Region key of the customer's (API reference, KeyConfigurationType).

    Raises:
        InvalidParameterException: The pool has none. Assumption: the sentence.
    """
    key = pool.settings.get("KeyConfiguration", {})
    if key.get("KeyType") != "CUSTOMER_MANAGED_KEY" or "key/mrk-" not in key.get("KmsKeyArn", ""):
        raise InvalidParameterException("The user pool must be encrypted with a multi-Region customer managed key to create a replica.")


def _check_region(tx: Tx, pool: UserPool, replica: Replica, now: float) -> None:
    """Assumption: any region may have a replica; and the sentences.

    Raises:
        InvalidParameterException: There is no such region, or the pool is there already.
        LimitExceededException: It is in another one already: "each user directory can have at most one secondary replica".
    """
    if not _REGION.fullmatch(replica.region):
        raise InvalidParameterException(f"{replica.region} is not a supported Region.")
    stored = tx.replicas.get(pool.id, replica.region)
    if replica.region == pool.region or present_replica(stored, now) is not None:
        raise InvalidParameterException(f"The user pool already has a replica in {replica.region}.")
    if any(present_replica(other, now) for other in tx.replicas.of_pool(pool.id) if other.region != replica.region):
        raise LimitExceededException("The user pool already has the maximum number of replicas.")
    if stored is not None:  # its deletion is over
        tx.replicas.delete(stored)


def _require_pool_anywhere(call: Call, tx: Tx, pool_id: str) -> UserPool:
    """The account's pool, for a caller in its region or in that of a replica, who may be about to write the replica's status."""
    pool = tx.user_pools.get(pool_id)
    if pool is None or pool.account != call.tenant.account:
        raise ResourceNotFoundException(f"User pool {pool_id} does not exist.")
    if pool.region != call.tenant.region:
        _require_replica(call, tx, pool, call.tenant.region)
    return pool


def _require_replica(call: Call, tx: Tx, pool: UserPool, region: str) -> Replica:
    """The pool's replica in a region.

    Raises:
        ResourceNotFoundException: There is none. Assumption: the sentence.
    """
    replica = present_replica(tx.replicas.get(pool.id, region), call.env.now())
    if replica is None:
        raise ResourceNotFoundException(f"User pool {pool.id} has no replica in {region}.")
    return replica


def _render(pool: UserPool, replica: Replica) -> dict[str, Any]:
    """The model's UserPoolReplicaType."""
    return {
        "RegionName": replica.region,
        "Status": replica.status,
        "Role": "SECONDARY",
        "UserPoolArn": pool.arn_in(replica.region),
    }


def _render_primary(pool: UserPool) -> dict[str, Any]:
    return {"RegionName": pool.region, "Status": "ACTIVE", "Role": "PRIMARY", "UserPoolArn": pool.arn}
