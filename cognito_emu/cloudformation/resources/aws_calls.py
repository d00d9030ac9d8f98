"""CDK's AwsCustomResource: a custom resource whose properties hold the AWS calls that its function would make. Made here instead.

`userPoolClientSecret` and `cloudFrontDomainName` of aws-cdk-lib are such resources. The function that CDK bundles for them answers by
HTTPS on port 443 only, whatever address it is given, so it could not answer an emulator; and it does nothing but these calls.
https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.custom_resources.AwsCustomResource.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from cognito_emu.cloudformation.errors import ResourceFailure
from cognito_emu.cloudformation.resources.base import Properties, Step
from cognito_emu.cloudformation.resources.operate import operate
from cognito_emu.errors import AwsError
from cognito_emu.operations import find_operation

_REQUESTS = ("Create", "Update", "Delete")
# The names of the second and the third SDK for JavaScript, in small letters.
_SERVICES = {
    "cloudformation": "cloudformation",
    "cognito-identity": "cognito-identity",
    "cognito-identity-provider": "cognito-idp",
    "cognitoidentity": "cognito-identity",
    "cognitoidentityserviceprovider": "cognito-idp",
    "kms": "kms",
    "lambda": "lambda",
    "secrets-manager": "secretsmanager",
    "secretsmanager": "secretsmanager",
    "ssm": "ssm",
    "sts": "sts",
}
_PHYSICAL_ID = "PHYSICAL:RESOURCEID:"


def understands(properties: Properties) -> bool:
    """Whether the properties are AwsCustomResource's, and all calls are of operations that the emulator serves."""
    calls = [_call(properties, request_type) for request_type in _REQUESTS if request_type in properties]
    return bool(calls) and all(call is not None and _operation(call) is not None for call in calls)


async def run(step: Step, request_type: str, properties: Properties) -> dict[str, Any]:
    """Make the call that a request asks for.

    Returns:
        The response object that CDK's function would send.

    Raises:
        ResourceFailure: The call was refused.
    """
    calls = {each: _call(properties, each) or {} for each in _REQUESTS if each in properties}
    call = calls.get(request_type)
    physical_id = _physical_id(step, request_type, calls)
    data: dict[str, Any] = {}
    if call is not None:
        data = _flat(await _made(step, call, physical_id))
        if "physicalResourceId" in call and "responsePath" in call["physicalResourceId"]:
            physical_id = str(data.get(call["physicalResourceId"]["responsePath"], ""))
        paths = call.get("outputPaths")
        if paths:
            data = {name: value for name, value in data.items() if any(name.startswith(path) for path in paths)}
    return {"Status": "SUCCESS", "PhysicalResourceId": physical_id, "Data": data}


def _call(properties: Properties, request_type: str) -> dict[str, Any] | None:
    """The AwsSdkCall of a request; None when it is something else."""
    value = properties.get(request_type)
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return None
    return value if isinstance(value, dict) and {"service", "action"} <= value.keys() else None


def _operation(call: Mapping[str, Any]) -> tuple[str, str] | None:
    service = _SERVICES.get(str(call["service"]).lower().removeprefix("@aws-sdk/client-"))
    action = str(call["action"]).removesuffix("Command")
    name = action[:1].upper() + action[1:]
    return (service, name) if service and find_operation(service, name) else None


def _physical_id(step: Step, request_type: str, calls: Mapping[str, Mapping[str, Any]]) -> str:
    """The id that the call names; else the first of the other calls' for a creation, and what was for all else."""
    asked = _REQUESTS if request_type == "Create" else (request_type,)
    named = (calls.get(each, {}).get("physicalResourceId", {}).get("id") for each in asked)
    fallback = step.logical_id if request_type == "Create" else str(step.physical_id)
    return next((each for each in named if each), fallback)


async def _made(step: Step, call: Mapping[str, Any], physical_id: str) -> Any:
    found = _operation(call)
    assert found is not None
    parameters = _with_physical_id(call.get("parameters") or {}, physical_id)
    try:
        return await operate(step.drawing(f"{found[1]} {step.undoing}"), *found, parameters)
    except AwsError as error:
        ignored = call.get("ignoreErrorCodesMatching")
        if ignored and re.search(ignored, error.code):
            return {}
        # Assumption: the function's own words are the SDK's message.
        raise ResourceFailure(f"Received response status [FAILED] from custom resource. Message returned: {error.message}") from error


def _with_physical_id(value: Any, physical_id: str) -> Any:
    """Parameters with the physical id in the place of its mark."""
    if isinstance(value, dict):
        return {name: _with_physical_id(item, physical_id) for name, item in value.items()}
    if isinstance(value, list):
        return [_with_physical_id(item, physical_id) for item in value]
    return physical_id if value == _PHYSICAL_ID else value


def _flat(response: Any) -> dict[str, Any]:
    """`{"UserPoolClient": {"ClientId": "x"}}` as `{"UserPoolClient.ClientId": "x"}`, as the function gives it to `Fn::GetAtt`."""
    return dict(_leaves(response, ()))


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for name, item in items:
            yield from _leaves(item, (*path, str(name)))
    elif value is not None:
        yield ".".join(path), value
