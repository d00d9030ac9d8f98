"""What a sign-in needs: codes, the state between challenges, sessions of issued tokens, refresh tokens."""

from __future__ import annotations

import sqlalchemy as sa

from cognito_emu.store.schema.base import Time, metadata, pool_id_column, user_id_column

codes = sa.Table(
    "codes",
    metadata,
    user_id_column(primary_key=True),
    sa.Column("purpose", sa.String, primary_key=True),  # sign_up, forgot_password, verify:email, ...
    sa.Column("code_hash", sa.LargeBinary, nullable=False),
    sa.Column("attribute", sa.String, nullable=True),  # the attribute that the code went to
    sa.Column("created_at", Time, nullable=False),
    sa.Column("expires_at", Time, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("requests", sa.Integer, nullable=True),  # how often it was asked for ...
    sa.Column("requests_since", Time, nullable=True),  # ... since when
)

# A sign-in between two challenges. Found by the hash of the opaque session string (or of an SRP secret block), used once.
auth_sessions = sa.Table(
    "auth_sessions",
    metadata,
    sa.Column("id", sa.LargeBinary, primary_key=True),
    pool_id_column(),
    sa.Column("client_id", sa.String, sa.ForeignKey("app_clients.id", ondelete="CASCADE"), nullable=False),
    user_id_column(nullable=True),
    sa.Column("state", sa.JSON, nullable=False),
    sa.Column("used", sa.Boolean, nullable=False),
    sa.Column("expires_at", Time, nullable=False),
    sa.Index(None, "expires_at"),
    sa.Index(None, "user_id"),
)

# One row a completed sign-in; its id is the `event_id` claim of every token that came from it. Revoking the row revokes them all.
sign_ins = sa.Table(
    "sign_ins",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    pool_id_column(),
    sa.Column("client_id", sa.String, sa.ForeignKey("app_clients.id", ondelete="CASCADE"), nullable=False),
    user_id_column(),
    sa.Column("origin_jti", sa.String, nullable=False),
    sa.Column("scopes", sa.JSON, nullable=False),
    sa.Column("device_key", sa.String, nullable=True),
    sa.Column("context", sa.JSON, nullable=False),  # how it came about: user agent, address, OAuth nonce, federated identity
    sa.Column("auth_time", Time, nullable=False),
    sa.Column("last_used_at", Time, nullable=False),
    sa.Column("expires_at", Time, nullable=False),  # when its last token has expired and the row can go
    sa.Column("revoked_at", Time, nullable=True),
    sa.Column("session_id", sa.String, nullable=True),  # the SessionId of a token session in the API; NULL: it is not tracked
    sa.Index(None, "user_id", "revoked_at"),
    sa.Index(None, "expires_at"),
)

refresh_tokens = sa.Table(
    "refresh_tokens",
    metadata,
    sa.Column("token_hash", sa.LargeBinary, primary_key=True),
    sa.Column("sign_in_id", sa.String, sa.ForeignKey("sign_ins.id", ondelete="CASCADE"), nullable=False),
    sa.Column("expires_at", Time, nullable=False),
    sa.Column("replaced_at", Time, nullable=True),  # rotation: a newer token took its place
    sa.Index(None, "sign_in_id"),
)
