"""Buckets of S3, the objects in them, and uploads in parts. What the objects hold lies in files of the data folder."""

from __future__ import annotations

import sqlalchemy as sa

from cognito_emu.store.schema.base import SearchText, Time, metadata

s3_buckets = sa.Table(
    "s3_buckets",
    metadata,
    sa.Column("account", sa.String, primary_key=True),
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("region", sa.String, nullable=False),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("configurations", sa.JSON, nullable=False),  # by the model's names: Versioning, Tagging, Policy, ...
)

s3_objects = sa.Table(
    "s3_objects",
    metadata,
    sa.Column("account", sa.String, primary_key=True),
    sa.Column("bucket", sa.String, primary_key=True),
    sa.Column("key", SearchText, primary_key=True),
    sa.Column("file", sa.String, nullable=False, unique=True),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("etag", sa.String, nullable=False),  # without quotes
    sa.Column("modified_at", Time, nullable=False),
    sa.Column("document", sa.JSON, nullable=False),  # what PutObject's headers said, in the model's names; Metadata, checksums
)

s3_uploads = sa.Table(
    "s3_uploads",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("account", sa.String, nullable=False),
    sa.Column("bucket", sa.String, nullable=False),
    sa.Column("key", SearchText, nullable=False),
    sa.Column("started_at", Time, nullable=False),
    sa.Column("document", sa.JSON, nullable=False),  # as the object's
    sa.Index(None, "account", "bucket", "key", "id"),
)

s3_parts = sa.Table(
    "s3_parts",
    metadata,
    sa.Column("upload_id", sa.String, sa.ForeignKey("s3_uploads.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("file", sa.String, nullable=False, unique=True),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("etag", sa.String, nullable=False),
    sa.Column("modified_at", Time, nullable=False),
)
