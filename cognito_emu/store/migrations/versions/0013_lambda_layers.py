"""Layers of Lambda functions."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_NAME = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "layers",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("name", _NAME, nullable=False),
        sa.Column("last_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("account", "region", "name", name=op.f("pk_layers")),
    )
    op.create_table(
        "layer_versions",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("layer_name", _NAME, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("configuration", sa.JSON(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account", "region", "layer_name"],
            ["layers.account", "layers.region", "layers.name"],
            name=op.f("fk_layer_versions_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account", "region", "layer_name", "number", name=op.f("pk_layer_versions")),
    )


def downgrade() -> None:
    op.drop_table("layer_versions")
    op.drop_table("layers")
