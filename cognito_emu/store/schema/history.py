"""Imports of users, client ID metadata documents, and replicas."""

from __future__ import annotations

import sqlalchemy as sa

from cognito_emu.store.schema.base import Time, metadata, pool_id_column, user_id_column

user_import_jobs = sa.Table(
    "user_import_jobs",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    pool_id_column(),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("role_arn", sa.String, nullable=False),
    sa.Column("hashing", sa.String, nullable=True),  # PasswordHashingAlgorithm
    sa.Column("url", sa.String, nullable=False),
    sa.Column("status", sa.String, nullable=False),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("started_at", Time, nullable=True),
    sa.Column("completed_at", Time, nullable=True),
    sa.Column("message", sa.String, nullable=True),
    sa.Column("uploaded", sa.Boolean, nullable=False),
    sa.Column("imported", sa.Integer, nullable=False),
    sa.Column("skipped", sa.Integer, nullable=False),
    sa.Column("failed", sa.Integer, nullable=False),
    sa.Column("line", sa.Integer, nullable=False),  # the last line that is done; the header is line 1
    sa.Column("position", sa.Integer, nullable=False),  # the byte of the file behind it
    sa.Column("runner", sa.String, nullable=True),  # the process that works on it
    sa.Column("lease_until", Time, nullable=True),  # after this it is taken for dead
    sa.Index(None, "pool_id", "created_at", "id"),
    sa.Index(None, "status", "created_at"),
)

# What became of each line, a row a transaction: a job that was torn away goes on exactly where its log ends.
user_import_logs = sa.Table(
    "user_import_logs",
    metadata,
    sa.Column("job_id", sa.String, sa.ForeignKey("user_import_jobs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("line", sa.Integer, primary_key=True),  # the first of the lines that it tells about
    sa.Column("text", sa.String, nullable=False),
)

# Hashes that came with an import. The first sign-in makes an SRP verifier of each.
imported_passwords = sa.Table(
    "imported_passwords",
    metadata,
    user_id_column(primary_key=True),
    sa.Column("algorithm", sa.String, nullable=False),
    sa.Column("hash", sa.String, nullable=False),
)

cimd_policies = sa.Table(
    "cimd_policies",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    pool_id_column(),
    sa.Column("client_id", sa.String, nullable=False),  # no foreign key: a policy outlives its app client
    sa.Column("name", sa.String, nullable=False),
    sa.Column("cache_duration", sa.Integer, nullable=False),  # seconds
    sa.Column("url_patterns", sa.JSON, nullable=False),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("modified_at", Time, nullable=False),
    sa.Index(None, "pool_id", "created_at", "id"),
    sa.Index(None, "client_id"),
)

client_metadata_documents = sa.Table(
    "client_metadata_documents",
    metadata,
    sa.Column("policy_id", sa.String, sa.ForeignKey("cimd_policies.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("url", sa.String, primary_key=True),
    sa.Column("document", sa.JSON, nullable=False),
    sa.Column("cached_at", Time, nullable=False),
    sa.Column("expires_at", Time, nullable=False),
    sa.Index(None, "url"),
)

# The secondary replicas; the primary is the pool itself.
user_pool_replicas = sa.Table(
    "user_pool_replicas",
    metadata,
    pool_id_column(primary_key=True),
    sa.Column("region", sa.String, primary_key=True),
    sa.Column("status", sa.String, nullable=False),
    sa.Column("tags", sa.JSON, nullable=False),
    sa.Column("changes_at", Time, nullable=True),  # when a transition (CREATING, DELETING) is over
    sa.Column("created_at", Time, nullable=False),
    sa.Column("settings", sa.JSON, nullable=True),  # mail, SMS, Lambda functions, log destinations; of older replicas none
)
