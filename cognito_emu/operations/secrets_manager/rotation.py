"""Rotation of secrets: by a function, or by the service that manages them.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets.html
"""

from __future__ import annotations

from typing import Any

from cognito_emu.call import Call
from cognito_emu.domain.secret_versions import CURRENT, PENDING, attach, seconds_between_rotations
from cognito_emu.environment import Environment
from cognito_emu.errors import InvalidParameterException
from cognito_emu.operations.app_clients.published_secrets import rotate_published
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.operations.secrets_manager.lookup import InvalidRequestException, named, put_labels, require_secret
from cognito_emu.records import replace
from cognito_emu.store import Tx
from cognito_emu.store.secrets import Secret, SecretVersion

_NO_FUNCTION = "No Lambda rotation function ARN is associated with this secret."
_UNDER_WAY = "A previous rotation isn't complete. That rotation will be reattempted."


@operation("RotateSecret", service="secretsmanager")
async def rotate_secret(call: Call, request: Request) -> Response:
    """Set how a secret is rotated, and rotate it now unless told otherwise. A function does so in the background."""
    version_id, immediately = request.get("ClientRequestToken") or call.env.uuid(), request.get("RotateImmediately", True)

    def write(tx: Tx) -> Secret:
        secret = require_secret(call, tx, request["SecretId"])
        document = secret.document | _configuration(secret, request)
        now, period = call.env.now(), seconds_between_rotations(document.get("RotationRules", {}))
        planned = replace(secret, document=document, rotates_at=now + period if period else None)
        tx.secrets.update(planned)
        if immediately and secret.client_id is not None:
            rotate_published(call.env, tx, planned, version_id)
        elif immediately:
            _begin(call, tx, replace(planned, rotates_at=now), version_id)
        return planned

    secret = await call.store.transact(write)
    return named(secret, VersionId=version_id if immediately else None)


@operation("CancelRotateSecret", service="secretsmanager")
async def cancel_rotate_secret(call: Call, request: Request) -> Response:
    """Rotate a secret no more; labels of a rotation that is under way stay where they are."""

    def write(tx: Tx) -> tuple[Secret, str | None]:
        secret = require_secret(call, tx, request["SecretId"])
        if not secret.document.get("RotationEnabled"):
            # Assumption: the sentence is the API reference's of InvalidRequestException, "rotation isn't enabled".
            raise InvalidRequestException("You can't perform this operation on the secret because rotation isn't enabled.")
        tx.secrets.update(replace(secret, document=secret.document | {"RotationEnabled": False}, rotates_at=None))
        return secret, version_under_way(tx, secret)

    secret, pending = await call.store.transact(write)
    return named(secret, VersionId=pending)


def _configuration(secret: Secret, request: Request) -> dict[str, Any]:
    """What the request says, over what was there."""
    if "ExternalSecretRotationMetadata" in request or "ExternalSecretRotationRoleArn" in request:
        raise InvalidParameterException("Secrets of partners are not emulated.")
    given = {name: request[name] for name in ("RotationLambdaARN", "RotationRules") if name in request}
    if secret.client_id is None and not (given.get("RotationLambdaARN") or secret.document.get("RotationLambdaARN")):
        raise InvalidRequestException(_NO_FUNCTION)
    if secret.client_id is None and not (given.get("RotationRules") or secret.document.get("RotationRules")):
        # Assumption: a function without rules rotates every 30 days, as the console proposes.
        given["RotationRules"] = {"AutomaticallyAfterDays": 30}
    return given | {"RotationEnabled": True}


def _begin(call: Call, tx: Tx, secret: Secret, version_id: str) -> None:
    """Leave the secret due, and a version for the function to fill; whoever looks for due ones runs the function."""
    if version_under_way(tx, secret) is not None:
        raise InvalidRequestException(_UNDER_WAY)
    begin_version(call.env, tx, secret, version_id)
    tx.secrets.update(secret)


def version_under_way(tx: Tx, secret: Secret) -> str | None:
    """The id of the version that a rotation is about to fill, or did not make the current one."""
    versions = tx.secrets.versions(secret.arn)
    return next((version.id for version in versions if PENDING in version.stages and CURRENT not in version.stages), None)


def begin_version(env: Environment, tx: Tx, secret: Secret, version_id: str) -> None:
    """Add a version without a value, as the pending one."""
    versions = {version.id: version for version in tx.secrets.versions(secret.arn)}
    versions.setdefault(version_id, SecretVersion(secret.arn, version_id, env.now(), None, None, None, []))
    put_labels(tx, secret, versions, attach({version.id: version.stages for version in versions.values()}, version_id, [PENDING]))
