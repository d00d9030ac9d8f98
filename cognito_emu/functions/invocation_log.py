"""The record of invocations, in the store: bounded in number and in size."""

from __future__ import annotations

from typing import Any

import orjson

from cognito_emu.bell import Bell
from cognito_emu.store import Store, Tx
from cognito_emu.store.invocations import StoredInvocation
from triggers.functions import FunctionReference
from triggers.invocations import Invocation, with_late_output

_MOST_DOCUMENT_BYTES = 256 * 1024
_MOST_LOG_CHARACTERS = 64 * 1024
# The oldest are deleted every so many records, since a deletion a record would cost as much as the record.
_TRIM_EVERY = 50


class StoredInvocations:
    """An `InvocationLog` that all processes on one database share.

    Attributes:
        changed: Rung when an invocation was recorded by this process.
    """

    def __init__(self, store: Store, limit: int) -> None:
        self.changed = Bell()
        self._store = store
        self._limit = limit

    async def record(self, invocation: Invocation) -> None:
        """Keep an invocation."""
        row = _row(invocation)

        def write(tx: Tx) -> None:
            number = tx.invocations.add(row)
            if number % _TRIM_EVERY == 0:
                tx.invocations.delete_up_to(number - self._limit)

        await self._store.transact(write)
        self.changed.ring()

    async def add_logs(self, request_id: str, text: str) -> None:
        """Append what came late; an invocation that is not kept any more stays so."""

        def write(tx: Tx) -> None:
            present = tx.invocations.get(request_id)
            if present is not None:
                tx.invocations.set_logs(request_id, _bounded(with_late_output(present.logs, _storable(text))))

        await self._store.transact(write)
        self.changed.ring()


def _row(invocation: Invocation) -> StoredInvocation:
    event = invocation.event
    return StoredInvocation(
        request_id=invocation.request_id,
        account=_account_of(invocation.function_arn),
        pool_id=event.get("userPoolId") if isinstance(event, dict) and isinstance(event.get("userPoolId"), str) else None,
        trigger=invocation.trigger,
        trigger_source=invocation.trigger_source,
        function_arn=invocation.function_arn,
        executor=invocation.executor,
        at=invocation.at,
        event=_kept(event),
        response=_kept(invocation.response),
        error=_storable(invocation.error) if invocation.error is not None else None,
        error_type=invocation.error_type,
        duration=invocation.duration,
        cold=invocation.cold,
        attempt=invocation.attempt,
        logs=_bounded(_storable(invocation.logs)),
    )


def _account_of(function_arn: str) -> str | None:
    try:
        return FunctionReference.parse(function_arn).account
    except ValueError:
        return None


def _kept(document: Any) -> Any:
    """The document, unless it is too large."""
    return document if len(orjson.dumps(document)) <= _MOST_DOCUMENT_BYTES else None


def _bounded(logs: str) -> str:
    """The end of the log: that is where the error stands."""
    return logs if len(logs) <= _MOST_LOG_CHARACTERS else f"[...]\n{logs[-_MOST_LOG_CHARACTERS:]}"


def _storable(text: str) -> str:
    """PostgreSQL has no NUL in text."""
    return text.replace("\x00", "\ufffd")
