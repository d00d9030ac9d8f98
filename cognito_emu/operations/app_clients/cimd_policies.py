"""CIMD policies: which addresses of client ID metadata documents may stand for an app client."""

from __future__ import annotations

from typing import Any

from cognito_emu.call import Call
from cognito_emu.domain.tiers import require_tier
from cognito_emu.errors import InvalidParameterException, ResourceNotFoundException
from cognito_emu.operations.lookup import require_client, require_pool
from cognito_emu.operations.pagination import make_token, page_size, read_token
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.store import Tx
from cognito_emu.store.cimd_policies import CimdPolicy
from cognito_emu.store.paging import Position
from cognito_emu.store.user_pools import UserPool

# Assumption: a day, the least that CacheDuration allows, where it is not given.
_DEFAULT_CACHE_SECONDS = 86_400
_ID_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
_ID_LENGTH = 26


@operation("CreateCIMDPolicy")
async def create_cimd_policy(call: Call, request: Request) -> Response:
    """Let documents at certain addresses stand for an app client."""
    now = call.env.now()
    policy = CimdPolicy(
        id=call.env.random_text(_ID_LENGTH, _ID_ALPHABET),
        pool_id=request["UserPoolId"],
        client_id=request["ClientId"],
        name=request["PolicyName"],
        cache_duration=request.get("CacheDuration", _DEFAULT_CACHE_SECONDS),
        url_patterns=request["URLPatterns"],
        created_at=now,
        modified_at=now,
    )

    def write(tx: Tx) -> dict[str, Any]:
        pool = require_pool(call, tx, policy.pool_id)
        _check(call, tx, pool, policy)
        tx.cimd_policies.add(policy)
        return _render(tx, policy)

    return {"CIMDPolicy": await call.store.transact(write)}


@operation("DescribeCIMDPolicy")
async def describe_cimd_policy(call: Call, request: Request) -> Response:
    """Show a policy."""
    return {"CIMDPolicy": await call.store.read(lambda tx: _render(tx, require_policy(call, tx, request)))}


@operation("UpdateCIMDPolicy")
async def update_cimd_policy(call: Call, request: Request) -> Response:
    """Change a policy. Copies of documents that fit it no longer stay until they expire, but identify nobody."""

    def write(tx: Tx) -> dict[str, Any]:
        before = require_policy(call, tx, request)
        changes = {
            "client_id": request["ClientId"],
            "name": request.get("PolicyName", before.name),
            "cache_duration": request.get("CacheDuration", before.cache_duration),
            "url_patterns": request["URLPatterns"],
            "modified_at": call.env.now(),
        }
        tx.cimd_policies.update(before.id, changes)
        after = require_policy(call, tx, request)
        _check(call, tx, require_pool(call, tx, after.pool_id), after)
        return _render(tx, after)

    return {"CIMDPolicy": await call.store.transact(write)}


@operation("DeleteCIMDPolicy")
async def delete_cimd_policy(call: Call, request: Request) -> Response:
    """Delete a policy and the copies of documents that it has."""
    await call.store.transact(lambda tx: tx.cimd_policies.delete(require_policy(call, tx, request).id))
    return {}


@operation("ListCIMDPolicies")
async def list_cimd_policies(call: Call, request: Request) -> Response:
    """List the pool's policies, oldest first."""
    scope = ["ListCIMDPolicies", request["UserPoolId"]]
    after = read_token(call, scope, request.get("NextToken"))
    limit = page_size(request.get("MaxResults"))

    def look_up(tx: Tx) -> tuple[list[dict[str, Any]], Position]:
        page = tx.cimd_policies.page(require_pool(call, tx, request["UserPoolId"]).id, limit=limit, after=after)
        return [_summary(tx, policy) for policy in page.items], page.next

    policies, position = await call.store.read(look_up)
    return {"CIMDPolicies": policies, "NextToken": make_token(call, scope, position)}


def require_policy(call: Call, tx: Tx, request: Request) -> CimdPolicy:
    """The pool's policy that a request names.

    Raises:
        ResourceNotFoundException: There is none. Assumption: the sentence.
    """
    pool = require_pool(call, tx, request["UserPoolId"])
    policy = tx.cimd_policies.get(pool.id, request["CIMDPolicyId"])
    if policy is None:
        raise ResourceNotFoundException(f"CIMD policy {request['CIMDPolicyId']} does not exist.")
    return policy


def _check(call: Call, tx: Tx, pool: UserPool, policy: CimdPolicy) -> None:
    """The tier must have the feature, and the app client be one that knows no secret, for nobody who publishes a document knows it.

    Raises:
        FeatureUnavailableInTierException: It has not. Assumption: the name and the tier, which are those of dynamic registration.
        ResourceNotFoundException: There is no such app client.
        InvalidParameterException: It has a secret. Assumption: that it is refused, and the sentence.
    """
    require_tier(pool.settings, "ESSENTIALS", "Client ID Metadata Documents", lenient=call.settings.tiers == "lenient")
    client = require_client(tx, pool, policy.client_id)
    if tx.app_clients.secrets(client.id):
        raise InvalidParameterException("A CIMD policy can only be associated with an app client that has no client secret.")


def _summary(tx: Tx, policy: CimdPolicy) -> dict[str, Any]:
    """The model's CIMDPolicySummaryType."""
    return {
        "CIMDPolicyId": policy.id,
        # "Amazon Cognito omits this value when the app client no longer exists." (API reference)
        "ClientId": policy.client_id if tx.app_clients.get(policy.client_id) else None,
        "PolicyName": policy.name,
        "CacheDuration": policy.cache_duration,
        "CreationDate": policy.created_at,
        "LastModifiedDate": policy.modified_at,
    }


def _render(tx: Tx, policy: CimdPolicy) -> dict[str, Any]:
    """The model's CIMDPolicyType."""
    return _summary(tx, policy) | {"UserPoolId": policy.pool_id, "URLPatterns": policy.url_patterns}
