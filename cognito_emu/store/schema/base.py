"""The metadata that all tables share, and the column forms that recur."""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Time = sa.Double

# Text that is searched by prefix: its order must be that of its code points, whatever the database's locale. Whatever refers to such
# text has the same collation, or PostgreSQL could not use an index to join them.
SearchText = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def pool_id_column(*, primary_key: bool = False, nullable: bool = False) -> sa.Column[str]:
    """The pool that a row belongs to; the row goes when the pool goes."""
    return sa.Column("pool_id", sa.String, sa.ForeignKey("user_pools.id", ondelete="CASCADE"), primary_key=primary_key, nullable=nullable)


def user_id_column(*, primary_key: bool = False, nullable: bool = False) -> sa.Column[str]:
    """The user (by `sub`) that a row belongs to; the row goes when the user goes."""
    return sa.Column("user_id", SearchText, sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=primary_key, nullable=nullable)
