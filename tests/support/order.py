"""The order of files in a run by several processes."""

from collections import defaultdict
from itertools import zip_longest
from pathlib import Path

import pytest

# About the seconds that a test takes which asks for one of these fixtures; the first that it asks for counts.
_SECONDS = {
    "page": 2.0,
    "browser": 2.0,
    "start_server": 1.0,
    "aws": 1.0,
    "javascript": 1.0,
    "triggered_server": 0.5,
    "bench": 0.3,
    "store": 0.2,
    "server": 0.05,
    "servers": 1.0,
}


def longest_files_first(items: list[pytest.Item]) -> None:
    """Sort a collection, so that no process is still at a long file when the others are done. The tests of a file stay in their order.

    Tests of containers wait most of their time. Every second file is one of theirs, while there are any: somebody computes meanwhile.
    """
    seconds: defaultdict[Path, float] = defaultdict(float)
    of_containers: set[Path] = set()
    for item in items:
        seconds[item.path] += _seconds(item)
        if item.get_closest_marker("docker"):
            of_containers.add(item.path)
    files = sorted(seconds, key=lambda path: -seconds[path])
    waiting = [path for path in files if path in of_containers]
    computing = [path for path in files if path not in of_containers]
    mixed = [path for pair in zip_longest(waiting, computing) for path in pair if path]
    places = {path: place for place, path in enumerate(mixed)}
    items.sort(key=lambda item: places[item.path])


def _seconds(item: pytest.Item) -> float:
    if item.get_closest_marker("timeout"):
        return 20.0  # one that asks for more time than others have needs it
    if item.get_closest_marker("docker"):
        return 2.0
    asked = getattr(item, "fixturenames", ())
    return next((seconds for name, seconds in _SECONDS.items() if name in asked), 0.02)
