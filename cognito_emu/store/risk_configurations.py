"""What threat protection is to do, for a pool and for single clients."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.records import Record, asdict
from cognito_emu.store.schema.pool_features import risk_configurations

ALL_CLIENTS = "ALL"


class RiskConfiguration(Record):
    """The risk configuration of a client or, with scope ALL_CLIENTS, of those without their own.

    Attributes:
        configuration: CompromisedCredentialsRiskConfiguration, AccountTakeoverRiskConfiguration, RiskExceptionConfiguration.
    """

    pool_id: str
    scope: str
    client_id: str | None
    configuration: dict[str, Any]
    modified_at: float


_C = risk_configurations.c
_GET = sa.select(risk_configurations).where(_C.pool_id == sa.bindparam("pool_id"), _C.scope == sa.bindparam("scope"))


class RiskConfigurations:
    """Queries about risk configurations."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, pool_id: str, scope: str) -> RiskConfiguration | None:
        """The configuration of a client, or that of all clients."""
        row = self._connection.execute(_GET, {"pool_id": pool_id, "scope": scope}).first()
        return RiskConfiguration(*row) if row else None

    def in_force(self, pool_id: str, client_id: str | None) -> dict[str, Any]:
        """The client's own configuration, else that of all clients; empty when neither was set."""
        own = self.get(pool_id, client_id) if client_id else None
        found = own or self.get(pool_id, ALL_CLIENTS)
        return found.configuration if found else {}

    def put(self, configuration: RiskConfiguration) -> None:
        """Write a configuration in place of the one that was there."""
        self.delete(configuration.pool_id, configuration.scope)
        self._connection.execute(risk_configurations.insert(), asdict(configuration))

    def delete(self, pool_id: str, scope: str) -> None:
        """Forget a configuration."""
        self._connection.execute(risk_configurations.delete().where(_C.pool_id == pool_id, _C.scope == scope))
