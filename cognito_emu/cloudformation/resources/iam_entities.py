"""Roles and identity providers of templates, kept where identity pools and STS look for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from typing_extensions import override

from cognito_emu.cloudformation.errors import ResourceFailure
from cognito_emu.cloudformation.resources.base import Properties, ResourceType, Step
from cognito_emu.cloudformation.resources.iam_policies import (
    as_written,
    attach,
    attached_policies,
    delete_policies,
    detach,
    kept,
    policy_text,
    put_policies,
    shown_policies,
)
from cognito_emu.domain.identity_pool_settings import without_scheme
from cognito_emu.records import replace
from cognito_emu.store import Tx
from cognito_emu.store.iam import OPENID_PROVIDER, SAML_PROVIDER, IamEntity

_NAME_LIMIT = 64
_SESSION_SECONDS = 3600  # IAM's default


@dataclass(frozen=True, eq=False)
class IamType(ResourceType):
    """A kind of entity.

    Attributes:
        kind: As in ARNs.
        name_property: Which property names it.
        document: What IAM keeps of the properties.
        ref: The attribute that `Ref` gives, empty for the name.
        told: What IAM keeps, as the template's properties.
    """

    name: str
    kind: str
    name_property: str
    document: Callable[[Properties], dict[str, Any]]
    required: frozenset[str]
    ref: str = ""
    told: Callable[[Properties, Properties], Properties] = lambda shown, _properties: shown
    readable: bool = True
    unread: frozenset[str] = frozenset()

    @property
    def create_only(self) -> frozenset[str]:  # type: ignore[override] # the name, and the path that is in the ARN
        """What an entity is known by."""
        return frozenset({self.name_property, "Path"})

    @override
    async def create(self, step: Step, properties: Properties) -> None:
        entity = self._entity(step, properties, str(properties.get(self.name_property) or step.new_name(_NAME_LIMIT)))

        def write(tx: Tx) -> None:
            if tx.iam.get(entity.account, entity.kind, entity.name) is not None and not step.resumed:
                raise ResourceFailure(f"{entity.name} already exists in account {entity.account}")
            tx.iam.put(entity)

        await step.call.store.transact(write)
        step.attributes = {"Arn": entity.arn}
        step.physical_id = entity.arn if self.ref else entity.name

    @override
    async def update(self, step: Step, old: Properties, new: Properties) -> None:
        arn = step.attributes["Arn"]

        def write(tx: Tx) -> None:
            present = tx.iam.by_arn(arn)
            if present is None:
                raise ResourceFailure(f"{arn} is gone.")
            tx.iam.put(replace(present, document=self.document(new)))

        await step.call.store.transact(write)

    @override
    async def delete(self, step: Step, properties: Properties) -> None:
        def write(tx: Tx) -> None:
            present = tx.iam.by_arn(step.attributes.get("Arn", ""))
            if present is not None:
                tx.iam.delete(present)

        await step.call.store.transact(write)

    @override
    async def read(self, step: Step, properties: Properties) -> Properties | None:
        present = await step.call.store.read(lambda tx: tx.iam.by_arn(step.attributes.get("Arn", "")))
        if present is None:
            return None
        return self.told({**present.document, self.name_property: present.name}, properties)

    def _entity(self, step: Step, properties: Properties, name: str) -> IamEntity:
        account, name = step.call.tenant.account, without_scheme(name)
        arn = f"arn:aws:iam::{account}:{self.kind}{properties.get('Path', '/')}{name}"
        return IamEntity(account, self.kind, name, arn, step.call.env.now(), self.document(properties))


class RoleType(ResourceType):
    """AWS::IAM::Role: a role and what it may do, by IAM's operations."""

    name = "AWS::IAM::Role"
    required = frozenset({"AssumeRolePolicyDocument"})
    create_only = frozenset({"Path", "RoleName"})
    readable = True

    @override
    async def create(self, step: Step, properties: Properties) -> None:
        name = str(properties.get("RoleName") or step.new_name(_NAME_LIMIT))
        present = await self._shown(step, name)
        if present is not None and not step.resumed:
            raise ResourceFailure(f"{name} already exists in account {step.call.tenant.account}")
        if present is None:
            request = {"RoleName": name, "AssumeRolePolicyDocument": policy_text(properties["AssumeRolePolicyDocument"])}
            members = ("Description", "MaxSessionDuration", "Path", "PermissionsBoundary", "Tags")
            made = await step.operate("CreateRole", request | kept(properties, *members), service="iam")
            present = made["Role"]
        step.physical_id = name
        step.attributes = kept(present, "Arn", "RoleId")
        await self._permit(step, properties)

    @override
    async def update(self, step: Step, old: Properties, new: Properties) -> None:
        role = {"RoleName": str(step.physical_id)}
        policy = policy_text(new["AssumeRolePolicyDocument"])
        await step.operate("UpdateAssumeRolePolicy", role | {"PolicyDocument": policy}, service="iam")
        described = {"Description": new.get("Description", "")} if "Description" in {*old, *new} else {}
        duration = {"MaxSessionDuration": new.get("MaxSessionDuration", _SESSION_SECONDS)}
        await step.operate("UpdateRole", role | described | duration, service="iam")
        await self._bound(step, old, new)
        await self._tag(step, old.get("Tags", []), new.get("Tags", []))
        await delete_policies(step, role["RoleName"], _inline(old).keys() - _inline(new).keys())
        await detach(step, role["RoleName"], _managed(old) - _managed(new))
        await self._permit(step, new)

    @override
    async def delete(self, step: Step, properties: Properties) -> None:
        """Without what the template gave it: what others gave it is in the way, as on AWS."""
        role = str(step.physical_id)
        await delete_policies(step, role, _inline(properties))
        await detach(step, role, _managed(properties))
        await step.remove("DeleteRole", {"RoleName": role}, service="iam")

    @override
    async def read(self, step: Step, properties: Properties) -> Properties | None:
        role = str(step.physical_id)
        shown = await self._shown(step, role)
        if shown is None:
            return None
        policies, attached = await shown_policies(step, role, _inline(properties)), await attached_policies(step, role)
        told = kept(shown, "Description", "MaxSessionDuration", "Path", "RoleName", "Tags")
        if boundary := shown.get("PermissionsBoundary"):
            told["PermissionsBoundary"] = boundary["PermissionsBoundaryArn"]
        return told | {
            "AssumeRolePolicyDocument": as_written(unquote(shown["AssumeRolePolicyDocument"]), properties.get("AssumeRolePolicyDocument")),
            "Policies": [{"PolicyName": name, "PolicyDocument": policy} for name, policy in policies.items()],
            "ManagedPolicyArns": [arn for arn in properties.get("ManagedPolicyArns", ()) if arn in attached],
        }

    async def _shown(self, step: Step, name: str) -> dict[str, Any] | None:
        found = await step.show("GetRole", {"RoleName": name}, service="iam")
        return found["Role"] if found else None

    async def _bound(self, step: Step, old: Properties, new: Properties) -> None:
        role = {"RoleName": step.physical_id}
        if "PermissionsBoundary" in new:
            await step.operate("PutRolePermissionsBoundary", role | kept(new, "PermissionsBoundary"), service="iam")
        elif "PermissionsBoundary" in old:
            await step.remove("DeleteRolePermissionsBoundary", role, service="iam")

    async def _tag(self, step: Step, old: list[dict[str, str]], new: list[dict[str, str]]) -> None:
        role, gone = {"RoleName": step.physical_id}, {tag["Key"] for tag in old} - {tag["Key"] for tag in new}
        if gone:
            await step.operate("UntagRole", role | {"TagKeys": sorted(gone)}, service="iam")
        if new:
            await step.operate("TagRole", role | {"Tags": new}, service="iam")

    async def _permit(self, step: Step, properties: Properties) -> None:
        role = str(step.physical_id)
        await put_policies(step, role, _inline(properties))
        await attach(step, role, sorted(_managed(properties)))


def _inline(properties: Properties) -> dict[str, Any]:
    return {str(policy["PolicyName"]): policy["PolicyDocument"] for policy in properties.get("Policies", ())}


def _managed(properties: Properties) -> set[str]:
    return set(properties.get("ManagedPolicyArns", ()))


def _openid_provider(properties: Properties) -> dict[str, Any]:
    return {
        "Url": without_scheme(properties["Url"]),
        "ClientIDList": properties.get("ClientIdList", []),
        "ThumbprintList": properties.get("ThumbprintList", []),
        **{member: properties[member] for member in ("Tags",) if member in properties},
    }


def _told_openid_provider(shown: Properties, properties: Properties) -> Properties:
    """IAM has addresses without their scheme; they cannot change."""
    return {**shown, "Url": properties["Url"], "ClientIdList": shown["ClientIDList"]}


class SamlProviderType(ResourceType):
    """AWS::IAM::SAMLProvider, by IAM's operations: they read the metadata and the private key."""

    name = "AWS::IAM::SAMLProvider"
    properties = frozenset({"AddPrivateKey", "AssertionEncryptionMode", "Name", "RemovePrivateKey", "SamlMetadataDocument", "Tags"})
    required = frozenset({"SamlMetadataDocument"})
    create_only = frozenset({"Name"})
    readable = True
    unread = frozenset({"AddPrivateKey", "RemovePrivateKey", "Tags"})

    @override
    async def create(self, step: Step, properties: Properties) -> None:
        name = str(properties.get("Name") or step.new_name())
        arn = f"arn:aws:iam::{step.call.tenant.account}:{SAML_PROVIDER}/{name}"
        present = await step.call.store.read(lambda tx: tx.iam.by_arn(arn)) if step.resumed else None
        if present is None:
            await step.operate("CreateSAMLProvider", _saml_request(properties) | {"Name": name}, service="iam")
        step.physical_id = arn
        await self._tell(step)

    @override
    async def update(self, step: Step, old: Properties, new: Properties) -> None:
        request = _saml_request(new) | {"SAMLProviderArn": step.physical_id}
        if new.get("AddPrivateKey") == old.get("AddPrivateKey"):
            request.pop("AddPrivateKey", None)  # it was added when the template first had it
        await step.operate("UpdateSAMLProvider", request, service="iam")
        await self._tell(step)

    @override
    async def delete(self, step: Step, properties: Properties) -> None:
        def write(tx: Tx) -> None:
            present = tx.iam.by_arn(str(step.physical_id))
            if present is not None:
                tx.iam.delete(present)

        await step.call.store.transact(write)

    @override
    async def read(self, step: Step, properties: Properties) -> Properties | None:
        shown = await step.show("GetSAMLProvider", {"SAMLProviderArn": step.physical_id}, service="iam")
        if shown is None:
            return None
        return {**shown, "Name": str(step.physical_id).rpartition("/")[2], "SamlMetadataDocument": shown["SAMLMetadataDocument"]}

    async def _tell(self, step: Step) -> None:
        shown = await step.operate("GetSAMLProvider", {"SAMLProviderArn": step.physical_id}, service="iam")
        step.attributes = {"Arn": step.physical_id, "SamlProviderUUID": shown["SAMLProviderUUID"]}


def _saml_request(properties: Properties) -> dict[str, Any]:
    members = {name: value for name, value in properties.items() if name not in {"Name", "SamlMetadataDocument"}}
    return members | {"SAMLMetadataDocument": properties["SamlMetadataDocument"]}


TYPES: tuple[ResourceType, ...] = (
    SamlProviderType(),
    RoleType(),
    IamType("AWS::IAM::OIDCProvider", OPENID_PROVIDER, "Url", _openid_provider, frozenset({"Url"}), ref="Arn", told=_told_openid_provider),
)
