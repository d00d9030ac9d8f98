"""Tags of secrets."""

from __future__ import annotations

from cognito_emu.call import Call
from cognito_emu.domain.tag_lists import with_tags, without_tags
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.operations.secrets_manager.lookup import change_secret


@operation("TagResource", service="secretsmanager")
async def tag_resource(call: Call, request: Request) -> Response:
    """Give a secret tags; a key has one value."""
    tags = request["Tags"]
    await change_secret(call, request["SecretId"], lambda document: document.update(Tags=with_tags(document.get("Tags", ()), tags)))
    return None


@operation("UntagResource", service="secretsmanager")
async def untag_resource(call: Call, request: Request) -> Response:
    """Take tags from a secret."""
    keys = request["TagKeys"]
    await change_secret(call, request["SecretId"], lambda document: document.update(Tags=without_tags(document.get("Tags", ()), keys)))
    return None
