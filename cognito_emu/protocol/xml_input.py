"""Input in XML: from a document to the values that the model's shapes describe, typed as JSON would carry them.

https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from cognito_emu.protocol.service_models import ListShape, MapShape, Shape, StructureShape


def read_document(shape: StructureShape, body: bytes) -> dict[str, Any]:
    """The members of a structure that is a document of its own. Namespaces, and members that the shape does not know, are passed over.

    Raises:
        ValueError: It is no XML, or a value has not the form that its type demands.
    """
    try:
        root = fromstring(body)
    except (ParseError, DefusedXmlException) as error:
        raise ValueError("not well-formed") from error
    return _read_structure(shape, root)


def read_text(shape: Shape, text: str) -> Any:
    """A scalar from its text, in an element or a header.

    Raises:
        ValueError: It has not the form that its type demands.
    """
    read = _SCALARS.get(shape.type_name)
    return read(text) if read else text


def _read(shape: Shape, element: Element) -> Any:
    if isinstance(shape, StructureShape):
        return _read_structure(shape, element)
    if isinstance(shape, ListShape):
        name = shape.member.serialization.get("name", "member")
        return [_read(shape.member, child) for child in element if _name(child) == name]
    assert not isinstance(shape, MapShape), "no document of S3 has maps"
    return read_text(shape, element.text or "")


def _read_structure(shape: StructureShape, element: Element) -> dict[str, Any]:
    members = {}
    for name, member in shape.members.items():
        wire_name = member.serialization.get("name", name)
        if isinstance(member, ListShape) and member.serialization.get("flattened"):
            wire_name = member.member.serialization.get("name", wire_name) if "name" not in member.serialization else wire_name
            items = [_read(member.member, child) for child in element if _name(child) == wire_name]
            if items:
                members[name] = items
            continue
        child = next((child for child in element if _name(child) == wire_name), None)
        if child is not None:
            members[name] = _read(member, child)
    return members


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _boolean(text: str) -> bool:
    if text.lower() not in {"true", "false"}:
        raise ValueError(text)
    return text.lower() == "true"


def _timestamp(text: str) -> float:
    """ISO 8601 in documents, HTTP's form in headers; seconds since the epoch."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = parsedate_to_datetime(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


_SCALARS: dict[str, Callable[[str], Any]] = {
    "boolean": _boolean,
    "double": float,
    "float": float,
    "integer": int,
    "long": int,
    "timestamp": _timestamp,
}
