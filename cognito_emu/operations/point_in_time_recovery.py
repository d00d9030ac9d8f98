"""Point-in-time recovery: back to what the pool's users, groups, MFA settings and passkeys were.

https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiatePointInTimeRecovery.html

The store keeps the history of user data, and refuses to write it while a recovery is active.
"""

from __future__ import annotations

from typing import Any

from cognito_emu.call import Call
from cognito_emu.domain.aliases import SignInNames
from cognito_emu.domain.point_in_time import (
    LIMITS_LOOK_BACK_SECONDS,
    PreviewCounts,
    check_recovery_limits,
    check_recovery_point,
)
from cognito_emu.domain.tiers import require_tier
from cognito_emu.errors import InvalidParameterException, ResourceNotFoundException
from cognito_emu.operations.lookup import require_pool
from cognito_emu.operations.pagination import make_token, page_size, read_token
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.store import Store, Tx
from cognito_emu.store.paging import Page
from cognito_emu.store.recoveries import RESTORING, Recovery, present_recovery
from cognito_emu.store.user_pools import UserPool

_FEATURE = "Point-in-Time Recovery"  # Assumption: the name.


@operation("InitiatePointInTimeRecovery")
async def initiate_point_in_time_recovery(call: Call, request: Request) -> Response:
    """Pause writes of user data and count what going back to a time would change.

    The answer says PREVIEW_GENERATING, as AWS's does; the preview is there at the next look.
    """
    point, recovery_id = float(request["RestoreTimestamp"]), call.env.uuid()

    def write(tx: Tx) -> Recovery:
        now = call.env.now()
        pool = _require_recoverable_pool(call, tx, request["UserPoolId"])
        check_recovery_point(point, pool_created_at=pool.created_at, pool_settings=pool.settings, now=now)
        if tx.user_imports.active_in_pool(pool.id):
            # Assumption: the error and the sentence.
            raise InvalidParameterException("A recovery can't be initiated while a user import job is in progress.")
        recent = (present_recovery(one, now) for one in tx.recoveries.since(pool.account, now - LIMITS_LOOK_BACK_SECONDS))
        check_recovery_limits(pool.id, ((one.pool_id, one.status, one.initiated_at, one.started_at) for one in recent), now)
        counts = PreviewCounts()
        for one in tx.user_data_history.differences(pool.id, point):
            counts.add(one.table, one.before, one.now, one.changed(), one.kind)
        recovery = Recovery(recovery_id, pool.id, pool.account, "PREVIEW_GENERATED", point, now, None, counts.totals())
        tx.recoveries.add(recovery)
        return recovery

    return {"Restoration": _render(await call.store.transact_at_length(write), status="PREVIEW_GENERATING")}


@operation("DescribePointInTimeRecovery")
async def describe_point_in_time_recovery(call: Call, request: Request) -> Response:
    """Show a recovery and its preview."""
    return {"Restoration": _render(await call.store.read(lambda tx: _require_recovery(call, tx, request)[1]))}


@operation("StartPointInTimeRecovery")
async def start_point_in_time_recovery(call: Call, request: Request) -> Response:
    """Go back. The answer says RESTORING, as AWS's does; it is over when it is given. Others see RESTORING until then."""

    def begin(tx: Tx) -> Recovery:
        _, recovery = _require_preview(call, tx, request, "started")
        tx.recoveries.update(recovery.id, status=RESTORING, started_at=call.env.now())
        return recovery

    recovery = await call.store.transact(begin)
    await _apply(call.store, recovery)
    return {"Restoration": _render(recovery, status=RESTORING)}


async def finish_recoveries(store: Store) -> None:
    """Apply, at the start, what was being applied when a process was killed: of what it had written nothing is there."""
    for recovery in await store.read(lambda tx: tx.recoveries.restoring()):
        await _apply(store, recovery)


async def _apply(store: Store, recovery: Recovery) -> None:
    await store.transact_at_length(lambda tx: _restore(tx, recovery.pool_id, recovery.id))


def _restore(tx: Tx, pool_id: str, recovery_id: str) -> None:
    """Apply a recovery, wholly or not at all, unless another process has done so, or the pool is gone."""
    pool, recovery = tx.user_pools.get(pool_id), tx.recoveries.get(pool_id, recovery_id)
    if pool is None or recovery is None or recovery.status != RESTORING:
        return
    tx.recoveries.resume(pool.id)
    tx.user_data_history.restore(pool.id, recovery.restore_to, fold=not SignInNames.from_pool(pool.settings).case_sensitive)
    tx.recoveries.update(recovery.id, status="RESTORE_COMPLETED")


@operation("CancelPointInTimeRecovery")
async def cancel_point_in_time_recovery(call: Call, request: Request) -> Response:
    """Discard the preview and let user data be written again."""

    def write(tx: Tx) -> Recovery:
        pool, recovery = _require_preview(call, tx, request, "canceled")
        tx.recoveries.resume(pool.id)
        tx.recoveries.update(recovery.id, status="PREVIEW_CANCELLED")
        return _require_recovery(call, tx, request)[1]

    return {"Restoration": _render(await call.store.transact(write))}


@operation("ListPointInTimeRecoveries")
async def list_point_in_time_recoveries(call: Call, request: Request) -> Response:
    """List the pool's recoveries, most recent first, without their previews."""
    scope = ["ListPointInTimeRecoveries", request["UserPoolId"]]
    after = read_token(call, scope, request.get("NextToken"))

    def look_up(tx: Tx) -> Page[Recovery]:
        pool = _require_recoverable_pool(call, tx, request["UserPoolId"])
        return tx.recoveries.page(pool.id, limit=page_size(request.get("MaxResults")), after=after)

    page = await call.store.read(look_up)
    recoveries = [present_recovery(one, call.env.now()) for one in page.items]
    listed = [{"RestoreId": one.id, "RestoreStatus": one.status, "RestoreTimestamp": one.restore_to} for one in recoveries]
    return {"Restorations": listed, "NextToken": make_token(call, scope, page.next)}


def _require_recoverable_pool(call: Call, tx: Tx, pool_id: str) -> UserPool:
    """The pool, whose tier must have the feature.

    Raises:
        ResourceNotFoundException: There is none.
        FeatureUnavailableInTierException: It is in the LITE tier.
        OperationNotEnabledException: It is written in the region of a replica.
    """
    pool = require_pool(call, tx, pool_id)
    require_tier(pool.settings, "ESSENTIALS", _FEATURE, lenient=call.settings.tiers == "lenient")
    return pool


def _require_recovery(call: Call, tx: Tx, request: Request) -> tuple[UserPool, Recovery]:
    """The pool and its recovery, as it is now.

    Raises:
        ResourceNotFoundException: There is none. Assumption: the sentence.
    """
    pool = _require_recoverable_pool(call, tx, request["UserPoolId"])
    recovery = tx.recoveries.get(pool.id, request["RestoreId"])
    if recovery is None:
        raise ResourceNotFoundException(f"Point-in-time recovery {request['RestoreId']} does not exist.")
    return pool, present_recovery(recovery, call.env.now())


def _require_preview(call: Call, tx: Tx, request: Request, participle: str) -> tuple[UserPool, Recovery]:
    """The pool and its recovery, of which nothing was applied or discarded yet.

    Raises:
        InvalidParameterException: It is further already. Assumption: the error and the sentence.
    """
    pool, recovery = _require_recovery(call, tx, request)
    if recovery.status != "PREVIEW_GENERATED":
        raise InvalidParameterException(f"The recovery cannot be {participle} because its status is {recovery.status}.")
    return pool, recovery


def _render(recovery: Recovery, *, status: str | None = None) -> dict[str, Any]:
    """The model's RestorationType."""
    rendered: dict[str, Any] = {
        "RestoreId": recovery.id,
        "RestoreStatus": status or recovery.status,
        "RestoreTimestamp": recovery.restore_to,
        "TriggerTimestamp": recovery.initiated_at,
    }
    if status != "PREVIEW_GENERATING":
        rendered["RestorePreview"] = [
            {"Entity": entity, "CreateCount": created, "UpdateCount": updated, "DeleteCount": deleted}
            for entity, (created, updated, deleted) in recovery.preview.items()
        ]
    return rendered
