"""Parameters by what they are called: DescribeParameters, GetParametersByPath.

https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-search.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cognito_emu.call import Call
from cognito_emu.errors import AwsError, InvalidParameterException
from cognito_emu.operations.pagination import make_token, read_token
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.operations.ssm.parameters import arn_of, render_parameter
from cognito_emu.store.ssm_parameters import SsmParameter

_PAGE = 10
_SHOWN = ("Type", "Description", "AllowedPattern", "KeyId")
_OPTIONS: dict[str, Callable[[str, str], bool]] = {
    "Equals": str.__eq__,
    "BeginsWith": str.startswith,
    "Contains": str.__contains__,
}


class InvalidFilterKey(AwsError):  # noqa: N818 - AWS's name
    """There is no such filter."""


class InvalidFilterOption(AwsError):  # noqa: N818 - AWS's name
    """A filter cannot compare in this way."""


class InvalidNextToken(AwsError):  # noqa: N818 - AWS's name
    """The token was not handed out for this list."""

    default_message = "The specified token is not valid."


@operation("DescribeParameters", service="ssm")
async def describe_parameters(call: Call, request: Request) -> Response:
    """List parameters without their values: those that pass every filter."""
    tests = [_test(one) for one in request.get("ParameterFilters", ())]
    # Assumption: the older Filters compare beginnings of names; the API reference leaves that open.
    tests += [_test({"Key": one["Key"], "Option": "BeginsWith", "Values": one["Values"]}) for one in request.get("Filters", ())]
    found = [one for one in await _all(call) if all(test(one) for test in tests)]
    scope = ["ssm:DescribeParameters", str(request.get("ParameterFilters")), str(request.get("Filters"))]
    shown, token = _page(call, request, scope, found)
    return {"Parameters": [_metadata(one) for one in shown], "NextToken": token}


@operation("GetParametersByPath", service="ssm")
async def get_parameters_by_path(call: Call, request: Request) -> Response:
    """Show the parameters of a level, with Recursive those of all levels below it."""
    path = request["Path"].rstrip("/") + "/"
    tests = [_test(one) for one in request.get("ParameterFilters", ())]

    def fits(parameter: SsmParameter) -> bool:
        name = parameter.name if parameter.name.startswith("/") else f"/{parameter.name}"
        rest = name.removeprefix(path)
        return name.startswith(path) and (request.get("Recursive", False) or "/" not in rest) and all(test(parameter) for test in tests)

    found = [one for one in await _all(call) if fits(one)]
    scope = ["ssm:GetParametersByPath", path, str(request.get("Recursive")), str(request.get("ParameterFilters"))]
    shown, token = _page(call, request, scope, found)
    return {"Parameters": [render_parameter(call, request, one) for one in shown], "NextToken": token}


async def _all(call: Call) -> list[SsmParameter]:
    return await call.store.read(lambda tx: tx.ssm_parameters.list(call.tenant.account, call.tenant.region))


def _page(call: Call, request: Request, scope: Sequence[str], found: Sequence[SsmParameter]) -> tuple[Sequence[SsmParameter], str | None]:
    limit = request.get("MaxResults", _PAGE)
    try:
        after = read_token(call, scope, request.get("NextToken"))
    except InvalidParameterException as error:
        raise InvalidNextToken from error
    left = [one for one in found if after is None or one.name > after[1]]
    more = len(left) > limit
    return left[:limit], make_token(call, scope, (0.0, left[limit - 1].name)) if more else None


def _test(given: Mapping[str, Any]) -> Callable[[SsmParameter], bool]:
    """A filter (ParameterStringFilter): one of its values must fit.

    Raises:
        InvalidFilterKey: It is none that is known here: policies and labels are not.
        InvalidFilterOption: It does not compare like that.
    """
    key, option, values = given["Key"], given.get("Option", "Equals"), given.get("Values", ())
    if key == "Path":
        levels = [value.rstrip("/") + "/" for value in values]
        return lambda one: any(
            one.name.startswith(level) and (option == "Recursive" or "/" not in one.name.removeprefix(level)) for level in levels
        )
    compare = _OPTIONS.get(option)
    if compare is None:
        raise InvalidFilterOption(f"The following filter option is not valid: {option}.")
    return lambda one: any(compare(text, value) for text in _texts(one, key) for value in values or (text,))


def _texts(parameter: SsmParameter, key: str) -> list[str]:
    """What a filter of this key compares."""
    if key.startswith("tag:"):
        return [tag["Value"] for tag in parameter.document.get("Tags", ()) if tag["Key"] == key.removeprefix("tag:")]
    if key == "Name":
        return [parameter.name]
    if key in {"Type", "KeyId", "Tier", "DataType"}:
        return [parameter.document[key]] if key in parameter.document else []
    raise InvalidFilterKey(f"The following filter key is not valid: {key}.")


def _metadata(parameter: SsmParameter) -> dict[str, Any]:
    """A ParameterMetadata."""
    return {
        **{name: parameter.document[name] for name in _SHOWN if name in parameter.document},
        "Name": parameter.name,
        "ARN": arn_of(parameter),
        "Version": parameter.version,
        "LastModifiedDate": parameter.modified_at,
        # Assumption: access keys are those of the account's root, as STS says of them here.
        "LastModifiedUser": f"arn:aws:iam::{parameter.account}:root",
        "Tier": parameter.document.get("Tier", "Standard"),
        "DataType": parameter.document.get("DataType", "text"),
        "Policies": [],
    }
