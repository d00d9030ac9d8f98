"""What a replica of a user pool has of its own: mail, SMS, Lambda functions, log destinations."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("user_pool_replicas", sa.Column("settings", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("user_pool_replicas", "settings")
