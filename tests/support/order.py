"""The order of files in a run by several processes: long ones first, so that none is still at a long one when the others are done."""

from collections import defaultdict
from pathlib import Path

import pytest

# About the seconds of a core that a test takes which asks for one of these fixtures; the first that it asks for counts.
_SECONDS = {
    "page": 2.0,
    "browser": 2.0,
    "start_server": 1.0,
    "aws": 1.0,
    "javascript": 1.0,
    "bench": 0.3,
    "triggered_server": 0.5,
    "store": 0.2,
    "server": 0.05,
}


def longest_files_first(items: list[pytest.Item]) -> None:
    """Sort a collection. The tests of a file stay in their order."""
    files: defaultdict[Path, float] = defaultdict(float)
    for item in items:
        files[item.path] += _seconds(item)
    items.sort(key=lambda item: -files[item.path])


def _seconds(item: pytest.Item) -> float:
    if item.get_closest_marker("timeout"):
        return 20.0  # one that asks for more time than others have needs it
    if item.get_closest_marker("docker"):
        return 2.0
    asked = getattr(item, "fixturenames", ())
    return next((seconds for name, seconds in _SECONDS.items() if name in asked), 0.02)
