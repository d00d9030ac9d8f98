"""How often a code was asked for within the hour."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("codes", sa.Column("requests", sa.Integer(), nullable=True))
    op.add_column("codes", sa.Column("requests_since", sa.Double(), nullable=True))


def downgrade() -> None:
    op.drop_column("codes", "requests_since")
    op.drop_column("codes", "requests")
