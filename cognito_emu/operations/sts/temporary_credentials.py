"""Handing out temporary credentials: an ASIA... access key, its secret, its session token, and the record that stays behind."""

from __future__ import annotations

import base64
import string

from cognito_emu.call import Parts
from cognito_emu.domain.assumed_roles import CallerIdentity, account_root, assumed_role
from cognito_emu.environment import Environment
from cognito_emu.records import Hidden, Record, field
from cognito_emu.store.temporary_credentials import TemporaryCredentials, hash_session_token

_SECRET_ALPHABET = string.ascii_letters + string.digits + "/+"
_SECRET_LENGTH = 40
_KEY_ID_LENGTH = 16
_SESSION_TOKEN_BYTES = 384


class Session(Record, kw_only=True):
    """What credentials stand for.

    Attributes:
        role_arn: None: the account itself.
        lifetime: In seconds.
        amr: How the identity signed in, for those of identity pools.
    """

    account: str
    lifetime: int
    role_arn: str | None = None
    role_session_name: str | None = None
    identity_id: str | None = None
    identity_pool_id: str | None = None
    amr: list[str] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)


class IssuedCredentials(Record):
    """Credentials as they leave the house, this once. `expires_at` is in whole seconds since the epoch."""

    access_key_id: str
    secret_key: Hidden[str]
    session_token: Hidden[str]
    expires_at: float


async def issue_credentials(parts: Parts, session: Session) -> IssuedCredentials:
    """New credentials for a session."""
    issued = _draw(parts.env, session.lifetime)
    record = TemporaryCredentials(
        access_key_id=issued.access_key_id,
        secret_key=issued.secret_key,
        session_token_hash=hash_session_token(issued.session_token),
        account=session.account,
        role_arn=session.role_arn,
        role_session_name=session.role_session_name,
        identity_id=session.identity_id,
        identity_pool_id=session.identity_pool_id,
        amr=session.amr,
        tags=session.tags,
        created_at=parts.env.now(),
        expires_at=issued.expires_at,
    )
    await parts.store.transact(lambda tx: tx.temporary_credentials.add(record))
    return issued


def caller_identity(record: TemporaryCredentials) -> CallerIdentity:
    """Who acts with these credentials."""
    if record.role_arn is None or record.role_session_name is None:
        return account_root(record.account)
    return assumed_role(record.role_arn, record.role_session_name)


def _draw(env: Environment, lifetime: int) -> IssuedCredentials:
    return IssuedCredentials(
        access_key_id=f"ASIA{env.base32(_KEY_ID_LENGTH)}",
        secret_key=env.random_text(_SECRET_LENGTH, _SECRET_ALPHABET),
        session_token=base64.b64encode(env.random_bytes(_SESSION_TOKEN_BYTES)).decode(),
        expires_at=float(int(env.now()) + lifetime),
    )
