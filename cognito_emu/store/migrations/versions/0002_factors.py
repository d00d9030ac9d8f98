"""MFA secrets, passkeys and devices."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "software_tokens",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=True),
        sa.Column("pending_secret", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_software_tokens_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_software_tokens")),
    )
    op.create_table(
        "webauthn_credentials",
        sa.Column("pool_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("relying_party_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("attachment", sa.String(), nullable=True),
        sa.Column("transports", sa.JSON(), nullable=False),
        sa.Column("multi_device", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["user_pools.id"], name=op.f("fk_webauthn_credentials_pool_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_webauthn_credentials_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("pool_id", "id", name=op.f("pk_webauthn_credentials")),
    )
    op.create_index(
        op.f("ix_webauthn_credentials_user_id_created_at_id"), "webauthn_credentials", ["user_id", "created_at", "id"], unique=False
    )
    op.create_table(
        "webauthn_registrations",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("relying_party_id", sa.String(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["app_clients.id"], name=op.f("fk_webauthn_registrations_client_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_webauthn_registrations_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webauthn_registrations")),
    )
    op.create_index(op.f("ix_webauthn_registrations_user_id"), "webauthn_registrations", ["user_id"], unique=False)
    op.create_table(
        "devices",
        sa.Column("user_id", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("verifier", sa.LargeBinary(), nullable=True),
        sa.Column("remembered", sa.Boolean(), nullable=False),
        sa.Column("last_ip", sa.String(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("modified_at", sa.Double(), nullable=False),
        sa.Column("last_authenticated_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_devices_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "key", name=op.f("pk_devices")),
    )
    op.create_index(op.f("ix_devices_user_id_created_at_key"), "devices", ["user_id", "created_at", "key"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_devices_user_id_created_at_key"), table_name="devices")
    op.drop_table("devices")
    op.drop_index(op.f("ix_webauthn_registrations_user_id"), table_name="webauthn_registrations")
    op.drop_table("webauthn_registrations")
    op.drop_index(op.f("ix_webauthn_credentials_user_id_created_at_id"), table_name="webauthn_credentials")
    op.drop_table("webauthn_credentials")
    op.drop_table("software_tokens")
