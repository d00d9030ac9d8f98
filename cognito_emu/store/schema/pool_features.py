"""Identity providers and whom they stand for, branding, terms, logs, risks and what was seen of sign-ins, certificates, limits."""

from __future__ import annotations

import sqlalchemy as sa

from cognito_emu.store.schema.base import SearchText, Time, metadata, pool_id_column, user_id_column


def _client_id_column(*, nullable: bool = False, unique: bool = False) -> sa.Column[str]:
    """The app client that a row is about; the row goes when the client goes."""
    foreign_key = sa.ForeignKey("app_clients.id", ondelete="CASCADE")
    return sa.Column("client_id", sa.String, foreign_key, nullable=nullable, unique=unique)


identity_providers = sa.Table(
    "identity_providers",
    metadata,
    pool_id_column(primary_key=True),
    sa.Column("name", SearchText, primary_key=True),
    sa.Column("type", sa.String, nullable=False),  # SAML, OIDC, Google, ...
    sa.Column("details", sa.JSON, nullable=False),  # ProviderDetails as described
    sa.Column("discovered", sa.JSON, nullable=False),  # what the provider itself said: endpoints, or SAML metadata. Not described
    sa.Column("attribute_mapping", sa.JSON, nullable=False),
    sa.Column("acr_mapping", sa.JSON, nullable=True),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("modified_at", Time, nullable=False),
)

# A table of their own, because an identifier leads to one provider of the pool.
identity_provider_identifiers = sa.Table(
    "identity_provider_identifiers",
    metadata,
    sa.Column("pool_id", sa.String, primary_key=True),
    sa.Column("identifier", sa.String, primary_key=True),
    sa.Column("provider_name", SearchText, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),  # its place in IdpIdentifiers
    sa.ForeignKeyConstraint(["pool_id", "provider_name"], ["identity_providers.pool_id", "identity_providers.name"], ondelete="CASCADE"),
    sa.Index(None, "pool_id", "provider_name"),
)

# Identities at providers that stand for a user: the one that made them (primary), and those that were linked. They stay when the
# provider is deleted, as its users do. A link by another attribute than the subject learns the subject at the first sign-in.
federated_identities = sa.Table(
    "federated_identities",
    metadata,
    pool_id_column(primary_key=True),
    sa.Column("provider_name", sa.String, primary_key=True),
    sa.Column("attribute", sa.String, primary_key=True),  # Cognito_Subject, or the user pool attribute that a claim is mapped to
    sa.Column("value", sa.String, primary_key=True),
    user_id_column(),
    sa.Column("provider_type", sa.String, nullable=False),
    sa.Column("subject", sa.String, nullable=True),  # NULL: not known before a sign-in
    sa.Column("issuer", sa.String, nullable=True),
    sa.Column("primary", sa.Boolean, nullable=False),
    sa.Column("created_at", Time, nullable=False),
    sa.Index(None, "user_id"),
    sa.Index(None, "pool_id", "provider_name", "subject"),
)

ui_customizations = sa.Table(
    "ui_customizations",
    metadata,
    pool_id_column(primary_key=True),
    sa.Column("scope", sa.String, primary_key=True),  # ALL, or the client's id
    _client_id_column(nullable=True),
    sa.Column("css", sa.String, nullable=True),
    sa.Column("css_version", sa.String, nullable=False),
    sa.Column("image", sa.LargeBinary, nullable=True),
    sa.Column("image_type", sa.String, nullable=True),  # image/png, image/jpeg
    sa.Column("image_id", sa.String, nullable=True),  # in its address, new with each image, so that caches let go of the old one
    sa.Column("created_at", Time, nullable=False),
    sa.Column("modified_at", Time, nullable=False),
    sa.UniqueConstraint("image_id"),
)

managed_login_brandings = sa.Table(
    "managed_login_brandings",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    pool_id_column(),
    _client_id_column(unique=True),
    sa.Column("use_cognito_values", sa.Boolean, nullable=False),
    sa.Column("settings", sa.JSON, nullable=True),
    sa.Column("assets", sa.JSON, nullable=False),  # AssetType, its Bytes in base64
    sa.Column("created_at", Time, nullable=False),
    sa.Column("modified_at", Time, nullable=False),
    sa.Index(None, "pool_id"),
)

terms = sa.Table(
    "terms",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    pool_id_column(),
    _client_id_column(),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("source", sa.String, nullable=False),
    sa.Column("enforcement", sa.String, nullable=False),
    sa.Column("links", sa.JSON, nullable=False),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("modified_at", Time, nullable=False),
    sa.UniqueConstraint("client_id", "name"),
    sa.Index(None, "pool_id", "created_at", "id"),
)

log_deliveries = sa.Table(
    "log_deliveries",
    metadata,
    pool_id_column(primary_key=True),
    sa.Column("configurations", sa.JSON, nullable=False),  # LogConfigurations
)

risk_configurations = sa.Table(
    "risk_configurations",
    metadata,
    pool_id_column(primary_key=True),
    sa.Column("scope", sa.String, primary_key=True),  # ALL, or the client's id
    _client_id_column(nullable=True),
    sa.Column("configuration", sa.JSON, nullable=False),  # the three members of RiskConfigurationType
    sa.Column("modified_at", Time, nullable=False),
)

auth_events = sa.Table(
    "auth_events",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    pool_id_column(),
    user_id_column(),
    sa.Column("client_id", sa.String, nullable=True),
    sa.Column("type", sa.String, nullable=False),  # SignIn, SignUp, ForgotPassword, PasswordChange, ResendCode
    sa.Column("response", sa.String, nullable=False),  # Pass, Fail, InProgress
    sa.Column("risk", sa.JSON, nullable=False),  # EventRiskType
    sa.Column("challenges", sa.JSON, nullable=False),  # ChallengeResponses
    sa.Column("ip", sa.String, nullable=False),
    sa.Column("device", sa.String, nullable=False),  # what tells the user's devices apart
    sa.Column("context", sa.JSON, nullable=False),  # EventContextDataType
    sa.Column("feedback", sa.JSON, nullable=True),  # EventFeedbackType
    sa.Column("created_at", Time, nullable=False),
    sa.Index(None, "user_id", "created_at", "id"),
    sa.Index(None, "created_at"),
)

# Keys are in clear, as those of tokens are: the emulator signs with them.
saml_certificates = sa.Table(
    "saml_certificates",
    metadata,
    pool_id_column(primary_key=True),
    sa.Column("use", sa.String, primary_key=True),  # signing, encryption
    sa.Column("issued_at", Time, primary_key=True),
    sa.Column("certificate", sa.LargeBinary, nullable=False),  # DER
    sa.Column("private_key", sa.LargeBinary, nullable=False),  # PKCS #8, DER
)

# An account's, and so no pool's.
provisioned_limits = sa.Table(
    "provisioned_limits",
    metadata,
    sa.Column("account", sa.String, primary_key=True),
    sa.Column("region", sa.String, primary_key=True),
    sa.Column("category", sa.String, primary_key=True),
    sa.Column("value", sa.Integer, nullable=False),
)
