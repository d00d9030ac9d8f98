"""Layers: PublishLayerVersion, GetLayerVersion (also by ARN), ListLayers, ListLayerVersions, DeleteLayerVersion."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from cognito_emu.call import Call
from cognito_emu.errors import InvalidParameterValueException, ResourceNotFoundException
from cognito_emu.operations.lambda_functions.code import read_code
from cognito_emu.operations.lambda_functions.markers import next_marker, read_marker
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.store import Tx
from cognito_emu.store.layers import LayerKey, LayerVersion, parse_layer_arn

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
_MOST_LAYERS = 5
_DESCRIBED = ("Description", "CompatibleArchitectures", "CompatibleRuntimes", "LicenseInfo")


@operation("PublishLayerVersion", service="lambda")
async def publish_layer_version(call: Call, request: Request) -> Response:
    """Keep an archive as the next version of a layer."""
    key = _key(call, request["LayerName"])
    code = await read_code(call, request["Content"])
    assert code.content is not None  # a layer's content has no image
    digest = code.configuration()
    moment = datetime.fromtimestamp(call.env.now(), UTC).isoformat(timespec="milliseconds").replace("+00:00", "+0000")
    described = {name: request[name] for name in _DESCRIBED if name in request}
    configuration = {"Description": ""} | described | {"CreatedDate": moment}
    configuration |= {name: digest[name] for name in ("CodeSize", "CodeSha256")}
    content = code.content

    def write(tx: Tx) -> LayerVersion:
        version = LayerVersion(key, tx.layers.next_number(key), configuration, content=content)
        tx.layers.add(version)
        return version

    return _render_whole(call, await call.store.transact(write))


@operation("GetLayerVersion", service="lambda")
async def get_layer_version(call: Call, request: Request) -> Response:
    """Show a version of a layer, and where its content can be had."""
    key = _key(call, request["LayerName"])
    return _render_whole(call, await call.store.read(lambda tx: _require(tx, key, request["VersionNumber"])))


@operation("GetLayerVersionByArn", service="lambda")
async def get_layer_version_by_arn(call: Call, request: Request) -> Response:
    """Show the version of a layer that an ARN names."""
    parsed = parse_layer_arn(request["Arn"])
    if parsed is None or parsed[1] is None:
        raise InvalidParameterValueException(f"Invalid Layer Version Arn {request['Arn']}")
    key, number = _key(call, parsed[0].arn), parsed[1]
    return _render_whole(call, await call.store.read(lambda tx: _require(tx, key, number)))


@operation("ListLayers", service="lambda")
async def list_layers(call: Call, request: Request) -> Response:
    """List the layers by name, each with its newest version that suits the runtime and architecture asked for."""
    after, limit = read_marker(call, ("ListLayers",), request)
    tenant = call.tenant
    versions = await call.store.read(lambda tx: tx.layers.versions(tenant.account, tenant.region))
    newest = [next(group) for _, group in groupby((one for one in versions if _suits(one, request)), key=lambda one: one.key.name)]
    rest = [version for version in newest if after is None or version.key.name > after[0]]
    return {
        "Layers": [
            {"LayerName": version.key.name, "LayerArn": version.key.arn, "LatestMatchingVersion": _render(version)}
            for version in rest[:limit]
        ],
        "NextMarker": next_marker(call, ("ListLayers",), (rest[limit - 1].key.name,)) if len(rest) > limit else None,
    }


@operation("ListLayerVersions", service="lambda")
async def list_layer_versions(call: Call, request: Request) -> Response:
    """List a layer's versions, the newest first. Assumption: a layer that is not there has none."""
    key = _key(call, request["LayerName"])
    scope = ("ListLayerVersions", key.name)
    after, limit = read_marker(call, scope, request)
    versions = await call.store.read(lambda tx: tx.layers.versions(key.account, key.region, key.name))
    rest = [version for version in versions if _suits(version, request) and (after is None or version.number < after[0])]
    return {
        "LayerVersions": [_render(version) for version in rest[:limit]],
        "NextMarker": next_marker(call, scope, (rest[limit - 1].number,)) if len(rest) > limit else None,
    }


@operation("DeleteLayerVersion", service="lambda")
async def delete_layer_version(call: Call, request: Request) -> Response:
    """Let a version be chosen no more; functions that have it keep it. One that is not there is no error."""
    key = _key(call, request["LayerName"])
    await call.store.transact(lambda tx: tx.layers.mark_deleted(key, request["VersionNumber"]))
    return None


def with_layer_sizes(call: Call, tx: Tx, configuration: Mapping[str, Any]) -> dict[str, Any]:
    """A function's configuration with the sizes of its layers, by ARN.

    Another account's layers are taken as they are: nobody here could give their content.

    Raises:
        InvalidParameterValueException: A layer is not there, comes twice, or there are too many.
    """
    arns = configuration.get("Layers", ())
    if len(arns) > _MOST_LAYERS:
        raise InvalidParameterValueException(f"Cannot reference more than {_MOST_LAYERS} layers.")
    chosen = [(arn, *(parse_layer_arn(arn) or (None, None))) for arn in arns]
    names = [key for _, key, _ in chosen if key]
    if len(set(names)) < len(names):
        raise InvalidParameterValueException(
            "Two different versions of the same layer are not allowed to be referenced in the same function."
        )
    sizes: dict[str, int] = {}
    for arn, key, number in chosen:
        if key is None or (key.account, key.region) != (call.tenant.account, call.tenant.region):
            continue
        version = tx.layers.version(key, number) if number is not None else None
        if version is None or version.deleted:
            raise InvalidParameterValueException(f"Layer version {arn} does not exist.")
        sizes[arn] = version.configuration["CodeSize"]
    return {**configuration, "LayerSizes": sizes}


def _key(call: Call, name: str) -> LayerKey:
    """Whose layer is meant; `name` may be its ARN.

    Raises:
        ResourceNotFoundException: It is another tenant's, who does not exist for the caller.
    """
    if not name.startswith("arn:"):
        return LayerKey(call.tenant.account, call.tenant.region, name)
    parsed = parse_layer_arn(name)
    if parsed is None or (parsed[0].account, parsed[0].region) != (call.tenant.account, call.tenant.region):
        raise _not_there()
    return parsed[0]


def _require(tx: Tx, key: LayerKey, number: int) -> LayerVersion:
    version = tx.layers.version(key, number)
    if version is None or version.deleted:
        raise _not_there()
    return version


def _not_there() -> ResourceNotFoundException:
    return ResourceNotFoundException("The resource you requested does not exist.")


def _suits(version: LayerVersion, request: Request) -> bool:
    return all(
        wanted is None or wanted in version.configuration.get(member, [])
        for member, wanted in (
            ("CompatibleRuntimes", request.get("CompatibleRuntime")),
            ("CompatibleArchitectures", request.get("CompatibleArchitecture")),
        )
    )


def _render(version: LayerVersion) -> dict[str, Any]:
    shown = {name: version.configuration.get(name) for name in (*_DESCRIBED, "CreatedDate")}
    return {"LayerVersionArn": version.arn, "Version": version.number, **shown}


def _render_whole(call: Call, version: LayerVersion) -> dict[str, Any]:
    location = f"{call.origin.base_url}/_emu/layers/{version.arn}/content"
    content = {"Location": location} | {name: version.configuration[name] for name in ("CodeSize", "CodeSha256")}
    return _render(version) | {"LayerArn": version.key.arn, "Content": content}
