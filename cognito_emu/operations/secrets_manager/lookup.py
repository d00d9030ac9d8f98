"""What the operations share: their errors, how secrets are found, changed and given values."""

from __future__ import annotations

import string
from collections.abc import Callable
from typing import Any

from cognito_emu.call import Call
from cognito_emu.domain.secret_versions import attach
from cognito_emu.errors import AwsError, InvalidParameterException, ResourceNotFoundException
from cognito_emu.operations.registry import Request
from cognito_emu.records import replace
from cognito_emu.store import Tx
from cognito_emu.store.secrets import Secret, SecretVersion

# "Secrets Manager... keeps 100 of the most recent versions" (user guide); what has a label stays in any case.
_MOST_VERSIONS = 100
_SUFFIX_ALPHABET = string.ascii_letters + string.digits


class InvalidNextTokenException(AwsError):  # noqa: N818 - AWS's name
    """The token was not handed out for this list."""

    default_message = "The NextToken value is invalid."


class InvalidRequestException(AwsError):  # noqa: N818 - AWS's name
    """The secret is in no state for it."""


class ResourceExistsException(AwsError):  # noqa: N818 - AWS's name
    """There is a secret of that name, or a version of that id with another value."""


def require_secret(call: Call, tx: Tx, secret_id: str, *, deleted: bool = False) -> Secret:
    """The secret of a name or an ARN.

    Args:
        call: The call.
        tx: The transaction.
        secret_id: A name, an ARN, or an ARN without its random end.
        deleted: One that is scheduled for deletion will do.

    Raises:
        ResourceNotFoundException: There is none.
        InvalidRequestException: It is scheduled for deletion.
    """
    secret = tx.secrets.find(call.tenant.account, call.tenant.region, secret_id)
    if secret is None or (secret.deleted_at is not None and secret.deleted_at <= call.env.now()):
        raise ResourceNotFoundException("Secrets Manager can't find the specified secret.")
    if secret.deleted_at is not None and not deleted:
        raise InvalidRequestException("You can't perform this operation on the secret because it was marked for deletion.")
    return secret


def require_own(secret: Secret) -> None:
    """Let those pass that no service manages.

    Raises:
        InvalidRequestException: "The secret is managed by another service, and you must use that service to update it." (API reference)
    """
    if secret.client_id is not None:
        # Assumption: the sentence is the reference's.
        raise InvalidRequestException("The secret is managed by another service, and you must use that service to update it.")


def new_secret(call: Call, name: str, document: dict[str, Any], *, client_id: str | None = None) -> Secret:
    """A secret that is not written yet, with the hyphen and the six random characters that Secrets Manager puts at the ARN's end."""
    account, region, now = call.tenant.account, call.tenant.region, call.env.now()
    arn = f"arn:aws:secretsmanager:{region}:{account}:secret:{name}-{call.env.random_text(6, _SUFFIX_ALPHABET)}"
    return Secret(account, region, name, arn, now, now, None, None, None, None, client_id, document)


async def change_secret(call: Call, secret_id: str, edit: Callable[[dict[str, Any]], Any]) -> Secret:
    """Keep a secret with another document. `edit` changes a copy in place; it may run again, and what it raises changes nothing."""

    def write(tx: Tx) -> Secret:
        secret = require_secret(call, tx, secret_id)
        document = dict(secret.document)
        edit(document)
        changed = replace(secret, document=document, changed_at=call.env.now())
        tx.secrets.update(changed)
        return changed

    return await call.store.transact(write)


def given_value(request: Request) -> tuple[str | None, bytes | None]:
    """The text or the bytes that a request brings, or neither.

    Raises:
        InvalidParameterException: Both.
    """
    text, binary = request.get("SecretString"), request.get("SecretBinary")
    if text is not None and binary is not None:
        raise InvalidParameterException("You can't specify both a binary secret value and a string secret value in the same secret.")
    return text, binary


def put_value(tx: Tx, secret: Secret, version: SecretVersion) -> SecretVersion:
    """Give a secret a value, under the labels that the version brings. The same again is nothing new.

    Raises:
        ResourceExistsException: There is a version of that id with another value.
    """
    known = tx.secrets.version(secret.arn, version.id, None)
    if known is None or (known.text, known.binary) == (None, None):
        return put_version(tx, secret, version)
    if (known.text, known.binary) != (version.text, version.binary):
        raise ResourceExistsException(
            f"You can't use ClientRequestToken {version.id} because that value is already in use for a version of secret {secret.arn}."
        )
    return known


def put_version(tx: Tx, secret: Secret, version: SecretVersion) -> SecretVersion:
    """Add a version, or replace one that waits for its value; beside the labels that it brings it keeps those that it had."""
    present = {each.id: each for each in tx.secrets.versions(secret.arn)}
    labels = attach({each.id: each.stages for each in present.values()}, version.id, version.stages)
    put_labels(tx, secret, present | {version.id: version}, labels)
    return replace(version, stages=labels[version.id])


def put_labels(tx: Tx, secret: Secret, versions: dict[str, SecretVersion], labels: dict[str, list[str]]) -> None:
    """Keep the versions under these labels, and of those without any the newest."""
    kept = [replace(version, stages=labels.get(version.id, [])) for version in versions.values()]
    bare = [version for version in kept if not version.stages]
    dropped = {version.id for version in bare[: max(0, len(kept) - _MOST_VERSIONS)]}
    tx.secrets.put_versions(secret.arn, [version for version in kept if version.id not in dropped])


def named(secret: Secret, **more: Any) -> dict[str, Any]:
    """What nearly every response begins with."""
    return {"ARN": secret.arn, "Name": secret.name, **more}
