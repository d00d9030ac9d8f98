"""Output in XML: from what an operation returns to what AWS's model shapes it into.

https://smithy.io/2.0/aws/protocols/aws-query-protocol.html, https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from cognito_emu.protocol.serialization import UnknownMemberError
from cognito_emu.protocol.service_models import ListShape, MapShape, OperationModel, Shape, StructureShape

_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
# XML 1.0 has no way to write these, not even escaped.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def write_response(operation: OperationModel, members: Mapping[str, Any], *, namespace: str, request_id: str) -> bytes:
    """`<AssumeRoleResponse xmlns="…"><AssumeRoleResult>…</AssumeRoleResult><ResponseMetadata>…`.

    Raises:
        UnknownMemberError: The operation returned a member that the model doesn't know.
    """
    root = Element(f"{operation.name}Response", xmlns=namespace)
    shape = operation.output_shape
    if isinstance(shape, StructureShape):
        wrapper = shape.serialization.get("resultWrapper")
        _write_structure(SubElement(root, wrapper) if wrapper else root, shape, members)
    elif members:
        raise UnknownMemberError(f"The operation has no output, so no member {', '.join(sorted(members))}")
    SubElement(SubElement(root, "ResponseMetadata"), "RequestId").text = request_id
    return _bytes(root)


def write_document(name: str, shape: StructureShape, members: Mapping[str, Any], *, namespace: str) -> bytes:
    """A structure as a document of its own: `<ListBucketResult xmlns="…">…`.

    Raises:
        UnknownMemberError: It has a member that the model doesn't know.
    """
    root = Element(name, xmlns=namespace)
    _write_structure(root, shape, members)
    return _DECLARATION + _bytes(root)


def write_text(name: str, content: str | Mapping[str, str], *, namespace: str = "") -> bytes:
    """A document of text, or of elements with text: `<Error><Code>NoSuchKey</Code>…`."""
    root = Element(name, {"xmlns": namespace} if namespace else {})
    if isinstance(content, str):
        root.text = _UNWRITABLE.sub("\ufffd", content)
    else:
        for member, text in content.items():
            SubElement(root, member).text = _UNWRITABLE.sub("\ufffd", text)
    return _DECLARATION + _bytes(root)


def write_error(*, code: str, message: str, sender: bool, namespace: str, request_id: str) -> bytes:
    """`<ErrorResponse xmlns="…"><Error><Type>Sender</Type><Code>…</Code><Message>…</Message></Error><RequestId>…`."""
    root = Element("ErrorResponse", xmlns=namespace)
    error = SubElement(root, "Error")
    SubElement(error, "Type").text = "Sender" if sender else "Receiver"
    SubElement(error, "Code").text = code
    SubElement(error, "Message").text = _UNWRITABLE.sub("\ufffd", message)
    SubElement(root, "RequestId").text = request_id
    return _bytes(root)


def _bytes(root: Element) -> bytes:
    return bytes(tostring(root, encoding="utf-8"))


def _write(parent: Element, name: str, shape: Shape, value: Any) -> None:
    if isinstance(shape, ListShape):
        _write_list(parent, name, shape, value)
    elif isinstance(shape, MapShape):
        _write_map(parent, name, shape, value)
    elif isinstance(shape, StructureShape):
        _write_structure(SubElement(parent, name), shape, value)
    else:
        SubElement(parent, name).text = _UNWRITABLE.sub("\ufffd", _SCALARS.get(shape.type_name, str)(value))


def _write_structure(element: Element, shape: StructureShape, members: Mapping[str, Any]) -> None:
    if not members.keys() <= shape.members.keys():
        raise UnknownMemberError(f"{shape.name} has no member {', '.join(sorted(set(members).difference(shape.members)))}")
    for name, member in shape.members.items():
        if members.get(name) is not None:
            _write(element, member.serialization.get("name", name), member, members[name])


def _write_list(parent: Element, name: str, shape: ListShape, items: list[Any]) -> None:
    if shape.serialization.get("flattened"):
        item_name = shape.member.serialization.get("name", name)
    else:
        parent, item_name = SubElement(parent, name), shape.member.serialization.get("name", "member")
    for item in items:
        _write(parent, item_name, shape.member, item)


def _write_map(parent: Element, name: str, shape: MapShape, entries: Mapping[str, Any]) -> None:
    if shape.serialization.get("flattened"):
        entry_name = name
    else:
        parent, entry_name = SubElement(parent, name), "entry"
    for key, value in entries.items():
        entry = SubElement(parent, entry_name)
        _write(entry, shape.key.serialization.get("name", "key"), shape.key, key)
        _write(entry, shape.value.serialization.get("name", "value"), shape.value, value)


def _boolean(value: bool) -> str:
    return "true" if value else "false"


def _timestamp(moment: float | datetime) -> str:
    """ISO 8601 in UTC, with milliseconds where there are any."""
    if isinstance(moment, datetime):
        if moment.tzinfo is None:
            raise ValueError(f"{moment!r} has no time zone, so it is no point in time")
        moment = moment.timestamp()
    milliseconds = round(moment * 1000)
    precision = "milliseconds" if milliseconds % 1000 else "seconds"
    text = datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec=precision)
    return text.replace("+00:00", "Z")


def _blob(data: bytes) -> str:
    return base64.b64encode(data).decode()


_SCALARS: dict[str, Callable[[Any], str]] = {"blob": _blob, "boolean": _boolean, "timestamp": _timestamp}
