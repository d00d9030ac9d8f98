"""Tags of parameters; other resources of Systems Manager there are none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cognito_emu.call import Call
from cognito_emu.domain.tag_lists import TagList, with_tags, without_tags
from cognito_emu.errors import AwsError
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.operations.ssm.parameters import find_parameter
from cognito_emu.records import replace
from cognito_emu.store import Tx
from cognito_emu.store.ssm_parameters import SsmParameter


class InvalidResourceType(AwsError):  # noqa: N818 - AWS's name
    """The resource is of a type that is not here."""

    default_message = "The resource type is not valid. Here there are parameters only."


class InvalidResourceId(AwsError):  # noqa: N818 - AWS's name
    """There is no such resource."""

    default_message = "The resource ID is not valid. Verify that you entered the correct ID and try again."


@operation("ListTagsForResource", service="ssm")
async def list_tags_for_resource(call: Call, request: Request) -> Response:
    """List the tags of a parameter."""
    parameter = await call.store.read(lambda tx: _find(call, tx, request))
    return {"TagList": parameter.document.get("Tags", [])}


@operation("AddTagsToResource", service="ssm")
async def add_tags_to_resource(call: Call, request: Request) -> Response:
    """Give a parameter tags; a key has one value."""
    return await _change(call, request, lambda tags: with_tags(tags, request["Tags"]))


@operation("RemoveTagsFromResource", service="ssm")
async def remove_tags_from_resource(call: Call, request: Request) -> Response:
    """Take tags from a parameter."""
    return await _change(call, request, lambda tags: without_tags(tags, request["TagKeys"]))


async def _change(call: Call, request: Request, edit: Callable[[TagList], TagList]) -> dict[str, Any]:
    def write(tx: Tx) -> None:
        parameter = _find(call, tx, request)
        document = parameter.document | {"Tags": edit(parameter.document.get("Tags", ()))}
        tx.ssm_parameters.put(replace(parameter, document=document))

    await call.store.transact(write)
    return {}


def _find(call: Call, tx: Tx, request: Request) -> SsmParameter:
    if request["ResourceType"] != "Parameter":
        raise InvalidResourceType
    parameter = find_parameter(call, tx, request["ResourceId"])
    if parameter is None:
        raise InvalidResourceId
    return parameter
