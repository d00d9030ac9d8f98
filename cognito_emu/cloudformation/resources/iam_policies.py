"""What roles in templates may do: policies of their own and managed ones, kept by IAM's operations and shown by them.

Nothing here acts on them. Of the users and groups that a policy names, which IAM here does not have, the stack alone knows.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_IAM.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from typing_extensions import override

from cognito_emu.cloudformation.errors import ResourceFailure
from cognito_emu.cloudformation.resources.base import Properties, ResourceType, Step
from cognito_emu.store.iam import POLICY

_MOST_VERSIONS = 5


def policy_text(policy: Any) -> str:
    """A policy of a template as IAM takes it: templates may write it as text."""
    return policy if isinstance(policy, str) else json.dumps(policy, default=str)


def as_written(text: str, written: Any) -> Any:
    """A policy's text in the form that the template has the policy in."""
    return text if isinstance(written, str) else json.loads(text)


def kept(members: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """The members of these names, as far as there are any."""
    return {name: members[name] for name in names if name in members}


async def put_policies(step: Step, role: str, policies: Mapping[str, Any]) -> None:
    """Give a role policies of its own, by name."""
    for name, policy in policies.items():
        request = {"RoleName": role, "PolicyName": name, "PolicyDocument": policy_text(policy)}
        await step.operate("PutRolePolicy", request, service="iam")


async def delete_policies(step: Step, role: str, names: Iterable[str]) -> None:
    """Take policies of its own from a role."""
    for name in names:
        await step.remove("DeleteRolePolicy", {"RoleName": role, "PolicyName": name}, service="iam")


async def attach(step: Step, role: str, arns: Iterable[str]) -> None:
    """Attach managed policies to a role."""
    for arn in arns:
        await step.operate("AttachRolePolicy", {"RoleName": role, "PolicyArn": arn}, service="iam")


async def detach(step: Step, role: str, arns: Iterable[str]) -> None:
    """Detach managed policies from a role."""
    for arn in arns:
        await step.remove("DetachRolePolicy", {"RoleName": role, "PolicyArn": arn}, service="iam")


async def shown_policies(step: Step, role: str, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the role's own policies that the template names, as they are.

    Assumption: others are no drift. Resources of other types, and other stacks, give a role policies, too.
    """
    shown: dict[str, Any] = {}
    for name, written in wanted.items():
        policy = await step.show("GetRolePolicy", {"RoleName": role, "PolicyName": name}, service="iam")
        if policy is not None:
            shown[name] = as_written(unquote(policy["PolicyDocument"]), written)
    return shown


async def attached_policies(step: Step, role: str) -> set[str]:
    """The ARNs of the managed policies that a role has; none when it is gone."""
    arns: set[str] = set()
    request: dict[str, Any] = {"RoleName": role}
    while page := await step.show("ListAttachedRolePolicies", request, service="iam"):
        arns |= {policy["PolicyArn"] for policy in page["AttachedPolicies"]}
        if not page["IsTruncated"]:
            break
        request["Marker"] = page["Marker"]
    return arns


@dataclass(frozen=True, eq=False)
class RolesPolicyType(ResourceType):
    """A policy of roles' own.

    Attributes:
        roles: The roles that have it.
        roles_property: What names them.
    """

    name: str
    roles: Callable[[Properties], list[str]]
    roles_property: str
    properties: frozenset[str]
    required: frozenset[str]
    create_only: frozenset[str]
    readable: bool = True
    unread: frozenset[str] = frozenset({"Groups", "Users"})

    @override
    async def create(self, step: Step, properties: Properties) -> None:
        step.physical_id = str(properties["PolicyName"])
        await self._put(step, properties)

    @override
    async def update(self, step: Step, old: Properties, new: Properties) -> None:
        for role in set(self.roles(old)) - set(self.roles(new)):
            await delete_policies(step, role, [str(old["PolicyName"])])
        await self._put(step, new)

    @override
    async def delete(self, step: Step, properties: Properties) -> None:
        for role in self.roles(properties):
            await delete_policies(step, role, [str(properties["PolicyName"])])

    @override
    async def read(self, step: Step, properties: Properties) -> Properties | None:
        name, wanted = str(properties["PolicyName"]), properties.get("PolicyDocument")
        found = {role: await shown_policies(step, role, {name: wanted}) for role in self.roles(properties)}
        having = [role for role, policies in found.items() if policies]
        if found and not having:
            return None
        documents = [found[role][name] for role in having]
        changed = (document for document in documents if document != wanted)  # one that differs is worth telling
        roles: Any = having if self.roles_property == "Roles" else having[0]
        return {"PolicyName": name, "PolicyDocument": next(changed, wanted), self.roles_property: roles}

    async def _put(self, step: Step, properties: Properties) -> None:
        for role in self.roles(properties):
            await put_policies(step, role, {str(properties["PolicyName"]): properties.get("PolicyDocument", {})})


class ManagedPolicyType(ResourceType):
    """AWS::IAM::ManagedPolicy: a policy of the account, a version for each document, attached to roles."""

    name = "AWS::IAM::ManagedPolicy"
    properties = frozenset({"Description", "Groups", "ManagedPolicyName", "Path", "PolicyDocument", "Roles", "Users"})
    required = frozenset({"PolicyDocument"})
    create_only = frozenset({"Description", "ManagedPolicyName", "Path"})
    readable = True
    unread = frozenset({"Groups", "Users"})

    @override
    async def create(self, step: Step, properties: Properties) -> None:
        name = str(properties.get("ManagedPolicyName") or step.new_name())
        path = properties.get("Path", "/")
        arn = f"arn:aws:iam::{step.call.tenant.account}:{POLICY}{path}{name}"
        if not step.resumed or await self._shown(step, arn) is None:
            request = {"PolicyName": name, "Path": path, "PolicyDocument": policy_text(properties["PolicyDocument"])}
            await step.operate("CreatePolicy", request | kept(properties, "Description"), service="iam")
        step.physical_id = arn
        await self._attach(step, properties)

    @override
    async def update(self, step: Step, old: Properties, new: Properties) -> None:
        arn = str(step.physical_id)
        if new["PolicyDocument"] != old["PolicyDocument"]:
            await self._put_version(step, policy_text(new["PolicyDocument"]))
        for role in set(old.get("Roles", ())) - set(new.get("Roles", ())):
            await detach(step, role, [arn])
        await self._attach(step, new)

    @override
    async def delete(self, step: Step, properties: Properties) -> None:
        arn = str(step.physical_id)
        for role in properties.get("Roles", ()):
            await detach(step, role, [arn])
        for version in await self._versions(step, arn):
            if not version["IsDefaultVersion"]:
                await step.remove("DeletePolicyVersion", {"PolicyArn": arn, "VersionId": version["VersionId"]}, service="iam")
        await step.remove("DeletePolicy", {"PolicyArn": arn}, service="iam")

    @override
    async def read(self, step: Step, properties: Properties) -> Properties | None:
        arn = str(step.physical_id)
        policy = await self._shown(step, arn)
        if policy is None:
            return None
        wanted = properties["PolicyDocument"]
        roles = [role for role in properties.get("Roles", ()) if arn in await attached_policies(step, role)]
        document = as_written(await self._document(step, policy["DefaultVersionId"]), wanted)
        return kept(policy, "Description", "Path") | {
            "ManagedPolicyName": policy["PolicyName"],
            "PolicyDocument": document,
            "Roles": roles,
        }

    async def _put_version(self, step: Step, document: str) -> None:
        """Put a document in force, unless it is already: a step may be taken again after a crash."""
        arn = str(step.physical_id)
        versions = await self._versions(step, arn)
        in_force = next((version["VersionId"] for version in versions if version["IsDefaultVersion"]), None)
        if in_force is not None and await self._document(step, in_force) == document:
            return
        if len(versions) == _MOST_VERSIONS:
            # Assumption: the oldest makes room, as in IAM's console.
            oldest = next(version["VersionId"] for version in reversed(versions) if not version["IsDefaultVersion"])
            await step.remove("DeletePolicyVersion", {"PolicyArn": arn, "VersionId": oldest}, service="iam")
        await step.operate("CreatePolicyVersion", {"PolicyArn": arn, "PolicyDocument": document, "SetAsDefault": True}, service="iam")

    async def _document(self, step: Step, version: str) -> str:
        request = {"PolicyArn": step.physical_id, "VersionId": version}
        shown = await step.operate("GetPolicyVersion", request, service="iam")
        return unquote(shown["PolicyVersion"]["Document"])

    async def _attach(self, step: Step, properties: Properties) -> None:
        for role in properties.get("Roles", ()):
            await attach(step, role, [str(step.physical_id)])
        policy = await self._shown(step, str(step.physical_id))
        if policy is None:
            raise ResourceFailure(f"{step.physical_id} is gone.")
        step.attributes = {"PolicyArn": policy["Arn"]} | kept(policy, "PolicyId", "DefaultVersionId", "AttachmentCount", "IsAttachable")

    async def _shown(self, step: Step, arn: str) -> dict[str, Any] | None:
        found = await step.show("GetPolicy", {"PolicyArn": arn}, service="iam")
        return found["Policy"] if found else None

    async def _versions(self, step: Step, arn: str) -> list[dict[str, Any]]:
        """Newest first; none when the policy is gone."""
        found = await step.show("ListPolicyVersions", {"PolicyArn": arn}, service="iam")
        return found["Versions"] if found else []


TYPES: tuple[ResourceType, ...] = (
    ManagedPolicyType(),
    RolesPolicyType(
        "AWS::IAM::Policy",
        roles=lambda properties: list(properties.get("Roles", ())),
        roles_property="Roles",
        properties=frozenset({"Groups", "PolicyDocument", "PolicyName", "Roles", "Users"}),
        required=frozenset({"PolicyDocument", "PolicyName"}),
        create_only=frozenset({"PolicyName"}),
    ),
    RolesPolicyType(
        "AWS::IAM::RolePolicy",
        roles=lambda properties: [properties["RoleName"]],
        roles_property="RoleName",
        properties=frozenset({"PolicyDocument", "PolicyName", "RoleName"}),
        required=frozenset({"PolicyName", "RoleName"}),
        create_only=frozenset({"PolicyName", "RoleName"}),
    ),
)
