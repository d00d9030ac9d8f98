"""Roles: who may assume one is looked at by identity pools and STS. What a role may do is nobody's business here."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from cognito_emu.call import Call
from cognito_emu.domain.assumed_roles import role_id
from cognito_emu.operations.iam.entities import MalformedPolicyDocumentException, NoSuchEntityException, change, create, kept
from cognito_emu.operations.pagination import make_token, read_token
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.store import Tx
from cognito_emu.store.iam import ROLE, IamEntity

_PAGE = 100


@operation("CreateRole", service="iam")
async def create_role(call: Call, request: Request) -> Response:
    """Make a role."""
    _check(request["AssumeRolePolicyDocument"])
    name = request["RoleName"]
    document: dict[str, Any] = {"Path": "/", "MaxSessionDuration": 3600}
    document |= kept(
        request,
        "Path",
        "AssumeRolePolicyDocument",
        "Description",
        "MaxSessionDuration",
        "MaxSigninSessionDuration",
        "PermissionsBoundary",
        "Tags",
    )
    role = await create(call, ROLE, name, document, path=document["Path"], exists=f"Role with name {name} already exists.")
    return {"Role": _render(role)}


@operation("GetRole", service="iam")
async def get_role(call: Call, request: Request) -> Response:
    """Show a role."""
    return {"Role": _render(await call.store.read(_by_name(call, request["RoleName"])))}


@operation("ListRoles", service="iam")
async def list_roles(call: Call, request: Request) -> Response:
    """List the account's roles, by name."""
    prefix, limit = request.get("PathPrefix", "/"), request.get("MaxItems", _PAGE)
    scope = ["iam:ListRoles", call.tenant.account, prefix]
    after = read_token(call, scope, request.get("Marker"))
    roles = await call.store.read(lambda tx: tx.iam.list(call.tenant.account, ROLE))
    roles = [role for role in roles if role.document["Path"].startswith(prefix) and (after is None or role.name > after[1])]
    more = len(roles) > limit
    return {
        "Roles": [_render(role) for role in roles[:limit]],
        "IsTruncated": more,
        "Marker": make_token(call, scope, (0.0, roles[limit - 1].name)) if more else None,
    }


@operation("UpdateAssumeRolePolicy", service="iam")
async def update_assume_role_policy(call: Call, request: Request) -> Response:
    """Replace a role's trust policy."""
    _check(request["PolicyDocument"])
    policy = request["PolicyDocument"]
    await change(call, _by_name(call, request["RoleName"]), lambda document: document.update(AssumeRolePolicyDocument=policy))
    return None


@operation("DeleteRole", service="iam")
async def delete_role(call: Call, request: Request) -> Response:
    """Delete a role. From then on nothing is known of it, and nobody's way to it is looked at."""
    find = _by_name(call, request["RoleName"])
    await call.store.transact(lambda tx: tx.iam.delete(find(tx)))
    return None


def _by_name(call: Call, name: str) -> Callable[[Tx], IamEntity]:
    def find(tx: Tx) -> IamEntity:
        role = tx.iam.get(call.tenant.account, ROLE, name)
        if role is None:
            raise NoSuchEntityException(f"The role with name {name} cannot be found.")
        return role

    return find


def _check(policy: str) -> None:
    # Assumption: the sentences; AWS looks into a policy further than this.
    try:
        document = json.loads(policy)
    except ValueError as error:
        raise MalformedPolicyDocumentException("This policy contains invalid Json") from error
    if not isinstance(document, dict) or not document.get("Statement"):
        raise MalformedPolicyDocumentException("Syntax errors in policy.")


def _render(role: IamEntity) -> dict[str, Any]:
    """A role; its policy URL-encoded, as IAM sends it ("RFC 3986") and SDKs expect it."""
    shown = role.document | {"AssumeRolePolicyDocument": quote(role.document["AssumeRolePolicyDocument"], safe="")}
    if "PermissionsBoundary" in shown:
        shown["PermissionsBoundary"] = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": shown["PermissionsBoundary"]}
    return {**shown, "RoleName": role.name, "RoleId": role_id(role.arn), "Arn": role.arn, "CreateDate": role.created_at}
