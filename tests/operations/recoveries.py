"""Point-in-time recoveries, as tests ask for them."""

from datetime import UTC, datetime
from typing import Any

from tests.operations.people import Pool
from tests.support.control import Clock


def moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def mark(clock: Clock) -> float:
    """A point in time with nothing near it."""
    clock.advance(minutes=1)
    point = clock.now()
    clock.advance(minutes=1)
    return point


def initiate(pool: Pool, clock: Clock, point: float) -> str:
    clock.advance(minutes=20)
    restoration = pool.idp.initiate_point_in_time_recovery(UserPoolId=pool.id, RestoreTimestamp=moment(point))["Restoration"]
    assert restoration["RestoreStatus"] == "PREVIEW_GENERATING"
    assert "RestorePreview" not in restoration
    recovery_id: str = restoration["RestoreId"]
    return recovery_id


def describe(pool: Pool, recovery_id: str) -> dict[str, Any]:
    restoration: dict[str, Any] = pool.idp.describe_point_in_time_recovery(UserPoolId=pool.id, RestoreId=recovery_id)["Restoration"]
    return restoration
