"""Managed login styles: one for each app client."""

from __future__ import annotations

from typing import Any

from cognito_emu.call import Call
from cognito_emu.domain.managed_login import (
    check_assets,
    check_settings,
    check_source,
    merged,
    merged_assets,
    rendered_assets,
    with_defaults,
)
from cognito_emu.errors import InvalidParameterException, ManagedLoginBrandingExistsException, ResourceNotFoundException
from cognito_emu.operations.lookup import require_client, require_pool
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.store import Tx
from cognito_emu.store.branding import ManagedLoginBranding


@operation("CreateManagedLoginBranding")
async def create_managed_login_branding(call: Call, request: Request) -> Response:
    """Give a client its style: AWS's own, or settings and images."""
    _check(request)
    now = call.env.now()
    branding = ManagedLoginBranding(
        id=call.env.uuid(),
        pool_id=request["UserPoolId"],
        client_id=request["ClientId"],
        use_cognito_values=request.get("UseCognitoProvidedValues", False),
        settings=request.get("Settings"),
        assets=merged_assets([], request.get("Assets", ())),
        created_at=now,
        modified_at=now,
    )

    def write(tx: Tx) -> None:
        client = require_client(tx, require_pool(call, tx, branding.pool_id), branding.client_id)
        if tx.brandings.find_by_client(client.id) is not None:
            raise ManagedLoginBrandingExistsException(f"A ManagedLoginBranding already exists for client {client.id}")
        tx.brandings.add(branding)

    await call.store.transact(write)
    return {"ManagedLoginBranding": _render(branding)}


@operation("DescribeManagedLoginBranding")
async def describe_managed_login_branding(call: Call, request: Request) -> Response:
    """Show a style by its id."""
    branding = await call.store.read(lambda tx: _require(call, tx, request["UserPoolId"], request["ManagedLoginBrandingId"]))
    return {"ManagedLoginBranding": _render(branding, merge=request.get("ReturnMergedResources", False))}


@operation("DescribeManagedLoginBrandingByClient")
async def describe_managed_login_branding_by_client(call: Call, request: Request) -> Response:
    """Show the style of a client."""

    def look_up(tx: Tx) -> ManagedLoginBranding:
        client = require_client(tx, require_pool(call, tx, request["UserPoolId"]), request["ClientId"])
        branding = tx.brandings.find_by_client(client.id)
        if branding is None:
            raise ResourceNotFoundException(f"ManagedLoginBranding for client {client.id} does not exist.")
        return branding

    branding = await call.store.read(look_up)
    return {"ManagedLoginBranding": _render(branding, merge=request.get("ReturnMergedResources", False))}


@operation("UpdateManagedLoginBranding")
async def update_managed_login_branding(call: Call, request: Request) -> Response:
    """Lay settings and images over a style, or go back to AWS's own."""
    for member in ("UserPoolId", "ManagedLoginBrandingId"):
        if member not in request:
            # Assumption: the sentence; the model leaves both optional, but nothing else names the style.
            raise InvalidParameterException(f"{member} is required.")
    _check(request)

    def write(tx: Tx) -> ManagedLoginBranding:
        branding = _require(call, tx, request["UserPoolId"], request["ManagedLoginBrandingId"])
        tx.brandings.update(branding.id, {**_changes(branding, request), "modified_at": call.env.now()})
        return _require(call, tx, branding.pool_id, branding.id)

    return {"ManagedLoginBranding": _render(await call.store.transact(write))}


@operation("DeleteManagedLoginBranding")
async def delete_managed_login_branding(call: Call, request: Request) -> Response:
    """Take a client's style away; its managed login pages do not work without one."""

    def write(tx: Tx) -> None:
        tx.brandings.delete(_require(call, tx, request["UserPoolId"], request["ManagedLoginBrandingId"]).id)

    await call.store.transact(write)
    return None


def _check(request: Request) -> None:
    check_source(request)
    check_settings(request.get("Settings", {}))
    check_assets(request.get("Settings", {}), request.get("Assets", ()))


def _changes(branding: ManagedLoginBranding, request: Request) -> dict[str, Any]:
    if request.get("UseCognitoProvidedValues"):
        return {"use_cognito_values": True, "settings": None, "assets": []}
    return {
        "use_cognito_values": False,
        "settings": merged(branding.settings or {}, request["Settings"]),
        "assets": merged_assets(branding.assets, request.get("Assets", ())),
    }


def _require(call: Call, tx: Tx, pool_id: str, branding_id: str) -> ManagedLoginBranding:
    branding = tx.brandings.get(require_pool(call, tx, pool_id).id, branding_id)
    if branding is None:
        raise ResourceNotFoundException("ManagedLoginBranding does not exist.")
    return branding


def _render(branding: ManagedLoginBranding, *, merge: bool = False) -> dict[str, Any]:
    """The model's ManagedLoginBrandingType. Settings that nobody gave are left out; assets never are (measured by floci-io/floci)."""
    return {
        "ManagedLoginBrandingId": branding.id,
        "UserPoolId": branding.pool_id,
        "UseCognitoProvidedValues": branding.use_cognito_values,
        "Settings": with_defaults(branding.settings) if merge else branding.settings,
        "Assets": rendered_assets(branding.assets),
        "CreationDate": branding.created_at,
        "LastModifiedDate": branding.modified_at,
    }
