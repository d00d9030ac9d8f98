"""A function's configuration: what requests may set, how it is kept, and how it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from cognito_emu.errors import InvalidParameterValueException
from cognito_emu.store.functions import LATEST, FunctionVersion

# Members of CreateFunction and UpdateFunctionConfiguration that are kept as they came. What running a function has no use for (VPC, file
# systems, tracing...) is shown and otherwise ignored.
_SETTABLE = (
    "Runtime",
    "Role",
    "Handler",
    "Description",
    "Timeout",
    "MemorySize",
    "VpcConfig",
    "DeadLetterConfig",
    "Environment",
    "KMSKeyArn",
    "TracingConfig",
    "Layers",
    "FileSystemConfigs",
    "ImageConfig",
    "Architectures",
    "EphemeralStorage",
    "SnapStart",
    "LoggingConfig",
)
# An empty list or map takes these away again, as Lambda has it.
_REMOVABLE = ("VpcConfig", "DeadLetterConfig", "Environment", "Layers", "FileSystemConfigs", "ImageConfig", "KMSKeyArn")

_MOST_VARIABLES_BYTES = 4096
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
_RESERVED_VARIABLES = frozenset({
    "_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
    "AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
})  # fmt: skip


def new_configuration(request: Mapping[str, Any], code: Mapping[str, Any], now: float) -> dict[str, Any]:
    """The configuration of a new function.

    Raises:
        InvalidParameterValueException: Members are missing or do not fit together.
    """
    if request.get("PackageType", "Zip") != code["PackageType"]:
        raise InvalidParameterValueException(f"The code is no source for a function of PackageType {request.get('PackageType', 'Zip')}.")
    defaults = {"Description": "", "Timeout": 3, "MemorySize": 128, "Architectures": ["x86_64"]}
    configuration = defaults | {name: request[name] for name in _SETTABLE if name in request} | dict(code)
    return checked(configuration, now)


def changed_configuration(present: Mapping[str, Any], request: Mapping[str, Any], now: float) -> dict[str, Any]:
    """The configuration with what UpdateFunctionConfiguration changes.

    Raises:
        InvalidParameterValueException: The result does not fit together.
    """
    configuration = dict(present) | {name: request[name] for name in _SETTABLE if name in request}
    for name in _REMOVABLE:
        value = configuration.get(name)
        if not value or (isinstance(value, Mapping) and not any(value.values())):
            configuration.pop(name, None)
    return checked(configuration, now)


def checked(configuration: dict[str, Any], now: float) -> dict[str, Any]:
    """The configuration, modified now.

    Raises:
        InvalidParameterValueException: It could not run.
    """
    if configuration["PackageType"] == "Zip" and not (configuration.get("Runtime") and configuration.get("Handler")):
        raise InvalidParameterValueException("Runtime and Handler are mandatory parameters for functions created with deployment packages.")
    _check_variables(configuration.get("Environment", {}).get("Variables", {}))
    moment = datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds")
    return configuration | {"LastModified": moment.replace("+00:00", "+0000")}


def render_configuration(version: FunctionVersion, *, qualified: bool = False) -> dict[str, Any]:
    """The model's FunctionConfiguration. `qualified` shows the version in the ARN, which published versions always do."""
    hidden = {"ImageUri", "ImageConfig", "LayerSizes"}
    configuration = {name: value for name, value in version.configuration.items() if name not in hidden}
    sizes = version.configuration.get("LayerSizes", {})
    image = version.configuration.get("ImageConfig")
    vpc = configuration.pop("VpcConfig", None)
    return configuration | {
        "FunctionName": version.function_name,
        "FunctionArn": f"{version.key.arn}:{version.version}" if qualified or version.number != LATEST else version.key.arn,
        "Version": version.version,
        "RevisionId": version.revision_id,
        "State": "Active",
        "LastUpdateStatus": "Successful",
        "VpcConfig": {"SubnetIds": vpc.get("SubnetIds", []), "SecurityGroupIds": vpc.get("SecurityGroupIds", []), "VpcId": ""}
        if vpc
        else None,
        "Layers": [{"Arn": arn, "CodeSize": sizes.get(arn, 0)} for arn in configuration.get("Layers", ())] or None,
        "ImageConfigResponse": {"ImageConfig": image} if image else None,
        "TracingConfig": configuration.get("TracingConfig", {"Mode": "PassThrough"}),
        "EphemeralStorage": configuration.get("EphemeralStorage", {"Size": 512}),
        "SnapStart": {"ApplyOn": configuration.get("SnapStart", {}).get("ApplyOn", "None"), "OptimizationStatus": "Off"},
        "LoggingConfig": {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{version.function_name}"} | configuration.get("LoggingConfig", {}),
    }


def _check_variables(variables: Mapping[str, str]) -> None:
    refusal = "Lambda was unable to configure your environment variables because the environment variables you have provided"
    reserved = sorted(_RESERVED_VARIABLES.intersection(variables))
    if reserved:
        raise InvalidParameterValueException(
            f"{refusal} contains reserved keys that are currently not supported for modification. "
            f"Reserved keys used in this request: {', '.join(reserved)}"
        )
    size = sum(len(name.encode()) + len(value.encode()) for name, value in variables.items())
    if size > _MOST_VARIABLES_BYTES:
        raise InvalidParameterValueException(f"{refusal} exceeded the 4KB limit.")
