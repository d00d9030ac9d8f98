"""EstimatedNumberOfUsers: exact for pools of up to a thousand users, at most a minute old for larger ones."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cognito_emu.environment import Environment
from cognito_emu.store import Store, open_store
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User
from cognito_emu.user_estimates import UserEstimates

POOL = UserPool("us-east-1_Large", "000000000000", "us-east-1", "large", 1.0, 1.0, {}, b"secret")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path / 'cognito.db'}")
    store.run_now(lambda tx: tx.user_pools.add(POOL))
    yield store
    store.close()


def add_users(store: Store, numbers: range) -> None:
    def add(tx) -> None:
        for n in numbers:
            tx.users.add(User(f"sub-{n}", POOL.id, f"user{n}", f"user{n}", "CONFIRMED", True, 1.0, 1.0, {}), fold=False)

    store.run_now(add)


def test_few_users_are_counted_at_each_asking(store: Store):
    estimates = UserEstimates(Environment(time_source=lambda: 0.0))
    for count in (0, 999, 1000):
        add_users(store, range(store.run_now(lambda tx: tx.user_pools.count_users(POOL.id)), count))
        assert store.run_now(lambda tx: estimates.of(tx, POOL)) == count


def test_a_large_pool_is_counted_whole_and_again_after_a_minute(store: Store):
    env = Environment(time_source=lambda: 0.0)
    estimates = UserEstimates(env)
    add_users(store, range(12_000))
    assert store.run_now(lambda tx: estimates.of(tx, POOL)) == 12_000
    add_users(store, range(12_000, 12_500))
    assert store.run_now(lambda tx: estimates.of(tx, POOL)) == 12_000
    env.clock_offset = 60.0
    assert store.run_now(lambda tx: estimates.of(tx, POOL)) == 12_500


def test_a_pool_made_again_under_its_id_starts_anew(store: Store):
    estimates = UserEstimates(Environment(time_source=lambda: 0.0))
    add_users(store, range(1_500))
    assert store.run_now(lambda tx: estimates.of(tx, POOL)) == 1_500
    store.run_now(lambda tx: tx.user_pools.delete(POOL.id))
    again = UserPool(POOL.id, POOL.account, POOL.region, POOL.name, 2.0, 2.0, {}, b"secret")
    store.run_now(lambda tx: tx.user_pools.add(again))
    assert store.run_now(lambda tx: estimates.of(tx, again)) == 0


def test_a_clock_moved_back_makes_no_count_last(store: Store):
    env = Environment(time_source=lambda: 1_000.0)
    estimates = UserEstimates(env)
    add_users(store, range(1_500))
    assert store.run_now(lambda tx: estimates.of(tx, POOL)) == 1_500
    add_users(store, range(1_500, 1_600))
    env.clock_offset = -500.0
    assert store.run_now(lambda tx: estimates.of(tx, POOL)) == 1_600
