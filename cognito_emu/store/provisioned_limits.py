"""Request rates that accounts have provisioned."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.store.schema.pool_features import provisioned_limits

_C = provisioned_limits.c


class ProvisionedLimits:
    """Queries about provisioned limits, in requests a second."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, account: str, region: str, category: str) -> int | None:
        """What the account provisioned for a category; None when it never did."""
        value: int | None = self._connection.execute(sa.select(_C.value).where(*_key(account, region, category))).scalar()
        return value

    def put(self, account: str, region: str, category: str, value: int) -> None:
        """Provision a rate."""
        self._connection.execute(provisioned_limits.delete().where(*_key(account, region, category)))
        row = {"account": account, "region": region, "category": category, "value": value}
        self._connection.execute(provisioned_limits.insert(), row)


def _key(account: str, region: str, category: str) -> list[sa.ColumnElement[bool]]:
    return [_C.account == account, _C.region == region, _C.category == category]
