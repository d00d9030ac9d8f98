"""Roles: who may assume one is looked at by identity pools and STS. What a role may do is kept, and nobody's business here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from cognito_emu.call import Call
from cognito_emu.domain.assumed_roles import role_id
from cognito_emu.domain.tag_lists import with_tags, without_tags
from cognito_emu.operations.iam.entities import (
    DeleteConflictException,
    NoSuchEntityException,
    change,
    check_policy,
    create,
    kept,
    page,
)
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.store import Tx
from cognito_emu.store.iam import ROLE, IamEntity

_SHOWN = ("Path", "Description", "MaxSessionDuration", "MaxSigninSessionDuration", "Tags")


@operation("CreateRole", service="iam")
async def create_role(call: Call, request: Request) -> Response:
    """Make a role."""
    check_policy(request["AssumeRolePolicyDocument"])
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
    return {"Role": _render(await call.store.read(role_by_name(call, request["RoleName"])))}


@operation("ListRoles", service="iam")
async def list_roles(call: Call, request: Request) -> Response:
    """List the account's roles, by name."""
    prefix = request.get("PathPrefix", "/")
    roles = await call.store.read(lambda tx: tx.iam.list(call.tenant.account, ROLE))
    roles = [role for role in roles if role.document["Path"].startswith(prefix)]
    shown, more = page(call, request, ["iam:ListRoles", prefix], roles, lambda role: role.name)
    return {"Roles": [_render(role) for role in shown], **more}


@operation("UpdateAssumeRolePolicy", service="iam")
async def update_assume_role_policy(call: Call, request: Request) -> Response:
    """Replace a role's trust policy."""
    check_policy(request["PolicyDocument"])
    policy = request["PolicyDocument"]
    await change(call, role_by_name(call, request["RoleName"]), lambda document: document.update(AssumeRolePolicyDocument=policy))
    return None


@operation("DeleteRole", service="iam")
async def delete_role(call: Call, request: Request) -> Response:
    """Delete a role. From then on nothing is known of it, and nobody's way to it is looked at."""

    def write(tx: Tx) -> None:
        role = role_by_name(call, request["RoleName"])(tx)
        if role.document.get("InlinePolicies"):
            raise DeleteConflictException("Cannot delete entity, must delete policies first.")
        if role.document.get("AttachedPolicies"):
            raise DeleteConflictException("Cannot delete entity, must detach all policies first.")
        tx.iam.delete(role)

    await call.store.transact(write)
    return None


@operation("UpdateRole", service="iam")
async def update_role(call: Call, request: Request) -> Response:
    """Change a role's description and how long its sessions may last."""
    members = kept(request, "Description", "MaxSessionDuration", "MaxSigninSessionDuration")
    await change(call, role_by_name(call, request["RoleName"]), lambda document: document.update(members))
    return {}


@operation("UpdateRoleDescription", service="iam")
async def update_role_description(call: Call, request: Request) -> Response:
    """Change a role's description alone."""
    description = request["Description"]
    role = await change(call, role_by_name(call, request["RoleName"]), lambda document: document.update(Description=description))
    return {"Role": _render(role)}


@operation("TagRole", service="iam")
async def tag_role(call: Call, request: Request) -> Response:
    """Give a role tags."""
    await _change_tags(call, request, lambda tags: with_tags(tags, request["Tags"]))
    return None


@operation("UntagRole", service="iam")
async def untag_role(call: Call, request: Request) -> Response:
    """Take tags from a role."""
    await _change_tags(call, request, lambda tags: without_tags(tags, request["TagKeys"]))
    return None


@operation("ListRoleTags", service="iam")
async def list_role_tags(call: Call, request: Request) -> Response:
    """List a role's tags, by key."""
    role = await call.store.read(role_by_name(call, request["RoleName"]))
    tags = sorted(role.document.get("Tags", ()), key=lambda tag: tag["Key"])
    shown, more = page(call, request, ["iam:ListRoleTags", role.name], tags, lambda tag: str(tag["Key"]))
    return {"Tags": shown, **more}


@operation("PutRolePermissionsBoundary", service="iam")
async def put_role_permissions_boundary(call: Call, request: Request) -> Response:
    """Keep the policy that bounds a role."""
    arn = request["PermissionsBoundary"]
    await change(call, role_by_name(call, request["RoleName"]), lambda document: document.update(PermissionsBoundary=arn))
    return None


@operation("DeleteRolePermissionsBoundary", service="iam")
async def delete_role_permissions_boundary(call: Call, request: Request) -> Response:
    """Forget the policy that bounds a role."""

    def forget(document: dict[str, Any]) -> None:
        if document.pop("PermissionsBoundary", None) is None:
            # Assumption: the sentence.
            raise NoSuchEntityException(f"The role with name {request['RoleName']} has no permissions boundary.")

    await change(call, role_by_name(call, request["RoleName"]), forget)
    return None


@operation("ListInstanceProfilesForRole", service="iam")
async def list_instance_profiles_for_role(call: Call, request: Request) -> Response:
    """List the instance profiles of a role: there is no EC2 here, so it is in none. Terraform asks before it deletes a role."""
    await call.store.read(role_by_name(call, request["RoleName"]))
    return {"InstanceProfiles": [], "IsTruncated": False}


async def _change_tags(call: Call, request: Request, edit: Callable[[list[Mapping[str, str]]], list[Any]]) -> None:
    find = role_by_name(call, request["RoleName"])
    await change(call, find, lambda document: document.update(Tags=edit(document.get("Tags", []))))


def role_by_name(call: Call, name: str) -> Callable[[Tx], IamEntity]:
    """Finds a role of the caller's account; raises NoSuchEntityException."""

    def find(tx: Tx) -> IamEntity:
        role = tx.iam.get(call.tenant.account, ROLE, name)
        if role is None:
            raise NoSuchEntityException(f"The role with name {name} cannot be found.")
        return role

    return find


def _render(role: IamEntity) -> dict[str, Any]:
    """A role; its policy URL-encoded, as IAM sends it ("RFC 3986") and SDKs expect it."""
    shown = kept(role.document, *_SHOWN) | {"AssumeRolePolicyDocument": quote(role.document["AssumeRolePolicyDocument"], safe="")}
    if boundary := role.document.get("PermissionsBoundary"):
        shown["PermissionsBoundary"] = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": boundary}
    return {**shown, "RoleName": role.name, "RoleId": role_id(role.arn), "Arn": role.arn, "CreateDate": role.created_at}
