"""Identities: get or make one, describe, list, delete, take logins away."""

from __future__ import annotations

from typing import Any

from cognito_emu.call import Call
from cognito_emu.errors import NotAuthorizedException, ResourceNotFoundException
from cognito_emu.operations.identity_pools.linking import NO_GUESTS, identity_of_logins, new_identity, prove
from cognito_emu.operations.identity_pools.logins import verify_logins
from cognito_emu.operations.identity_pools.lookup import (
    require_identity,
    require_identity_pool,
    require_public_identity,
    require_public_identity_pool,
)
from cognito_emu.operations.pagination import make_token, read_token
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.store import Tx
from cognito_emu.store.identities import Identity


@operation("GetId", service="cognito-identity")
async def get_id(call: Call, request: Request) -> Response:
    """The identity that logins lead to, made when there is none; without logins a new guest.

    Assumption: AccountId is not compared, as the pool's id tells the account.
    """
    pool = await call.store.read(lambda tx: require_public_identity_pool(tx, request["IdentityPoolId"]))
    logins = await verify_logins(call, pool, request.get("Logins", {}))
    if not logins and not pool.settings["AllowUnauthenticatedIdentities"]:
        raise NotAuthorizedException(NO_GUESTS)

    def write(tx: Tx) -> Identity:
        present = require_public_identity_pool(tx, pool.id)
        if logins:
            return identity_of_logins(call, tx, present, logins)
        return new_identity(call, tx, present, authenticated=False)

    return {"IdentityId": (await call.store.transact(write)).id}


@operation("DescribeIdentity", service="cognito-identity")
async def describe_identity(call: Call, request: Request) -> Response:
    """Show an identity: its providers and when it was made and changed."""
    return await call.store.read(lambda tx: _render(tx, require_identity(call, tx, request["IdentityId"])))


@operation("ListIdentities", service="cognito-identity")
async def list_identities(call: Call, request: Request) -> Response:
    """List a pool's identities, oldest first."""
    pool_id, hide_disabled = request["IdentityPoolId"], request.get("HideDisabled", False)
    scope = ["ListIdentities", pool_id, str(hide_disabled)]
    after = read_token(call, scope, request.get("NextToken"))

    def look_up(tx: Tx) -> dict[str, Any]:
        require_identity_pool(call, tx, pool_id)
        page = tx.identities.page(pool_id, hide_disabled=hide_disabled, limit=request["MaxResults"], after=after)
        return {
            "IdentityPoolId": pool_id,
            "Identities": [_render(tx, identity) for identity in page.items],
            "NextToken": make_token(call, scope, page.next),
        }

    return await call.store.read(look_up)


@operation("DeleteIdentities", service="cognito-identity")
async def delete_identities(call: Call, request: Request) -> Response:
    """Delete identities, and say which could not be.

    Assumption: an id that is unknown, or another tenant's, counts as one that access is denied to.
    """

    def write(tx: Tx) -> list[dict[str, str]]:
        unprocessed = []
        for identity_id in dict.fromkeys(request["IdentityIdsToDelete"]):
            try:
                tx.identities.delete(require_identity(call, tx, identity_id).id)
            except ResourceNotFoundException:
                unprocessed.append({"IdentityId": identity_id, "ErrorCode": "AccessDenied"})
        return unprocessed

    return {"UnprocessedIdentityIds": await call.store.transact(write)}


@operation("UnlinkIdentity", service="cognito-identity")
async def unlink_identity(call: Call, request: Request) -> Response:
    """Take logins away from an identity; without any left it is inaccessible.

    Assumption: one login proves the identity, whichever are removed; a provider that it has no login of is no error.
    """
    pool, _ = await call.store.read(lambda tx: require_public_identity(tx, request["IdentityId"]))
    logins = await verify_logins(call, pool, request["Logins"])

    def write(tx: Tx) -> None:
        present, identity = require_public_identity(tx, request["IdentityId"])
        prove(tx, present, identity, logins)
        for login in tx.identities.logins(identity.id):
            if login.provider in request["LoginsToRemove"]:
                tx.identities.unlink(login)
        tx.identities.update(identity.id, modified_at=call.env.now())

    await call.store.transact(write)
    return None


def _render(tx: Tx, identity: Identity) -> dict[str, Any]:
    """The model's IdentityDescription."""
    return {
        "IdentityId": identity.id,
        "Logins": sorted({login.provider for login in tx.identities.logins(identity.id)}),
        "CreationDate": identity.created_at,
        "LastModifiedDate": identity.modified_at,
    }
