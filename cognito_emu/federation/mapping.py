"""From a provider's claims to a user's attributes.

https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-specifying-attribute-mapping.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote_plus

import orjson

# What a mapping may name besides attributes: the subject's claim.
_USERNAME = "username"
# URL encoding leaves alone what AWS names: letters, digits, `.`, `-`, `*`, `_`. Python's also leaves `~`.
_UNTOUCHED = "*"


def map_claims(mapping: Mapping[str, str], claims: Mapping[str, Any]) -> dict[str, str]:
    """The attributes that the claims give. A claim that is missing leaves its attribute out, and so as it was.

    Args:
        mapping: User pool attribute to the provider's claim.
        claims: The provider's claims.
    """
    attributes = {}
    for name, claim in mapping.items():
        value = as_text(claims.get(claim))
        if name != _USERNAME and value:
            attributes[name] = value
    return attributes


def as_text(value: Any) -> str:
    """A claim as an attribute's text.

    >>> as_text(True), as_text(["a b", "c"]), as_text(None)
    ('true', '[a+b, c]', '')
    """
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case Sequence():
            return _list(value)
        case _:
            return orjson.dumps(value).decode()


def _list(values: Sequence[Any]) -> str:
    """Several values are URL-form-encoded and shown as `[value1, value2]` (developer guide)."""
    # Assumption: a single value is shown bare, as SAML's attributes, which are always lists, are.
    if len(values) == 1:
        return as_text(values[0])
    return f"[{', '.join(quote_plus(as_text(value), safe=_UNTOUCHED).replace('~', '%7E') for value in values)}]"
