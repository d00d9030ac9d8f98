"""What custom resources and wait conditions are told from outside."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "stack_signals",
        sa.Column("stack_id", sa.String(), nullable=False),
        sa.Column("handle", sa.String(), nullable=False),
        sa.Column("unique_id", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["stack_id"], ["stacks.id"], name=op.f("fk_stack_signals_stack_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("stack_id", "handle", "unique_id", name=op.f("pk_stack_signals")),
    )


def downgrade() -> None:
    op.drop_table("stack_signals")
