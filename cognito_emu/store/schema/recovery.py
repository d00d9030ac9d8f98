"""Point-in-time recovery: what user data was, and the recoveries that go back to it."""

from __future__ import annotations

import sqlalchemy as sa

from cognito_emu.store.schema.base import Time, metadata, pool_id_column

# A row for each change of user data, written by triggers of the database, so that no writer can forget it (migration 0014). A pool that
# is deleted takes its history with it; there is no foreign key, since the rows of its users still report their own end then.
user_data_history = sa.Table(
    "user_data_history",
    metadata,
    sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("pool_id", sa.String, nullable=False),
    sa.Column("table_name", sa.String, nullable=False),
    sa.Column("row_key", sa.String, nullable=False),  # the primary key's values, as a JSON array
    sa.Column("changed_at", Time, nullable=False),
    sa.Column("row_before", sa.JSON, nullable=True),  # NULL: there was none
    sa.Index(None, "pool_id", "changed_at"),
)

point_in_time_recoveries = sa.Table(
    "point_in_time_recoveries",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    pool_id_column(),
    sa.Column("account", sa.String, nullable=False),
    sa.Column("status", sa.String, nullable=False),
    sa.Column("restore_to", Time, nullable=False),
    sa.Column("initiated_at", Time, nullable=False),
    sa.Column("started_at", Time, nullable=True),
    sa.Column("preview", sa.JSON, nullable=False),  # entity -> [created, updated, deleted]
    sa.Index(None, "pool_id", "initiated_at", "id"),
    sa.Index(None, "account", "initiated_at"),
)

# Pools whose user data nobody may write until then; triggers of the database refuse it.
paused_user_pools = sa.Table(
    "paused_user_pools",
    metadata,
    pool_id_column(primary_key=True),
    sa.Column("until", Time, nullable=False),
)
