"""The one table from a type's name to what makes it."""

from __future__ import annotations

import re

from cognito_emu.cloudformation.resources import (
    access,
    cognito,
    deployment_assets,
    encryption,
    functions,
    iam_entities,
    iam_policies,
    identity_pool,
    neighbours,
    nested,
    replicas,
    secrets,
    waiting,
)
from cognito_emu.cloudformation.resources.base import ResourceType
from cognito_emu.cloudformation.resources.custom import CustomResourceType
from cognito_emu.cloudformation.resources.user_pool import UserPoolType

# "Custom resource type names can be up to 60 characters long and can include alphanumeric and the following characters: _@-" (AWS page)
_CUSTOM = re.compile(r"Custom::[\w@-]{1,60}|AWS::CloudFormation::CustomResource", re.ASCII)

_TYPES: dict[str, ResourceType] = {
    each.name: each
    for each in (
        CustomResourceType(),
        UserPoolType(),
        identity_pool.IdentityPoolType(),
        identity_pool.RoleAttachmentType(),
        identity_pool.PrincipalTagType(),
        *cognito.TYPES,
        *replicas.TYPES,
        *deployment_assets.TYPES,
        *functions.TYPES,
        *access.TYPES,
        *iam_entities.TYPES,
        *iam_policies.TYPES,
        *encryption.TYPES,
        *neighbours.TYPES,
        *secrets.TYPES,
        *nested.TYPES,
        *waiting.TYPES,
    )
}


def find_type(name: str, *, record_unknown: bool) -> ResourceType | None:
    """The type of that name; for one that is not known a placeholder, where those are wanted, else None."""
    known = _TYPES.get(name) or (CustomResourceType(name) if is_custom(name) else None)
    return known or (neighbours.placeholder(name) if record_unknown else None)


def is_custom(name: str) -> bool:
    """Whether resources of the type are made by a function of the template's."""
    return _CUSTOM.fullmatch(name) is not None


def known_types() -> list[str]:
    """The names of all types."""
    return sorted([*_TYPES, "Custom::*"])
