"""Paging tokens: opaque, bound to the list they belong to, and useless when anybody changed them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from typing import Any

import orjson

from cognito_emu.call import Call
from cognito_emu.errors import InvalidParameterException
from cognito_emu.store.paging import Position

_MAC_BYTES = 16


def read_token(call: Call, scope: Sequence[str], token: str | None) -> Position:
    """The position that a paging token stands for; None (the beginning) without a token.

    Args:
        call: The request.
        scope: What the list is of: the operation and its arguments. A token works for no other list.
        token: What the client sent.

    Raises:
        InvalidParameterException: The token was not handed out for this list.
    """
    if token is None:
        return None
    try:
        raw = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError, ValueError) as error:
        raise InvalidParameterException("Invalid pagination token.") from error
    mac, payload = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
    # Two texts may stand for the same bytes; only the one that was handed out is a token.
    if base64.urlsafe_b64encode(raw).decode() != token or not hmac.compare_digest(mac, _mac(call, scope, payload)):
        raise InvalidParameterException("Invalid pagination token.")
    position: Sequence[Any] = orjson.loads(payload)
    return position


def make_token(call: Call, scope: Sequence[str], position: Position) -> str | None:
    """The token that goes on from `position`; None when the list has ended."""
    if position is None:
        return None
    payload = orjson.dumps(list(position))
    return base64.urlsafe_b64encode(_mac(call, scope, payload) + payload).decode()


def page_size(requested: int | None, most: int = 60) -> int:
    """The page's size: what the client asked for, and the largest there is when it said nothing (or 0, which the model allows)."""
    return requested or most


def _mac(call: Call, scope: Sequence[str], payload: bytes) -> bytes:
    message = orjson.dumps([call.tenant.account, call.tenant.region, *scope]) + payload
    return hmac.new(call.parts.secret, message, hashlib.sha256).digest()[:_MAC_BYTES]
