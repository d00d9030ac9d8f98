"""Types whose properties are the members of one operation each for creating, updating and deleting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from typing_extensions import override

from cognito_emu.cloudformation.errors import ResourceFailure
from cognito_emu.cloudformation.resources.base import Properties, ResourceType, Step
from cognito_emu.cloudformation.resources.operate import input_members, shaped
from cognito_emu.environment import Environment
from cognito_emu.protocol.service_models import StructureShape, load_service_model


def _nothing(_response: Mapping[str, Any], _request: Mapping[str, Any]) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, eq=False, kw_only=True)
class MappedType(ResourceType):
    """A resource type as a table row.

    Attributes:
        create: The operation that makes it.
        update: The operation that replaces its settings; None when every property is create-only.
        reset: Members that an update must send where the template has a property no more, because the operation would keep it.
        identify: The physical id, from the response and the request.
        keys: The members by which update and delete name the resource, from its physical id and properties.
        describe: The operation that tells, after a crash, whether the resource was made.
        reads: The operation that shows the resource, and the member of its response that is it, empty for the response itself; else
            the resource cannot be read.
        told: What that shows as properties, given the template's; None when it shows that the resource is gone.
        drawn_id: The members by which `describe` names it, where the creating operation draws its id.
        generated: The property that gets a name when the template gives none.
        not_in_template: Members of the operation that the type does not have.
        ignored: Properties that the type has and the operation does not.
    """

    name: str
    create_operation: str
    update_operation: str | None
    delete_operation: str
    identify: Callable[[Mapping[str, Any], Mapping[str, Any]], str]
    keys: Callable[[str, Mapping[str, Any]], dict[str, Any]]
    attributes: Callable[[Mapping[str, Any], Mapping[str, Any]], dict[str, Any]] = _nothing
    service: str = "cognito-idp"
    describe: str | None = None
    reads: tuple[str, str] | None = None
    told: Callable[[Properties, Properties], Properties | None] = lambda shown, _properties: shown
    unread: frozenset[str] = frozenset()
    drawn_id: Callable[[Environment], dict[str, Any]] | None = None
    generated: str | None = None
    create_only: frozenset[str] = frozenset()
    frozen: frozenset[str] = frozenset()
    not_in_template: frozenset[str] = frozenset()
    ignored: frozenset[str] = frozenset()
    reset: Mapping[str, Any] = field(default_factory=dict)
    tagged: bool = False

    @property
    def properties(self) -> frozenset[str]:  # type: ignore[override] # read from the model when asked
        """All members of the creating operation that the type has."""
        return (input_members(self.service, self.create_operation) - self.not_in_template) | self.ignored

    @property
    def required(self) -> frozenset[str]:  # type: ignore[override] # as above
        """Required members, but for the name that is made up."""
        shape = self._input()
        return frozenset(shape.required_members) - {self.generated}

    @override
    def shape(self, properties: Properties) -> Properties:
        shaped_properties: Properties = shaped(self._input(), properties)
        return shaped_properties

    @override
    async def create(self, step: Step, properties: Properties) -> None:
        request = dict(properties)
        if self.generated and self.generated not in request:
            request[self.generated] = step.new_name()
        response = await self._made_before_the_crash(step, request) if step.resumed else None
        if response is None:
            response = await step.operate(self.create_operation, request, service=self.service)
        step.physical_id = self.identify(response, request)
        step.attributes = self.attributes(response, request)

    @override
    async def update(self, step: Step, old: Properties, new: Properties) -> None:
        assert step.physical_id is not None
        if self.update_operation is None:
            return
        request = {name: value for name, value in self.reset.items() if name in old and name not in new}
        request |= new | self.keys(step.physical_id, new)
        response = await step.operate(self.update_operation, request, service=self.service)
        step.attributes = {**step.attributes, **self.attributes(response, request)}

    @override
    async def delete(self, step: Step, properties: Properties) -> None:
        assert step.physical_id is not None
        await step.remove(self.delete_operation, self.keys(step.physical_id, properties), service=self.service)

    @property
    def readable(self) -> bool:  # type: ignore[override] # it is what the row says
        """Whether an operation shows it."""
        return self.reads is not None

    @override
    async def read(self, step: Step, properties: Properties) -> Properties | None:
        assert step.physical_id is not None
        assert self.reads is not None
        name, member = self.reads
        response = await step.show(name, {**properties, **self.keys(step.physical_id, properties)}, service=self.service)
        if response is None:
            return None
        return self.told(response[member] if member else response, properties)

    def _input(self) -> StructureShape:
        shape = load_service_model(self.service).operation_model(self.create_operation).input_shape
        assert isinstance(shape, StructureShape)
        return shape

    async def _made_before_the_crash(self, step: Step, request: Properties) -> dict[str, Any] | None:
        """What a dead process made in this very step, if it came so far.

        Assumption: what has a name of the template's own and is there now was made by that process, not by somebody else since.
        """
        if self.describe is None:
            return None
        drawn = self.drawn_id(step.drawing(self.create_operation).env) if self.drawn_id else {}
        try:
            return await step.operate(self.describe, {**request, **drawn}, service=self.service)
        except ResourceFailure:
            return None
