"""AWS::Lambda: the functions that pools invoke, made through the Lambda operations.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Lambda.html
"""

from __future__ import annotations

import base64
import io
import zipfile
from importlib.resources import files
from pathlib import Path
from typing import Any

from typing_extensions import override

from cognito_emu.cloudformation.resources import inline_modules
from cognito_emu.cloudformation.resources.base import Properties, ResourceType, Step
from cognito_emu.cloudformation.resources.mapped import MappedType
from cognito_emu.cloudformation.resources.operate import input_members, shaped
from cognito_emu.cloudformation.resources.stored import StoredType, arn
from cognito_emu.protocol.service_models import StructureShape, load_service_model

_SERVICE = "lambda"
_NAME_LIMIT = 64
# A template's inline source goes into a file `index` (AWS page of AWS::Lambda::Function Code).
_MOMENT = (1980, 1, 1, 0, 0, 0)
# Properties whose drift is told.
_READ = frozenset(
    {"Architectures", "Description", "Environment", "FunctionName", "Handler", "Layers", "MemorySize", "Role", "Runtime", "Timeout"}
)
_MODULES = {"cfn-response": "node_modules/cfn-response.js", "cfnresponse": "cfnresponse.py"}


class FunctionType(ResourceType):
    """AWS::Lambda::Function."""

    name = "AWS::Lambda::Function"
    required = frozenset({"Code", "Role"})
    create_only = frozenset({"FunctionName", "PackageType"})
    tagged = True
    readable = True

    @override
    def shape(self, properties: Properties) -> Properties:
        shape = load_service_model(_SERVICE).operation_model("CreateFunction").input_shape
        assert isinstance(shape, StructureShape)
        # Code and tags have other forms in templates.
        own = {name: value for name, value in properties.items() if name in {"Code", "Tags"}}
        rest = {name: value for name, value in properties.items() if name not in own}
        typed: Properties = shaped(shape, rest)
        return typed | own

    @override
    async def create(self, step: Step, properties: Properties) -> None:
        request = self._request(step, properties)
        request.setdefault("FunctionName", step.new_name(_NAME_LIMIT))
        made = await step.operate("CreateFunction", request, service=_SERVICE)
        step.physical_id = made["FunctionName"]
        step.attributes = {"Arn": made["FunctionArn"]}

    @override
    async def update(self, step: Step, old: Properties, new: Properties) -> None:
        request = self._request(step, new) | {"FunctionName": step.physical_id}
        if old.get("Code") != new.get("Code") or old.get("Runtime") != new.get("Runtime"):
            code = {name: value for name, value in request["Code"].items() if name != "SourceKMSKeyArn"}
            named = {name: request[name] for name in ("FunctionName", "Architectures") if name in request}
            await step.operate("UpdateFunctionCode", named | code, service=_SERVICE)
        await step.operate("UpdateFunctionConfiguration", request, service=_SERVICE)

    @override
    async def delete(self, step: Step, properties: Properties) -> None:
        await step.remove("DeleteFunction", {"FunctionName": step.physical_id}, service=_SERVICE)

    @override
    def reads_back(self, name: str) -> bool:
        """CloudFormation "cannot map the source code of a Lambda function back" (AWS page); the rest is only recorded here."""
        return name in _READ

    @override
    async def read(self, step: Step, properties: Properties) -> Properties | None:
        shown = await step.show("GetFunctionConfiguration", {"FunctionName": step.physical_id}, service=_SERVICE)
        if shown is None:
            return None
        return {**shown, "Layers": [layer["Arn"] for layer in shown.get("Layers") or ()]}

    def _request(self, step: Step, properties: Properties) -> dict[str, Any]:
        tags = {entry["Key"]: entry["Value"] for entry in properties.get("Tags", [])}
        code = dict(properties["Code"])
        if "ZipFile" in code:
            code["ZipFile"] = _archive(code["ZipFile"], properties.get("Runtime", ""))
        elif "ImageUri" not in code:
            code = {name: value for name, value in code.items() if name in input_members(_SERVICE, "UpdateFunctionCode")}
        return {**properties, "Tags": {**step.tags, **tags}, "Code": code}


def _archive(source: str, runtime: str) -> str:
    """Inline source as the archive that the operation takes, in base64; the same source gives the same bytes."""
    name = "index.py" if runtime.startswith("python") else "index.js"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in {name: source, **_modules(source)}.items():
            member = zipfile.ZipInfo(path, _MOMENT)
            member.external_attr = 0o644 << 16
            archive.writestr(member, text)
    return base64.b64encode(buffer.getvalue()).decode()


def _modules(source: str) -> dict[str, str]:
    """The modules that AWS puts beside inline source which asks for them."""
    folder = files(inline_modules)
    return {path: (folder / Path(path).name).read_text() for name, path in _MODULES.items() if name in source}


class PermissionType(ResourceType):
    """AWS::Lambda::Permission."""

    name = "AWS::Lambda::Permission"
    properties = (input_members(_SERVICE, "AddPermission") - {"StatementId", "Qualifier", "RevisionId"}) | {"Id"}
    required = frozenset({"FunctionName", "Action", "Principal"})
    create_only = properties

    @override
    async def create(self, step: Step, properties: Properties) -> None:
        statement = step.new_name(100)
        if step.resumed:
            # The same statement again, in case that it was added before the crash.
            await step.remove("RemovePermission", _statement(properties, statement), service=_SERVICE)
        await step.operate("AddPermission", {**properties, "StatementId": statement}, service=_SERVICE)
        step.physical_id = statement
        step.attributes = {"Id": statement}

    @override
    async def update(self, step: Step, old: Properties, new: Properties) -> None:
        """Every property is create-only."""

    @override
    async def delete(self, step: Step, properties: Properties) -> None:
        await step.remove("RemovePermission", _statement(properties, str(step.physical_id)), service=_SERVICE)


def _statement(properties: Properties, statement: str) -> dict[str, Any]:
    return {"FunctionName": properties["FunctionName"], "StatementId": statement}


VERSION = MappedType(
    name="AWS::Lambda::Version",
    service=_SERVICE,
    create_operation="PublishVersion",
    update_operation=None,
    delete_operation="DeleteFunction",
    identify=lambda response, _request: response["FunctionArn"],
    attributes=lambda response, _request: {"Version": response["Version"], "FunctionArn": response["FunctionArn"]},
    keys=lambda physical_id, properties: {"FunctionName": properties["FunctionName"], "Qualifier": physical_id.rsplit(":", 1)[1]},
    reads=("GetFunctionConfiguration", ""),
    unread=frozenset({"FunctionName", "ProvisionedConcurrencyConfig", "RuntimePolicy", "FunctionScalingConfig"}),
    create_only=frozenset({"FunctionName", "CodeSha256", "Description"}),
    ignored=frozenset({"ProvisionedConcurrencyConfig", "RuntimePolicy", "FunctionScalingConfig"}),
)
ALIAS = MappedType(
    name="AWS::Lambda::Alias",
    service=_SERVICE,
    create_operation="CreateAlias",
    update_operation="UpdateAlias",
    delete_operation="DeleteAlias",
    describe="GetAlias",
    reads=("GetAlias", ""),
    unread=frozenset({"FunctionName", "ProvisionedConcurrencyConfig"}),
    identify=lambda response, _request: response["AliasArn"],
    attributes=lambda response, _request: {"AliasArn": response["AliasArn"]},
    keys=lambda _physical_id, properties: {name: properties[name] for name in ("FunctionName", "Name")},
    create_only=frozenset({"FunctionName", "Name"}),
    ignored=frozenset({"ProvisionedConcurrencyConfig"}),
)


def _layer_keys(physical_id: str) -> dict[str, Any]:
    layer, _, number = physical_id.rpartition(":")
    return {"LayerName": layer, "VersionNumber": int(number)}


LAYER_VERSION = MappedType(
    name="AWS::Lambda::LayerVersion",
    service=_SERVICE,
    create_operation="PublishLayerVersion",
    update_operation=None,
    delete_operation="DeleteLayerVersion",
    identify=lambda response, _request: response["LayerVersionArn"],
    attributes=lambda response, _request: {"LayerVersionArn": response["LayerVersionArn"]},
    keys=lambda physical_id, _properties: _layer_keys(physical_id),
    generated="LayerName",
    reads=("GetLayerVersion", ""),
    unread=frozenset({"LayerName", "Content"}),
    create_only=frozenset({"LayerName", "CompatibleArchitectures", "CompatibleRuntimes", "Content", "Description", "LicenseInfo"}),
)


def _event_source_mapping(step: Step, _name: str, _properties: Properties) -> dict[str, Any]:
    mapping_id = step.drawing("UUID").env.uuid()
    return {"Id": mapping_id, "EventSourceMappingArn": arn(step, "lambda", f"event-source-mapping:{mapping_id}")}


_SOURCE = frozenset({"EventSourceArn", "SelfManagedEventSource", "StartingPosition", "StartingPositionTimestamp"})
TYPES: tuple[ResourceType, ...] = (
    *(FunctionType(), PermissionType(), VERSION, ALIAS, LAYER_VERSION),
    StoredType("AWS::Lambda::LayerVersionPermission", None, fixed=frozenset({"Action", "LayerVersionArn", "OrganizationId", "Principal"})),
    StoredType(
        "AWS::Lambda::EventSourceMapping",
        None,
        _event_source_mapping,
        ref="Id",
        required=frozenset({"FunctionName"}),
        fixed=_SOURCE,
    ),
)
