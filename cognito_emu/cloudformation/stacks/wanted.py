"""One resource as a deployment wants it, with its functions computed, and what that means for the one that is there."""

from __future__ import annotations

from typing import Any

from cognito_emu.cloudformation.errors import ResourceFailure
from cognito_emu.cloudformation.resources import find_type
from cognito_emu.cloudformation.resources.base import ResourceType
from cognito_emu.cloudformation.stacks.resource_signals import ResourceSignal, read_creation_policy
from cognito_emu.cloudformation.template.evaluation import Evaluation
from cognito_emu.cloudformation.template.no_echo import shown_properties
from cognito_emu.cloudformation.template.structure import dependencies
from cognito_emu.records import Record, field
from cognito_emu.store.stacks import StackResource


class Wanted(Record):
    """A resource of a deployment.

    Attributes:
        shown: The properties as events show them, where something of them is hidden.
        tags: The stack's tags, where the type passes them on.
        signal: What its creation waits for, where it has a CreationPolicy and the type heeds it.
    """

    logical_id: str
    type: ResourceType
    properties: dict[str, Any]
    tags: dict[str, str] = field(default_factory=dict)
    depends_on: list[str] = field(default_factory=list)
    deletion_policy: str = "Delete"
    update_replace_policy: str = "Delete"
    metadata: Any = None
    signal: ResourceSignal | None = None
    shown: dict[str, Any] | None = None

    @property
    def shown_properties(self) -> dict[str, Any]:
        """The properties with what is not to be echoed hidden."""
        return self.properties if self.shown is None else self.shown

    def changed(self, current: StackResource) -> list[str]:
        """The names of properties that differ; `Tags` for the stack's own."""
        old = current.document["properties"]
        names = sorted(name for name in old.keys() | self.properties.keys() if old.get(name) != self.properties.get(name))
        names += ["Tags"] if self.tags != current.document["tags"] else []
        return names or (["TemplateURL"] if self.type.dynamic else [])

    def replacement(self, current: StackResource) -> bool:
        """Whether the change makes a new resource."""
        if current.document["type"] != self.type.name:
            return True
        return bool(self.type.replaces(current.document["properties"], self.properties))

    def check_change(self, current: StackResource) -> None:
        """Refuse changes of what cannot change.

        Raises:
            ResourceFailure: In CloudFormation's words.
        """
        for name in self.changed(current):
            if name in self.type.frozen:
                raise ResourceFailure(self.type.frozen_reason(name))

    def document(self, **more: Any) -> dict[str, Any]:
        """What the stack keeps of it."""
        return {
            "type": self.type.name,
            "properties": self.properties,
            "attributes": {},
            "tags": self.tags,
            "depends_on": self.depends_on,
            "deletion_policy": self.deletion_policy,
            "update_replace_policy": self.update_replace_policy,
            "metadata": self.metadata,
            **({"shown": self.shown} if self.shown is not None else {}),
            **more,
        }


def shown_of(resource: StackResource) -> dict[str, Any]:
    """A resource's properties with what is not to be echoed hidden."""
    shown: dict[str, Any] = resource.document.get("shown", resource.document["properties"])
    return shown


def type_of(name: str) -> ResourceType:
    """The type of that name; one that was known when the resource was made still is, as a placeholder at least."""
    found = find_type(name, record_unknown=True)
    assert found is not None
    return found


def compute(
    evaluation: Evaluation, logical_id: str, resource: dict[str, Any], tags: dict[str, str], showing: Evaluation | None = None
) -> Wanted:
    """Compute one resource's properties.

    Args:
        showing: The same template with facts for showing, where the resource is to be told of.

    Raises:
        ResourceFailure: The type does not take them.
        ValidationError: A function cannot be computed.
    """
    kind = type_of(resource["Type"])
    written = resource.get("Properties") or {}
    properties = evaluation.resolved(evaluation.value(written))
    kind.check(properties)
    properties, shown = kind.shape(properties), kind.shape(shown_properties(showing, written)) if showing else None
    signalled = kind.signalled and "CreationPolicy" in resource
    deletion = evaluation.value(resource.get("DeletionPolicy", "Delete"))
    return Wanted(
        logical_id=logical_id,
        type=kind,
        properties=properties,
        tags=tags if kind.tagged else {},
        depends_on=dependencies(evaluation, resource, evaluation.template["Resources"]),
        deletion_policy=deletion,
        update_replace_policy=evaluation.value(resource.get("UpdateReplacePolicy", "Delete")),
        metadata=resource.get("Metadata"),
        signal=read_creation_policy(evaluation.value(resource["CreationPolicy"])) if signalled else None,
        shown=shown if shown != properties else None,
    )
