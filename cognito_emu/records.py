"""What values are made of: members with names, which nobody changes. Why not dataclasses: docs/decisions/0012-records.md."""

from __future__ import annotations

import inspect
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, dataclass_transform

import msgspec
from msgspec import field
from msgspec.structs import asdict
from typing_extensions import override

if TYPE_CHECKING:
    from dataclasses import replace  # the name by which mypy knows to check what is replaced
else:
    from msgspec.structs import replace

__all__ = ["Hidden", "Record", "asdict", "field", "hidden_members", "replace"]

T = TypeVar("T")
_MARK = "hidden"
Hidden = Annotated[T, _MARK]
"""`password: Hidden[str]` is left out of the record's `repr`, so that neither a log line nor a failed assertion shows it."""


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Record(msgspec.Struct, frozen=True):
    """A value: equal to another of its class that has equal members.

    `asdict` tells the members as they are: no list or dict is copied, and a record among them stays a record.
    """

    def __repr__(self) -> str:
        return f"{type(self).__qualname__}({', '.join(f'{name}={value!r}' for name, value in self.__rich_repr__())})"

    @override
    def __rich_repr__(self) -> list[tuple[str, Any]]:
        # What tracebacks with local variables show, where the library rich prints them; msgspec's own would show all.
        hidden = hidden_members(type(self))
        return [(name, getattr(self, name)) for name in self.__struct_fields__ if name not in hidden]


@cache
def hidden_members(record: type[Record]) -> frozenset[str]:
    """The members that a class, or one that it derives from, declares as Hidden."""
    declared = [item for owner in record.__mro__ for item in inspect.get_annotations(owner).items()]
    return frozenset(name for name, annotation in declared if _hides(annotation))


def _hides(annotation: object) -> bool:
    # A text in modules that postpone the evaluation of annotations, which may name what is imported for type checkers alone.
    return annotation.startswith("Hidden[") if isinstance(annotation, str) else _MARK in getattr(annotation, "__metadata__", ())
