"""Secrets themselves: made, described, listed, changed, deleted, restored."""

from __future__ import annotations

from typing import Any

from cognito_emu.call import Call
from cognito_emu.domain.secret_versions import CURRENT, MANAGER, is_name
from cognito_emu.errors import InvalidParameterException, ValidationException
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.operations.secrets_manager.filters import filtered, page
from cognito_emu.operations.secrets_manager.lookup import (
    InvalidRequestException,
    ResourceExistsException,
    given_value,
    named,
    new_secret,
    put_value,
    require_own,
    require_secret,
)
from cognito_emu.records import replace
from cognito_emu.store import Tx
from cognito_emu.store.secrets import Secret, SecretVersion

_KEPT = ("Description", "KmsKeyId", "Type", "Tags")
_REPLICAS = {"AddReplicaRegions", "CrossAccountPrimaryARN"}
_DAY = 86400
_RECOVERY_DAYS = range(7, 31)
_DEFAULT_RECOVERY_DAYS = 30
_BAD_NAME = "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!"


@operation("CreateSecret", service="secretsmanager")
async def create_secret(call: Call, request: Request) -> Response:
    """Make a secret, with a first value where the request has one."""
    if not is_name(request["Name"]):
        raise ValidationException(_BAD_NAME)
    if request.keys() & _REPLICAS:
        raise InvalidParameterException("This emulator keeps no replicas of secrets.")
    text, binary = given_value(request)
    document = {name: request[name] for name in _KEPT if name in request}
    made = new_secret(call, request["Name"], document)
    version_id = request.get("ClientRequestToken") or call.env.uuid()

    def write(tx: Tx) -> Secret:
        present = tx.secrets.find(made.account, made.region, made.name)
        # "If a version with this value already exists and the values are the same as those in the request, then the request is ignored."
        known = tx.secrets.version(present.arn, version_id, None) if present else None
        if present is not None and present.deleted_at is None and known and (known.text, known.binary) == (text, binary):
            return present
        _make_way(call, tx, present, made.name)
        tx.secrets.add(made)
        if (text, binary) != (None, None):
            put_value(tx, made, SecretVersion(made.arn, version_id, made.created_at, None, text, binary, [CURRENT]))
        return made

    secret = await call.store.transact(write)
    return named(secret, VersionId=version_id if (text, binary) != (None, None) else None)


@operation("DescribeSecret", service="secretsmanager")
async def describe_secret(call: Call, request: Request) -> Response:
    """Show all of a secret but its values."""

    def look_up(tx: Tx) -> dict[str, Any]:
        secret = require_secret(call, tx, request["SecretId"], deleted=True)
        return render_secret(secret) | {"VersionIdsToStages": tx.secrets.labels([secret.arn])[secret.arn]}

    return await call.store.read(look_up)


@operation("ListSecrets", service="secretsmanager")
async def list_secrets(call: Call, request: Request) -> Response:
    """List secrets without their values: those that pass every filter."""

    def look_up(tx: Tx) -> tuple[list[dict[str, Any]], str | None]:
        found = filtered(tx.secrets.of_tenant(call.tenant.account, call.tenant.region), request.get("Filters", ()), call.env.now())
        found = [secret for secret in found if secret.deleted_at is None or request.get("IncludePlannedDeletion")]
        shown, token = page(call, request, found)
        labels = tx.secrets.labels([secret.arn for secret in shown])
        return [render_secret(secret) | {"SecretVersionsToStages": labels[secret.arn]} for secret in shown], token

    shown, token = await call.store.read(look_up)
    return {"SecretList": shown, "NextToken": token}


@operation("UpdateSecret", service="secretsmanager")
async def update_secret(call: Call, request: Request) -> Response:
    """Change what a secret says of itself, its value, or both."""
    text, binary = given_value(request)
    now, version_id = call.env.now(), request.get("ClientRequestToken") or call.env.uuid()

    def write(tx: Tx) -> Secret:
        secret = require_secret(call, tx, request["SecretId"])
        require_own(secret)
        document = secret.document | {name: request[name] for name in ("Description", "KmsKeyId", "Type") if name in request}
        tx.secrets.update(replace(secret, document=document, changed_at=now))
        if (text, binary) != (None, None):
            put_value(tx, secret, SecretVersion(secret.arn, version_id, now, None, text, binary, [CURRENT]))
        return secret

    secret = await call.store.transact(write)
    return named(secret, VersionId=version_id if (text, binary) != (None, None) else None)


@operation("DeleteSecret", service="secretsmanager")
async def delete_secret(call: Call, request: Request) -> Response:
    """Schedule a secret's deletion, or delete it at once. To force it is no error when there is none."""
    forced, days = request.get("ForceDeleteWithoutRecovery", False), request.get("RecoveryWindowInDays")
    if forced and days is not None:
        raise InvalidParameterException("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.")
    if days is not None and days not in _RECOVERY_DAYS:
        raise InvalidParameterException("The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).")
    now, tenant = call.env.now(), call.tenant
    date = now if forced else now + (days or _DEFAULT_RECOVERY_DAYS) * _DAY

    def write(tx: Tx) -> Secret | None:
        if forced and tx.secrets.find(tenant.account, tenant.region, request["SecretId"]) is None:
            return None
        secret = require_secret(call, tx, request["SecretId"], deleted=forced)
        require_own(secret)
        if forced:
            tx.secrets.delete(secret.arn)
        else:
            tx.secrets.update(replace(secret, deleted_at=date))
        return secret

    secret = await call.store.transact(write)
    # "If you forcibly delete a nonexistent secret, the operation does not return ResourceNotFoundException." Assumption: what it returns.
    return named(secret, DeletionDate=date) if secret else {"Name": request["SecretId"], "DeletionDate": date}


@operation("RestoreSecret", service="secretsmanager")
async def restore_secret(call: Call, request: Request) -> Response:
    """Take a scheduled deletion back; no error for a secret that has none."""

    def write(tx: Tx) -> Secret:
        secret = require_secret(call, tx, request["SecretId"], deleted=True)
        tx.secrets.update(replace(secret, deleted_at=None))
        return secret

    return named(await call.store.transact(write))


def render_secret(secret: Secret) -> dict[str, Any]:
    """What DescribeSecret and ListSecrets have in common."""
    document = secret.document
    return named(
        secret,
        **{name: document[name] for name in (*_KEPT, "RotationLambdaARN", "RotationRules", "RotationEnabled") if name in document},
        CreatedDate=secret.created_at,
        LastChangedDate=secret.changed_at,
        LastAccessedDate=secret.accessed_at,
        LastRotatedDate=secret.rotated_at,
        NextRotationDate=secret.rotates_at,
        DeletedDate=secret.deleted_at,
        OwningService=MANAGER if secret.client_id else None,
    )


def _make_way(call: Call, tx: Tx, present: Secret | None, name: str) -> None:
    """A name is free again when its secret's time to be restored is over."""
    if present is None:
        return
    if present.deleted_at is None:
        raise ResourceExistsException(f"The operation failed because the secret {name} already exists.")
    if present.deleted_at > call.env.now():
        raise InvalidRequestException("You can't create this secret because a secret with this name is already scheduled for deletion.")
    tx.secrets.delete(present.arn)
