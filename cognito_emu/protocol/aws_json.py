"""AWS JSON 1.1: `POST /` with `X-Amz-Target`, a JSON body in, a JSON body or a typed error out.

https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import orjson
import structlog

from cognito_emu.call import Parts
from cognito_emu.errors import (
    AwsError,
    InternalErrorException,
    InvalidParameterException,
    SerializationException,
    UnknownOperationException,
    ValidationException,
)
from cognito_emu.operations import OperationFunction, find_operation, not_there_yet, register
from cognito_emu.protocol.callers import identify_caller
from cognito_emu.protocol.cors import CORS_HEADERS
from cognito_emu.protocol.http import HttpRequest, HttpResponse
from cognito_emu.protocol.serialization import compile_serializer
from cognito_emu.protocol.service_models import OperationModel, load_service_model
from cognito_emu.protocol.validation import compile_validator
from cognito_emu.rate_limits import RateLimits
from cognito_emu.records import Record
from cognito_emu.store.engine import StoreUnavailableError

_log = structlog.get_logger(__name__)

_CONTENT_TYPE = "application/x-amz-json-1.1"
# U+0000 as JSON writes it: a backslash that is not itself escaped.
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
# A message quotes what was sent. Clients refuse header lines of 8 to 64 KB; the body has the message whole.
_LONGEST_HEADER = 2048
# Asked seldom, or not at once, and read when they first are: a model costs some milliseconds.
_SELDOM = {
    "AWSCognitoIdentityService": "cognito-identity",
    "AmazonEC2ContainerRegistry_V20150921": "ecr",
    "AmazonSSM": "ssm",
    "secretsmanager": "secretsmanager",
}
# What a service answers to a request that its model refuses; user pools have a code of their own for it.
_CONSTRAINT_ERRORS: dict[str, type[AwsError]] = {
    "cognito-identity": ValidationException,
    "secretsmanager": ValidationException,
}


class CompiledOperation(Record):
    """An operation with its validator and serialiser, compiled once."""

    service: str
    name: str
    function: OperationFunction
    validate: Callable[[Any], dict[str, Any]]
    serialize: Callable[[Mapping[str, Any]], Any]
    has_output: bool


class AwsJsonProtocol:
    """Answers AWS JSON 1.1 requests for the services it is given."""

    def __init__(self, parts: Parts, services: tuple[str, ...] = ("cognito-idp",)) -> None:
        self._parts = parts
        self._models: dict[str, Any] = {}
        self._compiled: dict[str, CompiledOperation] = {}
        for service in services:
            register(service)
            model = load_service_model(service)
            self._models[model.metadata["targetPrefix"]] = model

    async def handle(self, request: HttpRequest) -> HttpResponse:
        """Answer one request; whatever goes wrong becomes an AWS error, never a traceback."""
        request_id = self._parts.env.uuid()
        target = request.headers.get("X-Amz-Target", "")
        try:
            operation = self._find(target)
            call = await identify_caller(self._parts, request, request_id)
            payload = operation.validate(_decode(request.body))
            response = await operation.function(call, payload)
            if not operation.has_output:
                return _success(b"", request_id)
            return _success(orjson.dumps(operation.serialize(response or {})), request_id)
        except AwsError as error:
            _log.debug("refused", target=target, code=error.code, message=error.message, request_id=request_id)
            return _failure(error, request_id)
        except StoreUnavailableError as error:
            _log.error("database unavailable", target=target, reason=str(error), request_id=request_id)
            return _failure(InternalErrorException("The emulator's database does not answer."), request_id)
        except Exception:  # noqa: BLE001 - the door: nothing may escape as anything but an AWS error
            _log.exception("failed", target=target, request_id=request_id)
            return _failure(InternalErrorException(), request_id)

    def _find(self, target: str) -> CompiledOperation:
        compiled = self._compiled.get(target)
        if compiled is None:
            prefix, _, name = target.rpartition(".")
            if prefix in _SELDOM and prefix not in self._models:
                self._models[prefix] = load_service_model(_SELDOM[prefix])
            model = self._models.get(prefix)
            if model is None and prefix:
                raise UnknownOperationException(f"{target} is not emulated. docs/operations.md lists what is.")
            if model is None or name not in model.operation_names:
                raise UnknownOperationException
            compiled = self._compiled[target] = _compile(model.service_name, model.operation_model(name), self._parts.rate_limits)
        return compiled


def _compile(service: str, model: OperationModel, rate_limits: RateLimits | None) -> CompiledOperation:
    function = find_operation(service, model.name) or not_there_yet(service, model.name)
    return CompiledOperation(
        service=service,
        name=model.name,
        function=rate_limits.limited(model, function) if rate_limits else function,
        validate=compile_validator(model.input_shape, error=_CONSTRAINT_ERRORS.get(service, InvalidParameterException)),
        serialize=compile_serializer(model.output_shape),
        has_output=model.output_shape is not None,
    )


def _decode(body: bytes | None) -> Any:
    if body is None:
        # Assumption: AWS's front end refuses oversized bodies before Cognito sees them; the code is that of its JSON services.
        raise SerializationException("Request body is too large.")
    if not body:
        return {}
    if b"\\u0000" in body and _NUL.search(body):
        # Assumption: code and sentence. PostgreSQL cannot store it in a text, and both databases behave alike.
        raise SerializationException("The character U+0000 cannot be part of a text.")
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        # AWS's JSON services answer a body that is no JSON with this code and an empty message.
        raise SerializationException from error


def _success(body: bytes, request_id: str) -> HttpResponse:
    return HttpResponse(200, body, {"Content-Type": _CONTENT_TYPE, "x-amzn-RequestId": request_id, **CORS_HEADERS})


def _failure(error: AwsError, request_id: str) -> HttpResponse:
    body = {"__type": error.code, "message": error.message, **error.members}
    if not error.message:
        del body["message"]
    headers = {
        "Content-Type": _CONTENT_TYPE,
        "x-amzn-RequestId": request_id,
        "x-amzn-ErrorType": error.code,
        "x-amzn-ErrorMessage": _header_text(error.message),
        **CORS_HEADERS,
    }
    return HttpResponse(error.status, orjson.dumps(body), headers)


def _header_text(message: str) -> str:
    """A message as a header can carry it: in ASCII, on one line, and not so long that a client refuses the whole answer."""
    shown = message[:_LONGEST_HEADER].encode("ascii", "replace").decode()
    return "".join(character if character.isprintable() else " " for character in shown).strip()
