"""Where deployment tools put code and images: AWS::S3 through the S3 operations, AWS::ECR as a name.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_S3.html
"""

from __future__ import annotations

import json
from typing import Any

from typing_extensions import override

from cognito_emu.cloudformation.errors import ResourceFailure
from cognito_emu.cloudformation.resources.base import Properties, ResourceType, Step
from cognito_emu.cloudformation.resources.stored import StoredType
from cognito_emu.store.s3 import Bucket

_SERVICE = "s3"
_NAME_LIMIT = 63
# The operations that set what a property says, that delete it, and their member for it.
_CONFIGURATIONS = {
    "VersioningConfiguration": ("PutBucketVersioning", None, "VersioningConfiguration"),
    "BucketEncryption": ("PutBucketEncryption", "DeleteBucketEncryption", "ServerSideEncryptionConfiguration"),
    "PublicAccessBlockConfiguration": ("PutPublicAccessBlock", "DeletePublicAccessBlock", "PublicAccessBlockConfiguration"),
    "OwnershipControls": ("PutBucketOwnershipControls", "DeleteBucketOwnershipControls", "OwnershipControls"),
    "Tags": ("PutBucketTagging", "DeleteBucketTagging", "Tagging"),
}

# How S3 says that there is nothing to show.
_UNSET = frozenset(
    {
        *("NoSuchBucket", "NoSuchBucketPolicy", "NoSuchPublicAccessBlockConfiguration", "NoSuchTagSet"),
        *("OwnershipControlsNotFoundError", "ServerSideEncryptionConfigurationNotFoundError"),
    }
)


class BucketType(ResourceType):
    """AWS::S3::Bucket. Properties beside those of `_CONFIGURATIONS` are kept in the stack."""

    name = "AWS::S3::Bucket"
    create_only = frozenset({"BucketName"})
    tagged = True
    readable = True

    @override
    async def create(self, step: Step, properties: Properties) -> None:
        name = str(properties.get("BucketName") or step.new_name(_NAME_LIMIT).lower())
        # CreateBucket would answer as if it had made it.
        if not step.resumed and await _find(step, name) is not None:
            raise ResourceFailure(f"{name} already exists")
        region = step.call.tenant.region
        location = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        if await _find(step, name) is None:
            await step.operate("CreateBucket", {"Bucket": name, **location}, service=_SERVICE)
        step.physical_id = name
        step.attributes = {
            "Arn": f"arn:aws:s3:::{name}",
            "DomainName": f"{name}.s3.amazonaws.com",
            "RegionalDomainName": f"{name}.s3.{region}.amazonaws.com",
            "DualStackDomainName": f"{name}.s3.dualstack.{region}.amazonaws.com",
            "WebsiteURL": f"http://{name}.s3-website-{region}.amazonaws.com",
        }
        await self._configure(step, {}, properties)

    @override
    async def update(self, step: Step, old: Properties, new: Properties) -> None:
        await self._configure(step, old, new)

    @override
    async def delete(self, step: Step, properties: Properties) -> None:
        if await _find(step, str(step.physical_id)) is not None:
            await step.remove("DeleteBucket", {"Bucket": step.physical_id}, service=_SERVICE)

    @override
    def reads_back(self, name: str) -> bool:
        """The rest is in the stack only."""
        return name == "BucketName" or name in _CONFIGURATIONS

    @override
    async def read(self, step: Step, properties: Properties) -> Properties | None:
        if await _find(step, str(step.physical_id)) is None:
            return None
        shown: Properties = {"BucketName": step.physical_id}
        for name in _CONFIGURATIONS.keys() & properties.keys():
            operation = (
                "GetPublicAccessBlock" if name == "PublicAccessBlockConfiguration" else _CONFIGURATIONS[name][0].replace("Put", "Get")
            )
            response = await step.show(operation, {"Bucket": step.physical_id}, service=_SERVICE, gone=_UNSET)
            if response is not None:
                shown[name] = _property(step, name, response, properties)
        return shown

    async def _configure(self, step: Step, old: Properties, new: Properties) -> None:
        for name, (put, delete, member) in _CONFIGURATIONS.items():
            wanted = _member(step, name, new)
            if wanted is not None:
                await step.operate(put, {"Bucket": step.physical_id, member: wanted}, service=_SERVICE)
            elif name in old and delete:
                await step.remove(delete, {"Bucket": step.physical_id}, service=_SERVICE)


def _member(step: Step, name: str, properties: Properties) -> Any:
    """What the operation takes for a property; None where there is nothing to set."""
    value = properties.get(name)
    if name == "Tags":
        tags = step.tags | {tag["Key"]: tag["Value"] for tag in value or ()}
        return {"TagSet": [{"Key": key, "Value": tag} for key, tag in tags.items()]} if tags else None
    if name == "BucketEncryption" and value is not None:
        rules = [
            {"ApplyServerSideEncryptionByDefault" if key == "ServerSideEncryptionByDefault" else key: item for key, item in rule.items()}
            for rule in value.get("ServerSideEncryptionConfiguration", ())
        ]
        return {"Rules": rules}
    return value


def _property(step: Step, name: str, response: dict[str, Any], properties: Properties) -> Any:
    """What a showing operation tells, as a template has it."""
    if name == "Tags":
        declared = {tag["Key"] for tag in properties["Tags"]}
        return [tag for tag in response["TagSet"] if tag["Key"] in declared or tag["Key"] not in step.tags]
    if name == "BucketEncryption":
        rules = [
            {"ServerSideEncryptionByDefault" if key == "ApplyServerSideEncryptionByDefault" else key: item for key, item in rule.items()}
            for rule in response["ServerSideEncryptionConfiguration"]["Rules"]
        ]
        return {"ServerSideEncryptionConfiguration": rules}
    return response if name == "VersioningConfiguration" else response[name]


class BucketPolicyType(ResourceType):
    """AWS::S3::BucketPolicy."""

    readable = True

    name = "AWS::S3::BucketPolicy"
    properties = frozenset({"Bucket", "PolicyDocument"})
    required = properties
    create_only = frozenset({"Bucket"})

    @override
    async def create(self, step: Step, properties: Properties) -> None:
        await self._put(step, properties)
        step.physical_id = properties["Bucket"]

    @override
    async def update(self, step: Step, old: Properties, new: Properties) -> None:
        await self._put(step, new)

    @override
    async def delete(self, step: Step, properties: Properties) -> None:
        if await _find(step, properties["Bucket"]) is not None:
            await step.remove("DeleteBucketPolicy", {"Bucket": properties["Bucket"]}, service=_SERVICE)

    @override
    async def read(self, step: Step, properties: Properties) -> Properties | None:
        response = await step.show("GetBucketPolicy", {"Bucket": properties["Bucket"]}, service=_SERVICE, gone=_UNSET)
        if response is None:
            return None
        text = response["Policy"]
        return {
            "Bucket": properties["Bucket"],
            "PolicyDocument": text if isinstance(properties["PolicyDocument"], str) else json.loads(text),
        }

    async def _put(self, step: Step, properties: Properties) -> None:
        document = properties["PolicyDocument"]
        policy = document if isinstance(document, str) else json.dumps(document)
        await step.operate("PutBucketPolicy", {"Bucket": properties["Bucket"], "Policy": policy}, service=_SERVICE)


async def _find(step: Step, name: str) -> Bucket | None:
    return await step.call.store.read(lambda tx: tx.s3_buckets.get(step.call.tenant.account, name))


def _repository(step: Step, name: str, _properties: Properties) -> dict[str, Any]:
    tenant = step.call.tenant
    return {
        "Arn": f"arn:aws:ecr:{tenant.region}:{tenant.account}:repository/{name}",
        "RepositoryUri": f"{tenant.account}.dkr.ecr.{tenant.region}.amazonaws.com/{name}",
    }


TYPES: tuple[ResourceType, ...] = (BucketType(), BucketPolicyType(), StoredType("AWS::ECR::Repository", "RepositoryName", _repository))
