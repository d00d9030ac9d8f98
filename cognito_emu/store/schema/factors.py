"""What users prove themselves with beside a password: authenticator apps, passkeys and devices."""

from __future__ import annotations

import sqlalchemy as sa

from cognito_emu.store.schema.base import Time, metadata, pool_id_column, user_id_column

# One a user. Secrets are in clear: a TOTP is computed from the secret itself, so a hash would be of no use.
software_tokens = sa.Table(
    "software_tokens",
    metadata,
    user_id_column(primary_key=True),
    sa.Column("secret", sa.String, nullable=True),  # base32; NULL until a first code was verified
    sa.Column("pending_secret", sa.String, nullable=True),  # handed out by AssociateSoftwareToken, not verified yet
    sa.Column("name", sa.String, nullable=True),  # FriendlyDeviceName
    sa.Column("last_step", sa.BigInteger, nullable=True),  # the time step of the last code that was taken: neither it nor older ones again
)

webauthn_credentials = sa.Table(
    "webauthn_credentials",
    metadata,
    pool_id_column(primary_key=True),
    sa.Column("id", sa.String, primary_key=True),  # the credential id, base64url
    user_id_column(),
    sa.Column("public_key", sa.LargeBinary, nullable=False),  # COSE
    sa.Column("sign_count", sa.BigInteger, nullable=False),
    sa.Column("relying_party_id", sa.String, nullable=False),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("attachment", sa.String, nullable=True),  # platform, cross-platform
    sa.Column("transports", sa.JSON, nullable=False),
    sa.Column("multi_device", sa.Boolean, nullable=False),  # a synced passkey, not bound to one device
    sa.Column("created_at", Time, nullable=False),
    sa.Index(None, "user_id", "created_at", "id"),
)

# A registration between StartWebAuthnRegistration and CompleteWebAuthnRegistration. Found by the hash of its challenge, used once.
webauthn_registrations = sa.Table(
    "webauthn_registrations",
    metadata,
    sa.Column("id", sa.LargeBinary, primary_key=True),
    user_id_column(),
    sa.Column("client_id", sa.String, sa.ForeignKey("app_clients.id", ondelete="CASCADE"), nullable=False),
    sa.Column("relying_party_id", sa.String, nullable=False),
    sa.Column("expires_at", Time, nullable=False),
    sa.Index(None, "user_id"),
)

# A device key that was handed out waits in `sign_ins.device_key`; only ConfirmDevice makes a device of it.
devices = sa.Table(
    "devices",
    metadata,
    user_id_column(primary_key=True),
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("name", sa.String, nullable=True),
    sa.Column("verifier", sa.LargeBinary, nullable=True),  # SRP salt and verifier; NULL: confirmed without them
    sa.Column("remembered", sa.Boolean, nullable=False),
    sa.Column("last_ip", sa.String, nullable=False),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("modified_at", Time, nullable=False),
    sa.Column("last_authenticated_at", Time, nullable=False),
    sa.Index(None, "user_id", "created_at", "key"),
)
