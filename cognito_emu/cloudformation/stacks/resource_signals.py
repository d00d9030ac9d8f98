"""Creation policies: a resource whose creation ends when SignalResource has told often enough that it is ready.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-creationpolicy.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from cognito_emu.call import Call
from cognito_emu.cloudformation.errors import ResourceFailure
from cognito_emu.cloudformation.signals import wait_for_signals
from cognito_emu.records import Record

FAILURE = "FAILURE"
_DURATION = re.compile(r"PT(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?")
_LONGEST_SECONDS = 43_200  # twelve hours (AWS page)


class ResourceSignal(Record):
    """How many signals a resource needs, and how long it waits for them, in seconds."""

    count: int
    seconds: int


def signal_handle(logical_id: str) -> str:
    """Under what name the signals of a resource are kept, beside those that were put at addresses."""
    return f"resource {logical_id}"


def read_creation_policy(policy: Any) -> ResourceSignal:
    """What a CreationPolicy demands.

    Raises:
        ResourceFailure: It is none. Assumption: the sentences.
    """
    signal = policy.get("ResourceSignal", {}) if isinstance(policy, dict) else None
    if not isinstance(signal, dict):
        raise ResourceFailure("CreationPolicy must be an object with a ResourceSignal.")
    count, timeout = str(signal.get("Count", 1)), str(signal.get("Timeout", "PT5M"))
    if not count.isdigit() or int(count) < 1:
        raise ResourceFailure(f"Invalid Count {count} in the CreationPolicy: it must be a number of at least 1.")
    found = _DURATION.fullmatch(timeout)
    if found is None:
        raise ResourceFailure(f"Invalid Timeout {timeout} in the CreationPolicy: it must have the form PT#H#M#S.")
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return ResourceSignal(int(count), min(hours * 3600 + minutes * 60 + seconds, _LONGEST_SECONDS))


async def wait_until_signalled(call: Call, stack_id: str, logical_id: str, wanted: ResourceSignal, *, given_up: Callable[[], bool]) -> None:
    """Wait until a resource has its signals.

    Raises:
        ResourceFailure: One told of a failure, or they did not come in time.
    """
    signals = await wait_for_signals(
        call.parts,
        stack_id,
        signal_handle(logical_id),
        enough=lambda found: _failed(found) is not None or len(found) >= wanted.count,
        seconds=wanted.seconds,
        given_up=given_up,
    )
    if (sender := _failed(signals)) is not None:
        raise ResourceFailure(f"Received FAILURE signal with UniqueId {sender}")
    if (missing := wanted.count - len(signals)) > 0:
        raise ResourceFailure(f"Failed to receive {missing} resource signal(s) within the specified duration")


def _failed(signals: Mapping[str, str]) -> str | None:
    return next((sender for sender, status in signals.items() if status == FAILURE), None)
