"""How many requests a second an account has provisioned, by category of operations."""

from __future__ import annotations

from typing import Any

from cognito_emu.call import Call
from cognito_emu.domain.request_quotas import MOST_TIMES_FREE, QUOTAS, Quota
from cognito_emu.errors import InvalidParameterException, ResourceNotFoundException, ServiceQuotaExceededException
from cognito_emu.operations.registry import Request, Response, operation


@operation("GetProvisionedLimit")
async def get_provisioned_limit(call: Call, request: Request) -> Response:
    """Show what the account has of a category, and what is free."""
    category, quota = _named(request)
    account, region = call.tenant.account, call.tenant.region
    value = await call.store.read(lambda tx: tx.provisioned_limits.get(account, region, category))
    return _render(request, quota, value)


@operation("UpdateProvisionedLimit")
async def update_provisioned_limit(call: Call, request: Request) -> Response:
    """Provision another rate: at least what is free, at most what the account may have."""
    category, quota = _named(request)
    value = request["RequestedLimitValue"]
    if not quota.adjustable:
        # Assumption: the sentence, and that categories whose quota is not adjustable cannot be provisioned.
        raise InvalidParameterException(f"The limit of category {category} is not adjustable.")
    if value < quota.free:
        # Assumption: the sentence; "The value must be between the default limit and your account-level maximum limit" is documented.
        raise InvalidParameterException(f"RequestedLimitValue must not be less than the default limit of {quota.free}.")
    if value > quota.free * MOST_TIMES_FREE:
        # Assumption: the sentence.
        raise ServiceQuotaExceededException(
            f"RequestedLimitValue exceeds the account-level maximum limit of {quota.free * MOST_TIMES_FREE}."
        )
    account, region = call.tenant.account, call.tenant.region
    await call.store.transact(lambda tx: tx.provisioned_limits.put(account, region, category, value))
    return _render(request, quota, value)


def _named(request: Request) -> tuple[str, Quota]:
    """The category that a limit definition names.

    Raises:
        InvalidParameterException: It names none.
        ResourceNotFoundException: There is no such category.
    """
    attributes = request["LimitDefinition"]["Attributes"]
    # Assumption: both sentences.
    if set(attributes) != {"Category"}:
        raise InvalidParameterException("LimitDefinition.Attributes must have the key Category and no other.")
    if attributes["Category"] not in QUOTAS:
        raise ResourceNotFoundException(f"Category {attributes['Category']} does not exist.")
    return attributes["Category"], QUOTAS[attributes["Category"]]


def _render(request: Request, quota: Quota, value: int | None) -> dict[str, Any]:
    return {
        "Limit": {
            "LimitDefinition": request["LimitDefinition"],
            "ProvisionedLimitValue": quota.free if value is None else value,
            "FreeLimitValue": quota.free,
        }
    }
