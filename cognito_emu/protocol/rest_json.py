"""REST-JSON: operations by method and path, members in the path, the query, headers and the body. Spoken by Lambda.

Routes, places of members, status codes and error members all come from botocore's model.
https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote

import orjson
import structlog
from tornado.web import RequestHandler

from cognito_emu.call import Parts
from cognito_emu.errors import AwsError, SerializationException, ServiceException, UnknownOperationException, ValidationException
from cognito_emu.operations import OperationFunction, find_operation, not_there_yet
from cognito_emu.protocol.callers import identify_caller
from cognito_emu.protocol.cors import CORS_HEADERS
from cognito_emu.protocol.http import HttpRequest, HttpResponse
from cognito_emu.protocol.serialization import compile_serializer
from cognito_emu.protocol.service_models import ListShape, OperationModel, Shape, load_service_model
from cognito_emu.protocol.validation import compile_validator
from cognito_emu.records import Record
from cognito_emu.store.engine import StoreUnavailableError

_log = structlog.get_logger(__name__)

_CONTENT_TYPE = "application/json"
_LABEL = re.compile(r"\\\{(\w+)(\\\+)?\\\}")
_TEXT_READERS: dict[str, Callable[[str], Any]] = {
    "boolean": lambda text: {"true": True, "false": False}[text],
    "integer": int,
    "long": int,
    "float": float,
    "double": float,
}


class _Operation(Record):
    """An operation with all that is known of its requests and answers, compiled once."""

    model: OperationModel
    path: re.Pattern[str]
    query: Mapping[str, str]
    function: OperationFunction
    validate: Callable[[Any], dict[str, Any]]
    serialize: Callable[[Mapping[str, Any]], Any]
    payload_in: str | None
    payload_out: str | None

    @property
    def status(self) -> int:
        """Of its success."""
        return int(self.model.http.get("responseCode", 200))


class RestJsonProtocol:
    """Answers REST-JSON requests for the services it is given."""

    def __init__(self, parts: Parts, services: tuple[str, ...]) -> None:
        self._parts = parts
        self._services = services
        self._operations: list[_Operation] | None = None

    async def handle(self, request: HttpRequest) -> HttpResponse:
        """Answer one request; whatever goes wrong becomes an AWS error, never a traceback."""
        request_id = self._parts.env.uuid()
        operation: _Operation | None = None
        try:
            operation, labels = self._find(request)
            call = await identify_caller(self._parts, request, request_id)
            response = await operation.function(call, _read(operation, labels, request))
            return _success(operation, response or {}, request_id)
        except AwsError as error:
            _log.debug("refused", path=request.path, code=error.code, message=error.message, request_id=request_id)
            return _failure(operation, error, request_id)
        except StoreUnavailableError as error:
            _log.error("database unavailable", path=request.path, reason=str(error), request_id=request_id)
            return _failure(operation, ServiceException("The emulator's database does not answer."), request_id)
        except Exception:  # noqa: BLE001 - the door: nothing may escape as anything but an AWS error
            _log.exception("failed", path=request.path, request_id=request_id)
            return _failure(operation, ServiceException(), request_id)

    def _find(self, request: HttpRequest) -> tuple[_Operation, dict[str, str]]:
        """The operation, and its labels as they stand in the path."""
        if self._operations is None:  # it takes 50 ms, and most emulators never hear of Lambda
            self._operations = _compile_all(self._services)
        given = dict(parse_qsl(request.query, keep_blank_values=True))
        for operation in self._operations:
            if operation.model.http["method"] == request.method and operation.query.items() <= given.items():
                found = operation.path.fullmatch(request.path)
                if found:
                    return operation, {name: unquote(text) for name, text in found.groupdict().items()}
        raise UnknownOperationException


class RestJsonHandler(RequestHandler):
    """The protocol behind the Application, and not on the lean path: code is uploaded in bodies of many megabytes."""

    def initialize(self, protocol: RestJsonProtocol) -> None:
        """Called by Tornado with the arguments of the route."""
        self._protocol = protocol

    async def get(self) -> None:
        """Answer whatever the method."""
        request = self.request
        answer = await self._protocol.handle(
            HttpRequest(
                method=request.method or "GET",
                path=request.path,
                query=request.query,
                headers=request.headers,
                body=request.body,
                remote_ip=request.remote_ip or "",
                protocol=request.protocol,
            )
        )
        self.clear()
        self.set_status(answer.status)
        for name, value in answer.headers.items():
            self.set_header(name, value)
        if not answer.body:
            self.clear_header("Content-Type")
        await self.finish(answer.body or None)

    post = put = delete = get


def _compile_all(services: tuple[str, ...]) -> list[_Operation]:
    operations = [
        _compile(service, model.operation_model(name))
        for service, model in ((service, load_service_model(service)) for service in services)
        for name in model.operation_names
    ]
    # Where two fit, the one that demands more of the query, or has fewer labels, is meant.
    return sorted(operations, key=lambda operation: (-len(operation.query), operation.path.groups))


def _compile(service: str, model: OperationModel) -> _Operation:
    path, _, query = model.http["requestUri"].partition("?")
    shape, output = model.input_shape, model.output_shape
    return _Operation(
        model=model,
        path=_path_pattern(path),
        query=dict(parse_qsl(query, keep_blank_values=True)),
        function=find_operation(service, model.name) or not_there_yet(service, model.name),
        validate=compile_validator(shape, error=ValidationException),
        serialize=compile_serializer(output),
        payload_in=shape.serialization.get("payload") if shape else None,
        payload_out=output.serialization.get("payload") if output else None,
    )


def _path_pattern(path: str) -> re.Pattern[str]:
    """`/functions/{FunctionName}` as a pattern; `{Name+}` may hold slashes. Some clients end paths with a slash."""

    def group(found: re.Match[str]) -> str:
        return f"(?P<{found.group(1)}>{'.+' if found.group(2) else '[^/]+'})"

    return re.compile(_LABEL.sub(group, re.escape(path.rstrip("/"))) + "/?")


def _read(operation: _Operation, labels: dict[str, str], request: HttpRequest) -> dict[str, Any]:
    """The request's members from wherever they stand, validated."""
    members = {} if operation.payload_in else _body_members(request)
    shape = operation.model.input_shape
    if shape is None:
        return {}
    query = parse_qsl(request.query, keep_blank_values=True)
    for name, member in shape.members.items():
        place, wire_name = member.serialization.get("location"), member.serialization.get("name", name)
        if place is None:
            continue
        members.pop(name, None)
        if place == "uri":
            members[name] = _from_text(member, labels[wire_name])
        elif place == "querystring":
            values = [value for key, value in query if key == wire_name]
            if values:
                members[name] = values if isinstance(member, ListShape) else _from_text(member, values[0])
        elif place == "header" and wire_name in request.headers:
            members[name] = _from_text(member, request.headers[wire_name])
    parsed = operation.validate(members)
    if operation.payload_in and request.body:
        parsed[operation.payload_in] = request.body
    return parsed


def _body_members(request: HttpRequest) -> dict[str, Any]:
    if not request.body:
        return {}
    try:
        members = orjson.loads(request.body)
    except orjson.JSONDecodeError as error:
        raise SerializationException("Could not parse request body into json") from error
    if not isinstance(members, dict):
        raise SerializationException("Could not parse request body into json")
    return members


def _from_text(shape: Shape, text: str) -> Any:
    """A value of a path, query or header as the JSON that the validator reads."""
    reader = _TEXT_READERS.get(shape.type_name)
    try:
        return reader(text) if reader else text
    except (KeyError, ValueError) as error:
        raise ValidationException(f"{text} is no {shape.type_name}") from error


def _success(operation: _Operation, response: Mapping[str, Any], request_id: str) -> HttpResponse:
    status, headers, body_members = operation.status, _headers(request_id), dict(response)
    body = b""
    output = operation.model.output_shape
    for name, member in output.members.items() if output else ():
        place = member.serialization.get("location")
        if place is None:
            continue
        value = body_members.pop(name, None)
        if value is None:
            continue
        if place == "statusCode":
            status = value
        elif place == "header":
            headers[member.serialization.get("name", name)] = str(value)
    if operation.payload_out:
        body = body_members.pop(operation.payload_out, None) or b""
    elif output is not None:
        body = orjson.dumps(operation.serialize(body_members))
    return HttpResponse(status, b"" if status == 204 else body, headers)  # noqa: PLR2004 - No Content


def _failure(operation: _Operation | None, error: AwsError, request_id: str) -> HttpResponse:
    """An error in the members that the model gives it: some of Lambda's say `message`, some `Message`."""
    status, member, code = error.status, "message", error.code
    for shape in operation.model.error_shapes if operation else ():
        if shape.name == code:
            status = shape.metadata.get("error", {}).get("httpStatusCode", status)
            member = "Message" if "Message" in shape.members else "message"
    sender = status < 500  # noqa: PLR2004 - HTTP's border between the client's faults and the server's
    body = {"Type": "User" if sender else "Service", member: error.message, **error.members}
    return HttpResponse(status, orjson.dumps(body), _headers(request_id) | {"x-amzn-ErrorType": code})


def _headers(request_id: str) -> dict[str, str]:
    return {"Content-Type": _CONTENT_TYPE, "x-amzn-RequestId": request_id, **CORS_HEADERS}
