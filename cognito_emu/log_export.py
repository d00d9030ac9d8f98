"""Where a pool's logs go on this machine: one file of JSON lines for each destination, in the data folder.

The destinations of SetLogDeliveryConfiguration are AWS's; docs/log-delivery.md says which file stands for which.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import structlog

from cognito_emu.config import Settings
from cognito_emu.store import Store, Tx
from cognito_emu.store.log_deliveries import LogConfiguration

_log = structlog.get_logger(__name__)

USER_NOTIFICATION = "userNotification"
USER_AUTH_EVENTS = "userAuthEvents"

# How records name their source. USER_AUTH_EVENTS is from a record that AWS wrote. Assumption: the other is made in the same way.
_SOURCE_IN_RECORD = {USER_NOTIFICATION: "USER_NOTIFICATION", USER_AUTH_EVENTS: "USER_AUTH_EVENTS"}


async def export_record(
    settings: Settings,
    store: Store,
    pool_id: str,
    event_source: str,
    message: Mapping[str, Any],
    *,
    at: float,
    region: str | None = None,
) -> None:
    """Append a record to every file that the pool's configuration names for `event_source`; none, when it names none.

    A log that cannot be written is reported on the emulator's own log and disturbs nobody else.

    Args:
        settings: Tell the data folder.
        store: Where the pool's configuration is.
        pool_id: The pool.
        event_source: USER_NOTIFICATION or USER_AUTH_EVENTS.
        message: The record's own part.
        at: The time of the event, seconds since the epoch.
        region: In which it happened; None: the pool's.
    """
    configurations = await store.read(lambda tx: log_configurations(tx, pool_id, region))
    for configuration in configurations:
        if configuration["EventSource"] != event_source:
            continue
        # Assumption: the envelope is the one that the developer guide shows ("Exporting logs from Amazon Cognito user pools").
        record = {
            "eventTimestamp": str(int(at * 1000)),
            "eventSource": _SOURCE_IN_RECORD[event_source],
            "logLevel": configuration["LogLevel"],
            "message": message,
            "logSourceId": {"userPoolId": pool_id},
        }
        path = log_file(settings.data, configuration)
        try:
            await asyncio.get_running_loop().run_in_executor(None, _append, path, orjson.dumps(record) + b"\n")
        except OSError as error:
            _log.warning("a record could not be written", path=str(path), reason=str(error))


def log_configurations(tx: Tx, pool_id: str, region: str | None) -> list[LogConfiguration]:
    """The destinations of a pool in a region: those of its replica there, or its own."""
    replica = tx.replicas.get(pool_id, region) if region else None
    return tx.log_deliveries.get(pool_id) if replica is None else replica.settings.get("LogConfigurations", [])


def log_file(data: Path, configuration: LogConfiguration) -> Path:
    """The file that stands for the destination of a log configuration.

    >>> log_file(Path("data"), {"S3Configuration": {"BucketArn": "arn:aws:s3:::bucket/logs"}}).as_posix()
    'data/logs/s3/bucket/logs.jsonl'
    """
    arn = destination_arn(configuration)
    _, _, service, region, account, resource = arn.split(":", 5)
    names = [
        "cloudwatch" if service == "logs" else service,
        region,
        account,
        *re.split("[:/]", resource.removeprefix("log-group:").removeprefix("deliverystream/")),
    ]
    # An ARN may have dots anywhere; none of them shall lead out of the folder.
    folders = [name for name in names if name.strip(".")]
    return data.joinpath("logs", *folders[:-1], f"{folders[-1]}.jsonl")


def destination_arn(configuration: LogConfiguration) -> str:
    """The ARN of a log configuration's destination; empty when it has none."""
    named = {"CloudWatchLogsConfiguration": "LogGroupArn", "FirehoseConfiguration": "StreamArn", "S3Configuration": "BucketArn"}
    return next((configuration[member][arn] for member, arn in named.items() if configuration.get(member, {}).get(arn)), "")


def _append(path: Path, line: bytes) -> None:
    """One write of one line at the end, which several processes may do at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        os.write(descriptor, line)
    finally:
        os.close(descriptor)
