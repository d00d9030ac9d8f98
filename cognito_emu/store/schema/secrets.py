"""Secrets Manager: secrets, and the versions of their values."""

from __future__ import annotations

import sqlalchemy as sa

from cognito_emu.store.schema.base import Time, metadata

secrets = sa.Table(
    "secrets",
    metadata,
    sa.Column("account", sa.String, primary_key=True),
    sa.Column("region", sa.String, primary_key=True),
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("arn", sa.String, nullable=False, unique=True),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("changed_at", Time, nullable=False),
    sa.Column("accessed_at", Time, nullable=True),  # the day
    sa.Column("deleted_at", Time, nullable=True),  # when it goes for good; NULL: not scheduled
    sa.Column("rotated_at", Time, nullable=True),
    sa.Column("rotates_at", Time, nullable=True),  # NULL: nobody waits for a rotation
    # Whose secret it is, when Cognito manages it: it goes with the client.
    sa.Column("client_id", sa.String, sa.ForeignKey("app_clients.id", ondelete="CASCADE"), nullable=True),
    sa.Column("document", sa.JSON, nullable=False),  # members of CreateSecret, RotateSecret and PutResourcePolicy
    sa.Index(None, "rotates_at"),
    sa.Index(None, "client_id"),
)

secret_versions = sa.Table(
    "secret_versions",
    metadata,
    sa.Column("arn", sa.String, sa.ForeignKey("secrets.arn", ondelete="CASCADE"), primary_key=True),
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("accessed_at", Time, nullable=True),  # the day
    # In clear, since GetSecretValue must return it. Both NULL: a rotation has begun, and its function has brought no value yet.
    sa.Column("text", sa.String, nullable=True),
    sa.Column("binary", sa.LargeBinary, nullable=True),
    sa.Column("stages", sa.JSON, nullable=False),
)
