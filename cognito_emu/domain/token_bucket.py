"""A token bucket: so many requests a second on the average, and no more than one second's worth at once."""

from __future__ import annotations

import msgspec


class TokenBucket(msgspec.Struct):
    """What is left of a quota.

    Attributes:
        left: Requests that may be made at once.
        filled_at: When `left` was right, in seconds.
    """

    left: float
    filled_at: float

    def take(self, rate: float, now: float) -> bool:
        """Take one request out, if there is one.

        Args:
            rate: Requests a second. It may change between calls.
            now: Seconds; a clock that was set back fills nothing.
        """
        # Assumption: AWS does not say how large a burst may be; here it is what a second brings, and never less than one request.
        most = max(rate, 1.0)
        self.left = min(most, self.left + max(0.0, now - self.filled_at) * rate)
        self.filled_at = now
        if self.left < 1.0:
            return False
        self.left -= 1.0
        return True
