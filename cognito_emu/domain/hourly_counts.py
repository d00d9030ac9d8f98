"""How often something was tried within the hour that began with the first try."""

from __future__ import annotations

from collections.abc import Hashable

_HOUR = 3600.0
# So many are remembered before those whose hour is over are looked for.
_MOST_REMEMBERED = 10_000


class HourlyCounts:
    """Counts by whoever tries."""

    def __init__(self) -> None:
        self._counts: dict[Hashable, tuple[int, float]] = {}

    def take(self, key: Hashable, most: int, now: float) -> bool:
        """Count a try, if there were not `most` in the hour already.

        Args:
            key: Who tries what.
            most: How often an hour.
            now: Seconds.
        """
        count, since = self._counts.get(key, (0, now))
        if not since <= now < since + _HOUR:  # a clock that was set back begins anew, too
            count, since = 0, now
        if count >= most:
            return False
        if len(self._counts) >= _MOST_REMEMBERED and key not in self._counts:
            self._counts = {known: entry for known, entry in self._counts.items() if now < entry[1] + _HOUR}
        self._counts[key] = (count + 1, since)
        return True
