"""The work on import jobs, in the background and in small transactions.

A transaction imports a few lines and notes in the same breath how far the file is done and what became of each line. So a process can be
killed at any moment: whoever takes the job over (the process itself after a restart, or another on the same database) goes on behind the
last line whose user is there. A lease keeps two processes from working on one job; should it fail to, the one that finds the job in other
hands lets go before it has written anything.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import structlog

from cognito_emu.call import Parts
from cognito_emu.domain.user_import import (
    MOST_ROW_CHARACTERS,
    MOST_USERS,
    ImportedUser,
    ImportLineError,
    completion,
    read_header,
    read_user,
)
from cognito_emu.log_export import log_file
from cognito_emu.outage import Outage
from cognito_emu.records import Record
from cognito_emu.store import Tx
from cognito_emu.store.user_imports import ImportJob
from cognito_emu.store.user_pools import UserPool
from cognito_emu.user_import.files import file_of
from cognito_emu.user_import.rows import Outcome, failed, import_user

_log = structlog.get_logger(__name__)

_LOOK_SECONDS = 0.25
_LEASE_SECONDS = 30.0
# A transaction with SQLite holds the event loop: this many users take some ten milliseconds.
_LINES = 25
_LOG_PARTS = 200
_LONGEST_LINE_BYTES = MOST_ROW_CHARACTERS * 4
# "Expired: You created a job, but did not start the job within 24-48 hours." (developer guide)
_UNSTARTED_SECONDS = 24 * 3600
_STOPPED = "The Import Job was stopped by the developer."


class _JobLost(Exception):  # noqa: N818 - a turn of events, not an error
    """Somebody else works on the job, or it is gone."""


class _Line(Record):
    """A line of the file, read or refused, and where the file goes on."""

    number: int
    end: int
    content: ImportedUser | Outcome


class ImportRunner:
    """Works on the jobs that were started, one after the other."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._name = parts.env.uuid()
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, with what an earlier process has left."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End the transaction in hand and give the job back."""
        self._stopping.set()
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        outage = Outage("imports wait")
        while not self._stopping.is_set():
            try:
                if await self._parts.store.read(self._is_something_due):
                    job, expired = await self._parts.store.transact(self._claim)
                    for job_id in expired:
                        file_of(self._parts.settings.data, job_id).unlink(missing_ok=True)
                    if job is not None:
                        await self._work_on(job)
                        continue
                outage.over()
            except Exception as error:  # noqa: BLE001 - a database that is away must not end the runner
                outage.tell(error)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), _LOOK_SECONDS)

    def _is_something_due(self, tx: Tx) -> bool:
        """Looked at before a transaction is begun, which would keep other writers waiting four times a second."""
        now = self._parts.env.now()
        return bool(
            tx.user_imports.claimable(now, longest_lease=_LEASE_SECONDS) or tx.user_imports.created_before(now - _UNSTARTED_SECONDS)
        )

    def _claim(self, tx: Tx) -> tuple[ImportJob | None, list[str]]:
        """A job to work on, and the ids of those that nobody started in time."""
        now = self._parts.env.now()
        expired = [job.id for job in tx.user_imports.created_before(now - _UNSTARTED_SECONDS)]
        for job_id in expired:
            # "All data associated with the job was deleted, and the job can't be started." (developer guide)
            tx.user_imports.update(job_id, status="Expired", uploaded=False)
        job = tx.user_imports.claimable(now, longest_lease=_LEASE_SECONDS)
        if job is not None:
            tx.user_imports.update(job.id, runner=self._name, lease_until=now + _LEASE_SECONDS)
        return job, expired

    async def _work_on(self, job: ImportJob) -> None:
        try:
            await self._import(job)
        except _JobLost:
            return
        except ImportLineError as error:
            await self._end(job, "Failed", str(error))
        except OSError as error:
            _log.warning("the file of an import cannot be read", job=job.id, reason=str(error))
            await self._end(job, "Failed", f"No csv file was uploaded for {job.id}")

    async def _import(self, job: ImportJob) -> None:
        pool = await self._parts.store.read(lambda tx: tx.user_pools.get(job.pool_id))
        if pool is None:
            raise _JobLost
        with file_of(self._parts.settings.data, job.id).open("rb") as file:
            columns, line = _open_at(file, job, pool), max(job.line, 1)
            while not self._stopping.is_set():
                lines = _read(file, line, columns, pool, job.hashing)
                if not await self._store(job, pool, lines):
                    return
                line = lines[-1].number
                await asyncio.sleep(0)  # requests come first
        await self._parts.store.transact(lambda tx: tx.user_imports.update(job.id, runner=None, lease_until=None))

    async def _store(self, job: ImportJob, pool: UserPool, lines: Sequence[_Line]) -> bool:
        """Import lines; False when the job is over."""
        status = await self._parts.store.transact(lambda tx: self._write(tx, job, pool, lines))
        if status == "Stopping":
            await self._end(job, "Stopped", _STOPPED)
        elif not lines:
            await self._end(job)
        return bool(lines) and status == "InProgress"

    def _write(self, tx: Tx, job: ImportJob, pool: UserPool, lines: Sequence[_Line]) -> str:
        present = self._mine(tx, job)
        if present.status == "Stopping":
            return "Stopping"
        now = self._parts.env.now()
        outcomes = [self._import_line(tx, pool, line, job.hashing) for line in lines]
        words = [outcome.word for outcome in outcomes]
        if lines:
            text = "".join(outcome.log_line(line.number) for outcome, line in zip(outcomes, lines, strict=True))
            tx.user_imports.append_log(job.id, lines[0].number, text)
            tx.user_imports.update(job.id, line=lines[-1].number, position=lines[-1].end)
        tx.user_imports.update(
            job.id,
            status="InProgress",
            imported=present.imported + words.count("SUCCEEDED"),
            skipped=present.skipped + words.count("SKIPPED"),
            failed=present.failed + words.count("FAILED"),
            lease_until=now + _LEASE_SECONDS,
        )
        return "InProgress"

    def _import_line(self, tx: Tx, pool: UserPool, line: _Line, algorithm: str | None) -> Outcome:
        if isinstance(line.content, Outcome):
            return line.content
        return import_user(tx, self._parts.env, pool, line.content, algorithm)

    def _mine(self, tx: Tx, job: ImportJob) -> ImportJob:
        present = tx.user_imports.get(job.id)
        if present is None or present.runner != self._name:
            raise _JobLost
        return present

    async def _end(self, job: ImportJob, status: str | None = None, message: str | None = None) -> None:
        """The job is over: by the counts, when nothing else is said."""

        def write(tx: Tx) -> None:
            present = self._mine(tx, job)
            by_counts = completion(present.imported, present.skipped, present.failed)
            tx.user_imports.update(
                job.id,
                status=status or by_counts[0],
                message=message or by_counts[1],
                completed_at=self._parts.env.now(),
                runner=None,
                lease_until=None,
            )

        await self._export_log(job)
        await self._parts.store.transact(write)
        file_of(self._parts.settings.data, job.id).unlink(missing_ok=True)

    async def _export_log(self, job: ImportJob) -> None:
        """Write the log where the emulator's logs are, under the group that AWS has for it and the job as its stream."""
        pool = await self._parts.store.read(lambda tx: tx.user_pools.get(job.pool_id))
        if pool is None:
            return
        path = _log_path(self._parts.settings.data, pool, job)
        path.parent.mkdir(parents=True, exist_ok=True)
        after = 0
        with path.open("w", encoding="utf-8") as file:
            while parts := await self._parts.store.read(lambda tx, after=after: _log_parts(tx, job, after)):  # type: ignore[misc]  # a default binds
                file.writelines(text for _, text in parts)
                after = parts[-1][0]


def _log_path(data: Path, pool: UserPool, job: ImportJob) -> Path:
    group = f"arn:aws:logs:{pool.region}:{pool.account}:log-group:/aws/cognito/userpools/{pool.id}/{pool.name}"
    return log_file(data, {"CloudWatchLogsConfiguration": {"LogGroupArn": group}}).with_suffix("") / f"{job.id}.log"


def _log_parts(tx: Tx, job: ImportJob, after: int) -> list[tuple[int, str]]:
    return tx.user_imports.log_page(job.id, limit=_LOG_PARTS, after=after)


def _open_at(file: IO[bytes], job: ImportJob, pool: UserPool) -> list[str]:
    """The file's columns; the file stands behind the last line that is done."""
    header = _text(file.readline(_LONGEST_LINE_BYTES))
    columns = read_header(header, pool.settings["SchemaAttributes"], job.hashing)
    if job.position:
        file.seek(job.position)
    return columns


def _read(file: IO[bytes], line: int, columns: Sequence[str], pool: UserPool, algorithm: str | None) -> list[_Line]:
    """The next few lines behind the line of this number; none at the end of the file."""
    lines: list[_Line] = []
    while len(lines) < _LINES and (raw := _line(file)):
        line += 1
        if line > MOST_USERS + 1:
            raise ImportLineError(f"The CSV file has more than {MOST_USERS} users.")
        if raw.strip():
            lines.append(_Line(line, file.tell(), _content(raw, columns, pool, algorithm)))
    return lines


def _line(file: IO[bytes]) -> bytes:
    """A line, of which no more is kept than shows that it is too long."""
    raw = piece = file.readline(_LONGEST_LINE_BYTES)
    while piece and not piece.endswith(b"\n"):
        piece = file.readline(_LONGEST_LINE_BYTES)
    return raw


def _content(raw: bytes, columns: Sequence[str], pool: UserPool, algorithm: str | None) -> ImportedUser | Outcome:
    try:
        return read_user(_text(raw), columns, pool.settings, algorithm)
    except ImportLineError as error:
        return failed(error)


def _text(raw: bytes) -> str:
    try:
        return raw.decode().rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise ImportLineError("The line is not UTF-8.") from error
