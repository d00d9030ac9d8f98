"""The one table from an operation's name to its function."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from cognito_emu.call import Call
from cognito_emu.errors import InternalErrorException

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


def find_operation(service: str, name: str) -> OperationFunction | None:
    """The function of an operation, None when there is none (a model newer than this emulator)."""
    return _operations.get((service, name))


def not_there_yet(name: str) -> OperationFunction:
    """What answers in the place of an operation that has no function."""

    async def refuse(_call: Call, _request: Request) -> Response:
        raise InternalErrorException(f"This emulator is older than the operation {name} and does not know it.")

    return refuse
