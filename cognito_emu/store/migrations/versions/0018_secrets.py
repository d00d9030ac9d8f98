"""Secrets Manager."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "secrets",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("arn", sa.String(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("changed_at", sa.Double(), nullable=False),
        sa.Column("accessed_at", sa.Double(), nullable=True),
        sa.Column("deleted_at", sa.Double(), nullable=True),
        sa.Column("rotated_at", sa.Double(), nullable=True),
        sa.Column("rotates_at", sa.Double(), nullable=True),
        sa.Column("client_id", sa.String(), nullable=True),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["app_clients.id"], name=op.f("fk_secrets_client_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account", "region", "name", name=op.f("pk_secrets")),
        sa.UniqueConstraint("arn", name=op.f("uq_secrets_arn")),
    )
    op.create_index(op.f("ix_secrets_rotates_at"), "secrets", ["rotates_at"], unique=False)
    op.create_index(op.f("ix_secrets_client_id"), "secrets", ["client_id"], unique=False)
    op.create_table(
        "secret_versions",
        sa.Column("arn", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("accessed_at", sa.Double(), nullable=True),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("binary", sa.LargeBinary(), nullable=True),
        sa.Column("stages", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["arn"], ["secrets.arn"], name=op.f("fk_secret_versions_arn"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("arn", "id", name=op.f("pk_secret_versions")),
    )


def downgrade() -> None:
    op.drop_table("secret_versions")
    op.drop_table("secrets")
