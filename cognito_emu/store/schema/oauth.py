"""What the OAuth endpoints need: domains, resource servers, requests under way, codes, browser sessions."""

from __future__ import annotations

import sqlalchemy as sa

from cognito_emu.store.schema.base import Time, metadata, pool_id_column, user_id_column

# A prefix is unique in its region over all accounts, a custom domain everywhere; that is checked where domains are made.
user_pool_domains = sa.Table(
    "user_pool_domains",
    metadata,
    sa.Column("region", sa.String, primary_key=True),
    sa.Column("domain", sa.String, primary_key=True),  # the prefix alone, or a custom domain's full name
    pool_id_column(),
    sa.Column("custom", sa.Boolean, nullable=False),
    sa.Column("settings", sa.JSON, nullable=False),  # DomainDescriptionType without what stands in columns or is computed
    sa.Column("created_at", Time, nullable=False),
    sa.Index(None, "pool_id"),
    sa.Index(None, "domain"),
)

resource_servers = sa.Table(
    "resource_servers",
    metadata,
    pool_id_column(primary_key=True),
    sa.Column("identifier", sa.String, primary_key=True),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("scopes", sa.JSON, nullable=False),  # [{ScopeName, ScopeDescription}, ...]
)

# An authorization request while its user is on the hosted pages or at an identity provider.
authorization_requests = sa.Table(
    "authorization_requests",
    metadata,
    sa.Column("id", sa.LargeBinary, primary_key=True),  # hash of the handle that the pages carry
    pool_id_column(),
    sa.Column("client_id", sa.String, sa.ForeignKey("app_clients.id", ondelete="CASCADE"), nullable=False),
    sa.Column("request", sa.JSON, nullable=False),  # its checked parameters
    sa.Column("flow", sa.JSON, nullable=False),  # where the pages stand; theirs alone
    sa.Column("expires_at", Time, nullable=False),
    sa.Index(None, "expires_at"),
)

# A code stays after its use until it expires, so that a second use is noticed (RFC 6749, section 4.1.2).
authorization_codes = sa.Table(
    "authorization_codes",
    metadata,
    sa.Column("id", sa.LargeBinary, primary_key=True),  # hash of the code
    pool_id_column(),
    sa.Column("client_id", sa.String, sa.ForeignKey("app_clients.id", ondelete="CASCADE"), nullable=False),
    user_id_column(),
    sa.Column("grant", sa.JSON, nullable=False),  # redirect URI, PKCE challenge, scopes, nonce, authentication
    sa.Column("expires_at", Time, nullable=False),
    sa.Column("sign_in_id", sa.String, nullable=True),  # whose tokens it was exchanged for
    sa.Index(None, "expires_at"),
    sa.Index(None, "user_id"),
)

# Who is signed in to a pool in a browser. One cookie stands for a sign-in in each of several pools, since on the emulator's bare
# address all pools share the browser's one cookie.
browser_sessions = sa.Table(
    "browser_sessions",
    metadata,
    sa.Column("id", sa.String, primary_key=True),  # the SessionId of an SSO session in the API
    sa.Column("cookie_hash", sa.LargeBinary, nullable=False),
    pool_id_column(),
    user_id_column(),
    sa.Column("client_id", sa.String, sa.ForeignKey("app_clients.id", ondelete="CASCADE"), nullable=False),  # where it began
    sa.Column("context", sa.JSON, nullable=False),  # address, user agent, proved factors
    sa.Column("auth_time", Time, nullable=False),
    sa.Column("last_used_at", Time, nullable=False),
    sa.Column("expires_at", Time, nullable=False),
    sa.UniqueConstraint("cookie_hash", "pool_id"),
    sa.Index(None, "user_id"),
    sa.Index(None, "expires_at"),
)
