"""Where a pool sends its logs: delivery errors of messages, and what threat protection saw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from cognito_emu.call import Call
from cognito_emu.domain.tiers import require_tier
from cognito_emu.errors import InvalidParameterException
from cognito_emu.log_export import USER_AUTH_EVENTS, USER_NOTIFICATION, destination_arn, log_configurations
from cognito_emu.operations.lookup import find_replica, require_pool
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.store import Tx
from cognito_emu.store.log_deliveries import LogConfiguration

_DESTINATIONS = {"CloudWatchLogsConfiguration": "logs", "FirehoseConfiguration": "firehose", "S3Configuration": "s3"}
# "To send userNotification activity ... choose ERROR with CloudWatchLogsConfiguration. To send userAuthEvents activity ... choose INFO
# with one of CloudWatchLogsConfiguration, FirehoseConfiguration, or S3Configuration." (API reference, LogConfigurationType)
_LEVELS = {USER_NOTIFICATION: "ERROR", USER_AUTH_EVENTS: "INFO"}


@operation("SetLogDeliveryConfiguration")
async def set_log_delivery_configuration(call: Call, request: Request) -> Response:
    """Replace the pool's log destinations, or those of its replica in that one's region; an empty list stops the logs."""
    configurations: list[LogConfiguration] = request["LogConfigurations"]
    _check(configurations)

    def write(tx: Tx) -> None:
        replica = find_replica(call, tx, request["UserPoolId"])
        pool = tx.user_pools.get(replica.pool_id) if replica else require_pool(call, tx, request["UserPoolId"])
        assert pool is not None, "a replica goes with its pool"
        if any(configuration["EventSource"] == USER_AUTH_EVENTS for configuration in configurations):
            require_tier(pool.settings, "PLUS", "Log Streaming", lenient=call.settings.tiers == "lenient")
        if replica is None:
            tx.log_deliveries.put(pool.id, configurations)
        else:
            tx.replicas.update(replica, settings=replica.settings | {"LogConfigurations": configurations})

    await call.store.transact(write)
    return {"LogDeliveryConfiguration": _render(request["UserPoolId"], configurations)}


@operation("GetLogDeliveryConfiguration")
async def get_log_delivery_configuration(call: Call, request: Request) -> Response:
    """Show the pool's log destinations."""

    def look_up(tx: Tx) -> list[LogConfiguration]:
        pool, replica = require_pool(call, tx, request["UserPoolId"]), find_replica(call, tx, request["UserPoolId"])
        return log_configurations(tx, pool.id, replica.region if replica else None)

    configurations = await call.store.read(look_up)
    return {"LogDeliveryConfiguration": _render(request["UserPoolId"], configurations)}


def _check(configurations: list[LogConfiguration]) -> None:
    """Each source once, at its level, to one destination of a kind that it may have.

    Raises:
        InvalidParameterException: One of them is otherwise. The first sentence was measured by floci-io/floci, the second by
            badmintoncryer/cdk-preflight (pf-cognito-log-delivery-event-source-duplicate). Assumption: the others, and that AWS's
            account and region in the ARN are not compared, since local set-ups make them up.
    """
    if without := [configuration["EventSource"] for configuration in configurations if not destination_arn(configuration)]:
        raise _invalid(f"Following event sources in request have no destination: [{', '.join(without)}].")
    if repeated := _repeated(configuration["EventSource"] for configuration in configurations):
        raise _invalid(f"Following event sources appear more then once in a request: [{', '.join(repeated)}].")
    for configuration in configurations:
        _check_one(configuration)


def _check_one(configuration: LogConfiguration) -> None:
    source, level = configuration["EventSource"], configuration["LogLevel"]
    if level != _LEVELS[source]:
        raise _invalid(f"Log level {level} is not supported for event source {source}.")
    given = [member for member in _DESTINATIONS if member in configuration]
    if len(given) > 1:
        raise _invalid(f"Following event sources in request have more than one destination: [{source}].")
    if source == USER_NOTIFICATION and given != ["CloudWatchLogsConfiguration"]:
        raise _invalid(f"{given[0]} is not supported for event source {source}.")
    arn = destination_arn(configuration)
    if arn.split(":")[2] != _DESTINATIONS[given[0]]:
        raise _invalid(f"{arn} is not a valid destination for {given[0]}.")


def _repeated(sources: Iterable[str]) -> list[str]:
    return [source for source, count in Counter(sources).items() if count > 1]


def _invalid(reason: str) -> InvalidParameterException:
    return InvalidParameterException(f"Request validation Failed. {reason}")


def _render(pool_id: str, configurations: list[LogConfiguration]) -> dict[str, Any]:
    """The model's LogDeliveryConfigurationType."""
    return {"UserPoolId": pool_id, "LogConfigurations": configurations}
