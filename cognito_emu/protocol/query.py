"""The AWS query protocol: `POST /` with a form that names `Action` and `Version`, XML out. Spoken by STS and CloudFormation.

https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from tornado import httputil

from cognito_emu.call import Call, Parts
from cognito_emu.errors import (
    AwsError,
    ExpiredTokenException,
    InternalErrorException,
    InvalidSignatureException,
    MissingAuthenticationTokenException,
    UnrecognizedClientException,
    ValidationError,
)
from cognito_emu.operations import OperationFunction, Request, Response, find_operation
from cognito_emu.protocol import xml_values
from cognito_emu.protocol.callers import identify_caller
from cognito_emu.protocol.cors import CORS_HEADERS
from cognito_emu.protocol.form_values import MalformedInput, parse_form, read_form
from cognito_emu.protocol.http import HttpRequest, HttpResponse, LeanHandler
from cognito_emu.protocol.service_models import OperationModel, ServiceModel, load_service_model
from cognito_emu.protocol.tenancy import parse_credentials
from cognito_emu.protocol.validation import compile_validator
from cognito_emu.records import Record
from cognito_emu.store.engine import StoreUnavailableError

_log = structlog.get_logger(__name__)

_FORM = "application/x-www-form-urlencoded"
_NOT_EMULATED = "The operation {action} of {service} is not emulated. docs/operations.md lists those that are."

# Where a caller fails to prove who he is, services of this protocol have other codes than those of the JSON protocols, and status 403.
_AUTHENTICATION_CODES: dict[type[AwsError], str] = {
    ExpiredTokenException: "ExpiredToken",
    InvalidSignatureException: "SignatureDoesNotMatch",
    MissingAuthenticationTokenException: "MissingAuthenticationToken",
    UnrecognizedClientException: "InvalidClientTokenId",
}


class _WireError(Record):
    """An error as it goes over the wire."""

    code: str
    message: str
    status: int


class InvalidAction(AwsError):  # noqa: N818 - AWS's code
    """No service has the action, or not in that version."""


class _CompiledOperation(Record):
    """An operation with its validator, compiled once."""

    model: OperationModel
    function: OperationFunction
    validate: Callable[[Any], dict[str, Any]]
    unsigned: bool

    @property
    def namespace(self) -> str:
        """The XML namespace of the service."""
        return str(self.model.service_model.metadata["xmlNamespace"])


class QueryProtocol:
    """Answers query requests for the services it is given, named as botocore names them, and as they are in credential scopes."""

    def __init__(self, parts: Parts, services: tuple[str, ...]) -> None:
        self._parts = parts
        self._services = services
        self._compiled: dict[tuple[str, str], _CompiledOperation] = {}

    def route(self, method: str, path: str, headers: httputil.HTTPHeaders) -> LeanHandler | None:
        """Take `POST /` with a form."""
        if method == "POST" and path == "/" and headers.get("Content-Type", "").startswith(_FORM):
            return self.handle
        return None

    async def handle(self, request: HttpRequest) -> HttpResponse:
        """Answer one request; whatever goes wrong becomes an AWS error, never a traceback."""
        request_id = self._parts.env.uuid()
        operation: _CompiledOperation | None = None
        try:
            parameters = parse_form(_body(request))
            operation = self._find(request, parameters)
            return await self._run(operation, request, parameters, request_id)
        except AwsError as error:
            return self._failure(operation, _wire_error(operation, error), request_id)
        except StoreUnavailableError as error:
            _log.error("database unavailable", reason=str(error), request_id=request_id)
            failure = _WireError("InternalFailure", "The emulator's database does not answer.", 500)
            return self._failure(operation, failure, request_id)
        except Exception:  # noqa: BLE001 - the door: nothing may escape as anything but an AWS error
            _log.exception("failed", action=operation.model.name if operation else None, request_id=request_id)
            return self._failure(operation, _WireError("InternalFailure", "Internal server error", 500), request_id)

    async def _run(self, operation: _CompiledOperation, request: HttpRequest, parameters: dict[str, str], request_id: str) -> HttpResponse:
        try:
            call = await identify_caller(self._parts, request, request_id)
            if not call.signed and not operation.unsigned:
                raise MissingAuthenticationTokenException("Request is missing Authentication Token")
        except AwsError as error:
            return self._failure(operation, _WireError(_AUTHENTICATION_CODES[type(error)], error.message, 403), request_id)
        payload = operation.validate(read_form(operation.model.input_shape, parameters))
        response = await operation.function(call, payload)
        body = xml_values.write_response(operation.model, response or {}, namespace=operation.namespace, request_id=request_id)
        return HttpResponse(200, body, _headers(request_id))

    def _find(self, request: HttpRequest, parameters: dict[str, str]) -> _CompiledOperation:
        """The operation, by the credential scope's service when the request is signed, else by action and version."""
        action, version = parameters.get("Action", ""), parameters.get("Version", "")
        credentials = parse_credentials(request.headers.get("Authorization", ""))
        for service in self._services:
            if credentials is not None and credentials.service != service:
                continue
            model = load_service_model(service)
            if action in model.operation_names and version in {model.api_version, ""}:
                return self._compile(model, action)
        if credentials is not None and credentials.service not in self._services:
            raise InvalidAction(_NOT_EMULATED.format(action=action, service=credentials.service))
        raise InvalidAction(f"Could not find operation {action} for version {version or 'NO_VERSION_SPECIFIED'}")

    def _compile(self, model: ServiceModel, action: str) -> _CompiledOperation:
        key = (model.service_name, action)
        if key not in self._compiled:
            operation = model.operation_model(action)
            self._compiled[key] = _CompiledOperation(
                model=operation,
                function=find_operation(*key) or _not_emulated(model, action),
                validate=compile_validator(operation.input_shape, error=ValidationError),
                unsigned=operation.auth_type == "none",
            )
        return self._compiled[key]

    def _failure(self, operation: _CompiledOperation | None, error: _WireError, request_id: str) -> HttpResponse:
        namespace = operation.namespace if operation else str(load_service_model(self._services[0]).metadata["xmlNamespace"])
        _log.debug("refused", action=operation.model.name if operation else None, code=error.code, message=error.message)
        sender = error.status < 500  # noqa: PLR2004 - HTTP's border between the client's faults and the server's
        body = xml_values.write_error(code=error.code, message=error.message, sender=sender, namespace=namespace, request_id=request_id)
        return HttpResponse(error.status, body, _headers(request_id))


def _not_emulated(model: ServiceModel, action: str) -> OperationFunction:
    """What answers for an action of the model that has no function: a fault of the caller's, which no client tries again."""

    async def refuse(_call: Call, _request: Request) -> Response:
        service = model.metadata["serviceId"]
        raise InvalidAction(_NOT_EMULATED.format(action=action, service=service))

    return refuse


def _wire_error(operation: _CompiledOperation | None, error: AwsError) -> _WireError:
    """What the model says of an error: on the wire its code may differ from its shape's name (InvalidIdentityToken)."""
    for shape in operation.model.error_shapes if operation else ():
        if shape.name == error.code:
            declared = shape.metadata.get("error", {})
            return _WireError(declared.get("code", error.code), error.message, declared.get("httpStatusCode", error.status))
    if isinstance(error, InternalErrorException):
        return _WireError("InternalFailure", error.message, 500)
    return _WireError(error.code, error.message, error.status)


def _body(request: HttpRequest) -> bytes:
    if request.body is None:
        raise MalformedInput("The request is too large.")
    return request.body


def _headers(request_id: str) -> dict[str, str]:
    return {"Content-Type": "text/xml", "x-amzn-RequestId": request_id, **CORS_HEADERS}
