"""Layers of Lambda functions and their versions."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.records import Hidden, Record
from cognito_emu.store.schema.layers import layer_versions, layers

_ARN = re.compile(r"arn:[^:]+:lambda:(?P<region>[^:]+):(?P<account>\d{12}):layer:(?P<name>[^:]+)(:(?P<number>\d+))?")


class LayerKey(Record):
    """Whose layer is meant."""

    account: str
    region: str
    name: str

    @property
    def arn(self) -> str:
        """The ARN without a version."""
        return f"arn:aws:lambda:{self.region}:{self.account}:layer:{self.name}"


class LayerVersion(Record):
    """A version of a layer. It never changes.

    Attributes:
        configuration: The members of GetLayerVersion that were given, CreatedDate, and its content's CodeSize and CodeSha256.
        deleted: It cannot be chosen any more; functions that have it keep it.
        content: A zip archive; empty unless it was asked for.
    """

    key: LayerKey
    number: int
    configuration: dict[str, Any]
    deleted: bool = False
    content: Hidden[bytes] = b""

    @property
    def arn(self) -> str:
        """The ARN with the version."""
        return f"{self.key.arn}:{self.number}"


def parse_layer_arn(arn: str) -> tuple[LayerKey, int | None] | None:
    """The layer and the version that an ARN names; None for what is no such ARN."""
    found = _ARN.fullmatch(arn)
    if found is None:
        return None
    number = found["number"]
    return LayerKey(found["account"], found["region"], found["name"]), int(number) if number else None


_COLUMNS = [column for column in layer_versions.c if column.name != "content"]


class Layers:
    """Queries about layers."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def next_number(self, key: LayerKey) -> int:
        """The number of a new version; a layer comes into being with its first."""
        of_layer = (layers.c.account == key.account, layers.c.region == key.region, layers.c.name == key.name)
        last = self._connection.execute(sa.select(layers.c.last_version).where(*of_layer).with_for_update()).scalar()
        if last is None:
            self._connection.execute(layers.insert(), {"account": key.account, "region": key.region, "name": key.name, "last_version": 1})
            return 1
        self._connection.execute(layers.update().where(*of_layer).values(last_version=last + 1))
        return int(last) + 1

    def add(self, version: LayerVersion) -> None:
        """Insert a version."""
        key = version.key
        columns = {"account": key.account, "region": key.region, "layer_name": key.name, "number": version.number}
        rest = {"configuration": version.configuration, "deleted": version.deleted, "content": version.content}
        self._connection.execute(layer_versions.insert(), columns | rest)

    def version(self, key: LayerKey, number: int) -> LayerVersion | None:
        """One version, deleted ones too."""
        row = self._connection.execute(sa.select(*_COLUMNS).where(*_of(key), layer_versions.c.number == number)).first()
        return _version(row) if row else None

    def content(self, key: LayerKey, number: int) -> bytes | None:
        """A version's zip archive, deleted ones' too."""
        found: bytes | None = self._connection.execute(
            sa.select(layer_versions.c.content).where(*_of(key), layer_versions.c.number == number)
        ).scalar()
        return found

    def versions(self, account: str, region: str, name: str | None = None) -> list[LayerVersion]:
        """The tenant's versions that are not deleted, or one layer's, by name and from the newest to the oldest."""
        columns = layer_versions.c
        query = sa.select(*_COLUMNS).where(columns.account == account, columns.region == region, columns.deleted.is_(False))
        if name is not None:
            query = query.where(columns.layer_name == name)
        return [_version(row) for row in self._connection.execute(query.order_by(columns.layer_name, columns.number.desc()))]

    def mark_deleted(self, key: LayerKey, number: int) -> None:
        """Let it be chosen no more."""
        self._connection.execute(layer_versions.update().where(*_of(key), layer_versions.c.number == number).values(deleted=True))

    def delete_of_account(self, account: str | None) -> None:
        """Delete every layer of one account, or of all."""
        statement = layers.delete()
        self._connection.execute(statement if account is None else statement.where(layers.c.account == account))


def _of(key: LayerKey) -> tuple[sa.ColumnElement[bool], ...]:
    columns = layer_versions.c
    return columns.account == key.account, columns.region == key.region, columns.layer_name == key.name


def _version(row: Any) -> LayerVersion:
    return LayerVersion(LayerKey(row.account, row.region, row.layer_name), row.number, row.configuration, row.deleted)
