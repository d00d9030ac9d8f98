"""Invoke: run a function on the payload of the request."""

from __future__ import annotations

import base64
from typing import Any

import orjson

from cognito_emu.call import Call
from cognito_emu.errors import (
    InvalidParameterValueException,
    InvalidRequestContentException,
    InvalidRuntimeException,
    ResourceNotFoundException,
    ServiceException,
)
from cognito_emu.operations.lambda_functions.lookup import function_key
from cognito_emu.operations.registry import Request, Response, operation
from triggers.bus import DENIED, Bus
from triggers.errors import FunctionUnavailable

_LOG_BYTES = 4096


@operation("Invoke", service="lambda")
async def invoke(call: Call, request: Request) -> Response:
    """Run a function: wait for it (RequestResponse), do not (Event), or only look whether it is there (DryRun)."""
    key, qualifier = function_key(call, request["FunctionName"], request.get("Qualifier"))
    function_arn = f"{key.arn}:{qualifier}" if qualifier else key.arn
    bus = _bus(call)
    event = _event(request.get("Payload"))
    with_logs = request.get("LogType") == "Tail"
    try:
        match request.get("InvocationType", "RequestResponse"):
            case "DryRun":
                await bus.find(function_arn)
                return {"StatusCode": 204}
            case "Event":
                await bus.find(function_arn)
                await call.parts.functions.send(key.account, function_arn, event, request_id=call.request_id)
                return {"StatusCode": 202}
        outcome = await bus.run(function_arn, event, all_logs=with_logs, request_id=call.request_id)
    except FunctionUnavailable as error:
        if error.reason == DENIED:
            raise ResourceNotFoundException(f"Function not found: {function_arn} ({error.hint})") from error
        failure = InvalidRuntimeException if error.reason == "InvalidRuntimeException" else ServiceException
        raise failure(error.hint or error.reason) from error
    return {
        "StatusCode": 200,
        "FunctionError": "Unhandled" if outcome.error else None,
        "LogResult": base64.b64encode(outcome.logs.encode()[-_LOG_BYTES:]).decode() if with_logs else None,
        "ExecutedVersion": outcome.version,
        "Payload": outcome.payload,
    }


def _bus(call: Call) -> Bus:
    bus = call.parts.functions.bus
    if bus is None:
        # Not a fault of the server, which clients would try again: nothing runs until the emulator is started otherwise.
        raise InvalidParameterValueException(
            "This emulator runs no functions. Start it with COGNITO_EMU_TRIGGERS=process, docker or remote."
        )
    return bus


def _event(payload: bytes | None) -> Any:
    """The payload as JSON; an absent one is an empty object."""
    if not payload:
        return {}
    try:
        return orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        raise InvalidRequestContentException(f"Could not parse request body into json: {error}") from error
