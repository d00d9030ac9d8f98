"""Aliases: names for versions, with traffic shifted by weight if asked for."""

from __future__ import annotations

from typing import Any

from cognito_emu.call import Call
from cognito_emu.errors import InvalidParameterValueException, ResourceConflictException
from cognito_emu.operations.lambda_functions.lookup import (
    check_revision,
    function_key,
    require_alias,
    require_function,
    require_version,
)
from cognito_emu.operations.lambda_functions.markers import next_marker, read_marker
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.store import Tx
from cognito_emu.store.functions import FunctionAlias, FunctionKey

_SETTABLE = ("FunctionVersion", "Description", "RoutingConfig")


@operation("CreateAlias", service="lambda")
async def create_alias(call: Call, request: Request) -> Response:
    """Name a version."""
    key, _ = function_key(call, request["FunctionName"])
    configuration = {"Description": ""} | {name: request[name] for name in _SETTABLE if name in request}
    alias = FunctionAlias(key.account, key.region, key.name, request["Name"], call.env.uuid(), configuration)

    def write(tx: Tx) -> None:
        require_function(tx, key)
        if tx.functions.alias(key, alias.name) is not None:
            raise ResourceConflictException(f"Alias already exists: {key.arn}:{alias.name}")
        _check_versions(tx, key, configuration)
        tx.functions.put_alias(alias)

    await call.store.transact(write)
    return _render(alias)


@operation("GetAlias", service="lambda")
async def get_alias(call: Call, request: Request) -> Response:
    """Show an alias."""
    key, _ = function_key(call, request["FunctionName"])
    return _render(await call.store.read(lambda tx: require_alias(tx, key, request["Name"])))


@operation("ListAliases", service="lambda")
async def list_aliases(call: Call, request: Request) -> Response:
    """List a function's aliases, or those of one version."""
    key, _ = function_key(call, request["FunctionName"])
    version = request.get("FunctionVersion")
    scope = ("ListAliases", key.name, version or "")
    after, limit = read_marker(call, scope, request)

    def read(tx: Tx) -> list[FunctionAlias]:
        require_function(tx, key)
        aliases = [alias for alias in tx.functions.aliases(key) if version in {None, alias.configuration["FunctionVersion"]}]
        return [alias for alias in aliases if after is None or alias.name > after[0]]

    aliases = await call.store.read(read)
    shown = aliases[:limit]
    marker = next_marker(call, scope, (shown[-1].name,)) if len(aliases) > limit else None
    return {"Aliases": [_render(alias) for alias in shown], "NextMarker": marker}


@operation("UpdateAlias", service="lambda")
async def update_alias(call: Call, request: Request) -> Response:
    """Let an alias name another version, or shift its traffic."""
    key, _ = function_key(call, request["FunctionName"])
    revision_id = call.env.uuid()

    def write(tx: Tx) -> FunctionAlias:
        present = require_alias(tx, key, request["Name"])
        check_revision(request.get("RevisionId"), present.revision_id)
        configuration = present.configuration | {name: request[name] for name in _SETTABLE if name in request}
        _check_versions(tx, key, configuration)
        changed = FunctionAlias(key.account, key.region, key.name, present.name, revision_id, configuration)
        tx.functions.put_alias(changed)
        return changed

    return _render(await call.store.transact(write))


@operation("DeleteAlias", service="lambda")
async def delete_alias(call: Call, request: Request) -> Response:
    """Delete an alias; one that is not there is no error."""
    key, _ = function_key(call, request["FunctionName"])

    def delete(tx: Tx) -> None:
        require_function(tx, key)
        tx.functions.delete_alias(key, request["Name"])

    await call.store.transact(delete)
    return None


def _check_versions(tx: Tx, key: FunctionKey, configuration: dict[str, Any]) -> None:
    require_version(tx, key, configuration["FunctionVersion"])
    weights: dict[str, float] = (configuration.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    for version, weight in weights.items():
        require_version(tx, key, version)
        if not 0.0 <= weight <= 1.0:
            raise InvalidParameterValueException(f"The weight of version {version} is not between 0.0 and 1.0.")


def _render(alias: FunctionAlias) -> dict[str, Any]:
    key = FunctionKey(alias.account, alias.region, alias.function_name)
    return {"AliasArn": f"{key.arn}:{alias.name}", "Name": alias.name, "RevisionId": alias.revision_id, **alias.configuration}
