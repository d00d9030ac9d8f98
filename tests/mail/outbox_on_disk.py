"""An outbox in a SQLite file, and a node that works on it until it is killed (`python -m tests.mail.outbox_on_disk FILE PORT`)."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
import time

from mail import DeliveryWorker, OutboxMessage, RenderedMessage, SmtpSettings, SmtpTransport

_TABLE = """
CREATE TABLE IF NOT EXISTS outbox (
    id INTEGER PRIMARY KEY, message TEXT NOT NULL, created_at REAL NOT NULL, not_before REAL NOT NULL, leased_until REAL NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL DEFAULT 'pending', error TEXT)
"""


class DiskOutbox:
    """Each method is one statement, so one transaction; the claim is an UPDATE that returns what it changed."""

    def __init__(self, file: str) -> None:
        self._db = sqlite3.connect(file, isolation_level=None, timeout=10)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute(_TABLE)

    def add(self, message: RenderedMessage, now: float) -> str:
        statement = "INSERT INTO outbox (message, created_at, not_before) VALUES (?, ?, ?)"
        return str(self._db.execute(statement, (json.dumps(message.as_dict()), now, now)).lastrowid)

    def row(self, message_id: str) -> tuple[str, str | None]:
        state, error = self._db.execute("SELECT state, error FROM outbox WHERE id = ?", (message_id,)).fetchone()
        return state, error

    async def claim_due(self, now: float, limit: int, lease_seconds: float) -> list[OutboxMessage]:
        rows = self._db.execute(
            "UPDATE outbox SET leased_until = ? WHERE id IN (SELECT id FROM outbox WHERE state = 'pending' AND not_before <= ? "
            "AND leased_until <= ? ORDER BY not_before, id LIMIT ?) RETURNING id, message, created_at, attempts, not_before",
            (now + lease_seconds, now, now, limit),
        ).fetchall()
        rows.sort(key=lambda row: (row[4], row[0]))  # RETURNING keeps no order
        return [OutboxMessage(str(row[0]), RenderedMessage.from_dict(json.loads(row[1])), row[2], row[3]) for row in rows]

    async def mark_sent(self, message_id: str, at: float) -> None:
        self._db.execute("UPDATE outbox SET state = 'sent', error = NULL WHERE id = ?", (message_id,))

    async def mark_retry(self, message_id: str, at: float, not_before: float, error: str) -> None:
        statement = "UPDATE outbox SET attempts = attempts + 1, not_before = ?, leased_until = 0, error = ? WHERE id = ?"
        self._db.execute(statement, (not_before, error, message_id))

    async def mark_refused(self, message_id: str, at: float, error: str) -> None:
        self._db.execute("UPDATE outbox SET state = 'refused', error = ? WHERE id = ?", (error, message_id))

    async def release(self, message_ids: list[str], reason: str | None) -> None:
        statement = "UPDATE outbox SET leased_until = 0, error = coalesce(?, error) WHERE id = ?"
        self._db.executemany(statement, [(reason, message_id) for message_id in message_ids])

    async def next_due_at(self) -> float | None:
        statement = "SELECT min(max(not_before, leased_until)) FROM outbox WHERE state = 'pending'"
        due_at: float | None = self._db.execute(statement).fetchone()[0]
        return due_at


async def _work_until_killed(file: str, port: int) -> None:
    worker = DeliveryWorker(DiskOutbox(file), SmtpTransport(SmtpSettings("127.0.0.1", port)), now=time.time)
    worker.start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_work_until_killed(sys.argv[1], int(sys.argv[2])))
