"""AWS::Cognito::UserPoolReplica, and AWS::Cognito::UserPoolRegionalConfigurationAttachment in the replica's region.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpoolreplica.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpoolregionalconfigurationattachment.html
"""

from __future__ import annotations

from typing import Any

from typing_extensions import override

from cognito_emu.cloudformation.errors import ResourceFailure
from cognito_emu.cloudformation.resources.base import Properties, ResourceType, Step

_OWN = ("EmailConfiguration", "SmsConfiguration", "LambdaConfig")
_INACTIVE = "INACTIVE"


async def _replica(step: Step, pool_id: str, region: str) -> dict[str, Any] | None:
    replicas = (await step.operate("ListUserPoolReplicas", {"UserPoolId": pool_id}))["UserPoolReplicas"]
    return next((each for each in replicas if each["RegionName"] == region), None)


class ReplicaType(ResourceType):
    """A replica of a pool. The step ends when the transition does, as a resource handler's does on AWS."""

    name = "AWS::Cognito::UserPoolReplica"
    properties = create_only = frozenset({"UserPoolId", "RegionName", "UserPoolTagsAtCreate"})
    required = frozenset({"UserPoolId", "RegionName"})
    patient = True
    readable = True
    unread = frozenset({"UserPoolTagsAtCreate"})  # the replica's tags are in its own region, and change there

    @override
    async def create(self, step: Step, properties: Properties) -> None:
        pool_id, region = properties["UserPoolId"], properties["RegionName"]
        if not step.resumed or await _replica(step, pool_id, region) is None:
            tags = properties.get("UserPoolTagsAtCreate", {})
            await step.operate("CreateUserPoolReplica", {"UserPoolId": pool_id, "RegionName": region, "UserPoolTags": tags})
        step.physical_id = f"{pool_id}|{region}"
        while (replica := await _replica(step, pool_id, region)) is not None and replica["Status"] == "CREATING":
            await step.call.parts.stacks.bell.wait(1.0)

    @override
    async def update(self, step: Step, old: Properties, new: Properties) -> None:
        """Every property is create-only."""

    @override
    async def delete(self, step: Step, properties: Properties) -> None:
        pool_id, region = properties["UserPoolId"], properties["RegionName"]
        try:
            there = await _replica(step, pool_id, region)
        except ResourceFailure:
            return  # its pool is gone
        if there is not None and there["Status"] != "DELETING":
            await step.remove("DeleteUserPoolReplica", {"UserPoolId": pool_id, "RegionName": region})
        while await _replica(step, pool_id, region) is not None:
            await step.call.parts.stacks.bell.wait(1.0)

    @override
    async def read(self, step: Step, properties: Properties) -> Properties | None:
        return await _shown(step, properties["UserPoolId"], properties["RegionName"])


async def _shown(step: Step, pool_id: str, region: str) -> Properties | None:
    response = await step.show("ListUserPoolReplicas", {"UserPoolId": pool_id})
    replicas = response["UserPoolReplicas"] if response else []
    return next(({**each, "UserPoolId": pool_id} for each in replicas if each["RegionName"] == region), None)


class RegionalConfigurationType(ResourceType):
    """What a replica has of its own. It belongs to a stack in the replica's region."""

    name = "AWS::Cognito::UserPoolRegionalConfigurationAttachment"
    readable = True
    properties = frozenset({"UserPoolId", "Status", "UserPoolTags", *_OWN})
    required = create_only = frozenset({"UserPoolId"})

    @override
    async def create(self, step: Step, properties: Properties) -> None:
        await self.update(step, {}, properties)
        step.physical_id = properties["UserPoolId"]

    @override
    async def update(self, step: Step, old: Properties, new: Properties) -> None:
        pool_id, region = new["UserPoolId"], step.call.tenant.region
        replica = await _replica(step, pool_id, region)
        if replica is None or replica["Role"] == "PRIMARY":
            # Assumption: the sentence. "Create this resource in the secondary (replica) Region."
            raise ResourceFailure(f"User pool {pool_id} has no replica in {region}.")
        settings: Properties = {name: new[name] for name in _OWN if name in new}
        if settings or "LambdaConfig" in old:
            await step.operate("UpdateUserPool", {"UserPoolId": pool_id, **settings})
        status = new.get("Status", _INACTIVE if "Status" in old else replica["Status"])
        if status != replica["Status"]:
            await step.operate("UpdateUserPoolReplica", {"UserPoolId": pool_id, "RegionName": region, "Status": status})
        await self._tag(step, replica["UserPoolArn"], old.get("UserPoolTags", {}), new.get("UserPoolTags", {}))

    @override
    async def delete(self, step: Step, properties: Properties) -> None:
        """Assumption: the replica becomes INACTIVE again and loses the tags."""
        pool_id, region = properties["UserPoolId"], step.call.tenant.region
        try:
            replica = await _replica(step, pool_id, region)
        except ResourceFailure:
            return  # the replica is gone
        if replica is not None and "Status" in properties and replica["Status"] == "ACTIVE":
            await step.operate("UpdateUserPoolReplica", {"UserPoolId": pool_id, "RegionName": region, "Status": _INACTIVE})
        if replica is not None:
            await self._tag(step, replica["UserPoolArn"], properties.get("UserPoolTags", {}), {})

    @override
    async def read(self, step: Step, properties: Properties) -> Properties | None:
        replica = await _shown(step, properties["UserPoolId"], step.call.tenant.region)
        if replica is None or replica["Role"] == "PRIMARY":
            return None
        tags = await step.show("ListTagsForResource", {"ResourceArn": replica["UserPoolArn"]})
        pool = (await step.show("DescribeUserPool", {"UserPoolId": properties["UserPoolId"]}) or {}).get("UserPool", {})
        own = {name: pool[name] for name in _OWN if name in pool}
        return {**replica, **own, "UserPoolTags": (tags or {}).get("Tags", {})}

    async def _tag(self, step: Step, arn: str, old: dict[str, str], new: dict[str, str]) -> None:
        gone = sorted(old.keys() - new.keys())
        if gone:
            await step.operate("UntagResource", {"ResourceArn": arn, "TagKeys": gone})
        if new and new != old:
            await step.operate("TagResource", {"ResourceArn": arn, "Tags": new})


TYPES: tuple[ResourceType, ...] = (ReplicaType(), RegionalConfigurationType())
