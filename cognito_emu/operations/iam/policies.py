"""Managed policies and their versions, as deployment tools make them. Kept and shown; nobody here acts on them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from cognito_emu.call import Call
from cognito_emu.domain.assumed_roles import policy_id
from cognito_emu.domain.tag_lists import with_tags, without_tags
from cognito_emu.errors import LimitExceededException
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
from cognito_emu.store.iam import POLICY, ROLE, IamEntity

_MOST_VERSIONS = 5
_SEVERAL_VERSIONS = "This policy has more than one version. Before you delete a policy, you must delete the policy's versions."
_TOO_MANY_VERSIONS = (
    f"A managed policy can have up to {_MOST_VERSIONS} versions. Before you create a new version, you must delete an existing version."
)


@operation("CreatePolicy", service="iam")
async def create_policy(call: Call, request: Request) -> Response:
    """Make a managed policy; the document is its version v1."""
    check_policy(request["PolicyDocument"])
    name = request["PolicyName"]
    document: dict[str, Any] = {"Path": "/"} | kept(request, "Path", "Description", "Tags")
    document |= {"Versions": [_version(call, 1, request)], "Default": "v1", "Created": 1, "UpdateDate": call.env.now()}
    exists = f"A policy called {name} already exists. Duplicate names are not allowed."
    policy = await create(call, POLICY, name, document, path=document["Path"], exists=exists)
    return {"Policy": _render(policy, 0)}


@operation("GetPolicy", service="iam")
async def get_policy(call: Call, request: Request) -> Response:
    """Show a managed policy of the account, without its document."""

    def look_up(tx: Tx) -> tuple[IamEntity, int]:
        policy = _by_arn(call, request)(tx)
        return policy, len(_attached_to(tx, policy))

    return {"Policy": _render(*await call.store.read(look_up))}


@operation("ListPolicies", service="iam")
async def list_policies(call: Call, request: Request) -> Response:
    """List the account's managed policies, by name. Those of AWS are not known here."""
    prefix = request.get("PathPrefix", "/")

    def look_up(tx: Tx) -> list[tuple[IamEntity, int]]:
        roles = tx.iam.list(call.tenant.account, ROLE)
        attached = Counter(arn for role in roles for arn in role.document.get("AttachedPolicies", ()))
        return [(policy, attached[policy.arn]) for policy in tx.iam.list(call.tenant.account, POLICY)]

    found = [] if request.get("Scope") == "AWS" else await call.store.read(look_up)
    found = [(policy, count) for policy, count in found if policy.document["Path"].startswith(prefix)]
    if request.get("OnlyAttached"):
        found = [(policy, count) for policy, count in found if count]
    shown, more = page(call, request, ["iam:ListPolicies", prefix], found, lambda one: one[0].name)
    return {"Policies": [_render(policy, count) for policy, count in shown], **more}


@operation("DeletePolicy", service="iam")
async def delete_policy(call: Call, request: Request) -> Response:
    """Delete a managed policy that nothing has and of which one version is left."""

    def write(tx: Tx) -> None:
        policy = _by_arn(call, request)(tx)
        if _attached_to(tx, policy):
            raise DeleteConflictException("Cannot delete a policy attached to entities.")
        if len(policy.document["Versions"]) > 1:
            raise DeleteConflictException(_SEVERAL_VERSIONS)
        tx.iam.delete(policy)

    await call.store.transact(write)
    return None


@operation("ListEntitiesForPolicy", service="iam")
async def list_entities_for_policy(call: Call, request: Request) -> Response:
    """List the roles that have a managed policy. There are no users and groups here."""
    roles = await call.store.read(lambda tx: _attached_to(tx, _by_arn(call, request)(tx)))
    if request.get("EntityFilter", "Role") != "Role":
        roles = []
    shown, more = page(call, request, ["iam:ListEntitiesForPolicy", request["PolicyArn"]], roles, lambda role: role.name)
    return {"PolicyRoles": [{"RoleName": role.name} for role in shown], "PolicyUsers": [], "PolicyGroups": [], **more}


@operation("CreatePolicyVersion", service="iam")
async def create_policy_version(call: Call, request: Request) -> Response:
    """Add a version to a managed policy, at most five."""
    check_policy(request["PolicyDocument"])

    def add(document: dict[str, Any]) -> None:
        if len(document["Versions"]) >= _MOST_VERSIONS:
            raise LimitExceededException(_TOO_MANY_VERSIONS)
        number = document["Created"] + 1
        document |= {"Versions": [*document["Versions"], _version(call, number, request)], "Created": number}
        if request.get("SetAsDefault"):
            document |= {"Default": f"v{number}", "UpdateDate": call.env.now()}

    policy = await change(call, _by_arn(call, request), add)
    return {"PolicyVersion": _render_version(policy, policy.document["Versions"][-1], with_document=False)}


@operation("GetPolicyVersion", service="iam")
async def get_policy_version(call: Call, request: Request) -> Response:
    """Show a version of a managed policy, its document URL-encoded as IAM sends it."""
    policy = await call.store.read(_by_arn(call, request))
    return {"PolicyVersion": _render_version(policy, _find_version(policy.document, request), with_document=True)}


@operation("ListPolicyVersions", service="iam")
async def list_policy_versions(call: Call, request: Request) -> Response:
    """List the versions of a managed policy, newest first."""
    policy = await call.store.read(_by_arn(call, request))
    versions = policy.document["Versions"][::-1]  # at most five, so there is one page
    return {"Versions": [_render_version(policy, version, with_document=False) for version in versions], "IsTruncated": False}


@operation("SetDefaultPolicyVersion", service="iam")
async def set_default_policy_version(call: Call, request: Request) -> Response:
    """Put a version of a managed policy in force."""

    def choose(document: dict[str, Any]) -> None:
        document |= {"Default": _find_version(document, request)["VersionId"], "UpdateDate": call.env.now()}

    await change(call, _by_arn(call, request), choose)
    return None


@operation("DeletePolicyVersion", service="iam")
async def delete_policy_version(call: Call, request: Request) -> Response:
    """Delete a version of a managed policy that is not in force."""

    def delete(document: dict[str, Any]) -> None:
        version = _find_version(document, request)
        if version["VersionId"] == document["Default"]:
            raise DeleteConflictException("Cannot delete the default version of a policy.")
        document["Versions"] = [other for other in document["Versions"] if other != version]

    await change(call, _by_arn(call, request), delete)
    return None


@operation("TagPolicy", service="iam")
async def tag_policy(call: Call, request: Request) -> Response:
    """Give a managed policy tags."""
    find = _by_arn(call, request)
    await change(call, find, lambda document: document.update(Tags=with_tags(document.get("Tags", ()), request["Tags"])))
    return None


@operation("UntagPolicy", service="iam")
async def untag_policy(call: Call, request: Request) -> Response:
    """Take tags from a managed policy."""
    find = _by_arn(call, request)
    await change(call, find, lambda document: document.update(Tags=without_tags(document.get("Tags", ()), request["TagKeys"])))
    return None


@operation("ListPolicyTags", service="iam")
async def list_policy_tags(call: Call, request: Request) -> Response:
    """List the tags of a managed policy, by key."""
    policy = await call.store.read(_by_arn(call, request))
    tags = sorted(policy.document.get("Tags", ()), key=lambda tag: tag["Key"])
    shown, more = page(call, request, ["iam:ListPolicyTags", policy.name], tags, lambda tag: str(tag["Key"]))
    return {"Tags": shown, **more}


def _by_arn(call: Call, request: Request) -> Callable[[Tx], IamEntity]:
    def find(tx: Tx) -> IamEntity:
        policy = tx.iam.by_arn(request["PolicyArn"])
        if policy is None or (policy.account, policy.kind) != (call.tenant.account, POLICY):
            raise NoSuchEntityException(f"Policy {request['PolicyArn']} was not found.")
        return policy

    return find


def _attached_to(tx: Tx, policy: IamEntity) -> list[IamEntity]:
    return [role for role in tx.iam.list(policy.account, ROLE) if policy.arn in role.document.get("AttachedPolicies", ())]


def _find_version(document: dict[str, Any], request: Request) -> dict[str, Any]:
    for version in document["Versions"]:
        if version["VersionId"] == request["VersionId"]:
            return dict(version)
    raise NoSuchEntityException(f"Policy {request['PolicyArn']} version {request['VersionId']} does not exist or is not attachable.")


def _version(call: Call, number: int, request: Request) -> dict[str, Any]:
    return {"VersionId": f"v{number}", "Document": request["PolicyDocument"], "CreateDate": call.env.now()}


def _render(policy: IamEntity, attached: int) -> dict[str, Any]:
    return {
        **kept(policy.document, "Path", "Description", "Tags", "UpdateDate"),
        "PolicyName": policy.name,
        "PolicyId": policy_id(policy.arn),
        "Arn": policy.arn,
        "DefaultVersionId": policy.document["Default"],
        "AttachmentCount": attached,
        "PermissionsBoundaryUsageCount": 0,
        "IsAttachable": True,
        "CreateDate": policy.created_at,
    }


def _render_version(policy: IamEntity, version: dict[str, Any], *, with_document: bool) -> dict[str, Any]:
    shown = kept(version, "VersionId", "CreateDate") | {"IsDefaultVersion": version["VersionId"] == policy.document["Default"]}
    return shown | ({"Document": quote(version["Document"], safe="")} if with_document else {})
