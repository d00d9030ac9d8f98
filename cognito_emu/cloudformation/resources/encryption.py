"""AWS::KMS: keys for custom senders and pools. A key needs no making, since it comes into being by being named (`triggers.local_kms`).

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_KMS.html
"""

from __future__ import annotations

from typing import Any

from cognito_emu.cloudformation.resources.base import Properties, ResourceType, Step
from cognito_emu.cloudformation.resources.stored import StoredType, arn


def _key(step: Step, _name: str, properties: Properties) -> dict[str, Any]:
    key_id = step.drawing("KeyId").env.uuid()
    if str(properties.get("MultiRegion", "")).lower() == "true":
        key_id = f"mrk-{key_id.replace('-', '')}"
    return {"Arn": arn(step, "kms", f"key/{key_id}"), "KeyId": key_id}


TYPES: tuple[ResourceType, ...] = (
    StoredType("AWS::KMS::Key", None, _key, ref="KeyId", fixed=frozenset({"MultiRegion", "KeySpec", "KeyUsage", "Origin"})),
    StoredType("AWS::KMS::Alias", "AliasName", required=frozenset({"AliasName", "TargetKeyId"})),
)
