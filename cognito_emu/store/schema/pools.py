"""User pools, their app clients and keys."""

from __future__ import annotations

import sqlalchemy as sa

from cognito_emu.store.schema.base import Time, metadata, pool_id_column

user_pools = sa.Table(
    "user_pools",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("account", sa.String, nullable=False),
    sa.Column("region", sa.String, nullable=False),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("modified_at", Time, nullable=False),
    sa.Column("settings", sa.JSON, nullable=False),  # UserPoolType without what stands in columns or is computed
    sa.Column("secret", sa.LargeBinary, nullable=False),  # keys simulated answers for unknown users; never leaves the server
    sa.Column("session_configuration", sa.JSON(none_as_null=True), nullable=True),  # of SetUserPoolSessionConfiguration; NULL: never set
    sa.Index(None, "account", "region", "created_at", "id"),
)

app_clients = sa.Table(
    "app_clients",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    pool_id_column(),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("modified_at", Time, nullable=False),
    sa.Column("settings", sa.JSON, nullable=False),  # UserPoolClientType without what stands in columns
    sa.Column("sso_minutes", sa.Integer, nullable=True),  # SSOSession.MaxValidityMinutes; NULL: never set
    sa.Index(None, "pool_id", "created_at", "id"),
)

client_secrets = sa.Table(
    "client_secrets",
    metadata,
    sa.Column("client_id", sa.String, sa.ForeignKey("app_clients.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("value", sa.String, nullable=False),  # in clear: DescribeUserPoolClient must return it
    sa.Column("created_at", Time, nullable=False),
)

signing_keys = sa.Table(
    "signing_keys",
    metadata,
    sa.Column("kid", sa.String, primary_key=True),
    pool_id_column(nullable=True),  # NULL: in stock, waiting for a pool
    sa.Column("use", sa.String, nullable=True),  # "id" or "access"
    sa.Column("private_key", sa.LargeBinary, nullable=False),  # PKCS #1, or PKCS #8 from an older version; DER
    sa.Column("created_at", Time, nullable=False),
    sa.UniqueConstraint("pool_id", "use"),
)
