"""Calling operations as a client would: values shaped and checked by the model, refusals in CloudFormation's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from cognito_emu.call import Call
from cognito_emu.cloudformation.errors import ResourceFailure
from cognito_emu.errors import AwsError
from cognito_emu.operations import find_operation, not_there_yet
from cognito_emu.protocol.service_models import ListShape, MapShape, Shape, StructureShape, load_service_model
from cognito_emu.protocol.validation import compile_validator

# https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract-errors.html
_HANDLER_CODES = {
    "AccessDeniedException": "AccessDenied",
    "DuplicateProviderException": "AlreadyExists",
    "EntityAlreadyExistsException": "AlreadyExists",
    "GroupExistsException": "AlreadyExists",
    "InternalErrorException": "ServiceInternalError",
    "LimitExceededException": "ServiceLimitExceeded",
    "NoSuchEntityException": "NotFound",
    "ResourceExistsException": "AlreadyExists",
    "ResourceNotFoundException": "NotFound",
    "TooManyRequestsException": "Throttling",
    "UserNotFoundException": "NotFound",
    "UsernameExistsException": "AlreadyExists",
}
_SERVICE_NAMES = {
    "cognito-idp": "CognitoIdentityProvider",
    "cognito-identity": "CognitoIdentity",
    "iam": "Iam",
    "lambda": "Lambda",
    "secretsmanager": "SecretsManager",
}
GONE = frozenset({"NoSuchBucket", "NoSuchEntityException", "ParameterNotFound", "ResourceNotFoundException", "UserNotFoundException"})


async def operate(call: Call, service: str, name: str, request: Mapping[str, Any]) -> dict[str, Any]:
    """Run an operation with what its input knows of `request`.

    Raises:
        AwsError: As the API would answer.
    """
    shape = _input(service, name)
    function = find_operation(service, name) or not_there_yet(service, name)
    members = {member: value for member, value in request.items() if member in shape.members and value is not None}
    return dict(await function(call, _validator(service, name)(shaped(shape, members))) or {})


def failure(call: Call, service: str, error: AwsError) -> ResourceFailure:
    """A refusal as a resource's event gives it."""
    handler_code = _HANDLER_CODES.get(error.code, "InvalidRequest")
    source = f"(Service: {_SERVICE_NAMES.get(service, service)}, Status Code: {error.status}, Request ID: {call.request_id})"
    message = f'Resource handler returned message: "{error.message} {source}"'
    return ResourceFailure(f"{message} (RequestToken: {call.request_id}, HandlerErrorCode: {handler_code})")


def input_members(service: str, name: str) -> frozenset[str]:
    """The members of an operation's input."""
    return frozenset(_input(service, name).members)


def shaped(shape: Shape, value: Any) -> Any:
    """A value with its scalars of the shape's types: templates may write `"true"` for true, `30` for "30" and the other way round.

    What cannot be read so stays as it is, for the validator to refuse.
    """
    if isinstance(shape, StructureShape) and isinstance(value, dict) and not shape.is_document_type:
        return {name: shaped(shape.members[name], item) if name in shape.members else item for name, item in value.items()}
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [shaped(shape.member, item) for item in value]
    if isinstance(shape, MapShape) and isinstance(value, dict):
        return {name: shaped(shape.value, item) for name, item in value.items()}
    return _SCALARS[shape.type_name](value) if shape.type_name in _SCALARS else value


def _boolean(value: Any) -> Any:
    return {"true": True, "false": False}.get(value.lower(), value) if isinstance(value, str) else value


def _number(value: Any) -> Any:
    try:
        return int(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _string(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value


_SCALARS: dict[str, Callable[[Any], Any]] = {"boolean": _boolean, "integer": _number, "long": _number, "string": _string}


def _input(service: str, name: str) -> StructureShape:
    shape = load_service_model(service).operation_model(name).input_shape
    assert isinstance(shape, StructureShape)
    return shape


@cache
def _validator(service: str, name: str) -> Callable[[Any], dict[str, Any]]:
    return compile_validator(_input(service, name))
