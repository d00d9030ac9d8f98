"""The one interface of all executors."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Protocol, TypeAlias

import msgspec

from triggers.functions import LATEST, FunctionSpec

LateOutput: TypeAlias = Callable[[str, str], None]
"""Receives (request id, text) of what a function printed after its invocation had been answered for."""


class FunctionError(msgspec.Struct, frozen=True):
    """A function that raised, died or overran its own time-out; Lambda's `errorType` and `errorMessage`."""

    error_type: str | None
    message: str

    @classmethod
    def read(cls, payload: bytes) -> FunctionError:
        """Read the error document that a runtime posts. What is no such document is the message as it stands."""
        try:
            document = json.loads(payload)
        except ValueError:
            return cls(None, payload.decode(errors="replace"))
        if not isinstance(document, dict):
            return cls(None, payload.decode(errors="replace"))
        error_type = document.get("errorType")
        message = document.get("errorMessage")
        return cls(
            error_type if isinstance(error_type, str) else None,
            message if isinstance(message, str) else str(error_type or "Unhandled"),
        )

    def document(self) -> bytes:
        """The payload that Lambda's Invoke returns for it."""
        return json.dumps({"errorType": self.error_type, "errorMessage": self.message}).encode()


class Outcome(msgspec.Struct, frozen=True):
    """What came of one run.

    Attributes:
        payload: The bytes that Lambda's Invoke would return; for an error its document.
        error: Set when the function failed.
        logs: What it printed, between Lambda's START, END and REPORT lines.
        cold: Whether this was its sandbox's first run.
        version: The version that ran, which the bus fills in: an alias does not tell it.
    """

    payload: bytes
    error: FunctionError | None = None
    logs: str = ""
    cold: bool = False
    version: str = LATEST


class CannotRun(Exception):  # noqa: N818 - says what is the matter
    """The function cannot be run here and now.

    Attributes:
        reason: AWS's word for it, where AWS has one.
        hint: What the developer can do.
    """

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(f"{reason}: {hint}" if hint else reason)
        self.reason = reason
        self.hint = hint


class NoAnswer(Exception):  # noqa: N818 - as above
    """The caller's patience ended first. As on AWS the function runs on; its output arrives as late output."""


class Executor(Protocol):
    """Runs functions.

    Attributes:
        name: `process`, `container` or `remote`.
        late_output: Where to send late output; the bus sets it.
    """

    name: str
    late_output: LateOutput | None

    async def invoke(
        self, function: FunctionSpec, payload: bytes, *, request_id: str, patience: float | None, all_logs: bool = False
    ) -> Outcome:
        """Run `function` on `payload`, a JSON text.

        `patience` is how many seconds the caller waits once the function can start; time that this machine needs to provide a
        sandbox does not count, because on AWS there would be one. `all_logs` waits for output that is still under way.

        Raises:
            CannotRun: It could not be started.
            NoAnswer: `patience` ended.
        """

    async def close(self) -> None:
        """Stop all that runs."""
