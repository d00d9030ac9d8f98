"""Stacks and what they need around them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "stacks",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("live_name", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("operation", sa.JSON(), nullable=False),
        sa.Column("runner", sa.String(), nullable=False),
        sa.Column("runner_until", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stacks")),
        sa.UniqueConstraint("account", "region", "live_name", name=op.f("uq_stacks_account_region_live_name")),
    )
    op.create_index(op.f("ix_stacks_account_region_created_at_id"), "stacks", ["account", "region", "created_at", "id"], unique=False)
    op.create_table(
        "ssm_parameters",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("modified_at", sa.Double(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("account", "region", "name", name=op.f("pk_ssm_parameters")),
    )
    op.create_table(
        "stack_resources",
        sa.Column("stack_id", sa.String(), nullable=False),
        sa.Column("logical_id", sa.String(), nullable=False),
        sa.Column("physical_id", sa.String(), nullable=True),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["stack_id"], ["stacks.id"], name=op.f("fk_stack_resources_stack_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("stack_id", "logical_id", name=op.f("pk_stack_resources")),
    )
    op.create_index(op.f("ix_stack_resources_physical_id"), "stack_resources", ["physical_id"], unique=False)
    op.create_table(
        "stack_events",
        sa.Column("stack_id", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("happened_at", sa.Double(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["stack_id"], ["stacks.id"], name=op.f("fk_stack_events_stack_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("stack_id", "sequence", name=op.f("pk_stack_events")),
    )
    op.create_table(
        "change_sets",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("stack_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["stack_id"], ["stacks.id"], name=op.f("fk_change_sets_stack_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_sets")),
        sa.UniqueConstraint("stack_id", "name", name=op.f("uq_change_sets_stack_id_name")),
    )
    op.create_table(
        "stack_exports",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("stack_id", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["stack_id"], ["stacks.id"], name=op.f("fk_stack_exports_stack_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account", "region", "name", name=op.f("pk_stack_exports")),
    )
    op.create_index(op.f("ix_stack_exports_stack_id"), "stack_exports", ["stack_id"], unique=False)
    op.create_table(
        "stack_imports",
        sa.Column("stack_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["stack_id"], ["stacks.id"], name=op.f("fk_stack_imports_stack_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("stack_id", "name", name=op.f("pk_stack_imports")),
    )


def downgrade() -> None:
    op.drop_table("stack_imports")
    op.drop_index(op.f("ix_stack_exports_stack_id"), table_name="stack_exports")
    op.drop_table("stack_exports")
    op.drop_table("change_sets")
    op.drop_table("stack_events")
    op.drop_index(op.f("ix_stack_resources_physical_id"), table_name="stack_resources")
    op.drop_table("stack_resources")
    op.drop_table("ssm_parameters")
    op.drop_index(op.f("ix_stacks_account_region_created_at_id"), table_name="stacks")
    op.drop_table("stacks")
