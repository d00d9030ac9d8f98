"""Domains, resource servers, authorization requests and browser sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "resource_servers",
        sa.Column("pool_id", sa.String(), nullable=False),
        sa.Column("identifier", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["user_pools.id"], name=op.f("fk_resource_servers_pool_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("pool_id", "identifier", name=op.f("pk_resource_servers")),
    )
    op.create_table(
        "user_pool_domains",
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("pool_id", sa.String(), nullable=False),
        sa.Column("custom", sa.Boolean(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["user_pools.id"], name=op.f("fk_user_pool_domains_pool_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("region", "domain", name=op.f("pk_user_pool_domains")),
    )
    op.create_index(op.f("ix_user_pool_domains_domain"), "user_pool_domains", ["domain"], unique=False)
    op.create_index(op.f("ix_user_pool_domains_pool_id"), "user_pool_domains", ["pool_id"], unique=False)
    op.create_table(
        "authorization_codes",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("pool_id", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("grant", sa.JSON(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.Column("sign_in_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["app_clients.id"], name=op.f("fk_authorization_codes_client_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["pool_id"], ["user_pools.id"], name=op.f("fk_authorization_codes_pool_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_authorization_codes_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authorization_codes")),
    )
    op.create_index(op.f("ix_authorization_codes_expires_at"), "authorization_codes", ["expires_at"], unique=False)
    op.create_index(op.f("ix_authorization_codes_user_id"), "authorization_codes", ["user_id"], unique=False)
    op.create_table(
        "authorization_requests",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("pool_id", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("flow", sa.JSON(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["app_clients.id"], name=op.f("fk_authorization_requests_client_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["pool_id"], ["user_pools.id"], name=op.f("fk_authorization_requests_pool_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authorization_requests")),
    )
    op.create_index(op.f("ix_authorization_requests_expires_at"), "authorization_requests", ["expires_at"], unique=False)
    op.create_table(
        "browser_sessions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("cookie_hash", sa.LargeBinary(), nullable=False),
        sa.Column("pool_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("context", sa.JSON(), nullable=False),
        sa.Column("auth_time", sa.Double(), nullable=False),
        sa.Column("last_used_at", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["app_clients.id"], name=op.f("fk_browser_sessions_client_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["pool_id"], ["user_pools.id"], name=op.f("fk_browser_sessions_pool_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_browser_sessions_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_browser_sessions")),
        sa.UniqueConstraint("cookie_hash", "pool_id", name=op.f("uq_browser_sessions_cookie_hash_pool_id")),
    )
    op.create_index(op.f("ix_browser_sessions_expires_at"), "browser_sessions", ["expires_at"], unique=False)
    op.create_index(op.f("ix_browser_sessions_user_id"), "browser_sessions", ["user_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_browser_sessions_user_id"), table_name="browser_sessions")
    op.drop_index(op.f("ix_browser_sessions_expires_at"), table_name="browser_sessions")
    op.drop_table("browser_sessions")
    op.drop_index(op.f("ix_authorization_requests_expires_at"), table_name="authorization_requests")
    op.drop_table("authorization_requests")
    op.drop_index(op.f("ix_authorization_codes_user_id"), table_name="authorization_codes")
    op.drop_index(op.f("ix_authorization_codes_expires_at"), table_name="authorization_codes")
    op.drop_table("authorization_codes")
    op.drop_index(op.f("ix_user_pool_domains_pool_id"), table_name="user_pool_domains")
    op.drop_index(op.f("ix_user_pool_domains_domain"), table_name="user_pool_domains")
    op.drop_table("user_pool_domains")
    op.drop_table("resource_servers")
