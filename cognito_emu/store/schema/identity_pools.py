"""Identity pools, their identities and logins, and the temporary credentials that were handed out."""

from __future__ import annotations

import sqlalchemy as sa

from cognito_emu.store.schema.base import Time, metadata

identity_pools = sa.Table(
    "identity_pools",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("account", sa.String, nullable=False),
    sa.Column("region", sa.String, nullable=False),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("settings", sa.JSON, nullable=False),  # IdentityPool without what stands in columns
    sa.Column("roles", sa.JSON, nullable=False),  # Roles and RoleMappings of SetIdentityPoolRoles
    sa.Column("principal_tags", sa.JSON, nullable=False),  # provider name -> UseDefaults and PrincipalTags
    sa.Index(None, "account", "region", "created_at", "id"),
)


def _identity_pool_id_column(*, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column("pool_id", sa.String, sa.ForeignKey("identity_pools.id", ondelete="CASCADE"), primary_key=primary_key, nullable=False)


identities = sa.Table(
    "identities",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    _identity_pool_id_column(),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("modified_at", Time, nullable=False),
    sa.Column("enabled", sa.Boolean, nullable=False),  # false once it was merged into another
    sa.Column("authenticated", sa.Boolean, nullable=False),  # whether it ever had a login; without one left it is inaccessible
    sa.Index(None, "pool_id", "created_at", "id"),
)

# Whom a login stands for. A provider's user belongs to one identity of a pool; an identity may have many users of the developer provider,
# but only one of any other.
identity_logins = sa.Table(
    "identity_logins",
    metadata,
    _identity_pool_id_column(primary_key=True),
    sa.Column("provider", sa.String, primary_key=True),  # the key in Logins
    sa.Column("subject", sa.String, primary_key=True),  # the provider's own id of the user
    sa.Column("identity_id", sa.String, sa.ForeignKey("identities.id", ondelete="CASCADE"), nullable=False),
    sa.Column("linked_at", Time, nullable=False),
    sa.Index(None, "identity_id", "provider", "subject"),
)

# What is behind an ASIA... access key. It refers to nothing: as on AWS, credentials outlive the identity they were made for.
temporary_credentials = sa.Table(
    "temporary_credentials",
    metadata,
    sa.Column("access_key_id", sa.String, primary_key=True),
    sa.Column("secret_key", sa.String, nullable=False),  # in clear: signatures are computed with it
    sa.Column("session_token_hash", sa.LargeBinary, nullable=False),
    sa.Column("account", sa.String, nullable=False),
    sa.Column("role_arn", sa.String, nullable=True),  # NULL: GetSessionToken, the account itself
    sa.Column("role_session_name", sa.String, nullable=True),
    sa.Column("identity_id", sa.String, nullable=True),
    sa.Column("identity_pool_id", sa.String, nullable=True),
    sa.Column("amr", sa.JSON, nullable=False),
    sa.Column("tags", sa.JSON, nullable=False),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("expires_at", Time, nullable=False),
    sa.Index(None, "expires_at"),
    sa.Index(None, "account"),
)
