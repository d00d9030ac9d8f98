"""What is kept of every invocation, so that a developer can look at it and replay it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Protocol

import msgspec

HIDDEN = "***"


class Invocation(msgspec.Struct, frozen=True):
    """One attempt at running a function.

    Attributes:
        request_id: Lambda's request id, which the handler sees as `aws_request_id`.
        trigger: The LambdaConfig member, or `Invoke` for a call through the Lambda API.
        trigger_source: The event's `triggerSource`, or the empty text.
        function_arn: The function as it was asked for.
        executor: `process`, `container` or `remote`.
        at: When it began, seconds since the epoch on the emulator's clock.
        event: What was sent. A password in it is hidden.
        response: What came back, likewise, or None.
        error: The sentence that the caller got, or None.
        error_type: Lambda's `errorType`, or None.
        duration: Seconds until there was an answer or none was awaited any longer.
        cold: Whether a sandbox was started for it.
        attempt: 1 for the first.
        logs: What the function printed, with Lambda's START, END and REPORT lines.
    """

    request_id: str
    trigger: str
    trigger_source: str
    function_arn: str
    executor: str
    at: float
    event: Any
    response: Any = None
    error: str | None = None
    error_type: str | None = None
    duration: float = 0.0
    cold: bool = False
    attempt: int = 1
    logs: str = ""


class InvocationLog(Protocol):
    """Where invocations are kept. The caller of the bus supplies it; it must bound its own size."""

    async def record(self, invocation: Invocation) -> None:
        """Keep an invocation. The bus awaits this before it answers, so that whoever got an answer can see the invocation."""

    async def add_logs(self, request_id: str, text: str) -> None:
        """Append what a function printed after its invocation was recorded."""


class RecentInvocations:
    """An `InvocationLog` in memory that forgets the oldest."""

    def __init__(self, limit: int = 1000) -> None:
        self._limit = limit
        self._kept: OrderedDict[str, Invocation] = OrderedDict()

    async def record(self, invocation: Invocation) -> None:
        """Keep an invocation and forget the oldest one too many."""
        self._kept[invocation.request_id] = invocation
        while len(self._kept) > self._limit:
            self._kept.popitem(last=False)

    async def add_logs(self, request_id: str, text: str) -> None:
        """Append to a kept invocation; one that was forgotten stays so."""
        if invocation := self._kept.get(request_id):
            self._kept[request_id] = msgspec.structs.replace(invocation, logs=with_late_output(invocation.logs, text))

    def all(self) -> list[Invocation]:
        """All that are kept, oldest first."""
        return list(self._kept.values())


def with_late_output(logs: str, text: str) -> str:
    """An invocation's logs with text that came after they were written down: it was printed before their END line."""
    begin, end, report = logs.rpartition("END RequestId: ")
    if not end:
        return logs + text
    return begin + text + ("" if text.endswith("\n") else "\n") + end + report


def without_secrets(event: Any) -> Any:
    """The event as it may be kept: the password that UserMigration receives is a user's real one and never stored."""
    if not isinstance(event, Mapping):
        return event
    request = event.get("request")
    if isinstance(request, Mapping) and request.get("password") is not None:
        return {**event, "request": {**request, "password": HIDDEN}}
    return event
