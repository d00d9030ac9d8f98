"""Where pools send their logs."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.store.schema.pool_features import log_deliveries

LogConfiguration = dict[str, Any]  # the model's LogConfigurationType

_C = log_deliveries.c
_GET = sa.select(_C.configurations).where(_C.pool_id == sa.bindparam("pool_id"))


class LogDeliveries:
    """Queries about log destinations."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, pool_id: str) -> list[LogConfiguration]:
        """The pool's LogConfigurations; empty when none were set."""
        configurations: list[LogConfiguration] | None = self._connection.execute(_GET, {"pool_id": pool_id}).scalar()
        return configurations or []

    def put(self, pool_id: str, configurations: list[LogConfiguration]) -> None:
        """Replace them."""
        self._connection.execute(log_deliveries.delete().where(_C.pool_id == pool_id))
        if configurations:
            self._connection.execute(log_deliveries.insert(), {"pool_id": pool_id, "configurations": configurations})
