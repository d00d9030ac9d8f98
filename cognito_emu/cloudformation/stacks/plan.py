"""What a deployment would change: the changes of a change set, and whether there are any."""

from __future__ import annotations

from typing import Any

from cognito_emu.call import Call
from cognito_emu.cloudformation.errors import ResourceFailure
from cognito_emu.cloudformation.stacks.deployment import Deployment
from cognito_emu.cloudformation.stacks.drift import property_text
from cognito_emu.cloudformation.stacks.facts import StackFacts
from cognito_emu.cloudformation.stacks.outputs import compute_outputs
from cognito_emu.cloudformation.stacks.wanted import Wanted, compute, shown_of
from cognito_emu.cloudformation.template.structure import wanted_resources
from cognito_emu.errors import ValidationError
from cognito_emu.records import Record, field
from cognito_emu.store import Tx
from cognito_emu.store.stacks import Stack, StackResource

_VALUES = frozenset({"Path", "BeforeValue", "AfterValue", "AttributeChangeType"})


class Plan(Record):
    """What a deployment changes.

    Attributes:
        changes: The model's Changes.
        outputs_change: The outputs or the stack's tags change.
    """

    changes: list[dict[str, Any]] = field(default_factory=list)
    outputs_change: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing changes."""
        return not self.changes and not self.outputs_change


def make_plan(call: Call, tx: Tx, stack: Stack, target: Deployment) -> Plan:
    """Compare a deployment with what stands.

    Raises:
        ValidationError: The template cannot be computed.
    """
    resources = {name: each for name, each in tx.stacks.resources(stack.id).items() if _stands(each)}
    changes: list[dict[str, Any]] = []
    # New ids are only known later: whatever asks for them sees a placeholder, and so differs from what it was.
    later: set[str] = set(_order(call, tx, stack, target, resources, frozenset())) - resources.keys()
    for logical_id in _order(call, tx, stack, target, resources, frozenset(later)):
        wanted = _compute(call, tx, stack, target, resources, frozenset(later), logical_id)
        current = resources.get(logical_id)
        if current is None:
            changes.append(_change("Add", logical_id, wanted.type.name, AfterContext=_context(wanted.shown_properties)))
        elif names := wanted.changed(current):
            replaced = wanted.replacement(current)
            if replaced:
                later.add(logical_id)
            changes.append(_modification(wanted, current, names, replaced=replaced))
    kept = _order(call, tx, stack, target, resources, frozenset(later))
    for logical_id, resource in resources.items():
        if logical_id not in kept:
            before = _context(shown_of(resource))
            changes.append(_change("Remove", logical_id, resource.document["type"], physical_id=resource.physical_id, BeforeContext=before))
    return Plan(changes, _outputs_change(call, tx, stack, target, resources, frozenset(later)))


def _stands(resource: StackResource) -> bool:
    return resource.physical_id is not None and resource.document["status"] not in {"DELETE_COMPLETE", "DELETE_SKIPPED"}


def _order(
    call: Call, tx: Tx, stack: Stack, target: Deployment, resources: dict[str, StackResource], later: frozenset[str]
) -> dict[str, dict[str, Any]]:
    facts = StackFacts(tx, call.tenant, resources, later)
    return wanted_resources(target.evaluation(call.tenant, stack.id, stack.name, facts))


def _compute(
    call: Call,
    tx: Tx,
    stack: Stack,
    target: Deployment,
    resources: dict[str, StackResource],
    later: frozenset[str],
    logical_id: str,
) -> Wanted:
    evaluation, showing = (
        target.evaluation(call.tenant, stack.id, stack.name, StackFacts(tx, call.tenant, resources, later, showing=showing))
        for showing in (False, True)
    )
    try:
        return compute(evaluation, logical_id, evaluation.template["Resources"][logical_id], target.tags, showing)
    except ResourceFailure as failure:
        raise ValidationError(str(failure)) from failure


def _outputs_change(
    call: Call, tx: Tx, stack: Stack, target: Deployment, resources: dict[str, StackResource], later: frozenset[str]
) -> bool:
    standing = stack.document.get("deployment")
    if standing and Deployment.from_document(standing).tags != target.tags:
        return True
    facts = StackFacts(tx, call.tenant, resources, later, showing=True)
    evaluation = target.evaluation(call.tenant, stack.id, stack.name, facts)
    outputs: list[dict[str, Any]] = stack.document.get("outputs", [])
    return compute_outputs(evaluation) != outputs


def _change(action: str, logical_id: str, kind: str, **more: Any) -> dict[str, Any]:
    names = {"physical_id": "PhysicalResourceId"}
    change = {"Action": action, "LogicalResourceId": logical_id, "ResourceType": kind, "Scope": [], "Details": []}
    return {"Type": "Resource", "ResourceChange": change | {names.get(name, name): value for name, value in more.items() if value}}


def _modification(wanted: Wanted, current: StackResource, names: list[str], *, replaced: bool) -> dict[str, Any]:
    before, after = shown_of(current), wanted.shown_properties
    recreating = set(wanted.type.replaces(current.document["properties"], wanted.properties))
    details = [
        {
            "Target": {
                "Attribute": "Tags" if name == "Tags" else "Properties",
                "Name": name if name != "Tags" else None,
                "RequiresRecreation": "Always" if name in recreating else "Never",
                **_values(name, before, after),
            },
            "Evaluation": "Static",
            "ChangeSource": "DirectModification",
        }
        for name in names
    ]
    scope = sorted({str(detail["Target"]["Attribute"]) for detail in details})  # type: ignore[index] # a dict of dicts
    return _change(
        "Modify",
        wanted.logical_id,
        wanted.type.name,
        physical_id=current.physical_id,
        Replacement="True" if replaced else "False",
        Scope=scope,
        Details=details,
        BeforeContext=_context(before),
        AfterContext=_context(after),
    )


def _context(properties: dict[str, Any]) -> str:
    """Assumption: the properties and nothing else."""
    return property_text({"Properties": properties})


def _values(name: str, before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What a property was and shall be. Assumption: of a nested one the whole is told."""
    if name == "Tags" and before.get(name) == after.get(name):
        return {}  # the stack's tags
    told: dict[str, Any] = {"Path": f"/Properties/{name}"}
    told |= {member: property_text(each[name]) for member, each in (("BeforeValue", before), ("AfterValue", after)) if name in each}
    return told | {"AttributeChangeType": "Add" if name not in before else "Modify" if name in after else "Remove"}


def without_values(change: dict[str, Any]) -> dict[str, Any]:
    """A change as it is shown to who did not ask for properties' values."""
    resource = {name: value for name, value in change["ResourceChange"].items() if name not in {"BeforeContext", "AfterContext"}}
    details = [
        {**detail, "Target": {name: value for name, value in detail["Target"].items() if name not in _VALUES}}
        for detail in resource["Details"]
    ]
    return {**change, "ResourceChange": {**resource, "Details": details}}
