"""Who may do what with a secret: kept and returned, and asked by nobody."""

from __future__ import annotations

import json
from typing import Any

from cognito_emu.call import Call
from cognito_emu.errors import AwsError
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.operations.secrets_manager.lookup import change_secret, named, require_secret


class PublicPolicyException(AwsError):  # noqa: N818 - AWS's name
    """A policy opens the secret to everybody, which BlockPublicPolicy forbids."""


class MalformedPolicyDocumentException(AwsError):  # noqa: N818 - AWS's name
    """A policy is none."""


@operation("PutResourcePolicy", service="secretsmanager")
async def put_resource_policy(call: Call, request: Request) -> Response:
    """Keep a secret's policy."""
    policy = request["ResourcePolicy"]
    if _fault_of(policy):
        raise MalformedPolicyDocumentException("This resource policy contains invalid Json.")  # Assumption: the sentence
    if request.get("BlockPublicPolicy") and any(map(_is_public, _statements(policy))):
        # Assumption: the sentence, and what is public: AWS reasons about conditions, too.
        raise PublicPolicyException("You can't attach a resource policy that allows broad access to your secret.")
    return named(await change_secret(call, request["SecretId"], lambda document: document.update(ResourcePolicy=policy)))


@operation("GetResourcePolicy", service="secretsmanager")
async def get_resource_policy(call: Call, request: Request) -> Response:
    """Show a secret's policy, if it has one."""
    secret = await call.store.read(lambda tx: require_secret(call, tx, request["SecretId"]))
    return named(secret, ResourcePolicy=secret.document.get("ResourcePolicy"))


@operation("DeleteResourcePolicy", service="secretsmanager")
async def delete_resource_policy(call: Call, request: Request) -> Response:
    """Forget a secret's policy; no error when it has none."""
    return named(await change_secret(call, request["SecretId"], lambda document: document.pop("ResourcePolicy", None)))


@operation("ValidateResourcePolicy", service="secretsmanager")
async def validate_resource_policy(call: Call, request: Request) -> Response:
    """Tell whether a policy is one. Assumption: the check's name and sentence; AWS looks further than this."""
    if "SecretId" in request:
        await call.store.read(lambda tx: require_secret(call, tx, request["SecretId"]))
    fault = _fault_of(request["ResourcePolicy"])
    errors = [{"CheckName": "INVALID_POLICY", "ErrorMessage": fault}] if fault else []
    return {"PolicyValidationPassed": not errors, "ValidationErrors": errors}


def _statements(policy: str) -> list[dict[str, Any]]:
    statements = json.loads(policy)["Statement"]
    return statements if isinstance(statements, list) else [statements]


def _is_public(statement: dict[str, Any]) -> bool:
    everybody = statement.get("Principal") in ("*", {"AWS": "*"}, {"AWS": ["*"]})
    return everybody and statement.get("Effect") == "Allow" and not statement.get("Condition")


def _fault_of(policy: str) -> str:
    try:
        document = json.loads(policy)
    except ValueError as error:
        return f"It is no JSON: {error}"
    return "" if isinstance(document, dict) and document.get("Statement") else "It has no statement."
