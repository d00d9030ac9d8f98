"""Tags as lists of keys and values, which most services have; user pools have mappings."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

TagList = Sequence[Mapping[str, str]]


def with_tags(tags: TagList, new: TagList) -> list[dict[str, str]]:
    """The tags with new ones; a key has one value."""
    values = {tag["Key"]: tag["Value"] for tag in (*tags, *new)}
    return [{"Key": key, "Value": value} for key, value in values.items()]


def without_tags(tags: TagList, keys: Collection[str]) -> list[Mapping[str, str]]:
    """The tags but those of these keys."""
    return [tag for tag in tags if tag["Key"] not in keys]
