"""The one door through which functions are invoked: finds the function, runs it, tries again, judges and records."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import msgspec
import structlog
from msgspec.structs import replace

from triggers import permissions
from triggers.errors import FunctionFailed, FunctionUnavailable, InvalidResponse, TriggerError
from triggers.events.envelope import Event
from triggers.executors.base import CannotRun, Executor, NoAnswer, Outcome
from triggers.functions import CodeElsewhere, FunctionRegistry, FunctionSpec
from triggers.invocations import Invocation, InvocationLog, RecentInvocations, without_secrets
from triggers.responses import Reader, Response, UnusableAnswer, response_of

PATIENCE = 5.0
"""Seconds that Cognito waits for a function.

https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
"""

ATTEMPTS = 3
"""How often Cognito asks a function that does not answer in time."""

NO_ANSWER = "Socket timeout while invoking Lambda function"
DENIED = "AccessDeniedException"
"""What Cognito reports alike for a function that it may not invoke and for one that is gone."""

T = TypeVar("T")
_log = structlog.get_logger(__name__)


class _Call(msgspec.Struct, frozen=True):
    """One request to run a function: what all its attempts share."""

    trigger: str
    function_arn: str
    event: Any
    source_arn: str | None
    patience: float | None
    all_logs: bool = False

    @property
    def trigger_source(self) -> str:
        """The event's `triggerSource`, if it is a trigger's."""
        return str(self.event.get("triggerSource", "")) if isinstance(self.event, dict) else ""


class Bus:
    """Invokes functions for triggers, for the Lambda API and for replays.

    `local` runs the functions that the registry has code for, `remote` those that only a remote endpoint has. `now` is the emulator's
    clock, `new_id` makes request ids.
    """

    def __init__(
        self,
        *,
        functions: FunctionRegistry,
        now: Callable[[], float],
        new_id: Callable[[], str],
        local: Executor | None = None,
        remote: Executor | None = None,
        log: InvocationLog | None = None,
        permission_mode: permissions.Mode = "warn",
    ) -> None:
        self.log: InvocationLog = log or RecentInvocations()
        self._functions = functions
        self._now = now
        self._new_id = new_id
        self._local = local
        self._remote = remote
        self._permission_mode = permission_mode
        self._warned: set[str] = set()  # it is said once for each function: CI has hundreds of pools with the same
        self._tasks: set[asyncio.Task[None]] = set()
        self._late: dict[str, list[str]] = {}
        for executor in self._executors():
            executor.late_output = self._late_output

    async def invoke(
        self,
        trigger: str,
        function_arn: str,
        event: Event,
        read: Reader[T],
        *,
        source_arn: str | None = None,
        patience: float = PATIENCE,
        attempts: int = ATTEMPTS,
    ) -> T:
        """Invoke a trigger's function and read its answer.

        `trigger` is the LambdaConfig member's name, `read` one of `triggers.responses`, `source_arn` the user pool's ARN, against
        which the function's policy is checked. A function that gives no answer within `patience` seconds is asked again, `attempts`
        times in all; as on AWS the earlier runs go on. One that fails is not asked again.

        Raises:
            FunctionFailed: It raised, died or overran its own time-out.
            FunctionUnavailable: It is unknown, not permitted, cannot be run, or gave no answer.
            InvalidResponse: It answered with something else than the event.
        """
        call = _Call(trigger, function_arn, event, source_arn, patience)
        payload = json.dumps(event).encode()
        for attempt in range(1, attempts + 1):
            try:
                return await self._attempt(call, payload, attempt, lambda outcome: read(_response(trigger, outcome)))
            except NoAnswer:
                continue
        raise FunctionUnavailable(trigger, NO_ANSWER)

    async def run_event(
        self,
        function_arn: str,
        event: Any,
        *,
        trigger: str = "Invoke",
        source_arn: str | None = None,
        attempt: int = 1,
        request_id: str | None = None,
    ) -> None:
        """Run a function on an event that nobody waits for. `attempt` and `request_id` are recorded; without an id one is made.

        Raises:
            FunctionFailed: It raised, died or overran its own time-out.
            FunctionUnavailable: It is unknown, not permitted or cannot be run.
        """
        call = _Call(trigger, function_arn, event, source_arn, None)
        await self._attempt(call, json.dumps(event).encode(), attempt, lambda outcome: _succeeded(call.trigger, outcome), request_id)

    async def run(
        self, function_arn: str, event: Any, *, trigger: str = "Invoke", all_logs: bool = False, request_id: str | None = None
    ) -> Outcome:
        """Run a function on any JSON value and return what came of it, good or bad: Lambda's Invoke, and replays.

        `all_logs` waits until all that it printed has come: for LogType=Tail. `request_id` is the caller's, by which the invocation
        is found again; without it one is made.

        Raises:
            FunctionUnavailable: It is unknown or cannot be run.
        """
        call = _Call(trigger, function_arn, event, None, None, all_logs)
        return await self._attempt(call, json.dumps(event).encode(), 1, lambda outcome: outcome, request_id)

    async def find(self, function_arn: str, *, trigger: str = "Invoke") -> FunctionSpec:
        """The function that an ARN stands for.

        Raises:
            FunctionUnavailable: There is none.
        """
        call = _Call(trigger, function_arn, None, None, None)
        with _in_cognitos_words(call):
            return await self._permitted(call)

    async def settled(self) -> None:
        """Wait for late output to be recorded."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def close(self) -> None:
        """Stop what runs."""
        for executor in self._executors():
            await executor.close()
        await self.settled()

    async def _attempt(self, call: _Call, payload: bytes, attempt: int, read: Callable[[Outcome], T], request_id: str | None = None) -> T:
        """Run once, let `read` judge, and record it all."""
        record = Invocation(
            request_id=request_id or self._new_id(),
            trigger=call.trigger,
            trigger_source=call.trigger_source,
            function_arn=call.function_arn,
            executor="",
            at=self._now(),
            event=without_secrets(call.event),
            attempt=attempt,
        )
        seen: dict[str, Any] = {}
        self._late[record.request_id] = []  # late output waits for the record that it belongs to
        began = time.perf_counter()  # uvloop's time is one of milliseconds
        try:
            with _in_cognitos_words(call):
                return read(await self._execute(call, payload, record.request_id, seen))
        except TriggerError as error:
            seen["error"] = error.sentence
            raise
        except NoAnswer:
            seen["error"] = f"no answer within {call.patience} s"
            raise
        finally:
            await self._keep(replace(record, duration=time.perf_counter() - began, **seen))
            if call.source_arn and call.patience and "error" in seen:
                # Who sits at the terminal sees neither what the client was told nor what the function has printed.
                _log.info(
                    "a trigger failed; `cognito-emu triggers show` tells more",
                    function=call.function_arn,
                    error=seen["error"],
                    request_id=record.request_id,
                )
            if self._late[record.request_id]:
                self._spawn(self._add_logs(record.request_id))
            else:
                del self._late[record.request_id]

    async def _execute(self, call: _Call, payload: bytes, request_id: str, seen: dict[str, Any]) -> Outcome:
        """Run the function; `seen` takes what is worth recording of it, as far as it got."""
        function = await self._permitted(call)
        executor = self._executor_for(call, function)
        seen["executor"] = executor.name
        outcome = await executor.invoke(function, payload, request_id=request_id, patience=call.patience, all_logs=call.all_logs)
        outcome = replace(outcome, version=function.version)
        seen |= {"response": without_secrets(_json(outcome.payload)), "cold": outcome.cold, "logs": outcome.logs}
        if outcome.error:
            seen |= {"error": outcome.error.message, "error_type": outcome.error.error_type}
        return outcome

    async def _permitted(self, call: _Call) -> FunctionSpec:
        function = await self._functions.resolve(call.function_arn)
        if function is None:
            hint = (
                f"no function here answers to {call.function_arn}; create it through the Lambda API on this endpoint "
                "or name it in the functions file"
            )
            raise FunctionUnavailable(call.trigger, DENIED, hint)
        if call.source_arn and function.policy_applies:
            allowed = permissions.allows(function.policy, function_arn=function.arn, source_arn=call.source_arn)
            if not allowed and self._permission_mode == "enforce":
                hint = f"the policy of {function.arn} does not let {call.source_arn} invoke it; add it with AddPermission"
                raise FunctionUnavailable(call.trigger, DENIED, hint)
            if not allowed and function.arn not in self._warned:
                self._warned.add(function.arn)
                _log.warning("AWS would refuse this: no permission", function=function.arn, source=call.source_arn)
        return function

    def _executor_for(self, call: _Call, function: FunctionSpec) -> Executor:
        remote = isinstance(function.code, CodeElsewhere) or self._local is None
        executor = self._remote if remote else self._local
        if executor is None:
            raise FunctionUnavailable(call.trigger, "ServiceUnavailable", "triggers are configured without anything to run them")
        return executor

    async def _keep(self, invocation: Invocation) -> None:
        try:
            await self.log.record(invocation)
        except Exception:  # noqa: BLE001 - a sign-up must not fail because its trigger could not be written down
            _log.exception("invocation not recorded", request_id=invocation.request_id)

    def _late_output(self, request_id: str, text: str) -> None:
        if request_id in self._late:
            self._late[request_id].append(text)
        else:
            self._late[request_id] = [text]
            self._spawn(self._add_logs(request_id))

    async def _add_logs(self, request_id: str) -> None:
        """Add late output to its record, in the order in which it came."""
        texts = self._late[request_id]
        while texts:
            text = "".join(texts)
            texts.clear()
            try:
                await self.log.add_logs(request_id, text)
            except Exception:  # noqa: BLE001 - as when the invocation is recorded
                _log.exception("output not recorded", request_id=request_id)
        del self._late[request_id]

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _executors(self) -> list[Executor]:
        return [executor for executor in (self._local, self._remote) if executor]


@contextmanager
def _in_cognitos_words(call: _Call) -> Iterator[None]:
    """Turn what executors and readers raise into the errors that the bus declares."""
    try:
        yield
    except (TriggerError, NoAnswer):
        raise
    except CannotRun as error:
        raise FunctionUnavailable(call.trigger, error.reason, error.hint) from error
    except UnusableAnswer as error:
        raise InvalidResponse(call.trigger, str(error)) from error
    except Exception as error:
        # A fault of ours: the client still gets an error that its operation declares, the log gets the trace.
        _log.exception("executor failed", function=call.function_arn)
        raise FunctionUnavailable(call.trigger, "ServiceException", f"{type(error).__name__}: {error}") from error


def _succeeded(trigger: str, outcome: Outcome) -> Outcome:
    if outcome.error:
        raise FunctionFailed(trigger, outcome.error.message)
    return outcome


def _response(trigger: str, outcome: Outcome) -> Response:
    return response_of(_succeeded(trigger, outcome).payload)


def _json(payload: bytes) -> Any:
    try:
        return json.loads(payload)
    except ValueError:
        return payload.decode(errors="replace")
