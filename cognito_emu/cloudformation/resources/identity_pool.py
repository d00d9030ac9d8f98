"""The AWS::Cognito types of identity pools."""

from __future__ import annotations

from typing import Any

from typing_extensions import override

from cognito_emu.cloudformation.errors import ResourceFailure
from cognito_emu.cloudformation.resources.base import Properties, ResourceType, Step
from cognito_emu.cloudformation.resources.operate import input_members

_SERVICE = "cognito-identity"
# Amazon Cognito Sync is gone; templates still carry its settings.
_IGNORED = frozenset({"CognitoEvents", "CognitoStreams", "PushSync"})


class IdentityPoolType(ResourceType):
    """AWS::Cognito::IdentityPool."""

    name = "AWS::Cognito::IdentityPool"
    properties = input_members(_SERVICE, "CreateIdentityPool") | _IGNORED
    required = frozenset({"AllowUnauthenticatedIdentities"})
    tagged = True
    readable = True
    unread = _IGNORED

    @override
    async def create(self, step: Step, properties: Properties) -> None:
        request = self._request(step, properties)
        request.setdefault("IdentityPoolName", step.new_name())
        response = await step.operate("CreateIdentityPool", request, service=_SERVICE)
        step.physical_id = response["IdentityPoolId"]
        step.attributes = {"Id": step.physical_id, "Name": response["IdentityPoolName"]}

    @override
    async def update(self, step: Step, old: Properties, new: Properties) -> None:
        request = {"IdentityPoolName": step.attributes["Name"], **self._request(step, new), "IdentityPoolId": step.physical_id}
        response = await step.operate("UpdateIdentityPool", request, service=_SERVICE)
        step.attributes = {**step.attributes, "Name": response["IdentityPoolName"]}

    @override
    async def delete(self, step: Step, properties: Properties) -> None:
        await step.remove("DeleteIdentityPool", {"IdentityPoolId": step.physical_id}, service=_SERVICE)

    @override
    async def read(self, step: Step, properties: Properties) -> Properties | None:
        shown = await step.show("DescribeIdentityPool", {"IdentityPoolId": step.physical_id}, service=_SERVICE)
        if shown is None:
            return None
        declared = {entry["Key"] for entry in properties.get("IdentityPoolTags", [])}
        tags = {key: value for key, value in shown.get("IdentityPoolTags", {}).items() if key in declared or key not in step.tags}
        return {**shown, "IdentityPoolTags": [{"Key": key, "Value": value} for key, value in tags.items()]}

    def _request(self, step: Step, properties: Properties) -> dict[str, Any]:
        """The template's tags are a list of Key and Value, the operation's a map."""
        request = {name: value for name, value in properties.items() if name not in _IGNORED}
        tags = {entry["Key"]: entry["Value"] for entry in request.pop("IdentityPoolTags", [])}
        return request | {"IdentityPoolTags": {**step.tags, **tags}}


class RoleAttachmentType(ResourceType):
    """AWS::Cognito::IdentityPoolRoleAttachment."""

    name = "AWS::Cognito::IdentityPoolRoleAttachment"
    readable = True
    properties = frozenset({"IdentityPoolId", "Roles", "RoleMappings"})
    required = create_only = frozenset({"IdentityPoolId"})

    @override
    async def create(self, step: Step, properties: Properties) -> None:
        await self.update(step, {}, properties)
        step.physical_id = properties["IdentityPoolId"]
        step.attributes = {"Id": step.physical_id}

    @override
    async def update(self, step: Step, old: Properties, new: Properties) -> None:
        mappings = {}
        for label, mapping in new.get("RoleMappings", {}).items():
            # Assumption: the key is the provider where `IdentityProvider` does not name it.
            mappings[mapping.get("IdentityProvider", label)] = {k: v for k, v in mapping.items() if k != "IdentityProvider"}
        request = {"IdentityPoolId": new["IdentityPoolId"], "Roles": new.get("Roles", {}), "RoleMappings": mappings}
        await step.operate("SetIdentityPoolRoles", request, service=_SERVICE)

    @override
    async def delete(self, step: Step, properties: Properties) -> None:
        request = {"IdentityPoolId": properties["IdentityPoolId"], "Roles": {}}
        await step.remove("SetIdentityPoolRoles", request, service=_SERVICE)

    @override
    async def read(self, step: Step, properties: Properties) -> Properties | None:
        named = {"IdentityPoolId": properties["IdentityPoolId"]}
        response = await step.show("GetIdentityPoolRoles", named, service=_SERVICE)
        if response is None or not (response.get("Roles") or response.get("RoleMappings")):
            return None
        labels = {mapping.get("IdentityProvider", label): label for label, mapping in properties.get("RoleMappings", {}).items()}
        mappings = {
            labels.get(provider, provider): {**mapping, "IdentityProvider": provider}
            for provider, mapping in response.get("RoleMappings", {}).items()
        }
        return {**named, "Roles": response.get("Roles", {}), "RoleMappings": mappings}


class PrincipalTagType(ResourceType):
    """AWS::Cognito::IdentityPoolPrincipalTag."""

    name = "AWS::Cognito::IdentityPoolPrincipalTag"
    readable = True
    properties = input_members(_SERVICE, "SetPrincipalTagAttributeMap")
    required = create_only = frozenset({"IdentityPoolId", "IdentityProviderName"})

    @override
    async def create(self, step: Step, properties: Properties) -> None:
        await self.update(step, {}, properties)
        step.physical_id = f"{properties['IdentityPoolId']}|{properties['IdentityProviderName']}"

    @override
    async def update(self, step: Step, old: Properties, new: Properties) -> None:
        await step.operate("SetPrincipalTagAttributeMap", new, service=_SERVICE)

    @override
    async def delete(self, step: Step, properties: Properties) -> None:
        request = {name: properties[name] for name in self.required} | {"UseDefaults": False, "PrincipalTags": {}}
        try:
            await step.remove("SetPrincipalTagAttributeMap", request, service=_SERVICE)
        except ResourceFailure:
            return  # the pool's provider is gone, and its tags with it

    @override
    async def read(self, step: Step, properties: Properties) -> Properties | None:
        named = {name: properties[name] for name in self.required}
        return await step.show("GetPrincipalTagAttributeMap", named, service=_SERVICE)
