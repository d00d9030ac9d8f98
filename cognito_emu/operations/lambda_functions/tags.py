"""Tags of a function, addressed by its ARN."""

from __future__ import annotations

from cognito_emu.call import Call
from cognito_emu.errors import InvalidParameterValueException
from cognito_emu.operations.lambda_functions.lookup import function_key, require_function
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.store import Tx
from cognito_emu.store.functions import FunctionKey

_MOST_TAGS = 50


@operation("TagResource", service="lambda")
async def tag_resource(call: Call, request: Request) -> Response:
    """Add tags to a function, or give those it has new values."""
    key = _key(call, request)

    def write(tx: Tx) -> None:
        tags = require_function(tx, key).tags | request["Tags"]
        if len(tags) > _MOST_TAGS:
            raise InvalidParameterValueException(f"The number of tags cannot exceed {_MOST_TAGS}.")
        tx.functions.update(key, tags=tags)

    await call.store.transact(write)
    return None


@operation("UntagResource", service="lambda")
async def untag_resource(call: Call, request: Request) -> Response:
    """Take tags away; keys that are not there are no error."""
    key = _key(call, request)

    def write(tx: Tx) -> None:
        tags = require_function(tx, key).tags
        tx.functions.update(key, tags={name: value for name, value in tags.items() if name not in request["TagKeys"]})

    await call.store.transact(write)
    return None


@operation("ListTags", service="lambda")
async def list_tags(call: Call, request: Request) -> Response:
    """Show the tags of a function."""
    key = _key(call, request)
    return {"Tags": (await call.store.read(lambda tx: require_function(tx, key))).tags}


def _key(call: Call, request: Request) -> FunctionKey:
    key, qualifier = function_key(call, request["Resource"])
    if qualifier:
        raise InvalidParameterValueException("Tags on function aliases and versions are not supported. Please specify a function ARN.")
    return key
