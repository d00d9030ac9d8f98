"""Roles of an identity pool, and the principal tags that its providers' claims become."""

from __future__ import annotations

from typing import Any

from cognito_emu.call import Call
from cognito_emu.domain.identity_pool_settings import role_mapping_names
from cognito_emu.domain.identity_roles import check_roles
from cognito_emu.domain.principal_tags import DEFAULT_PRINCIPAL_TAGS
from cognito_emu.errors import InvalidParameterException, ResourceNotFoundException
from cognito_emu.operations.identity_pools.lookup import require_identity_pool
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.store import Tx


@operation("SetIdentityPoolRoles", service="cognito-identity")
async def set_identity_pool_roles(call: Call, request: Request) -> Response:
    """Replace the roles of an identity pool, and its role mappings."""
    mappings = request.get("RoleMappings", {})

    def write(tx: Tx) -> None:
        pool = require_identity_pool(call, tx, request["IdentityPoolId"])
        check_roles(pool.settings, request["Roles"], mappings)
        roles = {"Roles": request["Roles"], "RoleMappings": mappings}
        tx.identity_pools.set_roles(pool.id, {name: value for name, value in roles.items() if value})

    await call.store.transact(write)
    return None


@operation("GetIdentityPoolRoles", service="cognito-identity")
async def get_identity_pool_roles(call: Call, request: Request) -> Response:
    """Show the roles of an identity pool; those that were never set are left out."""
    pool = await call.store.read(lambda tx: require_identity_pool(call, tx, request["IdentityPoolId"]))
    return {"IdentityPoolId": pool.id, **pool.roles}


@operation("SetPrincipalTagAttributeMap", service="cognito-identity")
async def set_principal_tag_attribute_map(call: Call, request: Request) -> Response:
    """Say which claims of a provider become principal tags."""
    provider = request["IdentityProviderName"]
    use_defaults = request.get("UseDefaults", False)
    attribute_map = {
        "UseDefaults": use_defaults,
        "PrincipalTags": DEFAULT_PRINCIPAL_TAGS if use_defaults else request.get("PrincipalTags", {}),
    }

    def write(tx: Tx) -> None:
        pool = require_identity_pool(call, tx, request["IdentityPoolId"])
        if provider not in role_mapping_names(pool.settings):
            # Assumption: the sentence.
            raise InvalidParameterException(f"{provider} is not a configured provider.")
        tx.identity_pools.set_principal_tags(pool.id, pool.principal_tags | {provider: attribute_map})

    await call.store.transact(write)
    return _render(request["IdentityPoolId"], provider, attribute_map)


@operation("GetPrincipalTagAttributeMap", service="cognito-identity")
async def get_principal_tag_attribute_map(call: Call, request: Request) -> Response:
    """Show which claims of a provider become principal tags."""
    pool = await call.store.read(lambda tx: require_identity_pool(call, tx, request["IdentityPoolId"]))
    provider = request["IdentityProviderName"]
    if provider not in pool.principal_tags:
        # Assumption: the sentence; that there is such an error is what infrastructure tools count on.
        raise ResourceNotFoundException(f"No principal tag attribute map for '{provider}' in IdentityPool '{pool.id}'.")
    return _render(pool.id, provider, pool.principal_tags[provider])


def _render(pool_id: str, provider: str, attribute_map: dict[str, Any]) -> dict[str, Any]:
    return {"IdentityPoolId": pool_id, "IdentityProviderName": provider, **attribute_map}
