"""Responses: from what an operation returns to what `orjson.dumps` takes, as AWS's model shapes it.

A shape is compiled once. Most structures hold nothing but text and numbers: one comparison of the names and one look for None
is all they cost, and the value goes through as it is.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from cognito_emu.protocol.service_models import ListShape, MapShape, Shape, StructureShape

_Write = Callable[[Any], Any]


class UnknownMemberError(KeyError):
    """An operation returned a member that the model doesn't know. That is a bug of ours, never of the client."""


def compile_serializer(shape: Shape | None) -> Callable[[Mapping[str, Any]], Any]:
    """Compile the rendering of an operation's output.

    Args:
        shape: The operation's output shape; None for an operation whose answer has no body.

    Returns:
        A function from the members, by their names in the model, to a document of JSON types; to None when there is no body. At
        every level it leaves out members that are None. Timestamps (float seconds since the epoch, or an aware datetime) become
        numbers with at most three decimals, blobs base64 text; documents stay as they are. What needs no change is handed
        through, not copied, and nothing is changed in place. It raises UnknownMemberError for a member that the model doesn't
        know.
    """
    if shape is None:
        return _write_nothing
    return _Compiler().writer(shape) or _as_it_is


class _Compiler:
    """Compiles shapes, each once, so that a recursive shape ends. A writer of None means that values stay as they are."""

    def __init__(self) -> None:
        self._writers: dict[str, _Write | None] = {}

    def writer(self, shape: Shape) -> _Write | None:
        if shape.name not in self._writers:
            self._writers[shape.name] = self._compile(shape)
        return self._writers[shape.name]

    def _compile(self, shape: Shape) -> _Write | None:
        if isinstance(shape, StructureShape):
            return None if shape.is_document_type else self._structure(shape)
        if isinstance(shape, ListShape):
            return self._list(shape)
        if isinstance(shape, MapShape):
            return self._map(shape)
        return _SCALAR_WRITERS.get(shape.type_name)

    def _structure(self, shape: StructureShape) -> _Write:
        writers: list[tuple[str, _Write]] = []
        # Known before its members are compiled: one of them may lead back here.
        self._writers[shape.name] = _writer_of_members(shape, writers)
        for name, member in shape.members.items():
            write_member = self.writer(member)
            if write_member is not None:
                writers.append((name, write_member))
        return _writer_of_members(shape, writers) if writers else _writer_of_plain_members(shape)

    def _list(self, shape: ListShape) -> _Write | None:
        write_element = self.writer(shape.member)
        if write_element is None:
            return None
        return lambda elements: [write_element(element) for element in elements]

    def _map(self, shape: MapShape) -> _Write:
        write_value = self.writer(shape.value)
        if write_value is None:
            return lambda entries: _without_none(entries) if None in entries.values() else entries
        return lambda entries: {key: write_value(value) for key, value in entries.items() if value is not None}


def _writer_of_members(shape: StructureShape, writers: list[tuple[str, _Write]]) -> _Write:
    knows = frozenset(shape.members).issuperset

    def write(members: Mapping[str, Any]) -> Mapping[str, Any]:
        if not knows(members):
            raise _unknown_members(shape, members)
        changes = {}
        for name, write_member in writers:
            if name in members:
                value = members[name]
                if value is not None and (written := write_member(value)) is not value:
                    changes[name] = written
        if changes:
            members = {**members, **changes}
        return _without_none(members) if None in members.values() else members

    return write


def _writer_of_plain_members(shape: StructureShape) -> _Write:
    knows = frozenset(shape.members).issuperset

    def write(members: Mapping[str, Any]) -> Mapping[str, Any]:
        if not knows(members):
            raise _unknown_members(shape, members)
        return _without_none(members) if None in members.values() else members

    return write


def _as_it_is(value: Any) -> Any:
    return value


def _without_none(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def _unknown_members(shape: StructureShape, members: Mapping[str, Any]) -> UnknownMemberError:
    return UnknownMemberError(f"{shape.name} has no member {', '.join(sorted(set(members).difference(shape.members)))}")


def _write_nothing(members: Mapping[str, Any]) -> None:
    if members:
        raise UnknownMemberError(f"The operation has no output, so no member {', '.join(sorted(members))}")


def _write_timestamp(moment: float | datetime) -> float:
    if isinstance(moment, datetime):
        if moment.tzinfo is None:
            raise ValueError(f"{moment!r} has no time zone, so it is no point in time")
        moment = moment.timestamp()
    return round(moment, 3)


def _write_blob(data: bytes) -> str:
    return base64.b64encode(data).decode()


_SCALAR_WRITERS: dict[str, _Write] = {"timestamp": _write_timestamp, "blob": _write_blob}
