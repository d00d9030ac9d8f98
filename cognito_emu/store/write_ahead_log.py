"""Copying SQLite's write-ahead log back into the database beside those who write.

A commit that finds the log long enough copies it back itself and waits for the disk: a tenth of a second in which nobody is answered, and
that once a second while many users are made. Another connection can do most of it meanwhile, holding up neither readers nor the writer
(https://sqlite.org/c3ref/wal_checkpoint_v2.html, SQLITE_CHECKPOINT_PASSIVE); what it leaves is soon done.
"""

from __future__ import annotations

import contextlib
import sqlite3
from concurrent.futures import Future, ThreadPoolExecutor

COMMITS = 1_000
"""How many commits, of some eight pages each, one copy is for."""


class LogCopier:
    """Copies the log of the database at `path` back after every `COMMITS` commits."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite-log")
        self._copying: Future[None] | None = None
        self._commits = 0

    def note_commit(self) -> None:
        """Something was committed."""
        self._commits += 1
        if self._commits >= COMMITS and (self._copying is None or self._copying.done()):
            self._commits = 0
            self._copying = self._thread.submit(self._copy)

    def _copy(self) -> None:
        # What goes wrong here (a full disk) goes wrong again when a commit copies, and is said there.
        with contextlib.suppress(sqlite3.OperationalError), contextlib.closing(sqlite3.connect(self._path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def close(self) -> None:
        """Wait for a copy under way."""
        self._thread.shutdown()
