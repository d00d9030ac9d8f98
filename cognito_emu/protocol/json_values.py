"""JSON values read as the types of AWS's models, and what AWS says of a value that has another type.

AWS's servers read the body in its order and stop at the first value of a wrong JSON type, before any constraint is looked
at. The error names the type of the JSON token but not the member. Sources of the sentences: Cognito itself ("Start of
structure or map found where not expected.", aws-amplify/amplify-js#5165), and for the rest other services that speak AWS JSON
1.1 through the same framework: CodeDeploy (aws/aws-cdk#27087), Cognito Sync (aws/aws-sdk-php#373) and raw requests to Athena,
which also showed that a fraction sent for an integer is cut off and not refused, and that null counts as absent in lists too.
"""

from __future__ import annotations

import binascii
import string
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from cognito_emu.errors import SerializationException

_BASE64_ALPHABET = frozenset(string.ascii_letters + string.digits + "+/")

_EXPECTED_CONTAINER = {"list": "Expected list or null", "map": "Expected map or null", "structure": "Expected null"}
_CONVERSION_TARGET = {
    "blob": "a Blob",
    "boolean": "a Boolean",
    "character": "a Character",
    "double": "a Double",
    "float": "a Float",
    "integer": "an Integer",
    "long": "a Long",
    "string": "a String",
    "timestamp": "milliseconds since epoch",
}


def wrong_type(value: Any, type_name: str) -> SerializationException:
    """The error for a JSON value that a member of the model's type `type_name` can't hold."""
    if isinstance(value, list):
        return SerializationException("Start of list found where not expected")
    if isinstance(value, dict):
        return SerializationException("Start of structure or map found where not expected.")
    if type_name in _EXPECTED_CONTAINER:
        return SerializationException(_EXPECTED_CONTAINER[type_name])
    token = f"{value}_VALUE".upper() if isinstance(value, bool) else "STRING_VALUE" if isinstance(value, str) else "NUMBER_VALUE"
    return SerializationException(f"{token} can not be converted to {_CONVERSION_TARGET[type_name]}")


def _read_string(value: Any) -> str:
    if type(value) is str:
        return value
    raise wrong_type(value, "string")


def _read_boolean(value: Any) -> bool:
    if type(value) is bool:
        return value
    # Assumption: as in DynamoDB, the texts "true" and "false" are taken in any case; any other is answered with this sentence.
    if isinstance(value, str):
        text = value.lower()
        if text in {"true", "false"}:
            return text == "true"
        raise SerializationException("Unexpected token received from parser")
    raise wrong_type(value, "boolean")


def _read_whole_number(type_name: str, bits: int) -> Callable[[Any], int]:
    end = 1 << (bits - 1)

    def read(value: Any) -> int:
        number = int(value) if type(value) is float else value
        # Assumption: a number that Java's type cannot hold is answered like a value of another type.
        if type(number) is int and -end <= number < end:
            return number
        raise wrong_type(value, type_name)

    return read


def _read_fraction(type_name: str) -> Callable[[Any], float]:
    def read(value: Any) -> float:
        if type(value) is float or type(value) is int:
            return float(value)
        raise wrong_type(value, type_name)

    return read


def _read_timestamp(value: Any) -> float:
    """Seconds since the epoch.

    AWS takes only numbers ("STRING_VALUE can not be converted to milliseconds since epoch", seen from X-Ray). ISO 8601 is
    taken besides, for people who write requests by hand; without an offset it is UTC.
    """
    if type(value) is float or type(value) is int:
        return float(value)
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            raise wrong_type(value, "timestamp") from None
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    raise wrong_type(value, "timestamp")


def _read_blob(value: Any) -> bytes:
    """Bytes from base64 text; the sentences, and the spelling of the last, are those that Kinesis was seen to send."""
    if not isinstance(value, str):
        raise wrong_type(value, "blob")
    if len(value) % 4:
        problem = f"Base64 encoded length is expected a multiple of 4 bytes but found: {len(value)}"
        raise SerializationException(f"'{value}' can not be converted to a Blob: {problem}")
    try:
        data = binascii.a2b_base64(value, strict_mode=True)
    except ValueError:
        data = b""
    # Python drops bits of the last character that lie beyond the last byte; AWS wants them to be zero.
    if binascii.b2a_base64(data, newline=False) == value.encode():
        return data
    stranger = next((character for character in value.rstrip("=") if character not in _BASE64_ALPHABET), None)
    problem = f"Invalid Base64 character: '{stranger}'" if stranger else "Invalid last non-pad Base64 character dectected"
    raise SerializationException(f"'{value}' can not be converted to a Blob: {problem}")


SCALAR_READERS: dict[str, Callable[[Any], Any]] = {
    "blob": _read_blob,
    "boolean": _read_boolean,
    "character": _read_string,
    "double": _read_fraction("double"),
    "float": _read_fraction("float"),
    "integer": _read_whole_number("integer", bits=32),
    "long": _read_whole_number("long", bits=64),
    "string": _read_string,
    "timestamp": _read_timestamp,
}
"""By the model's type name: JSON value to Python value, or SerializationException. Timestamps become float epoch seconds."""

PLAIN_TYPES: dict[str, type] = {"boolean": bool, "character": str, "string": str}
"""By the model's type name: the Python type of the JSON values that the reader would hand back as they are."""
