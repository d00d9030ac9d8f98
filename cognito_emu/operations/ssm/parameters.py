"""One parameter, or several by name: set, show, delete."""

from __future__ import annotations

import base64
from typing import Any

from cognito_emu.call import Call
from cognito_emu.errors import AwsError, ValidationException
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.store import Tx
from cognito_emu.store.ssm_parameters import SsmParameter

_KEPT = ("Type", "Value", "Description", "DataType", "Tier", "AllowedPattern", "KeyId", "Tags")

# As AWS answered in hashicorp/terraform-provider-aws#18550.
_TAGS_AND_OVERWRITE = (
    "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. "
    "To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource."
)


class ParameterNotFound(AwsError):  # noqa: N818 - AWS's name
    """There is no parameter of that name."""


class ParameterAlreadyExists(AwsError):  # noqa: N818 - AWS's name
    """A parameter of that name is there, and shall not be overwritten."""

    default_message = "The parameter already exists. To overwrite this value, set the overwrite option in the request to true."


@operation("GetParameter", service="ssm")
async def get_parameter(call: Call, request: Request) -> Response:
    """Show a parameter."""
    found = await call.store.read(lambda tx: find_parameter(call, tx, request["Name"]))
    if found is None:
        raise ParameterNotFound
    return {"Parameter": render_parameter(call, request, found)}


@operation("GetParameters", service="ssm")
async def get_parameters(call: Call, request: Request) -> Response:
    """Show parameters, and name those that are not there."""
    found = await call.store.read(lambda tx: {name: find_parameter(call, tx, name) for name in request["Names"]})
    return {
        "Parameters": [render_parameter(call, request, parameter) for parameter in found.values() if parameter],
        "InvalidParameters": [name for name, parameter in found.items() if parameter is None],
    }


@operation("PutParameter", service="ssm")
async def put_parameter(call: Call, request: Request) -> Response:
    """Set a parameter."""
    if request.get("Overwrite") and request.get("Tags"):
        raise ValidationException(_TAGS_AND_OVERWRITE)

    def write(tx: Tx) -> int:
        current = find_parameter(call, tx, request["Name"])
        if current and not request.get("Overwrite"):
            raise ParameterAlreadyExists
        version = current.version + 1 if current else 1
        document = {"Type": "String"} | (current.document if current else {}) | {name: request[name] for name in _KEPT if name in request}
        tenant = call.tenant
        tx.ssm_parameters.put(SsmParameter(tenant.account, tenant.region, request["Name"], call.env.now(), version, document))
        return version

    return {"Version": await call.store.transact(write), "Tier": request.get("Tier", "Standard")}


@operation("DeleteParameter", service="ssm")
async def delete_parameter(call: Call, request: Request) -> Response:
    """Delete a parameter."""
    tenant = call.tenant
    if not await call.store.transact(lambda tx: tx.ssm_parameters.delete(tenant.account, tenant.region, request["Name"])):
        raise ParameterNotFound
    return {}


@operation("DeleteParameters", service="ssm")
async def delete_parameters(call: Call, request: Request) -> Response:
    """Delete parameters, and name those that were not there."""
    tenant, names = call.tenant, list(dict.fromkeys(request["Names"]))

    def write(tx: Tx) -> list[str]:
        return [name for name in names if tx.ssm_parameters.delete(tenant.account, tenant.region, name)]

    deleted = await call.store.transact(write)
    return {"DeletedParameters": deleted, "InvalidParameters": [name for name in names if name not in deleted]}


def find_parameter(call: Call, tx: Tx, name: str) -> SsmParameter | None:
    """By name, ARN (`…:parameter/name`), or `name:version`, whose version is not looked at: only the newest is kept."""
    if name.startswith("arn:"):
        name = name.split(":parameter", 1)[1]
        name = name if name.count("/") > 1 else name.removeprefix("/")  # names without levels have no slash of their own
    name = name.split(":")[0]
    tenant = call.tenant
    return tx.ssm_parameters.get(tenant.account, tenant.region, name)


def arn_of(parameter: SsmParameter) -> str:
    """The parameter's ARN, in which a name of levels has one slash only before it."""
    return f"arn:aws:ssm:{parameter.region}:{parameter.account}:parameter/{parameter.name.removeprefix('/')}"


def render_parameter(call: Call, request: Request, parameter: SsmParameter) -> dict[str, Any]:
    """A secure string is shown in plain to those only who ask for that; the others see what the account's key makes of it."""
    arn = arn_of(parameter)
    value = parameter.document["Value"]
    if parameter.document["Type"] == "SecureString" and not request.get("WithDecryption"):
        # https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
        key = f"arn:aws:kms:{parameter.region}:{parameter.account}:alias/aws/ssm"
        value = base64.b64encode(call.parts.functions.kms.encrypt(key, value.encode(), {"PARAMETER_ARN": arn})).decode()
    return {
        "Name": parameter.name,
        "Type": parameter.document["Type"],
        "Value": value,
        "Version": parameter.version,
        "LastModifiedDate": parameter.modified_at,
        "ARN": arn,
        "DataType": parameter.document.get("DataType", "text"),
    }
