"""SQLite's log goes back into the database beside those who write."""

import contextlib
import sqlite3
from pathlib import Path

from cognito_emu.store.write_ahead_log import COMMITS, LogCopier


def test_many_commits_bring_what_they_wrote_into_the_database_itself(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    copier = LogCopier(str(path))
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as writer:
        for pragma in ("journal_mode=WAL", "wal_autocheckpoint=0", "synchronous=OFF"):
            writer.execute(f"PRAGMA {pragma}")
        writer.execute("CREATE TABLE written (text)")
        for _ in range(COMMITS - 1):
            writer.execute("INSERT INTO written VALUES (hex(randomblob(500)))")
            copier.note_commit()
        assert path.stat().st_size < 100_000  # all of it is in the log
        writer.execute("BEGIN IMMEDIATE")  # somebody writes meanwhile, and is not held up
        writer.execute("INSERT INTO written VALUES ('last')")
        copier.note_commit()
        copier.close()
        writer.execute("COMMIT")
        assert path.stat().st_size > 1_000_000
        assert writer.execute("SELECT count(*) FROM written").fetchone() == (COMMITS,)


def test_what_is_no_database_harms_nobody(tmp_path: Path) -> None:
    copier = LogCopier(str(tmp_path / "nowhere" / "store.db"))
    for _ in range(COMMITS):
        copier.note_commit()
    copier.close()
