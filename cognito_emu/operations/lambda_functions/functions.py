"""Functions: CreateFunction, GetFunction, GetFunctionConfiguration, ListFunctions, both updates, DeleteFunction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cognito_emu.call import Call
from cognito_emu.errors import InvalidParameterValueException, ResourceConflictException
from cognito_emu.operations.lambda_functions.code import Code, read_code
from cognito_emu.operations.lambda_functions.configuration import changed_configuration, checked, new_configuration, render_configuration
from cognito_emu.operations.lambda_functions.layers import with_layer_sizes
from cognito_emu.operations.lambda_functions.lookup import check_revision, function_key, require_function, require_version
from cognito_emu.operations.lambda_functions.markers import next_marker, read_marker
from cognito_emu.operations.lambda_functions.publishing import publish
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.records import replace
from cognito_emu.store import Tx
from cognito_emu.store.functions import LATEST, Function, FunctionKey, FunctionVersion
from cognito_emu.store.paging import Position

_LIST = ("ListFunctions",)


@operation("CreateFunction", service="lambda")
async def create_function(call: Call, request: Request) -> Response:
    """Make a function, ready to be invoked."""
    key, qualifier = function_key(call, request["FunctionName"])
    if qualifier:
        raise InvalidParameterValueException("Invalid Function Name: a new function has no qualifier.")
    code = await read_code(call, request["Code"])
    configuration = new_configuration(request, code.configuration(), call.env.now())
    new = FunctionVersion(key.account, key.region, key.name, LATEST, call.env.uuid(), configuration, code.sha256)

    def write(tx: Tx) -> FunctionVersion:
        if tx.functions.get(key) is not None:
            raise ResourceConflictException(f"Function already exist: {key.name}")
        version = replace(new, configuration=with_layer_sizes(call, tx, configuration))
        tx.functions.add(Function(key.account, key.region, key.name, 0, dict(request.get("Tags", {})), {}))
        _put_code(tx, key, code)
        tx.functions.put_version(version)
        return publish(call, tx, version) if request.get("Publish") else version

    return render_configuration(await call.store.transact(write))


@operation("GetFunction", service="lambda")
async def get_function(call: Call, request: Request) -> Response:
    """Show a function, where its code can be had, and its tags."""
    key, qualifier = function_key(call, request["FunctionName"], request.get("Qualifier"))
    function, version = await call.store.read(lambda tx: (require_function(tx, key), require_version(tx, key, qualifier)))
    return {
        "Configuration": render_configuration(version, qualified=qualifier is not None),
        "Code": _code_location(call, version),
        "Tags": function.tags or None,
    }


@operation("GetFunctionConfiguration", service="lambda")
async def get_function_configuration(call: Call, request: Request) -> Response:
    """Show a function's configuration."""
    key, qualifier = function_key(call, request["FunctionName"], request.get("Qualifier"))
    version = await call.store.read(lambda tx: require_version(tx, key, qualifier))
    return render_configuration(version, qualified=qualifier is not None)


@operation("ListFunctions", service="lambda")
async def list_functions(call: Call, request: Request) -> Response:
    """List the functions by name; with FunctionVersion=ALL each with its published versions."""
    after, limit = read_marker(call, _LIST, request)

    def read(tx: Tx) -> tuple[list[FunctionVersion], Position]:
        page = tx.functions.page_of_latest(call.tenant.account, call.tenant.region, limit=limit, after=after)
        if request.get("FunctionVersion") != "ALL":
            return page.items, page.next
        # Assumption: a page holds all versions of its functions, however many that makes.
        return [version for latest in page.items for version in tx.functions.versions(latest.key)], page.next

    versions, position = await call.store.read(read)
    return {
        "Functions": [render_configuration(version, qualified=request.get("FunctionVersion") == "ALL") for version in versions],
        "NextMarker": next_marker(call, _LIST, position),
    }


@operation("UpdateFunctionCode", service="lambda")
async def update_function_code(call: Call, request: Request) -> Response:
    """Replace a function's code; its next call runs the new one."""
    key, _ = function_key(call, request["FunctionName"])
    code = await read_code(call, request)

    def change(present: FunctionVersion) -> FunctionVersion:
        if present.configuration["PackageType"] != code.configuration()["PackageType"]:
            raise InvalidParameterValueException("The function's PackageType cannot be changed.")
        changes = code.configuration() | ({"Architectures": request["Architectures"]} if "Architectures" in request else {})
        return replace(present, configuration=checked(present.configuration | changes, call.env.now()), code_sha256=code.sha256)

    return await _update(call, key, request, change, code)


@operation("UpdateFunctionConfiguration", service="lambda")
async def update_function_configuration(call: Call, request: Request) -> Response:
    """Change a function's configuration; its next call runs with the new one."""
    key, _ = function_key(call, request["FunctionName"])

    def change(present: FunctionVersion) -> FunctionVersion:
        return replace(present, configuration=changed_configuration(present.configuration, request, call.env.now()))

    return await _update(call, key, request, change)


@operation("DeleteFunction", service="lambda")
async def delete_function(call: Call, request: Request) -> Response:
    """Delete a function, or one published version of it."""
    key, qualifier = function_key(call, request["FunctionName"], request.get("Qualifier"))

    def delete(tx: Tx) -> None:
        require_function(tx, key)
        if qualifier is None:
            tx.functions.delete(key)
            return
        version = require_version(tx, key, qualifier)
        if not qualifier.isdigit():
            raise InvalidParameterValueException("Only a published version can be deleted by its qualifier; $LATEST and aliases cannot.")
        if any(alias.configuration["FunctionVersion"] == qualifier for alias in tx.functions.aliases(key)):
            raise ResourceConflictException(f"Unable to delete version because the following aliases reference it: {version.version}")
        tx.functions.delete_version(key, version.number)
        tx.functions.delete_unused_code(key)

    await call.store.transact(delete)
    return {"StatusCode": 204}


async def _update(
    call: Call, key: FunctionKey, request: Request, change: Callable[[FunctionVersion], FunctionVersion], code: Code | None = None
) -> Response:
    """Let `change` give $LATEST as it shall be."""
    revision_id = call.env.uuid()

    def write(tx: Tx) -> FunctionVersion:
        require_function(tx, key)
        present = require_version(tx, key)
        check_revision(request.get("RevisionId"), present.revision_id)
        changed = replace(change(present), revision_id=revision_id)
        if changed.configuration.get("Layers") != present.configuration.get("Layers"):
            changed = replace(changed, configuration=with_layer_sizes(call, tx, changed.configuration))
        if request.get("DryRun"):
            return changed
        if code is not None:
            _put_code(tx, key, code)
        tx.functions.put_version(changed)
        tx.functions.delete_unused_code(key)
        return publish(call, tx, changed) if request.get("Publish") else changed

    return render_configuration(await call.store.transact(write))


def _put_code(tx: Tx, key: FunctionKey, code: Code) -> None:
    if code.content is not None and code.sha256 is not None:
        tx.functions.put_code(key, code.sha256, code.content)


def _code_location(call: Call, version: FunctionVersion) -> Mapping[str, Any]:
    """Where the code can be had: an archive at the emulator itself, which needs no signature."""
    if version.code_sha256 is None:
        uri = version.configuration["ImageUri"]
        return {"RepositoryType": "ECR", "ImageUri": uri, "ResolvedImageUri": uri}
    return {"RepositoryType": "S3", "Location": f"{call.origin.base_url}/_emu/functions/{version.key.arn}:{version.version}/code"}
