"""COGNITO_EMU_RATE_LIMITS: AWS's request quotas, applied, so that TooManyRequestsException can be rehearsed.

Each process counts what it answers, and admits its share where several serve. Operations that do not declare the error count, but are
not refused.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from cognito_emu.call import Call, Tenant
from cognito_emu.config import Settings
from cognito_emu.domain.hourly_counts import HourlyCounts
from cognito_emu.domain.request_quotas import (
    CATEGORY_OF,
    CHALLENGE_ANSWERS,
    HOURLY_QUOTAS_OF_USER,
    IDENTITY_POOL_QUOTAS,
    QUOTAS,
    TIMES_FOR_ANSWERS,
)
from cognito_emu.domain.token_bucket import TokenBucket
from cognito_emu.environment import Environment
from cognito_emu.errors import LimitExceededException, NotAuthorizedException, TooManyRequestsException
from cognito_emu.operations.registry import OperationFunction, Request, Response
from cognito_emu.protocol.service_models import OperationModel
from cognito_emu.store import Store, Tx


class RateLimits:
    """The buckets of one process."""

    def __init__(self, settings: Settings, env: Environment, store: Store) -> None:
        self._share = settings.rate_limit_percent / 100 / max(1, settings.workers)
        self._env = env
        self._store = store
        self._buckets: dict[Hashable, TokenBucket] = {}
        self._hours = HourlyCounts()

    def limited(self, operation: OperationModel, function: OperationFunction) -> OperationFunction:
        """The operation as it is when its quota is applied; itself, where it has none."""
        category = CATEGORY_OF.get(operation.name) if operation.service_model.service_name == "cognito-idp" else None
        rate = IDENTITY_POOL_QUOTAS.get(operation.name) if operation.service_model.service_name == "cognito-identity" else None
        refuses = any(error.name == TooManyRequestsException.__name__ for error in operation.error_shapes)
        hourly = HOURLY_QUOTAS_OF_USER.get(operation.name)

        async def admit_first(call: Call, request: Request) -> Response:
            if category is not None:
                owner = await self._owner(call, request)
                admitted = await self.admit(category, owner, operation.name, request.get("UserPoolId"))
            else:
                admitted = self._take((call.tenant, operation.name), rate or 0)
            if refuses and not admitted:
                raise TooManyRequestsException
            if hourly is not None and not await self._admit_user(call, request, operation.name, hourly):
                raise LimitExceededException
            return await function(call, request)

        return admit_first if category or rate else function

    async def admit_client(self, tenant: Tenant) -> bool:
        """Whether a grant of client credentials is within ClientAuthentication."""
        return await self.admit("ClientAuthentication", tenant)

    async def admit(self, category: str, tenant: Tenant, operation: str = "", pool_id: str | None = None) -> bool:
        """Count a request, and say whether it is within the quotas of its category.

        Args:
            category: One of `QUOTAS`.
            tenant: Whose quota it is.
            operation: Its name, where it is an operation's.
            pool_id: The user pool that it names.
        """
        quota = QUOTAS[category]
        if quota.of_pool and pool_id and not self._take((tenant, pool_id, operation), quota.of_pool):
            return False
        provisioned = None
        if quota.adjustable:
            provisioned = await self._store.read(lambda tx: tx.provisioned_limits.get(tenant.account, tenant.region, category))
        rate = provisioned or quota.free
        if operation in CHALLENGE_ANSWERS and self._take((tenant, "answers"), rate * TIMES_FOR_ANSWERS):
            return True
        return self._take((tenant, category), rate)

    async def _admit_user(self, call: Call, request: Request, operation: str, most: int) -> bool:
        """Count a request of a user's, and say whether it is within what a user has an hour.

        Assumption: a user is counted by the name that the request has; an alias is a name of its own.
        """
        if "AccessToken" in request:
            try:
                _, claims = await call.tokens.verify_signature(request["AccessToken"])
            except NotAuthorizedException:
                return True  # the operation will say what is wrong with it
            user: Hashable = claims["sub"]
        else:
            user = (request["ClientId"], request["Username"])
        return self._hours.take((user, operation), max(1, round(most * self._share)), self._env.now())

    def _take(self, key: Hashable, rate: float) -> bool:
        rate *= self._share
        now = self._env.now()
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = TokenBucket(max(rate, 1.0), now)
        return bucket.take(rate, now)

    async def _owner(self, call: Call, request: Mapping[str, Any]) -> Tenant:
        """Whose quota a request uses up: the caller's; of an unsigned request the account of the pool, which client or token tells."""
        if call.signed:
            return call.tenant
        client_id = request.get("ClientId")
        if client_id is None:
            return await self._owner_of_token(call, request.get("AccessToken", ""))

        def look_up(tx: Tx) -> Tenant:
            client = tx.app_clients.get(client_id)
            pool = tx.user_pools.get(client.pool_id) if client else None
            return Tenant(pool.account, pool.region) if pool else call.tenant

        return await self._store.read(look_up)

    async def _owner_of_token(self, call: Call, access_token: str) -> Tenant:
        try:
            pool, _ = await call.tokens.verify_signature(access_token)
        except NotAuthorizedException:
            return call.tenant  # the operation will say what is wrong with it
        return Tenant(pool.account, pool.region)
