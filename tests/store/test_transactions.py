"""A transaction is a function: it commits as a whole or not at all, and is run again when it lost a race."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event

import pytest
from sqlalchemy.exc import IntegrityError

from cognito_emu.store import Store, Tx
from cognito_emu.store.engine import StoreUnavailableError
from tests.store.conftest import POOL, add_users, make_pool, make_user, read, transact


class TakenError(Exception):
    """What an operation says when somebody else was first."""


class TestOneWriter:
    def test_what_is_committed_others_see(self, store: Store, open_another: Callable[[], Store]) -> None:
        assert transact(store, lambda tx: (tx.user_pools.add(make_pool()), "returned")[1]) == "returned"
        assert read(open_another(), lambda tx: tx.user_pools.get(make_pool().id)) == make_pool()

    def test_what_raises_leaves_nothing(self, store: Store) -> None:
        def write(tx: Tx) -> None:
            tx.user_pools.add(make_pool())
            raise TakenError

        with pytest.raises(TakenError):
            transact(store, write)
        assert read(store, lambda tx: tx.user_pools.get(make_pool().id)) is None
        transact(store, lambda tx: tx.user_pools.add(make_pool()))

    def test_a_transaction_reads_what_it_wrote(self, store: Store) -> None:
        def write(tx: Tx) -> bool:
            tx.user_pools.add(make_pool())
            return tx.user_pools.get(make_pool().id) is not None

        assert transact(store, write)

    def test_a_violation_that_no_second_look_explains_is_raised(self, store: Store) -> None:
        transact(store, lambda tx: tx.user_pools.add(make_pool()))
        with pytest.raises((IntegrityError, sqlite3.IntegrityError)):
            transact(store, lambda tx: tx.user_pools.add(make_pool()))
        assert read(store, lambda tx: tx.user_pools.get(make_pool().id)) == make_pool()

    def test_a_row_of_nobody_is_refused(self, store: Store) -> None:
        with pytest.raises((IntegrityError, sqlite3.IntegrityError)):
            transact(store, lambda tx: tx.users.add(make_user("ann", pool_id="us-east-1_Nowhere"), fold=False))

    def test_what_was_stored_comes_back_as_it_was(self, store: Store) -> None:
        user = make_user(
            "ann",
            attributes={"name": "Änne \U0001f600", "custom:x": '"quoted"'},
            verifier=b"\x00\xff",
            password_history=["a", "b"],
            temporary_password_expires_at=1234567890.123,
            mfa={"Enabled": ["SMS_MFA"]},
            enabled=False,
        )
        add_users(store, user)
        assert read(store, lambda tx: tx.users.get(user.id)) == user


class TestRaces:
    def race(self, open_another: Callable[[], Store], writers: int, fn: Callable[[Tx], None], rounds: int = 1) -> list[str]:
        """Run `fn` in as many stores at once; returns `won` or `lost` for each time."""
        stores = [open_another() for _ in range(writers)]
        start = Barrier(writers)

        async def write(store: Store) -> list[str]:
            outcomes = []
            for _ in range(rounds):
                try:
                    await store.transact(fn)
                    outcomes.append("won")
                except TakenError:
                    outcomes.append("lost")
            return outcomes

        def run(store: Store) -> list[str]:
            start.wait()
            return asyncio.run(write(store))

        with ThreadPoolExecutor(writers) as threads:
            return [outcome for outcomes in threads.map(run, stores) for outcome in outcomes]

    def test_of_many_who_want_one_name_one_gets_it_and_the_others_hear_why(self, store: Store, open_another: Callable[[], Store]) -> None:
        transact(store, lambda tx: tx.user_pools.add(make_pool()))
        subs = iter(range(1_000_000))

        def sign_up(tx: Tx) -> None:
            if tx.users.find_by_username_key(make_pool().id, "ann") is not None:
                raise TakenError
            tx.users.add(make_user("ann", id=f"sub-{next(subs)}"), fold=False)

        assert sorted(self.race(open_another, 8, sign_up)) == ["lost"] * 7 + ["won"]

    def test_no_update_is_lost(self, store: Store, open_another: Callable[[], Store]) -> None:
        def count(tx: Tx) -> None:
            tx.emulator_state.set("counter", tx.emulator_state.get("counter", 0) + 1)

        transact(store, count)
        assert self.race(open_another, 4, count, rounds=10) == ["won"] * 40
        assert read(store, lambda tx: tx.emulator_state.get("counter")) == 41

    def test_a_limit_holds_although_each_sees_room(self, store: Store, open_another: Callable[[], Store]) -> None:
        add_users(store)
        names = iter(range(1_000_000))

        def add_one_of_three(tx: Tx) -> None:
            if tx.user_pools.count_users(make_pool().id, most=10) >= 3:
                raise TakenError
            tx.users.add(make_user(f"user-{next(names)}"), fold=False)

        assert self.race(open_another, 6, add_one_of_three).count("won") == 3

    def test_of_many_who_bring_a_secret_all_get_the_same(self, open_another: Callable[[], Store]) -> None:
        stores = [open_another() for _ in range(4)]
        with ThreadPoolExecutor(4) as threads:
            secrets = list(threads.map(lambda number: stores[number].shared_secret(bytes([number]) * 32), range(4)))
        assert len(set(secrets)) == 1
        assert open_another().shared_secret(b"late" * 8) == secrets[0]


class TestBadLuck:
    @pytest.fixture
    def kind(self) -> str:
        """PostgreSQL, whose writers lose races. SQLite's wait for one another."""
        return "postgresql"

    def test_who_loses_again_and_again_wins_in_the_end(self, store: Store, open_another: Callable[[], Store]) -> None:
        other, losses = open_another(), iter(range(30))

        def count(tx: Tx) -> None:
            tx.emulator_state.set("counter", tx.emulator_state.get("counter", 0) + 1)

        def count_after_others(tx: Tx) -> None:
            before = tx.emulator_state.get("counter", 0)
            if next(losses, None) is not None:
                other.run_now(count)
            tx.emulator_state.set("counter", before + 1)

        transact(store, count)
        transact(store, count_after_others)
        assert read(store, lambda tx: tx.emulator_state.get("counter")) == 32


class TestLongWriters:
    @pytest.fixture
    def url(self, tmp_path: Path) -> str:
        """SQLite's file, of which one writes at a time; PostgreSQL's writers have a thread each."""
        return f"sqlite:///{tmp_path}/store.db"

    def test_who_waits_for_another_process_holds_up_nobody(self, store: Store, tmp_path: Path) -> None:
        transact(store, lambda tx: tx.user_pools.add(make_pool()))

        async def write_and_read() -> str:
            with contextlib.closing(sqlite3.connect(tmp_path / "store.db", isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                waiting = asyncio.create_task(store.transact(lambda tx: tx.users.add(make_user("ann"), fold=False)))
                await asyncio.sleep(0)  # it begins to wait
                assert await store.read(lambda tx: tx.user_pools.get(POOL)) is not None
                assert not waiting.done()
                other.execute("ROLLBACK")
            await waiting
            user = await store.read(lambda tx: tx.users.find_by_username_key(POOL, "ann"))
            return user.username if user else ""

        assert asyncio.run(write_and_read()) == "ann"

    def test_what_takes_long_is_seen_when_it_is_committed_and_lets_others_read(self, store: Store) -> None:
        transact(store, lambda tx: tx.user_pools.add(make_pool()))
        begun, read_meanwhile = Event(), Event()

        def add_both(tx: Tx) -> None:
            tx.users.add(make_user("ann"), fold=False)
            begun.set()
            assert read_meanwhile.wait(30)
            tx.users.add(make_user("bob"), fold=False)

        async def look() -> tuple[int, int]:
            def count(tx: Tx) -> int:
                return tx.user_pools.count_users(POOL, most=10)

            long = asyncio.create_task(store.transact_at_length(add_both))
            await asyncio.get_running_loop().run_in_executor(None, begun.wait, 30)
            before = await store.read(count)
            late = asyncio.create_task(store.transact(lambda tx: tx.users.add(make_user("cid"), fold=False)))
            read_meanwhile.set()
            await asyncio.gather(long, late)
            return before, await store.read(count)

        assert asyncio.run(look()) == (0, 3)

    def test_what_takes_long_and_fails_leaves_nothing(self, store: Store) -> None:
        def fail(tx: Tx) -> None:
            tx.user_pools.add(make_pool())
            raise TakenError

        with pytest.raises(TakenError):
            asyncio.run(store.transact_at_length(fail))
        assert read(store, lambda tx: tx.user_pools.get(POOL)) is None


class TestFullDisk:
    @pytest.fixture
    def url(self, tmp_path: Path) -> str:
        """SQLite alone: PostgreSQL says so by itself."""
        return f"sqlite:///{tmp_path / 'full.db'}"

    def test_it_is_said_and_nothing_is_left_half_done(self, store: Store) -> None:
        transact(store, lambda tx: tx.user_pools.add(make_pool()))
        pages = read(store, lambda tx: tx.connection.exec_driver_sql("PRAGMA page_count").scalar())
        read(store, lambda tx: tx.connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 2}"))

        def much(tx: Tx) -> None:
            for number in range(100):
                tx.users.add(make_user(f"user{number}"), fold=False)

        with pytest.raises(StoreUnavailableError, match="full"):
            transact(store, much)
        assert read(store, lambda tx: tx.user_pools.count_users(POOL)) == 0
        read(store, lambda tx: tx.connection.exec_driver_sql("PRAGMA max_page_count=1000000"))
        transact(store, much)
        assert read(store, lambda tx: tx.user_pools.count_users(POOL)) == 100
