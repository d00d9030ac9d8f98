"""Numbered migrations, by Alembic.

`migrate` asks the database for its number first and loads Alembic only when there is something to do: a start with a current database
costs one query. A new SQLite file, which every CI run and every test begins with, gets what all migrations build at once, from
`new_sqlite.sql`; `make docs` writes that file anew, and a test compares.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

_HERE = Path(__file__).parent
_NEW_SQLITE = _HERE / "new_sqlite.sql"
_HAS_NUMBER = {
    "sqlite": "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'alembic_version')",
    "postgresql": "SELECT to_regclass('alembic_version') IS NOT NULL",
}


def migrate(engine: Engine) -> None:
    """Bring the database to the newest migration. Two processes that start at once do it one after the other."""
    current = _current(engine)
    if current == latest() or (current is None and engine.dialect.name == "sqlite" and _create_at_once(engine)):
        return
    upgrade(engine)


def upgrade(engine: Engine) -> None:
    """Run the migrations that the database has not seen."""
    import logging  # noqa: PLC0415 - see the module's docstring

    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="READ COMMITTED")
            connection.execute(sa.text("SELECT pg_advisory_lock(hashtext('cognito_emu migrations'))"))
            connection.commit()
        else:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_unlock(hashtext('cognito_emu migrations'))"))
            connection.commit()


@cache
def latest() -> str:
    """The number of the newest migration: the first four characters of its file's name."""
    return max(path.name[:4] for path in (_HERE / "versions").glob("0*.py"))


def new_sqlite(engine: Engine) -> str:
    """The statements that build a SQLite database as the migrations have built this one, with an empty line between two."""
    with engine.connect() as connection:
        rows = connection.execute(
            sa.text("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid")
        )
        statements = ["\n".join(line.rstrip() for line in sql.splitlines() if line.strip()) for (sql,) in rows]
    return "\n\n".join([f"-- As of migration {latest()}; written by `make docs`.", *statements]) + "\n"


def _create_at_once(engine: Engine) -> bool:
    """Whether the database was new, and is now complete. A script that is behind the migrations is left alone."""
    heading, *statements = _NEW_SQLITE.read_text(encoding="utf-8").split("\n\n")
    if f"migration {latest()};" not in heading:
        return False
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        if _has_number(connection):  # another process was first
            connection.rollback()
            return False
        sqlite: Any = connection.connection.driver_connection
        for statement in statements:
            sqlite.execute(statement)
        connection.execute(sa.text("INSERT INTO alembic_version VALUES (:number)"), {"number": latest()})
        connection.commit()
    return True


def _current(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if not _has_number(connection):
            return None
        return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def _has_number(connection: Connection) -> bool:
    """Asked in the database's own words: SQLAlchemy's inspector takes longer for it than opening the database does."""
    question = _HAS_NUMBER[connection.dialect.name]
    return bool(connection.execute(sa.text(question)).scalar())
