"""Numbered migrations, by Alembic.

`migrate` asks the database for its number first and loads Alembic only when there is something to do: a start with a current database
costs one query.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Engine

_HERE = Path(__file__).parent


def migrate(engine: Engine) -> None:
    """Bring the database to the newest migration. Two processes that start at once do it one after the other."""
    if _current(engine) == latest():
        return
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


def latest() -> str:
    """The number of the newest migration: the first four characters of its file's name."""
    return max(path.name[:4] for path in (_HERE / "versions").glob("0*.py"))


def _current(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
