"""AWS::IAM: users and groups around pools. They are kept in the stack with a true Ref and Arn; IAM here has none of them.

Roles and providers, which identity pools and STS look at, are in `iam_entities`, what roles may do in `iam_policies`.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_IAM.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cognito_emu.cloudformation.resources.base import Properties, ResourceType, Step
from cognito_emu.cloudformation.resources.stored import StoredType, arn

_Attributes = Callable[[Step, str, Properties], dict[str, Any]]


def _iam_arn(step: Step, kind: str, name: str, properties: Properties) -> str:
    return arn(step, "iam", f"{kind}{properties.get('Path', '/')}{name}", regional=False)


def _unique_id(step: Step, prefix: str) -> str:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes."""
    return prefix + step.drawing(prefix).env.base32(17)


def _arn_of(kind: str) -> _Attributes:
    return lambda step, name, properties: {"Arn": _iam_arn(step, kind, name, properties)}


def _access_key(step: Step, _name: str, _properties: Properties) -> dict[str, Any]:
    secret = step.drawing("SecretAccessKey").env.base32(40)
    return {"Id": _unique_id(step, "AKIA")[:20], "SecretAccessKey": secret}


TYPES: tuple[ResourceType, ...] = (
    StoredType(
        "AWS::IAM::AccessKey", None, _access_key, ref="Id", required=frozenset({"UserName"}), fixed=frozenset({"UserName", "Serial"})
    ),
    StoredType("AWS::IAM::Group", "GroupName", _arn_of("group")),
    StoredType("AWS::IAM::GroupPolicy", "PolicyName", required=frozenset({"GroupName", "PolicyName"}), fixed=frozenset({"GroupName"})),
    StoredType("AWS::IAM::InstanceProfile", "InstanceProfileName", _arn_of("instance-profile"), fixed=frozenset({"Path"})),
    StoredType("AWS::IAM::User", "UserName", _arn_of("user")),
    StoredType("AWS::IAM::UserPolicy", "PolicyName", required=frozenset({"UserName", "PolicyName"}), fixed=frozenset({"UserName"})),
    StoredType("AWS::IAM::UserToGroupAddition", None, required=frozenset({"GroupName", "Users"})),
)
