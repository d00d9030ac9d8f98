"""Parameters of Systems Manager: what templates read and write."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.records import Record, asdict
from cognito_emu.store.schema.cloudformation import ssm_parameters


class SsmParameter(Record):
    """A parameter; the document holds PutParameter's members, Type and Value among them."""

    account: str
    region: str
    name: str
    modified_at: float
    version: int
    document: dict[str, Any]


class SsmParameters:
    """Queries about SSM parameters."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, account: str, region: str, name: str) -> SsmParameter | None:
        """The parameter of that name."""
        row = self._connection.execute(sa.select(ssm_parameters).where(*_of(account, region, name))).first()
        return SsmParameter(*row) if row else None

    def list(self, account: str, region: str) -> list[SsmParameter]:
        """All of a tenant, by name."""
        c = ssm_parameters.c
        rows = self._connection.execute(sa.select(ssm_parameters).where(c.account == account, c.region == region).order_by(c.name))
        return [SsmParameter(*row) for row in rows]

    def put(self, parameter: SsmParameter) -> None:
        """Insert a parameter, or replace the one of that name."""
        self.delete(parameter.account, parameter.region, parameter.name)
        self._connection.execute(ssm_parameters.insert(), asdict(parameter))

    def delete(self, account: str, region: str, name: str) -> bool:
        """Delete a parameter; False when there is none."""
        return self._connection.execute(ssm_parameters.delete().where(*_of(account, region, name))).rowcount > 0

    def delete_of_account(self, account: str | None) -> None:
        """Delete every parameter of one account, or of all."""
        statement = ssm_parameters.delete()
        self._connection.execute(statement if account is None else statement.where(ssm_parameters.c.account == account))


def _of(account: str, region: str, name: str) -> tuple[sa.ColumnElement[bool], ...]:
    return ssm_parameters.c.account == account, ssm_parameters.c.region == region, ssm_parameters.c.name == name
