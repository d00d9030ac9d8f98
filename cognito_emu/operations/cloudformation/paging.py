"""Pages of what CloudFormation lists."""

from __future__ import annotations

from typing import Any

from cognito_emu.call import Call
from cognito_emu.errors import InvalidParameterException, ValidationError
from cognito_emu.operations.pagination import make_token, read_token
from cognito_emu.operations.registry import Request

PAGE = 100


def page(call: Call, scope: list[str], request: Request, items: list[Any]) -> tuple[list[Any], str | None]:
    """The page that a request asks for, and the token of the next.

    Args:
        scope: What a token is good for.
    """
    start = position(call, scope, request) or 0
    end = start + request.get("MaxResults", PAGE)
    return items[start:end], make_token(call, scope, [end]) if end < len(items) else None


def position(call: Call, scope: list[str], request: Request) -> int | None:
    """Where a request wants to go on; None at the beginning.

    Raises:
        ValidationError: The token is none of ours.
    """
    try:
        found = read_token(call, scope, request.get("NextToken"))
    except InvalidParameterException as error:
        raise ValidationError(error.message) from error
    return int(found[0]) if found else None
