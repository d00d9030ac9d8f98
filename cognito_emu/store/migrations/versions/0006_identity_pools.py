"""Identity pools, their identities, and temporary credentials."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "identity_pools",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("principal_tags", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_pools")),
    )
    op.create_index(
        op.f("ix_identity_pools_account_region_created_at_id"), "identity_pools", ["account", "region", "created_at", "id"], unique=False
    )
    op.create_table(
        "temporary_credentials",
        sa.Column("access_key_id", sa.String(), nullable=False),
        sa.Column("secret_key", sa.String(), nullable=False),
        sa.Column("session_token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("role_arn", sa.String(), nullable=True),
        sa.Column("role_session_name", sa.String(), nullable=True),
        sa.Column("identity_id", sa.String(), nullable=True),
        sa.Column("identity_pool_id", sa.String(), nullable=True),
        sa.Column("amr", sa.JSON(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("access_key_id", name=op.f("pk_temporary_credentials")),
    )
    op.create_index(op.f("ix_temporary_credentials_account"), "temporary_credentials", ["account"], unique=False)
    op.create_index(op.f("ix_temporary_credentials_expires_at"), "temporary_credentials", ["expires_at"], unique=False)
    op.create_table(
        "identities",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("pool_id", sa.String(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("modified_at", sa.Double(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("authenticated", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["identity_pools.id"], name=op.f("fk_identities_pool_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identities")),
    )
    op.create_index(op.f("ix_identities_pool_id_created_at_id"), "identities", ["pool_id", "created_at", "id"], unique=False)
    op.create_table(
        "identity_logins",
        sa.Column("pool_id", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("identity_id", sa.String(), nullable=False),
        sa.Column("linked_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["identity_id"], ["identities.id"], name=op.f("fk_identity_logins_identity_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["pool_id"], ["identity_pools.id"], name=op.f("fk_identity_logins_pool_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("pool_id", "provider", "subject", name=op.f("pk_identity_logins")),
    )
    op.create_index(
        op.f("ix_identity_logins_identity_id_provider_subject"), "identity_logins", ["identity_id", "provider", "subject"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_identity_logins_identity_id_provider_subject"), table_name="identity_logins")
    op.drop_table("identity_logins")
    op.drop_index(op.f("ix_identities_pool_id_created_at_id"), table_name="identities")
    op.drop_table("identities")
    op.drop_index(op.f("ix_temporary_credentials_expires_at"), table_name="temporary_credentials")
    op.drop_index(op.f("ix_temporary_credentials_account"), table_name="temporary_credentials")
    op.drop_table("temporary_credentials")
    op.drop_index(op.f("ix_identity_pools_account_region_created_at_id"), table_name="identity_pools")
    op.drop_table("identity_pools")
