"""`python -m cognito_emu.store.migrations` prints new_sqlite.sql, from a database that the migrations have built."""

import sys

import sqlalchemy as sa

from cognito_emu.store.migrations import new_sqlite, upgrade

engine = sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool, connect_args={"isolation_level": None})
upgrade(engine)
sys.stdout.write(new_sqlite(engine))
