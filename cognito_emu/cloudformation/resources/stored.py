"""What stands around pools in templates: kept in the stack with a true Ref and Arn, but doing nothing by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from typing_extensions import override

from cognito_emu.cloudformation.resources.base import Properties, ResourceType, Step

_NAME_LIMIT = 64


@dataclass(frozen=True, eq=False)
class StoredType(ResourceType):
    """A type that is recorded only.

    Attributes:
        name_property: Which property names it.
        attributes: What `Fn::GetAtt` gives, from the step and the name.
        ref: `name`, or the attribute that `Ref` gives.
        required: What the template must give.
        fixed: Properties, beside the name, whose change makes a new resource.
        name_limit: The longest name that is made up, in characters.
    """

    name: str
    name_property: str | None = None
    attributes: Callable[[Step, str, Properties], dict[str, Any]] = lambda _step, _name, _properties: {}
    ref: str = ""
    required: frozenset[str] = field(default=frozenset(), kw_only=True)
    fixed: frozenset[str] = field(default=frozenset(), kw_only=True)
    name_limit: int = field(default=_NAME_LIMIT, kw_only=True)

    @property
    def create_only(self) -> frozenset[str]:  # type: ignore[override] # the name is what it is
        """Its name and what is as fixed."""
        return self.fixed | ({self.name_property} if self.name_property else set())

    @override
    async def create(self, step: Step, properties: Properties) -> None:
        name = str(properties.get(self.name_property or "") or step.new_name(self.name_limit))
        step.attributes = self.attributes(step, name, properties)
        step.physical_id = step.attributes[self.ref] if self.ref else name

    @override
    async def update(self, step: Step, old: Properties, new: Properties) -> None:
        """Nothing but what the stack keeps."""

    @override
    async def delete(self, step: Step, properties: Properties) -> None:
        """Nothing but what the stack keeps."""


def arn(step: Step, service: str, resource: str, *, regional: bool = True) -> str:
    """An ARN in the stack's account."""
    tenant = step.call.tenant
    return f"arn:aws:{service}:{tenant.region if regional else ''}:{tenant.account}:{resource}"
