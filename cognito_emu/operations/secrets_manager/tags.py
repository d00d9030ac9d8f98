"""Tags of secrets."""

from __future__ import annotations

from typing import Any

from cognito_emu.call import Call
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.operations.secrets_manager.lookup import change_secret


@operation("TagResource", service="secretsmanager")
async def tag_resource(call: Call, request: Request) -> Response:
    """Give a secret tags; a key has one value."""
    new = {tag["Key"]: tag["Value"] for tag in request["Tags"]}
    await change_secret(call, request["SecretId"], lambda document: document.update(Tags=_tags(_values(document) | new)))
    return None


@operation("UntagResource", service="secretsmanager")
async def untag_resource(call: Call, request: Request) -> Response:
    """Take tags from a secret."""
    gone = set(request["TagKeys"])

    def edit(document: dict[str, Any]) -> None:
        document["Tags"] = _tags({key: value for key, value in _values(document).items() if key not in gone})

    await change_secret(call, request["SecretId"], edit)
    return None


def _values(document: dict[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in document.get("Tags", ())}


def _tags(values: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in values.items()]
