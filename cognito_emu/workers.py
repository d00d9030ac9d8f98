"""Several processes on one port: the parent starts them, replaces those that crash, and ends them when it is told to end."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

_MOST_CRASHES = 20


def fork_workers(count: int) -> bool:
    """Return in `count` child processes, with whether it is the first; the parent stays until all of them have ended, and never returns.

    Tornado's own `fork_processes` is not used, since its parent dies of SIGTERM and leaves the children behind.
    """
    children: set[int] = set()
    for number in range(count):
        child = os.fork()
        if child == 0:
            return number == 0
        children.add(child)
    _supervise(children)
    return False  # one that stands in for another that has crashed


def _supervise(children: set[int]) -> None:
    """Return in a replacement alone."""
    stopping = False
    crashes = 0

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True
        for child in children:
            os.kill(child, signal.SIGTERM)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while children:
        child, status = os.wait()
        children.discard(child)
        if stopping or status == 0:
            continue
        crashes += 1
        if crashes > _MOST_CRASHES:
            stop(signal.SIGTERM, None)
            continue
        replacement = os.fork()
        if replacement == 0:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            return
        children.add(replacement)
    sys.exit(0 if stopping else 1)
