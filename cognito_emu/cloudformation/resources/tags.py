"""Tags of resources whose service has operations for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cognito_emu.cloudformation.resources.base import Properties, Step


async def change_tags(step: Step, old: Properties, new: Properties, kind: str, names: Mapping[str, Any], *, service: str) -> None:
    """Let a resource have the tags of its new properties.

    Args:
        step: The step.
        old: The properties it has.
        new: Those it shall have.
        kind: What the operations call it: `Role` for TagRole and UntagRole.
        names: The members that name it.
        service: Whose operations they are.
    """
    before, after = old.get("Tags", []), new.get("Tags", [])
    if gone := {tag["Key"] for tag in before} - {tag["Key"] for tag in after}:
        await step.operate(f"Untag{kind}", {**names, "TagKeys": sorted(gone)}, service=service)
    if after:
        await step.operate(f"Tag{kind}", {**names, "Tags": after}, service=service)
