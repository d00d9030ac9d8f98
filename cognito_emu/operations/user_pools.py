"""User pools: create, describe, update, delete, list, custom attributes, tags."""

from __future__ import annotations

import re
from typing import Any

from cognito_emu.call import Call
from cognito_emu.domain.attribute_schema import add_custom_attributes as extend_schema
from cognito_emu.domain.attribute_schema import create_schema
from cognito_emu.domain.mfa_configuration import MEMBERS as MFA_MEMBERS
from cognito_emu.domain.mfa_configuration import PASSKEYS_REFUSED, check_first_factors
from cognito_emu.domain.pool_tags import check_tags
from cognito_emu.domain.regional_settings import check_sms_sender, is_regional, updated_in_replica
from cognito_emu.domain.tiers import check_pool_tier
from cognito_emu.domain.user_pool_settings import check_function_regions, effective_acr_levels, new_settings, updated_settings
from cognito_emu.errors import InvalidParameterException, UserPoolTaggingException
from cognito_emu.operations.csv_import import refuse_during_import
from cognito_emu.operations.lookup import find_replica, not_in_replica, require_pool
from cognito_emu.operations.managed_login.domains import domain_members
from cognito_emu.operations.pagination import make_token, read_token
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.store import Tx
from cognito_emu.store.paging import Page
from cognito_emu.store.replicas import Replica, present_replica
from cognito_emu.store.user_pools import UserPool

# Tags by which users of other emulators choose a pool's id, so that an `.env` file can be committed.
_ID_TAGS = ("_custom_id_", "floci:override-id")
# UserPoolIdType of the model: a pool of another id could never be named again.
_ID_PATTERN = r"[\w-]+_[0-9a-zA-Z]+"
_LONGEST_ID = 55


@operation("CreateUserPool")
async def create_user_pool(call: Call, request: Request) -> Response:
    """Create a pool; what the request leaves out gets AWS's defaults."""
    _check_tags(request)
    check_sms_sender(request.get("SmsConfiguration"), call.tenant.region)
    settings = new_settings(request, create_schema(request.get("Schema", ())))
    check_function_regions(settings["LambdaConfig"], call.tenant.region)
    check_pool_tier(settings, lenient=call.settings.tiers == "lenient")
    check_first_factors(settings, single_factor=PASSKEYS_REFUSED)
    now = call.env.now()
    pool = UserPool(
        id=_chosen_id(call, settings) or call.env.user_pool_id(call.tenant.region),
        account=call.tenant.account,
        region=call.tenant.region,
        name=request["PoolName"],
        created_at=now,
        modified_at=now,
        settings=settings,
        secret=call.env.random_bytes(32),
    )

    def write(tx: Tx) -> None:
        if tx.user_pools.get(pool.id) is not None:
            raise InvalidParameterException(f"User pool {pool.id} already exists.")
        tx.user_pools.add(pool)

    await call.store.transact(write)
    return {"UserPool": render_user_pool(pool, users=0)}


@operation("DescribeUserPool")
async def describe_user_pool(call: Call, request: Request) -> Response:
    """Show every setting of a pool."""

    def look_up(tx: Tx) -> tuple[UserPool, dict[str, str], int]:
        pool = require_pool(call, tx, request["UserPoolId"])
        return pool, domain_members(tx.domains.of_pool(pool.id)), call.parts.user_estimates.of(tx, pool)

    pool, domains, users = await call.store.read(look_up)
    return {"UserPool": render_user_pool(pool, users=users) | {"Arn": pool.arn_in(call.tenant.region)} | domains}


@operation("UpdateUserPool")
async def update_user_pool(call: Call, request: Request) -> Response:
    """Replace a pool's settings; which of those left out are kept and which are reset follows AWS. A replica has few of its own."""
    _check_tags(request)

    def write(tx: Tx) -> None:
        replica = find_replica(call, tx, request["UserPoolId"])
        if replica is not None:
            _update_replica(tx, replica, request)
            return
        pool = require_pool(call, tx, request["UserPoolId"])
        refuse_during_import(tx, pool)
        check_sms_sender(request.get("SmsConfiguration"), pool.region)
        if request.get("MfaConfiguration") == "ON" != pool.settings["MfaConfiguration"]:
            # AWS's sentence (aws-cloudformation/cloudformation-coverage-roadmap 1176, aws-amplify/amplify-studio 482);
            # SetUserPoolMfaConfig does it.
            raise InvalidParameterException("Cannot turn MFA functionality ON, once the user pool has been created.")
        settings = updated_settings(pool.settings, request)
        check_function_regions(settings["LambdaConfig"], pool.region)
        check_pool_tier(settings, lenient=call.settings.tiers == "lenient")
        check_first_factors(settings, single_factor=PASSKEYS_REFUSED)
        tx.user_pools.update(pool.id, name=request.get("PoolName", pool.name), settings=settings, modified_at=call.env.now())

    await call.store.transact(write)
    return None


def _update_replica(tx: Tx, replica: Replica, request: Request) -> None:
    if not is_regional(request):
        raise not_in_replica()
    check_sms_sender(request.get("SmsConfiguration"), replica.region)
    settings, tags = updated_in_replica(replica.settings, request), request.get("UserPoolTags", replica.tags)
    tx.replicas.update(replica, settings=settings, tags=tags)


@operation("DeleteUserPool")
async def delete_user_pool(call: Call, request: Request) -> Response:
    """Delete a pool and all that is in it, unless it is protected or still has a domain."""

    def write(tx: Tx) -> None:
        pool = require_pool(call, tx, request["UserPoolId"])
        refuse_during_import(tx, pool)
        if pool.settings["DeletionProtection"] == "ACTIVE":
            raise InvalidParameterException(
                "The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first."
            )
        if tx.domains.of_pool(pool.id):
            raise InvalidParameterException("User pool cannot be deleted. It has a domain configured that should be deleted first.")
        tx.user_pools.delete(pool.id)

    await call.store.transact(write)
    return None


@operation("ListUserPools")
async def list_user_pools(call: Call, request: Request) -> Response:
    """List the tenant's pools, oldest first, and among them those that have a replica in the region."""
    after = read_token(call, ["ListUserPools"], request.get("NextToken"))
    account, region = call.tenant.account, call.tenant.region

    def look_up(tx: Tx) -> tuple[Page[UserPool], list[Replica]]:
        present = (present_replica(replica, call.env.now()) for replica in tx.replicas.all())
        replicas = [replica for replica in present if replica is not None]
        here = [replica.pool_id for replica in replicas if replica.region == region]
        return tx.user_pools.page(account, region, limit=request["MaxResults"], after=after, replicas=here), replicas

    page, replicas = await call.store.read(look_up)
    return {
        "UserPools": [
            {
                "Id": pool.id,
                "Name": pool.name,
                "LambdaConfig": pool.settings["LambdaConfig"],
                "ReplicaRegions": [replica.region for replica in replicas if replica.pool_id == pool.id] or None,
                "LastModifiedDate": pool.modified_at,
                "CreationDate": pool.created_at,
            }
            for pool in page.items
        ],
        "NextToken": make_token(call, ["ListUserPools"], page.next),
    }


@operation("AddCustomAttributes")
async def add_custom_attributes(call: Call, request: Request) -> Response:
    """Add attributes to a pool's schema, for ever."""

    def write(tx: Tx) -> None:
        pool = require_pool(call, tx, request["UserPoolId"])
        refuse_during_import(tx, pool)
        schema = extend_schema(pool.settings["SchemaAttributes"], request["CustomAttributes"])
        tx.user_pools.update(pool.id, name=pool.name, settings=pool.settings | {"SchemaAttributes": schema}, modified_at=call.env.now())

    await call.store.transact(write)
    return {}


def render_user_pool(pool: UserPool, *, users: int) -> dict[str, Any]:
    """The model's UserPoolType. What SetUserPoolMfaConfig sets is shown by GetUserPoolMfaConfig only.

    Issuer and key are shown of pools that were never given any (DescribeUserPool's answer in a public runbook of September 2026).
    """
    return {
        "IssuerConfiguration": {"Type": "ORIGINAL"},
        "KeyConfiguration": {"KeyType": "AWS_OWNED_KEY"},
        **{name: value for name, value in pool.settings.items() if name not in MFA_MEMBERS},
        "AcrConfiguration": effective_acr_levels(pool.settings),
        "Id": pool.id,
        "Name": pool.name,
        "Arn": pool.arn,
        "CreationDate": pool.created_at,
        "LastModifiedDate": pool.modified_at,
        "EstimatedNumberOfUsers": users,
    }


def _check_tags(request: Request) -> None:
    # Assumption: the code. These operations declare it beside InvalidParameterException.
    check_tags(request.get("UserPoolTags", {}), present={}, error=UserPoolTaggingException)


def _chosen_id(call: Call, settings: dict[str, Any]) -> str | None:
    """The id that a tag asks for; `AbCd12345` alone is completed by the region."""
    tags = settings["UserPoolTags"]
    chosen = next((tags[tag] for tag in _ID_TAGS if tags.get(tag)), None)
    if chosen is None:
        return None
    pool_id = str(chosen if "_" in chosen else f"{call.tenant.region}_{chosen}")
    if len(pool_id) > _LONGEST_ID or not re.fullmatch(_ID_PATTERN, pool_id, re.ASCII):
        raise InvalidParameterException(
            f"The id {pool_id}, chosen by a tag, does not match the pattern {_ID_PATTERN} of at most {_LONGEST_ID} characters."
        )
    return pool_id
