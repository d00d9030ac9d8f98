"""What threat protection is to do about risks, for a pool or for one of its clients."""

from __future__ import annotations

from typing import Any

from cognito_emu.call import Call
from cognito_emu.domain.risk import COMPROMISED, EXCEPTIONS, TAKEOVER, check_risk_configuration
from cognito_emu.operations.lookup import require_client, require_pool
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.operations.threat_protection.assessment import require_add_on
from cognito_emu.store import Tx
from cognito_emu.store.risk_configurations import ALL_CLIENTS, RiskConfiguration

_MEMBERS = (COMPROMISED, TAKEOVER, EXCEPTIONS)


@operation("SetRiskConfiguration")
async def set_risk_configuration(call: Call, request: Request) -> Response:
    """Replace the configuration of a pool or a client. With none of the three parts it goes back to the default, or to the pool's."""
    configuration = {member: request[member] for member in _MEMBERS if member in request}
    check_risk_configuration(configuration)

    def write(tx: Tx) -> RiskConfiguration:
        pool = require_pool(call, tx, request["UserPoolId"])
        client = require_client(tx, pool, request["ClientId"]) if "ClientId" in request else None
        if TAKEOVER in configuration:
            # AWS takes the other two parts of pools without the add-on (the acceptance tests of hashicorp/terraform-provider-aws).
            require_add_on(pool)
        risk = RiskConfiguration(
            pool_id=pool.id,
            scope=client.id if client else ALL_CLIENTS,
            client_id=client.id if client else None,
            configuration=configuration,
            modified_at=call.env.now(),
        )
        tx.risk_configurations.delete(risk.pool_id, risk.scope)
        if configuration:
            tx.risk_configurations.put(risk)
        return risk

    return {"RiskConfiguration": _render(await call.store.transact(write))}


@operation("DescribeRiskConfiguration")
async def describe_risk_configuration(call: Call, request: Request) -> Response:
    """Show the configuration of a pool, or what a client has of its own."""

    def look_up(tx: Tx) -> RiskConfiguration:
        pool = require_pool(call, tx, request["UserPoolId"])
        scope = require_client(tx, pool, request["ClientId"]).id if "ClientId" in request else ALL_CLIENTS
        # Assumption: a client without its own is shown with none, rather than with the pool's.
        return tx.risk_configurations.get(pool.id, scope) or RiskConfiguration(pool.id, scope, request.get("ClientId"), {}, 0)

    return {"RiskConfiguration": _render(await call.store.read(look_up))}


def _render(risk: RiskConfiguration) -> dict[str, Any]:
    """The model's RiskConfigurationType."""
    return {
        "UserPoolId": risk.pool_id,
        "ClientId": risk.client_id,
        **risk.configuration,
        "LastModifiedDate": risk.modified_at or None,
    }
