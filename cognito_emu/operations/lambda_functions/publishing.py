"""Published versions: PublishVersion and ListVersionsByFunction."""

from __future__ import annotations

from cognito_emu.call import Call
from cognito_emu.errors import InvalidParameterValueException
from cognito_emu.operations.lambda_functions.configuration import render_configuration
from cognito_emu.operations.lambda_functions.lookup import check_revision, function_key, require_function, require_version
from cognito_emu.operations.lambda_functions.markers import next_marker, read_marker
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.records import replace
from cognito_emu.store import Tx
from cognito_emu.store.functions import FunctionVersion

# What differs between two states that would run alike.
_INCIDENTAL = frozenset({"LastModified", "Description"})


@operation("PublishVersion", service="lambda")
async def publish_version(call: Call, request: Request) -> Response:
    """Keep the present state of $LATEST under a number of its own."""
    key, _ = function_key(call, request["FunctionName"])

    def write(tx: Tx) -> FunctionVersion:
        require_function(tx, key)
        latest = require_version(tx, key)
        check_revision(request.get("RevisionId"), latest.revision_id)
        wanted = request.get("CodeSha256")
        if wanted and wanted != latest.configuration["CodeSha256"]:
            raise InvalidParameterValueException(
                f"CodeSHA256 ({wanted}) is different from current CodeSHA256 in $LATEST ({latest.configuration['CodeSha256']}). "
                "Please try again with the CodeSHA256 in $LATEST."
            )
        return publish(call, tx, latest, description=request.get("Description"))

    return render_configuration(await call.store.transact(write))


@operation("ListVersionsByFunction", service="lambda")
async def list_versions_by_function(call: Call, request: Request) -> Response:
    """List $LATEST and the published versions."""
    key, _ = function_key(call, request["FunctionName"])
    scope = ("ListVersionsByFunction", key.name)
    after, limit = read_marker(call, scope, request)

    def read(tx: Tx) -> list[FunctionVersion]:
        require_function(tx, key)
        return [version for version in tx.functions.versions(key) if after is None or version.number > after[0]]

    versions = await call.store.read(read)
    shown = versions[:limit]
    return {
        "Versions": [render_configuration(version, qualified=True) for version in shown],
        "NextMarker": next_marker(call, scope, (shown[-1].number,)) if len(versions) > limit else None,
    }


def publish(call: Call, tx: Tx, latest: FunctionVersion, *, description: str | None = None) -> FunctionVersion:
    """A new version like $LATEST, or the last one when nothing has changed since.

    "Lambda doesn't publish a version if the function's configuration and code haven't changed since the last version." (API reference,
    PublishVersion)
    """
    function = require_function(tx, latest.key)
    last = tx.functions.version(latest.key, function.last_version) if function.last_version else None
    if last is not None and last.code_sha256 == latest.code_sha256 and _essence(last) == _essence(latest):
        return last
    number = function.last_version + 1
    configuration = latest.configuration | ({"Description": description} if description is not None else {})
    version = replace(latest, number=number, revision_id=call.env.uuid(), configuration=configuration)
    tx.functions.put_version(version)
    tx.functions.update(latest.key, last_version=number)
    return version


def _essence(version: FunctionVersion) -> dict[str, object]:
    return {name: value for name, value in version.configuration.items() if name not in _INCIDENTAL}
