"""Layers of Lambda functions, and their versions."""

from __future__ import annotations

import sqlalchemy as sa

from cognito_emu.store.schema.base import SearchText, metadata

layers = sa.Table(
    "layers",
    metadata,
    sa.Column("account", sa.String, primary_key=True),
    sa.Column("region", sa.String, primary_key=True),
    sa.Column("name", SearchText, primary_key=True),
    sa.Column("last_version", sa.Integer, nullable=False),  # numbers are never given again
)

layer_versions = sa.Table(
    "layer_versions",
    metadata,
    sa.Column("account", sa.String, primary_key=True),
    sa.Column("region", sa.String, primary_key=True),
    sa.Column("layer_name", SearchText, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("configuration", sa.JSON, nullable=False),  # what GetLayerVersion shows of it, with the digest and size of its content
    sa.Column("deleted", sa.Boolean, nullable=False),  # functions that have it keep it
    sa.Column("content", sa.LargeBinary, nullable=False),  # a zip archive
    sa.ForeignKeyConstraint(["account", "region", "layer_name"], ["layers.account", "layers.region", "layers.name"], ondelete="CASCADE"),
)
