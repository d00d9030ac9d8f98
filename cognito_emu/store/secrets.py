"""Secrets Manager's secrets and the versions of their values."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.records import Hidden, Record, asdict
from cognito_emu.store.schema.secrets import secret_versions, secrets

_S = secrets.c
_V = secret_versions.c
_SUFFIX_LENGTH = 7  # a hyphen and six characters


class Secret(Record):
    """A secret, without its values.

    Attributes:
        changed_at: When the secret or a value of it last changed.
        accessed_at: The beginning of the day on which a value was last read.
        deleted_at: When it goes for good; None when nobody has deleted it.
        rotates_at: When its next rotation is due; None when none is.
        client_id: The app client whose secret it is, when Cognito manages it.
        document: Description, KmsKeyId, Type, Tags, RotationLambdaARN, RotationRules, RotationEnabled, ResourcePolicy, as they were given.
    """

    account: str
    region: str
    name: str
    arn: str
    created_at: float
    changed_at: float
    accessed_at: float | None
    deleted_at: float | None
    rotated_at: float | None
    rotates_at: float | None
    client_id: str | None
    document: dict[str, Any]


class SecretVersion(Record):
    """A version of a secret's value: a text, or bytes, or neither yet.

    Attributes:
        accessed_at: As of the secret.
        stages: Its staging labels; a label is at one version at most.
    """

    arn: str
    id: str
    created_at: float
    accessed_at: float | None
    text: Hidden[str | None]
    binary: Hidden[bytes | None]
    stages: list[str]


class Secrets:
    """Queries about secrets."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, account: str, region: str, secret_id: str) -> Secret | None:
        """By name, by ARN, or by an ARN without the hyphen and the six characters at its end."""
        if not secret_id.startswith("arn:"):
            wanted = _S.name == secret_id
        else:
            wanted = sa.or_(_S.arn == secret_id, sa.func.substr(_S.arn, 1, sa.func.length(_S.arn) - _SUFFIX_LENGTH) == secret_id)
        row = self._connection.execute(sa.select(secrets).where(_S.account == account, _S.region == region, wanted)).first()
        return Secret(*row) if row else None

    def of_client(self, client_id: str) -> Secret | None:
        """The secret that Cognito manages for an app client."""
        row = self._connection.execute(sa.select(secrets).where(_S.client_id == client_id)).first()
        return Secret(*row) if row else None

    def of_tenant(self, account: str, region: str) -> list[Secret]:
        """All of a tenant, by name."""
        rows = self._connection.execute(sa.select(secrets).where(_S.account == account, _S.region == region).order_by(_S.name))
        return [Secret(*row) for row in rows]

    def add(self, secret: Secret) -> None:
        """Insert a new secret."""
        self._connection.execute(secrets.insert(), asdict(secret))

    def update(self, secret: Secret) -> None:
        """Replace all but the name and the ARN."""
        self._connection.execute(secrets.update().where(_S.arn == secret.arn), asdict(secret))

    def delete(self, arn: str) -> None:
        """Delete a secret and its versions."""
        self._connection.execute(secrets.delete().where(_S.arn == arn))

    def delete_scheduled(self, now: float) -> None:
        """Delete those whose time to be restored is over."""
        self._connection.execute(secrets.delete().where(_S.deleted_at <= now))

    def delete_of_account(self, account: str | None) -> None:
        """Delete every secret of one account, or of all."""
        statement = secrets.delete()
        self._connection.execute(statement if account is None else statement.where(_S.account == account))

    def due(self, now: float, *, managed_only: bool) -> list[Secret]:
        """Those whose rotation is due, the longest due first.

        Args:
            now: Epoch seconds.
            managed_only: Leave out those that a function rotates.
        """
        wanted = [_S.rotates_at <= now, _S.deleted_at.is_(None), *([_S.client_id.is_not(None)] if managed_only else [])]
        return [Secret(*row) for row in self._connection.execute(sa.select(secrets).where(*wanted).order_by(_S.rotates_at))]

    def versions(self, arn: str) -> list[SecretVersion]:
        """All versions of a secret, oldest first."""
        rows = self._connection.execute(sa.select(secret_versions).where(_V.arn == arn).order_by(_V.created_at, _V.id))
        return [SecretVersion(*row) for row in rows]

    def labels(self, arns: Collection[str]) -> dict[str, dict[str, list[str]]]:
        """By the secrets' ARNs, the labels of their versions that have any; without reading the values."""
        found: dict[str, dict[str, list[str]]] = {arn: {} for arn in arns}
        columns = sa.select(_V.arn, _V.id, _V.stages).where(_V.arn.in_(arns)).order_by(_V.created_at, _V.id)
        for arn, version_id, stages in self._connection.execute(columns):
            if stages:
                found[arn][version_id] = stages
        return found

    def version(self, arn: str, version_id: str | None, stage: str | None) -> SecretVersion | None:
        """The version of that id, where one is given, and under that label, where one is."""
        versions = (each for each in self.versions(arn) if version_id in {None, each.id})
        return next((each for each in versions if stage is None or stage in each.stages), None)

    def note_access(self, arn: str, version_id: str, day: float) -> None:
        """Note that a version's value was read on a day."""
        self._connection.execute(secrets.update().where(_S.arn == arn).values(accessed_at=day))
        self._connection.execute(secret_versions.update().where(_V.arn == arn, _V.id == version_id).values(accessed_at=day))

    def put_versions(self, arn: str, versions: Sequence[SecretVersion]) -> None:
        """Let a secret have these versions and no others."""
        self._connection.execute(secret_versions.delete().where(_V.arn == arn))
        if versions:
            self._connection.execute(secret_versions.insert(), [asdict(version) for version in versions])
