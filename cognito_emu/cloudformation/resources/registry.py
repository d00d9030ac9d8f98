"""The one table from a type's name to what makes it."""

from __future__ import annotations

from cognito_emu.cloudformation.resources import cognito, functions, identity_pool, neighbours
from cognito_emu.cloudformation.resources.base import ResourceType
from cognito_emu.cloudformation.resources.user_pool import UserPoolType

_TYPES: dict[str, ResourceType] = {
    each.name: each
    for each in (
        UserPoolType(),
        identity_pool.IdentityPoolType(),
        identity_pool.RoleAttachmentType(),
        identity_pool.PrincipalTagType(),
        *cognito.TYPES,
        *functions.TYPES,
        *neighbours.TYPES,
    )
}


def find_type(name: str, *, record_unknown: bool) -> ResourceType | None:
    """The type of that name; for one that is not known a placeholder, where those are wanted, else None."""
    known = _TYPES.get(name)
    return known or (neighbours.placeholder(name) if record_unknown else None)


def known_types() -> list[str]:
    """The names of all types."""
    return sorted(_TYPES)
