"""Values of secrets: read, set, and moved between staging labels."""

from __future__ import annotations

from typing import Any

from cognito_emu.call import Call
from cognito_emu.domain.secret_versions import CURRENT, attach
from cognito_emu.errors import AwsError, InvalidParameterException, ResourceNotFoundException
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.operations.secrets_manager.filters import filtered, page
from cognito_emu.operations.secrets_manager.lookup import (
    InvalidRequestException,
    given_value,
    named,
    put_labels,
    put_value,
    require_own,
    require_secret,
)
from cognito_emu.records import replace
from cognito_emu.store import Tx
from cognito_emu.store.secrets import Secret, SecretVersion

_DAY = 86400


@operation("GetSecretValue", service="secretsmanager")
async def get_secret_value(call: Call, request: Request) -> Response:
    """Show the value of a version: the one named, the one under a label, else AWSCURRENT."""

    def look_up(tx: Tx) -> tuple[Secret, SecretVersion]:
        secret = require_secret(call, tx, request["SecretId"])
        return secret, _require_version(tx, secret, request.get("VersionId"), request.get("VersionStage"))

    secret, version = await call.store.read(look_up)
    await _note_access(call, [(secret, version)])
    return _render(secret, version)


@operation("BatchGetSecretValue", service="secretsmanager")
async def batch_get_secret_value(call: Call, request: Request) -> Response:
    """Show the current values of several secrets, by their names or by filters, and tell of those that cannot be shown."""
    if ("SecretIdList" in request) == ("Filters" in request):
        # Assumption: the sentence.
        raise InvalidParameterException("You must include either SecretIdList or Filters, but not both.")

    def look_up(tx: Tx) -> tuple[list[tuple[Secret, SecretVersion]], list[dict[str, Any]], str | None]:
        found, errors, token = [], [], None
        names = request.get("SecretIdList")
        if names is None:
            there = filtered(tx.secrets.of_tenant(call.tenant.account, call.tenant.region), request["Filters"], call.env.now())
            shown, token = page(call, {"MaxResults": 20} | dict(request), there)
            names = [secret.arn for secret in shown]
        for name in names:
            try:
                secret = require_secret(call, tx, name)
                found.append((secret, _require_version(tx, secret, None, None)))
            except AwsError as error:
                errors.append({"SecretId": name, "ErrorCode": error.code, "Message": error.message})
        return found, errors, token

    found, errors, token = await call.store.read(look_up)
    await _note_access(call, found)
    return {"SecretValues": [_render(*each) for each in found], "Errors": errors, "NextToken": token}


@operation("PutSecretValue", service="secretsmanager")
async def put_secret_value(call: Call, request: Request) -> Response:
    """Give a secret a new value, under labels: AWSCURRENT, unless others are named."""
    text, binary = given_value(request)
    if (text, binary) == (None, None):
        raise InvalidRequestException("You must provide either SecretString or SecretBinary.")
    now, version_id = call.env.now(), request.get("ClientRequestToken") or call.env.uuid()

    def write(tx: Tx) -> tuple[Secret, SecretVersion]:
        secret = require_secret(call, tx, request["SecretId"])
        require_own(secret)
        first = not tx.secrets.versions(secret.arn)
        stages = [*request.get("VersionStages", [CURRENT]), *([CURRENT] if first else [])]
        version = put_value(tx, secret, SecretVersion(secret.arn, version_id, now, None, text, binary, stages))
        tx.secrets.update(replace(secret, changed_at=now))
        return secret, version

    secret, version = await call.store.transact(write)
    return named(secret, VersionId=version.id, VersionStages=version.stages)


@operation("ListSecretVersionIds", service="secretsmanager")
async def list_secret_version_ids(call: Call, request: Request) -> Response:
    """List a secret's versions; with IncludeDeprecated those without a label, too."""

    def look_up(tx: Tx) -> tuple[Secret, list[SecretVersion]]:
        secret = require_secret(call, tx, request["SecretId"], deleted=True)
        return secret, tx.secrets.versions(secret.arn)

    secret, versions = await call.store.read(look_up)
    shown = [version for version in versions if version.stages or request.get("IncludeDeprecated")]
    return named(secret, Versions=[_entry(version) for version in shown])


@operation("UpdateSecretVersionStage", service="secretsmanager")
async def update_secret_version_stage(call: Call, request: Request) -> Response:
    """Move a label to a version, or take it from one."""
    label, source, target = request["VersionStage"], request.get("RemoveFromVersionId"), request.get("MoveToVersionId")

    def write(tx: Tx) -> Secret:
        secret = require_secret(call, tx, request["SecretId"])
        require_own(secret)
        versions = {version.id: version for version in tx.secrets.versions(secret.arn)}
        for each in filter(None, (source, target)):
            _require_version(tx, secret, each, None)
        labels = {version.id: list(version.stages) for version in versions.values()}
        _check_move(label, labels, source, target)
        if target is not None:
            labels = attach(labels, target, [label])
        elif source is not None:
            labels[source].remove(label)
        put_labels(tx, secret, versions, labels)
        tx.secrets.update(replace(secret, changed_at=call.env.now()))
        return secret

    return named(await call.store.transact(write))


def _require_version(tx: Tx, secret: Secret, version_id: str | None, stage: str | None) -> SecretVersion:
    wanted = stage or (CURRENT if version_id is None else None)
    version = tx.secrets.version(secret.arn, version_id, wanted)
    if version is None and version_id is not None and tx.secrets.version(secret.arn, version_id, None) is not None:
        raise InvalidRequestException("You provided a VersionStage that is not associated to the provided VersionId.")
    if version is None:
        said = f"VersionId: {version_id}" if version_id is not None else f"staging label: {wanted}"
        raise ResourceNotFoundException(f"Secrets Manager can't find the specified secret value for {said}")
    return version


def _check_move(label: str, labels: dict[str, list[str]], source: str | None, target: str | None) -> None:
    holder = next((version for version, its in labels.items() if label in its), None)
    if source is not None and source != holder:
        raise InvalidParameterException(f"The staging label {label} is not currently attached to version {source}.")
    if label == CURRENT and target is None:
        # Assumption: the sentence; that a secret always has a current version is documented.
        raise InvalidParameterException("You can only move staging label AWSCURRENT to a different secret version. It can't be removed.")
    if target is not None and holder not in {None, target} and source is None:
        raise InvalidParameterException(
            f"The parameter RemoveFromVersionId can't be empty. Staging label {label} is currently attached to version {holder}, "
            "so you must explicitly reference that version in RemoveFromVersionId."
        )


async def _note_access(call: Call, read: list[tuple[Secret, SecretVersion]]) -> None:
    """The day is kept, so that most reads write nothing."""
    day = call.env.now() // _DAY * _DAY
    new = [(secret.arn, version.id) for secret, version in read if {secret.accessed_at, version.accessed_at} != {day}]

    def write(tx: Tx) -> None:
        for arn, version_id in new:
            tx.secrets.note_access(arn, version_id, day)

    if new:
        await call.store.transact(write)


def _render(secret: Secret, version: SecretVersion) -> dict[str, Any]:
    if (version.text, version.binary) == (None, None):
        # A rotation has begun, and its function has brought no value yet.
        label = next(iter(version.stages), CURRENT)
        raise ResourceNotFoundException(f"Secrets Manager can't find the specified secret value for staging label: {label}")
    return named(
        secret,
        VersionId=version.id,
        SecretString=version.text,
        SecretBinary=version.binary,
        VersionStages=version.stages,
        CreatedDate=version.created_at,
    )


def _entry(version: SecretVersion) -> dict[str, Any]:
    return {
        "VersionId": version.id,
        "VersionStages": version.stages or None,
        "LastAccessedDate": version.accessed_at,
        "CreatedDate": version.created_at,
        "KmsKeyIds": ["DefaultEncryptionKey"],
    }
