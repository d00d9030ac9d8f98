"""Paging of Lambda's lists: `Marker` and `MaxItems`."""

from __future__ import annotations

from collections.abc import Sequence

from cognito_emu.call import Call
from cognito_emu.errors import InvalidParameterException, InvalidParameterValueException
from cognito_emu.operations.pagination import make_token, read_token
from cognito_emu.operations.registry import Request
from cognito_emu.store.paging import Position

# "ListFunctions returns a maximum of 50 items in each response, even if you set the number higher" (API reference).
_MOST_ITEMS = 50


def read_marker(call: Call, scope: Sequence[str], request: Request) -> tuple[Position, int]:
    """Where a page begins and how long it may be.

    Raises:
        InvalidParameterValueException: The marker is not one of this list.
    """
    try:
        position = read_token(call, scope, request.get("Marker"))
    except InvalidParameterException as error:
        raise InvalidParameterValueException("Invalid Marker.") from error
    return position, min(request.get("MaxItems", _MOST_ITEMS), _MOST_ITEMS)


def next_marker(call: Call, scope: Sequence[str], position: Position) -> str | None:
    """The marker of the page that follows."""
    return make_token(call, scope, position)
