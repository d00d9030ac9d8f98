"""Lambda functions: their versions, code, aliases, tags and policies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.records import Record, asdict
from cognito_emu.store.paging import Page, Position
from cognito_emu.store.schema.functions import function_aliases, function_code, function_versions, functions

LATEST = 0
"""The number of $LATEST."""


class FunctionKey(Record):
    """Whose function is meant."""

    account: str
    region: str
    name: str

    @property
    def arn(self) -> str:
        """The unqualified ARN."""
        return f"arn:aws:lambda:{self.region}:{self.account}:function:{self.name}"


class Function(Record):
    """What all versions of a function share.

    Attributes:
        last_version: The number that was published last, 0 when none was.
        policies: Resource policies by qualifier (the empty text for the function itself), each with RevisionId and Statement.
    """

    account: str
    region: str
    name: str
    last_version: int
    tags: dict[str, str]
    policies: dict[str, Any]

    @property
    def key(self) -> FunctionKey:
        """Whose it is."""
        return FunctionKey(self.account, self.region, self.name)


class FunctionVersion(Record):
    """A version; number 0 is $LATEST.

    Attributes:
        revision_id: Differs after every change.
        configuration: The model's FunctionConfiguration without what is computed when it is shown.
        code_sha256: Hexadecimal; None for a container image.
    """

    account: str
    region: str
    function_name: str
    number: int
    revision_id: str
    configuration: dict[str, Any]
    code_sha256: str | None

    @property
    def key(self) -> FunctionKey:
        """Whose it is."""
        return FunctionKey(self.account, self.region, self.function_name)

    @property
    def version(self) -> str:
        """`$LATEST` or the number as text."""
        return str(self.number) if self.number else "$LATEST"


class FunctionAlias(Record):
    """A name for a version: FunctionVersion, Description and RoutingConfig are in `configuration`."""

    account: str
    region: str
    function_name: str
    name: str
    revision_id: str
    configuration: dict[str, Any]


def _of(table: sa.Table, name: str = "function_name") -> tuple[sa.ColumnElement[bool], ...]:
    columns = table.c
    return (
        columns.account == sa.bindparam("of_account"),
        columns.region == sa.bindparam("of_region"),
        columns[name] == sa.bindparam("of_name"),
    )


def _named(key: FunctionKey) -> dict[str, Any]:
    return {"of_account": key.account, "of_region": key.region, "of_name": key.name}


_OF_FUNCTION = _of(functions, "name")
_OF_VERSIONS = _of(function_versions)
_OF_CODE = _of(function_code)
_OF_ALIASES = _of(function_aliases)
_GET = sa.select(functions).where(*_OF_FUNCTION)
_VERSION = sa.select(function_versions).where(*_OF_VERSIONS, function_versions.c.number == sa.bindparam("of_number"))
_VERSIONS = sa.select(function_versions).where(*_OF_VERSIONS).order_by(function_versions.c.number)
_CODE = sa.select(function_code.c.content).where(*_OF_CODE, function_code.c.sha256 == sa.bindparam("digest"))
_SIZE = sa.select(sa.func.length(function_code.c.content)).where(*_OF_CODE, function_code.c.sha256 == sa.bindparam("digest"))
_ALIAS = sa.select(function_aliases).where(*_OF_ALIASES, function_aliases.c.name == sa.bindparam("alias"))
_ALIASES = sa.select(function_aliases).where(*_OF_ALIASES).order_by(function_aliases.c.name)


class Functions:
    """Queries about functions."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, function: Function) -> None:
        """Insert a new function; its $LATEST is put afterwards."""
        self._connection.execute(functions.insert(), asdict(function))

    def get(self, key: FunctionKey) -> Function | None:
        """The function."""
        row = self._connection.execute(_GET, _named(key)).first()
        return Function(*row) if row else None

    def update(self, key: FunctionKey, **changes: Any) -> None:
        """Change `last_version`, `tags` or `policies`."""
        self._connection.execute(sa.update(functions).where(*_OF_FUNCTION).values(**changes), _named(key))

    def delete(self, key: FunctionKey) -> None:
        """Delete the function and, by cascade, all that belongs to it."""
        self._connection.execute(functions.delete().where(*_OF_FUNCTION), _named(key))

    def delete_of_account(self, account: str | None) -> None:
        """Delete every function of one account, or of all."""
        statement = functions.delete()
        self._connection.execute(statement if account is None else statement.where(functions.c.account == account))

    def page_of_latest(self, account: str, region: str, *, limit: int, after: Position) -> Page[FunctionVersion]:
        """The $LATEST of the tenant's functions, by name."""
        columns = function_versions.c
        conditions = [columns.account == account, columns.region == region, columns.number == LATEST]
        if after is not None:
            conditions.append(columns.function_name > after[0])
        rows = self._connection.execute(sa.select(function_versions).where(*conditions).order_by(columns.function_name).limit(limit + 1))
        versions = [FunctionVersion(*row) for row in rows]
        return Page.of([((version.function_name,), version) for version in versions], limit)

    # -- versions and their code

    def version(self, key: FunctionKey, number: int = LATEST) -> FunctionVersion | None:
        """One version."""
        row = self._connection.execute(_VERSION, _named(key) | {"of_number": number}).first()
        return FunctionVersion(*row) if row else None

    def versions(self, key: FunctionKey) -> list[FunctionVersion]:
        """All versions, $LATEST first."""
        return [FunctionVersion(*row) for row in self._connection.execute(_VERSIONS, _named(key))]

    def put_version(self, version: FunctionVersion) -> None:
        """Insert a version, or replace it."""
        self.delete_version(version.key, version.number)
        self._connection.execute(function_versions.insert(), asdict(version))

    def delete_version(self, key: FunctionKey, number: int) -> None:
        """Delete one version. Its code goes with `delete_unused_code`."""
        columns = function_versions.c
        self._connection.execute(
            function_versions.delete().where(*_OF_VERSIONS, columns.number == sa.bindparam("of_number")),
            _named(key) | {"of_number": number},
        )

    def put_code(self, key: FunctionKey, sha256: str, content: bytes) -> None:
        """Keep code, unless this function has it already."""
        if self.code_size(key, sha256) is None:
            self._connection.execute(
                function_code.insert(),
                {"account": key.account, "region": key.region, "function_name": key.name, "sha256": sha256, "content": content},
            )

    def code(self, key: FunctionKey, sha256: str) -> bytes | None:
        """A version's zip archive."""
        content: bytes | None = self._connection.execute(_CODE, _named(key) | {"digest": sha256}).scalar()
        return content

    def code_size(self, key: FunctionKey, sha256: str) -> int | None:
        """The size of a zip archive, without reading it."""
        size: int | None = self._connection.execute(_SIZE, _named(key) | {"digest": sha256}).scalar()
        return size

    def delete_unused_code(self, key: FunctionKey) -> None:
        """Delete code that no version has any more."""
        used: Iterable[str] = {version.code_sha256 for version in self.versions(key) if version.code_sha256}
        self._connection.execute(function_code.delete().where(*_OF_CODE, function_code.c.sha256.not_in(used)), _named(key))

    # -- aliases

    def alias(self, key: FunctionKey, name: str) -> FunctionAlias | None:
        """One alias."""
        row = self._connection.execute(_ALIAS, _named(key) | {"alias": name}).first()
        return FunctionAlias(*row) if row else None

    def aliases(self, key: FunctionKey) -> list[FunctionAlias]:
        """All aliases, by name."""
        return [FunctionAlias(*row) for row in self._connection.execute(_ALIASES, _named(key))]

    def put_alias(self, alias: FunctionAlias) -> None:
        """Insert an alias, or replace it."""
        self.delete_alias(FunctionKey(alias.account, alias.region, alias.function_name), alias.name)
        self._connection.execute(function_aliases.insert(), asdict(alias))

    def delete_alias(self, key: FunctionKey, name: str) -> None:
        """Delete an alias; one that is not there is no error."""
        self._connection.execute(
            function_aliases.delete().where(*_OF_ALIASES, function_aliases.c.name == sa.bindparam("alias")), _named(key) | {"alias": name}
        )
