"""Randomness that comes out the same when a step is run again: a resource that a dead process made is found by the id it then drew."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable

from typing_extensions import override

from cognito_emu.call import Call
from cognito_emu.environment import Environment
from cognito_emu.records import replace


class RepeatableEnvironment(Environment):
    """Another environment's time, with random bytes that follow from a seed. Unguessable as long as the seed is."""

    def __init__(self, clock: Environment, seed: bytes) -> None:
        super().__init__(random_bytes=_stream(seed))
        self._clock = clock

    @override
    def now(self) -> float:
        return self._clock.now()


def repeatable(call: Call, seed: bytes, purpose: str) -> Call:
    """The call, drawing what it drew the last time for this purpose."""
    derived = hmac.new(seed, purpose.encode(), hashlib.sha256).digest()
    return replace(call, parts=replace(call.parts, env=RepeatableEnvironment(call.env, derived)))


def _stream(seed: bytes) -> Callable[[int], bytes]:
    """HMAC of the seed and a counter, block by block."""
    counter = 0

    def draw(count: int) -> bytes:
        nonlocal counter
        drawn = b""
        while len(drawn) < count:
            counter += 1
            drawn += hmac.new(seed, counter.to_bytes(8, "big"), hashlib.sha256).digest()
        return drawn[:count]

    return draw
