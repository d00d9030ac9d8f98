"""Imports of users: jobs, what became of each line, and the password hashes that came along."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.records import Record, asdict
from cognito_emu.store.paging import Page, Position
from cognito_emu.store.schema.history import imported_passwords, user_import_jobs, user_import_logs
from cognito_emu.store.schema.pools import user_pools

# Where a job is neither waiting for its start nor over.
ACTIVE = ("Pending", "InProgress", "Stopping")


class ImportJob(Record):
    """An import of users.

    Attributes:
        hashing: PasswordHashingAlgorithm; None: the file has no passwords.
        url: Where the file is put.
        uploaded: Whether it is there.
        line: The last line that is done; the header is line 1.
        position: The byte of the file behind that line.
        runner: The process that works on it, until `lease_until`.
    """

    id: str
    pool_id: str
    name: str
    role_arn: str
    hashing: str | None
    url: str
    status: str
    created_at: float
    started_at: float | None = None
    completed_at: float | None = None
    message: str | None = None
    uploaded: bool = False
    imported: int = 0
    skipped: int = 0
    failed: int = 0
    line: int = 0
    position: int = 0
    runner: str | None = None
    lease_until: float | None = None


_C = user_import_jobs.c
_GET = sa.select(user_import_jobs).where(_C.id == sa.bindparam("id"))
_CLAIMABLE = (
    sa.select(user_import_jobs)
    .where(
        _C.status.in_(ACTIVE),
        # A lease from a future that is none any more: the clock was set back.
        sa.or_(_C.lease_until.is_(None), _C.lease_until <= sa.bindparam("now"), _C.lease_until > sa.bindparam("longest")),
    )
    .order_by(_C.started_at, _C.id)
    .limit(1)
)


class UserImports:
    """Queries about imports."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, job: ImportJob) -> None:
        """Insert a new job."""
        self._connection.execute(user_import_jobs.insert(), asdict(job))

    def get(self, job_id: str) -> ImportJob | None:
        """The job with this id, in whichever pool."""
        row = self._connection.execute(_GET, {"id": job_id}).first()
        return ImportJob(*row) if row else None

    def update(self, job_id: str, **changes: Any) -> None:
        """Change columns of a job."""
        self._connection.execute(sa.update(user_import_jobs).where(_C.id == job_id).values(**changes))

    def page(self, pool_id: str, *, limit: int, after: Position) -> Page[ImportJob]:
        """The pool's jobs, the newest first."""
        statement = sa.select(user_import_jobs).where(_C.pool_id == pool_id)
        if after is not None:
            statement = statement.where(sa.tuple_(_C.created_at, _C.id) < sa.tuple_(*map(sa.literal, after)))
        rows = self._connection.execute(statement.order_by(_C.created_at.desc(), _C.id.desc()).limit(limit + 1))
        return Page.of([((row.created_at, row.id), ImportJob(*row)) for row in rows], limit)

    def count(self, pool_id: str) -> int:
        """How many jobs the pool has, ended ones included."""
        statement = sa.select(sa.func.count()).select_from(user_import_jobs).where(_C.pool_id == pool_id)
        return int(self._connection.execute(statement).scalar_one())

    def active_in_pool(self, pool_id: str) -> bool:
        """Whether users are being imported into the pool."""
        statement = sa.select(_C.id).where(_C.pool_id == pool_id, _C.status.in_(ACTIVE)).limit(1)
        return self._connection.execute(statement).first() is not None

    def active_in_account(self, account: str, region: str) -> bool:
        """Whether users are being imported into any pool of the account's."""
        statement = (
            sa.select(_C.id)
            .join(user_pools, user_pools.c.id == _C.pool_id)
            .where(user_pools.c.account == account, user_pools.c.region == region, _C.status.in_(ACTIVE))
            .limit(1)
        )
        return self._connection.execute(statement).first() is not None

    def claimable(self, now: float, *, longest_lease: float) -> ImportJob | None:
        """A job that was started and that nobody works on."""
        row = self._connection.execute(_CLAIMABLE, {"now": now, "longest": now + longest_lease}).first()
        return ImportJob(*row) if row else None

    def created_before(self, time: float) -> list[ImportJob]:
        """Jobs from before `time` that were never started."""
        rows = self._connection.execute(sa.select(user_import_jobs).where(_C.status == "Created", _C.created_at < time))
        return [ImportJob(*row) for row in rows]

    # -- the log

    def append_log(self, job_id: str, line: int, text: str) -> None:
        """Keep what became of the lines from `line` on."""
        self._connection.execute(user_import_logs.insert(), {"job_id": job_id, "line": line, "text": text})

    def log_page(self, job_id: str, *, limit: int, after: int) -> list[tuple[int, str]]:
        """Parts of the log behind the part of line `after`, each with its first line."""
        c = user_import_logs.c
        statement = sa.select(c.line, c.text).where(c.job_id == job_id, c.line > after).order_by(c.line).limit(limit)
        return [(row.line, row.text) for row in self._connection.execute(statement)]

    # -- passwords that came with users

    def add_password(self, user_id: str, algorithm: str, password_hash: str) -> None:
        """Keep a hash until the user signs in."""
        self._connection.execute(imported_passwords.insert(), {"user_id": user_id, "algorithm": algorithm, "hash": password_hash})

    def password(self, user_id: str) -> tuple[str, str] | None:
        """Algorithm and hash that came with the user."""
        c = imported_passwords.c
        row = self._connection.execute(sa.select(c.algorithm, c.hash).where(c.user_id == user_id)).first()
        return (row.algorithm, row.hash) if row else None

    def delete_password(self, user_id: str) -> None:
        """Forget the hash: the user has a verifier now."""
        self._connection.execute(imported_passwords.delete().where(imported_passwords.c.user_id == user_id))
