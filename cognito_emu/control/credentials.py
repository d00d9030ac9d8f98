"""`/_emu/credentials`: credentials of an identity for other local services, and whom credentials belong to.

`GET /_emu/credentials?identity_id=...` answers as the credential endpoint of a container does, so an SDK fetches, caches and renews them by
itself when AWS_CONTAINER_CREDENTIALS_FULL_URI names it. `GET /_emu/credentials/ASIA...` tells another service whom a key belongs to.
https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
"""

from __future__ import annotations

from datetime import UTC, datetime

from tornado.web import HTTPError

from cognito_emu.control.handler import ControlHandler
from cognito_emu.domain.assumed_roles import IDENTITY_POOL_SESSION
from cognito_emu.domain.identity_roles import role_name
from cognito_emu.errors import ResourceNotFoundException
from cognito_emu.operations.identity_pools.lookup import require_public_identity
from cognito_emu.operations.sts.temporary_credentials import Session, caller_identity, issue_credentials

_SECONDS = 3600


class CredentialsHandler(ControlHandler):
    """Hands out credentials of an identity, without asking for its logins: whoever reaches the emulator owns it."""

    def set_default_headers(self) -> None:
        """For programs on this machine: a page in a browser may not read what it gets here."""
        self.set_header("Cache-Control", "no-store")

    async def get(self) -> None:
        """Credentials of `identity_id`, of the pool's role for it, or of `role_arn`."""
        identity_id = self.get_query_argument("identity_id")
        try:
            pool, identity = await self.parts.store.read(lambda tx: require_public_identity(tx, identity_id))
        except ResourceNotFoundException as error:
            raise HTTPError(404, reason=error.message) from error
        kind = "authenticated" if identity.authenticated else "unauthenticated"
        role = self.get_query_argument("role_arn", None) or pool.roles.get("Roles", {}).get(kind)
        if role is None or role_name(role) is None:
            raise HTTPError(400, reason=f"The pool has no role for {kind} identities; name one by role_arn.")
        session = Session(
            account=pool.account,
            lifetime=_SECONDS,
            role_arn=role,
            role_session_name=IDENTITY_POOL_SESSION,
            identity_id=identity.id,
            identity_pool_id=pool.id,
            amr=[kind],
        )
        issued = await issue_credentials(self.parts, session)
        self.send_json(
            {
                "AccessKeyId": issued.access_key_id,
                "SecretAccessKey": issued.secret_key,
                "Token": issued.session_token,
                "Expiration": _iso(issued.expires_at),
                "AccountId": pool.account,
                "RoleArn": role,
            }
        )


class CredentialsOwnerHandler(ControlHandler):
    """Tells whom an access key belongs to; its secret stays here."""

    async def get(self, access_key_id: str) -> None:
        """The record behind an access key that the emulator handed out."""
        record = await self.parts.store.read(lambda tx: tx.temporary_credentials.get(access_key_id))
        if record is None:
            raise HTTPError(404, reason="These credentials are not from here.")
        self.send_json(
            {
                "account": record.account,
                "arn": caller_identity(record).arn,
                "role_arn": record.role_arn,
                "identity_id": record.identity_id,
                "identity_pool_id": record.identity_pool_id,
                "amr": record.amr,
                "tags": record.tags,
                "expiration": _iso(record.expires_at),
                "expired": record.expires_at <= self.parts.env.now(),
            }
        )


def _iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
