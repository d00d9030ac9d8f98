"""What a stack's template is told of the world: the stack's own resources, other stacks' exports, SSM parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typing_extensions import override

from cognito_emu.call import Tenant
from cognito_emu.cloudformation.resources import is_custom
from cognito_emu.cloudformation.template.evaluation import Facts
from cognito_emu.cloudformation.template.parameters import HIDDEN
from cognito_emu.errors import ValidationError
from cognito_emu.store import Tx
from cognito_emu.store.stacks import StackResource

LATER = "{{changeSet:KNOWN_AFTER_APPLY}}"
"""What stands, in a change set, for a value that only the deployment will tell."""


class StackFacts(Facts):
    """Facts inside one transaction.

    Args:
        later: Resources that a deployment is yet to make: what is asked of them is `LATER`.
        showing: The facts are for showing: attributes that are to be hidden are.

    Attributes:
        imports: The exports that were asked for.
    """

    def __init__(
        self,
        tx: Tx,
        tenant: Tenant,
        resources: Mapping[str, StackResource],
        later: frozenset[str] = frozenset(),
        *,
        showing: bool = False,
    ) -> None:
        self._tx = tx
        self._tenant = tenant
        self._resources = resources
        self._later = later
        self._showing = showing
        self.imports: set[str] = set()

    @override
    def reference(self, logical_id: str) -> Any:
        return LATER if logical_id in self._later else self._resource(logical_id).physical_id

    @override
    def attribute(self, logical_id: str, name: str) -> Any:
        if logical_id in self._later:
            return LATER
        attributes = self._resource(logical_id).document["attributes"]
        if name not in attributes and is_custom(self._resource(logical_id).document["type"]):
            key = f"{logical_id}|{self._resource(logical_id).physical_id}"
            raise ValidationError(f"CustomResource attribute error: Vendor response doesn't contain {name} key in object {key}")
        if name not in attributes:
            raise ValidationError(f"Template error: resource {logical_id} does not support attribute type {name} in Fn::GetAtt")
        hidden = self._showing and self._resource(logical_id).document.get("hidden")
        return HIDDEN if hidden else attributes[name]

    @override
    def export(self, name: str) -> str:
        found = self._tx.stacks.export(self._tenant.account, self._tenant.region, name)
        if found is None:
            raise ValidationError(f"No export named {name} found")
        self.imports.add(name)
        return found[1]

    @override
    def dynamic(self, service: str, key: str) -> str:
        if service not in {"ssm", "ssm-secure"}:
            raise ValidationError(f"Could not resolve the dynamic reference {{{{resolve:{service}:{key}}}}}: no such service here")
        # Assumption: a version after the name is ignored, since only the newest is kept.
        parameter = self._tx.ssm_parameters.get(self._tenant.account, self._tenant.region, key.partition(":")[0])
        if parameter is None:
            raise ValidationError(f"Could not find a value associated with ParameterKey: [{key}]")
        return str(parameter.document["Value"])

    def _resource(self, logical_id: str) -> StackResource:
        resource = self._resources.get(logical_id)
        if resource is None or resource.physical_id is None:
            raise ValidationError(f"Unresolved resource dependencies [{logical_id}] in the Resources block of the template")
        return resource
