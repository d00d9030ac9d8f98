"""Events of custom senders, beside those of Lambda's own."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("function_events", sa.Column("trigger", sa.String(), nullable=True))
    op.add_column("function_events", sa.Column("source_arn", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("function_events", "source_arn")
    op.drop_column("function_events", "trigger")
