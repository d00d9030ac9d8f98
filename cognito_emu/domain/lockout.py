"""How long wrong passwords lock a user out.

Source: developer guide, "Authentication flow", on failed sign-in attempts: after five wrong passwords a lock of one second,
doubled by each further one up to about 15 minutes. An attempt during a lock is refused and not counted. A success after the lock,
or 15 quiet minutes, clear the count. Custom challenges do not count.
"""

from __future__ import annotations

from cognito_emu.errors import NotAuthorizedException
from cognito_emu.records import Record

FREE_FAILURES = 5
LONGEST_LOCK = 900
QUIET_TIME = 900


class LockOut(Record):
    """The wrong passwords of a user: how many, and when the last was (epoch seconds)."""

    failures: int = 0
    last_failure_at: float = 0.0

    def check(self, now: float) -> None:
        """Let an attempt be made, before its password is looked at.

        Raises:
            NotAuthorizedException: The user is locked out. The attempt does not count.
        """
        if now < self.locked_until:
            raise NotAuthorizedException("Password attempts exceeded")

    @property
    def locked_until(self) -> float:
        """When the lock ends or ended: epoch seconds, 0 without one."""
        beyond = self.failures - FREE_FAILURES
        if beyond < 0:
            return 0.0
        # The exponent is bounded before the shift, lest a forgotten test bench ends in numbers of a million bits.
        return self.last_failure_at + min(LONGEST_LOCK, 1 << min(beyond, 10))

    def after_failure(self, now: float) -> LockOut:
        """What there is to remember after a wrong password."""
        quiet = now - self.last_failure_at > QUIET_TIME and now >= self.locked_until
        return LockOut(1 if quiet else self.failures + 1, now)
