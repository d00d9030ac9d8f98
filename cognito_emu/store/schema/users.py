"""Users, what finds them, and their groups."""

from __future__ import annotations

import sqlalchemy as sa

from cognito_emu.store.schema.base import SearchText, Time, metadata, pool_id_column, user_id_column

users = sa.Table(
    "users",
    metadata,
    sa.Column("id", SearchText, primary_key=True),  # the `sub`
    pool_id_column(),
    sa.Column("username", sa.String, nullable=False),
    sa.Column("username_key", SearchText, nullable=False),  # folded when the pool is not case-sensitive
    sa.Column("status", sa.String, nullable=False),
    sa.Column("enabled", sa.Boolean, nullable=False),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("modified_at", Time, nullable=False),
    sa.Column("attributes", sa.JSON, nullable=False),  # name -> text, without `sub`
    sa.Column("pending_attributes", sa.JSON, nullable=False),  # values that wait for VerifyUserAttribute
    sa.Column("verifier", sa.LargeBinary, nullable=True),  # SRP salt and verifier; NULL: no password
    sa.Column("password_history", sa.JSON, nullable=False),  # former verifiers, newest first, base64
    sa.Column("temporary_password_expires_at", Time, nullable=True),
    sa.Column("failed_sign_ins", sa.Integer, nullable=False),
    sa.Column("last_failed_sign_in_at", Time, nullable=True),
    sa.Column("mfa", sa.JSON, nullable=False),  # {"Enabled": [factor, ...], "Preferred": factor | absent}
    sa.UniqueConstraint("pool_id", "username_key"),
    sa.Index(None, "pool_id", "created_at", "id"),
    sa.Index(None, "pool_id", "status", "created_at", "id"),
    sa.Index(None, "pool_id", "enabled", "created_at", "id"),
)

# What ListUsers may filter by, beside username, status and sub, which are columns of `users`. Values are folded to lower case for the
# comparison when the pool is not case-sensitive. An index only: the truth stands in `users.attributes`.
user_attributes = sa.Table(
    "user_attributes",
    metadata,
    user_id_column(primary_key=True),
    sa.Column("name", sa.String, primary_key=True),
    pool_id_column(),
    sa.Column("value", SearchText, nullable=False),
    sa.Index(None, "pool_id", "name", "value", "user_id"),
)

# Whatever else signs a user in: a verified e-mail address, a phone number, a preferred user name, in pools that have such aliases.
user_aliases = sa.Table(
    "user_aliases",
    metadata,
    pool_id_column(primary_key=True),
    sa.Column("alias_key", sa.String, primary_key=True),
    user_id_column(),
    sa.Column("attribute", sa.String, nullable=False),
    sa.Index(None, "user_id"),
)

groups = sa.Table(
    "groups",
    metadata,
    pool_id_column(primary_key=True),
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("description", sa.String, nullable=True),
    sa.Column("role_arn", sa.String, nullable=True),
    sa.Column("precedence", sa.Integer, nullable=True),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("modified_at", Time, nullable=False),
)

group_members = sa.Table(
    "group_members",
    metadata,
    sa.Column("pool_id", sa.String, primary_key=True),
    sa.Column("group_name", sa.String, primary_key=True),
    user_id_column(primary_key=True),
    sa.Column("joined_at", Time, nullable=False),
    sa.ForeignKeyConstraint(["pool_id", "group_name"], ["groups.pool_id", "groups.name"], ondelete="CASCADE"),
    sa.Index(None, "user_id"),
)
