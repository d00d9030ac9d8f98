"""Identity providers and roles of IAM."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "iam_entities",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("arn", sa.String(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("account", "kind", "name", name=op.f("pk_iam_entities")),
    )
    op.create_index(op.f("ix_iam_entities_arn"), "iam_entities", ["arn"], unique=False)


def downgrade() -> None:
    op.drop_table("iam_entities")
