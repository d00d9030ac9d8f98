"""A recovery of many users on SQLite: others are answered meanwhile, nobody sees half of it, and `kill -9` leaves nothing half-done."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest

from tests.operations.people import Pool, make_pool
from tests.operations.recoveries import describe, initiate, mark
from tests.support.control import Clock, Inbox
from tests.support.server import Server

MANY = 20_000
# The whole of a user row is Ann's, but for what must be the user's own; the triggers of the database keep the history as of any writer.
_COPY = """
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :many)
INSERT INTO users SELECT {columns} FROM users, numbers WHERE users.pool_id = :pool AND users.username = 'ann'
"""
_OWN = {"id": "printf('00000000-0000-4000-8000-%012d', n)", "username": "printf('user%05d', n)", "username_key": "printf('user%05d', n)"}


class Many:
    """A pool that had many users, all of them deleted since, in a server of the test's own."""

    def __init__(self, server: Server, account: str) -> None:
        self.server, self.clock = server, Clock(server)
        self.pool: Pool = make_pool(server.client("cognito-idp", account=account), Inbox(server, account))
        self.pool.enrol("ann")
        self._write(_COPY.format(columns=self._columns()), many=MANY)
        point = mark(self.clock)
        self._write("DELETE FROM users WHERE pool_id = :pool")
        self.recovery_id = initiate(self.pool, self.clock, point)

    def _columns(self) -> str:
        with closing(self._database()) as database:
            names = [row[1] for row in database.execute("PRAGMA table_info(users)")]
        return ", ".join(_OWN.get(name, f'"{name}"') for name in names)

    def _write(self, statement: str, **parameters: Any) -> None:
        with closing(self._database()) as database, database:
            database.execute("PRAGMA foreign_keys=ON")
            database.execute(statement, {"pool": self.pool.id, **parameters})

    def _database(self) -> sqlite3.Connection:
        return sqlite3.connect(self.server.folder / "data" / "cognito.db", timeout=30)

    def count(self) -> int:
        """As another process sees it."""
        with closing(self._database()) as database:
            count: int = database.execute("SELECT count(*) FROM users WHERE pool_id = ?", (self.pool.id,)).fetchone()[0]
            return count

    def start(self) -> Any:
        return self.pool.idp.start_point_in_time_recovery(UserPoolId=self.pool.id, RestoreId=self.recovery_id)

    def status(self) -> str:
        status: str = describe(self.pool, self.recovery_id)["RestoreStatus"]
        return status

    def some(self) -> int:
        """How many users a page shows."""
        return len(self.pool.idp.list_users(UserPoolId=self.pool.id, Limit=60)["Users"])

    def until(self, status: str, look: Callable[[], object]) -> list[object]:
        """What was seen, look by look, until the recovery had a status, or was over."""
        seen: list[object] = []
        while self.status() not in {status, "RESTORE_COMPLETED"}:
            seen.append(look())
        return seen


@pytest.fixture
def many(start_server: Callable[..., Server], account: str) -> Many:
    return Many(start_server(), account)


@pytest.fixture
def aside() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as threads:
        yield threads


def test_others_are_answered_meanwhile_and_see_all_of_it_or_nothing(many: Many, aside: ThreadPoolExecutor) -> None:
    started: Future[Any] = aside.submit(many.start)
    many.until("RESTORING", many.some)
    signed_up = aside.submit(many.pool.sign_up, "late")
    seen = many.until("RESTORE_COMPLETED", many.some)
    # Each look came after an answer that said RESTORING; the last one may have come when it was over.
    assert len(seen) > 1, "a recovery that holds up the others is over when it first shows"
    assert set(seen[:-1]) == {0}
    assert started.result()["Restoration"]["RestoreStatus"] == "RESTORING"
    assert many.some() == 60
    signed_up.exception()  # it waited for its turn, be it before the end of the pause or after
    assert many.count() in {MANY + 1, MANY + 2}


def test_a_recovery_that_was_killed_is_finished_at_the_next_start(many: Many, aside: ThreadPoolExecutor) -> None:
    started: Future[Any] = aside.submit(many.start)
    many.until("RESTORING", many.some)
    many.server.kill()
    assert started.exception() is not None
    assert many.count() == 0, "nothing of it is there"
    many.server.restart()
    assert set(many.until("RESTORE_COMPLETED", many.some)[:-1]) <= {0}
    assert many.count() == MANY + 1
    assert many.pool.enrol("late"), "writes are on again"
