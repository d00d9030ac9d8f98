"""What of IAM federation needs: identity providers and roles. IAM is global, so there is no region."""

from __future__ import annotations

import sqlalchemy as sa

from cognito_emu.store.schema.base import Time, metadata

iam_entities = sa.Table(
    "iam_entities",
    metadata,
    sa.Column("account", sa.String, primary_key=True),
    sa.Column("kind", sa.String, primary_key=True),  # as in ARNs: role, oidc-provider, saml-provider
    sa.Column("name", sa.String, primary_key=True),  # a role's without its path, under which it is unique
    sa.Column("arn", sa.String, nullable=False),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("document", sa.JSON, nullable=False),
    sa.Index(None, "arn"),
)
