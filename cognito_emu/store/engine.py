"""Opening a database and running functions inside transactions.

A transaction is a plain function: `await store.transact(fn)` runs `fn(tx)` and commits. It cannot await, so it cannot be held open while
a Lambda, an SMTP server or an identity provider is spoken to, and it can simply be run again after a conflict.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from typing_extensions import override

from cognito_emu.errors import OperationNotEnabledException
from cognito_emu.store.migrations import migrate
from cognito_emu.store.remembered import Remembered
from cognito_emu.store.transaction import Tx
from cognito_emu.store.write_ahead_log import LogCopier

T = TypeVar("T")

# What triggers say when a pool's user data is written during its recovery (migration 0014).
_PAUSED = "The user pool is being recovered"
_PAUSED_SQLSTATE = "CE001"
# Assumption: the error and the sentence; all operations that write user data declare this error.
_PAUSED_SENTENCE = "Write operations are paused while a point-in-time recovery of the user pool is in progress."
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_SERIALIZATION_FAILURE, _DEADLOCK, _UNIQUE_VIOLATION = "40001", "40P01", "23505"
# How often a unique violation is looked at again, and how often the start loses a race.
_ATTEMPTS = 25
_POSTGRES_THREADS = 8
# How long SQLite may wait by itself for another process's transaction, while nobody here is answered; most are over by then. After that
# the loop goes on.
_HELD_UP_MILLISECONDS = 50
# How long a transaction is tried: SQLite's, while another process writes, PostgreSQL's, while it loses races.
_WAIT_SECONDS = 60.0


class StoreUnavailableError(Exception):
    """The database did not answer. The request fails with AWS's InternalErrorException; the next one tries again."""


class Store(ABC):
    """A database that runs functions in transactions."""

    @abstractmethod
    async def transact(self, fn: Callable[[Tx], T]) -> T:
        """Run `fn` in a transaction and commit it, running it again after a conflict with another writer.

        When `fn` raises, nothing it wrote remains. `fn` may run several times: it must touch nothing outside `tx`.

        Raises:
            StoreUnavailableError: The database cannot be reached.
            OperationNotEnabledException: `fn` writes user data of a pool that is being recovered.
        """

    @abstractmethod
    async def transact_at_length(self, fn: Callable[[Tx], T]) -> T:
        """`transact` for an `fn` that may take seconds: whoever reads is answered meanwhile, and sees nothing of it before it is committed.

        Other writers, be they of this process or of another, wait without holding up anybody.
        """

    @abstractmethod
    async def read(self, fn: Callable[[Tx], T]) -> T:
        """Run `fn`, which only reads."""

    @abstractmethod
    def run_now(self, fn: Callable[[Tx], T]) -> T:
        """`transact`, but waiting for it: for the start, before there is an event loop."""

    def shared_secret(self, candidate: bytes) -> bytes:
        """The secret of all processes on this database: the one that is there, else `candidate`, from now on."""

        def agree(tx: Tx) -> str:
            secret: str | None = tx.emulator_state.get("secret")
            if secret is None:
                secret = candidate.hex()
                tx.emulator_state.set("secret", secret)
            return secret

        return bytes.fromhex(self.run_now(agree))

    @abstractmethod
    def close(self) -> None:
        """Give back every connection."""

    @property
    @abstractmethod
    def kind(self) -> str:
        """`sqlite` or `postgresql`, for `/_emu/health`."""


def open_store(url: str) -> Store:
    """Open (and, when new or old, create or migrate) the database at `url`.

    Args:
        url: `sqlite:///path` or `postgresql://user:password@host:port/name`.
    """
    if url.startswith("sqlite:"):
        return SqliteStore(url)
    return PostgresStore(url.replace("postgresql://", "postgresql+psycopg://", 1).replace("postgres://", "postgresql+psycopg://", 1))


def _create_engine(url: str, **options: Any) -> Engine:
    return sa.create_engine(url, json_serializer=lambda value: orjson.dumps(value).decode(), json_deserializer=orjson.loads, **options)


class SqliteStore(Store):
    """SQLite in WAL mode, run in place on the event loop: a statement costs microseconds, a thread switch would cost more.

    What takes seconds runs in a thread, on a connection of its own: WAL lets others read meanwhile, and one write at a time.

    `synchronous=NORMAL` survives `kill -9` with everything that was acknowledged; a power failure may lose the last moments.
    """

    kind = "sqlite"

    def __init__(self, url: str) -> None:
        self._url = url
        self._at_length = asyncio.Lock()
        path = sa.make_url(url).database
        self._log_copier: LogCopier | None = None
        if path and path != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            self._log_copier = LogCopier(path)
        self._engine = _create_sqlite_engine(url)
        migrate(self._engine)
        self._connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        # One cursor for what frames each transaction: to make one costs as much as such a statement.
        raw: Any = self._connection.connection.driver_connection
        self._frame = raw.cursor()
        self._connection.exec_driver_sql(f"PRAGMA busy_timeout={_HELD_UP_MILLISECONDS}")
        self._remembered = Remembered()
        self._data_version = 0
        self._tx = Tx(self._connection, self._remembered)
        self._reading = Tx(self._connection, self._remembered, writes=False)

    @override
    async def transact(self, fn: Callable[[Tx], T]) -> T:
        while self._at_length.locked():
            async with self._at_length:
                pass
        deadline, again = 0.0, False
        while True:
            try:
                return self._run(fn)
            except (IntegrityError, sqlite3.IntegrityError) as error:
                if _PAUSED in str(error):
                    raise OperationNotEnabledException(_PAUSED_SENTENCE) from error
                # Only another process can have come between fn's check and its write, and only before BEGIN IMMEDIATE: run it once
                # more, so that it sees what is there and says so with AWS's error.
                if again:
                    raise
                again = True
            except (OperationalError, sqlite3.OperationalError) as error:
                deadline = deadline or time.monotonic() + _WAIT_SECONDS
                if not _is_locked(error) or time.monotonic() > deadline:
                    raise StoreUnavailableError(str(error)) from error
                await asyncio.sleep(random.uniform(0.001, 0.02))  # noqa: S311 - spreads retries

    @override
    async def transact_at_length(self, fn: Callable[[Tx], T]) -> T:
        async with self._at_length:
            try:
                return await asyncio.get_running_loop().run_in_executor(None, self._run_beside, fn)
            except (OperationalError, sqlite3.OperationalError) as error:
                raise StoreUnavailableError(str(error)) from error

    def _run_beside(self, fn: Callable[[Tx], T]) -> T:
        """Run a transaction on another connection; the usual one notices what it has committed as it does with another process."""
        engine = _create_sqlite_engine(self._url)
        try:
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                raw: Any = connection.connection.driver_connection
                raw.execute("BEGIN IMMEDIATE")
                try:
                    result = fn(Tx(connection, Remembered()))
                    raw.execute("COMMIT")
                except BaseException:
                    _roll_back(raw)
                    raise
                return result
        finally:
            engine.dispose()

    def _run(self, fn: Callable[[Tx], T]) -> T:
        self._frame.execute("BEGIN IMMEDIATE")
        try:
            self._notice_others()
            result = fn(self._tx)
            self._frame.execute("COMMIT")
        except BaseException:
            _roll_back(self._frame.connection)
            self._remembered.forget()  # it may have read what was taken back
            raise
        if self._log_copier is not None:
            self._log_copier.note_commit()
        return result

    def _notice_others(self) -> None:
        """Forget what was read when another process has committed something since (https://sqlite.org/pragma.html#pragma_data_version)."""
        version = self._frame.execute("PRAGMA data_version").fetchone()[0]
        if version != self._data_version:
            self._data_version = version
            self._remembered.forget()

    @override
    async def read(self, fn: Callable[[Tx], T]) -> T:
        self._notice_others()
        return fn(self._reading)

    @override
    def run_now(self, fn: Callable[[Tx], T]) -> T:
        deadline = time.monotonic() + _WAIT_SECONDS
        while True:
            try:
                return self._run(fn)
            except sqlite3.OperationalError as error:  # of BEGIN, which has waited already
                if not _is_locked(error) or time.monotonic() > deadline:
                    raise

    @override
    def close(self) -> None:
        if self._log_copier is not None:
            self._log_copier.close()
        self._connection.close()
        self._engine.dispose()


def _is_locked(error: Exception) -> bool:
    """Another process, or a transaction at length, is writing."""
    return "locked" in str(error)


def _roll_back(raw: Any) -> None:
    """Take back a transaction, unless SQLite has done so by itself, as on a full disk (https://sqlite.org/lang_transaction.html)."""
    if raw.in_transaction:
        raw.execute("ROLLBACK")


def _create_sqlite_engine(url: str) -> Engine:
    """An engine of one connection."""
    arguments = {"isolation_level": None, "check_same_thread": False, "timeout": 10}
    engine = _create_engine(url, poolclass=sa.pool.StaticPool, connect_args=arguments)
    sa.event.listen(engine, "connect", _configure_sqlite)
    return engine


def _configure_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    # A commit that copies the log back waits for the disk: every 64 MB, of which the LogCopier has done most by then.
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "wal_autocheckpoint=16000",
        "foreign_keys=ON",
        "busy_timeout=10000",
        "cache_size=-8000",
    ):
        _execute_patiently(cursor, f"PRAGMA {pragma}")
    cursor.close()


def _execute_patiently(cursor: Any, statement: str) -> None:
    """Execute what SQLite does not wait for by itself: several who open a new file at once all want to switch its mode."""
    deadline = time.monotonic() + _WAIT_SECONDS
    while True:
        try:
            cursor.execute(statement)
        except sqlite3.OperationalError as error:
            if not _is_locked(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.005)
        else:
            return


class PostgresStore(Store):
    """PostgreSQL through a small pool of threads, every transaction SERIALIZABLE and run again when it lost a race."""

    kind = "postgresql"

    def __init__(self, url: str) -> None:
        self._engine = _create_engine(
            url,
            pool_size=_POSTGRES_THREADS,
            max_overflow=0,
            pool_pre_ping=False,
            isolation_level="SERIALIZABLE",
            connect_args={"connect_timeout": 5},
        )
        self._threads = ThreadPoolExecutor(_POSTGRES_THREADS, thread_name_prefix="postgres")
        migrate(self._engine)

    @override
    async def transact(self, fn: Callable[[Tx], T]) -> T:
        return await self._attempt(lambda: self._run(fn))

    @override
    async def transact_at_length(self, fn: Callable[[Tx], T]) -> T:
        return await self.transact(fn)  # every transaction has a thread and a connection

    @override
    async def read(self, fn: Callable[[Tx], T]) -> T:
        return await self._attempt(lambda: self._run(fn, writes=False))

    async def _attempt(self, run: Callable[[], T]) -> T:
        loop = asyncio.get_running_loop()
        deadline, conflicts, violations = time.monotonic() + _WAIT_SECONDS, 0, 0
        reconnected = False
        while True:
            try:
                return await loop.run_in_executor(self._threads, run)
            except DBAPIError as error:
                if _sqlstate(error) == _PAUSED_SQLSTATE:
                    raise OperationNotEnabledException(_PAUSED_SENTENCE) from error
                if error.connection_invalidated and not reconnected:
                    # The server closed the connection (a restart): nothing was committed, so once more on a new one.
                    reconnected = True
                    continue
                violations += _sqlstate(error) == _UNIQUE_VIOLATION
                if not _is_conflict(error) or violations > _ATTEMPTS or time.monotonic() > deadline:
                    if isinstance(error, OperationalError):
                        raise StoreUnavailableError(str(error.orig)) from error
                    raise
                conflicts += 1
                await asyncio.sleep(random.uniform(0, 0.002 * 2 ** min(conflicts, 6)))  # noqa: S311 - spreads retries

    @override
    def run_now(self, fn: Callable[[Tx], T]) -> T:
        for _ in range(_ATTEMPTS):
            try:
                return self._run(fn)
            except DBAPIError as error:
                if not _is_conflict(error):
                    raise
        raise StoreUnavailableError("the database is too busy to start on")

    def _run(self, fn: Callable[[Tx], T], *, writes: bool = True) -> T:
        with self._engine.begin() as connection:
            return fn(Tx(connection, Remembered(), writes=writes))

    @override
    def close(self) -> None:
        self._threads.shutdown(wait=True, cancel_futures=True)
        self._engine.dispose()


def _is_conflict(error: DBAPIError) -> bool:
    """A lost race, or a unique violation that a second look will explain.

    In a small table all rows are of one page, which is what PostgreSQL watches. So who writes beside many others loses often, whatever
    they write; one of them always wins.
    """
    return _sqlstate(error) in {_SERIALIZATION_FAILURE, _DEADLOCK, _UNIQUE_VIOLATION}


def _sqlstate(error: DBAPIError) -> str | None:
    return getattr(error.orig, "sqlstate", None)
