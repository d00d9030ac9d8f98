"""A user agent as people read it."""

from __future__ import annotations

import functools

# Assumption: what AWS shows where it knows nothing; the records of threat protection say "Other, Other" of devices.
UNKNOWN = "Other, Other"


@functools.lru_cache(maxsize=1024)
def describe_device(user_agent: str) -> str:
    """Browser or app and operating system: `Chrome 126, Windows 10`; `Other, Other` when neither can be told.

    The first call takes half a second, in which the parser makes itself ready: it belongs beside the event loop.
    """
    from ua_parser import parse  # noqa: PLC0415 - slow to load, and only threat protection and lists of sessions need it

    parsed = parse(user_agent)
    # Assumption: the form. "Derived from the parsed user agent (operating system and browser or app)" (API reference).
    named = (_with_version(part.family, part.major) for part in (parsed.user_agent, parsed.os) if part is not None)
    return ", ".join(named) or UNKNOWN


def _with_version(family: str, version: str | None) -> str:
    return f"{family} {version}" if version else family
