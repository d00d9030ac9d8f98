"""Values as people read them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson

_UNITS = ((86400.0, "d"), (3600.0, "h"), (60.0, "min"), (1.0, "s"))
_JUST_NOW = 1.0


def iso(at: float) -> str:
    """A time in UTC, to the second."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"


def moment(at: float) -> str:
    """`24 Nov 2026, 20:01:14 UTC`."""
    return f"{datetime.fromtimestamp(at, UTC):%-d %b %Y, %H:%M:%S} UTC"


def clock_time(at: float) -> str:
    """`20:01:14`, in UTC."""
    return f"{datetime.fromtimestamp(at, UTC):%H:%M:%S}"


def duration(seconds: float) -> str:
    """`3 d 4 h`, `5 min`, `12 s`: two units at most, the second only while it says something."""
    rest = abs(seconds)
    for index, (size, name) in enumerate(_UNITS):
        if rest >= size or name == "s":
            whole = int(rest // size)
            text = f"{whole} {name}"
            if index + 1 < len(_UNITS) and whole < 10:  # noqa: PLR2004 - beyond ten of a unit nobody asks for the next
                smaller_size, smaller = _UNITS[index + 1]
                smaller_whole = int(rest % size // smaller_size)
                text += f" {smaller_whole} {smaller}" if smaller_whole else ""
            return text
    raise AssertionError("unreachable")


def relative(at: float, now: float) -> str:
    """`5 min ago`, `in 2 h`, `now`."""
    difference = now - at
    if abs(difference) < _JUST_NOW:
        return "now"
    return f"{duration(difference)} ago" if difference > 0 else f"in {duration(difference)}"


def milliseconds(seconds: float) -> str:
    """`0.8 ms`, `12 ms`, `1.4 s`."""
    if seconds >= 1:
        return f"{seconds:.1f} s"
    value = seconds * 1000
    return f"{value:.1f} ms" if value < 10 else f"{value:.0f} ms"  # noqa: PLR2004 - a decimal below ten


def pretty_json(value: Any) -> str:
    """Indented JSON."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS, default=str).decode()


def words(status: str) -> str:
    """`FORCE_CHANGE_PASSWORD` as `Force change password`."""
    return status.replace("_", " ").capitalize()
