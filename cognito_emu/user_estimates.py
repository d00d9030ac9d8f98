"""How many users a pool has: exact while they are few, and no burden when they are many.

AWS calls the figure an estimate (EstimatedNumberOfUsers). Nobody who describes a pool should wait until a hundred thousand rows are
counted.
"""

from __future__ import annotations

from cognito_emu.environment import Environment
from cognito_emu.store import Tx
from cognito_emu.store.user_pools import UserPool

# Up to here users are counted at each asking; beyond, the count is remembered for a while.
_ALWAYS_EXACT = 1_000
_REMEMBERED_SECONDS = 60.0
_MOST_REMEMBERED = 1_000


class UserEstimates:
    """Counts users, and remembers the counts of large pools. Each process has its own; they may differ by a minute's growth."""

    def __init__(self, env: Environment) -> None:
        self._env = env
        # Under the pool's id and birth: one that is made again under a chosen id starts anew.
        self._remembered: dict[tuple[str, float], tuple[int, float]] = {}

    def of(self, tx: Tx, pool: UserPool) -> int:
        """How many users the pool has, or had within the last minute."""
        few = tx.user_pools.count_users(pool.id, most=_ALWAYS_EXACT + 1)
        if few <= _ALWAYS_EXACT:
            return few
        pool_key, now = (pool.id, pool.created_at), self._env.now()
        count, counted_at = self._remembered.get(pool_key, (0, float("-inf")))
        if not 0 <= now - counted_at < _REMEMBERED_SECONDS:  # a clock that was moved back makes no count last for ever
            count = tx.user_pools.count_users(pool.id)
            while len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered.pop(next(iter(self._remembered)))
            self._remembered[pool_key] = count, now
        return count
