"""The one table from an operation's name to its function."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from cognito_emu.call import Call
from cognito_emu.errors import InternalErrorException, UnknownOperationException

# A request has passed the validation by its botocore shape, so required members are there and every member has its type.
Request = Mapping[str, Any]
# A response's members; None where the operation has no output. The serialiser drops members that are None.
Response = Mapping[str, Any] | None

OperationFunction = Callable[[Call, Request], Awaitable[Response]]

_operations: dict[tuple[str, str], OperationFunction] = {}


def operation(name: str, *, service: str = "cognito-idp") -> Callable[[OperationFunction], OperationFunction]:
    """Register the function of an operation, under AWS's name for it."""

    def register(function: OperationFunction) -> OperationFunction:
        assert (service, name) not in _operations, f"{service} {name} has two functions"
        _operations[service, name] = function
        return function

    return register


def registered(service: str, name: str) -> OperationFunction | None:
    """The function of an operation, None when there is none, or its module is not imported yet."""
    return _operations.get((service, name))


def not_there_yet(service: str, name: str) -> OperationFunction:
    """What answers in the place of an operation that has no function.

    Of Cognito a model newer than this emulator has it, and the one error that all its operations declare says so. What is not emulated of
    the services beside Cognito is a fault of the caller's: an error of the server's would be tried again, by Terraform for minutes.
    """
    whole = service in {"cognito-idp", "cognito-identity"}

    async def refuse(_call: Call, _request: Request) -> Response:
        if whole:
            raise InternalErrorException(f"This emulator is older than the operation {name} and does not know it.")
        raise UnknownOperationException(f"The operation {name} of {service} is not emulated. docs/operations.md lists those that are.")

    return refuse
