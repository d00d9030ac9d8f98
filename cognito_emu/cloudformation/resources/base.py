"""What a resource type is, and what it is handed when a stack makes, changes or deletes a resource."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from cognito_emu.call import Call
from cognito_emu.cloudformation.errors import ResourceFailure
from cognito_emu.cloudformation.resources.operate import GONE, failure, operate
from cognito_emu.cloudformation.resources.repeatable import repeatable
from cognito_emu.errors import AwsError
from cognito_emu.records import field

Properties = dict[str, Any]
_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


class Step(msgspec.Struct):
    """One step of a stack's life with one resource.

    Attributes:
        call: Acts in the stack's account and region.
        seed: From which all that the step draws at random follows, so that it is the same when the step is run again after a crash.
        tags: The stack's tags, which resources that have tags carry too.
        physical_id: What exists; set as soon as it does, so that a step which fails half-way is undone.
        resumed: The step began before, in a process that died: what it would make may be there.
        undoing: The step leads back to what was there before.
        hidden: The attributes are not to be shown.
        given_up: Whether the stack turned back meanwhile, so that what is waited for is needed no more.
        awaits_signals: The template has a CreationPolicy for the resource, so that its creation ends with SignalResource.
    """

    call: Call
    seed: bytes
    stack_id: str
    stack_name: str
    logical_id: str
    tags: dict[str, str]
    physical_id: str | None = None
    attributes: dict[str, Any] = field(default_factory=dict)
    resumed: bool = False
    undoing: bool = False
    hidden: bool = False
    given_up: Callable[[], bool] = lambda: False
    awaits_signals: bool = False

    def new_name(self, limit: int = 128) -> str:
        """The name of a resource that the template leaves unnamed: `stack-LogicalId-AbC123...`."""
        suffix = self.drawing("name").env.random_text(12, _SUFFIX)
        return f"{self.stack_name}-{self.logical_id}"[: limit - len(suffix) - 1] + f"-{suffix}"

    def drawing(self, purpose: str) -> Call:
        """The call with randomness of its own for a purpose, such as the name of an operation."""
        return repeatable(self.call, self.seed, purpose)

    async def operate(self, name: str, request: Mapping[str, Any], *, service: str = "cognito-idp") -> dict[str, Any]:
        """Run an operation.

        Raises:
            ResourceFailure: It was refused.
        """
        try:
            return await operate(self.drawing(name), service, name, request)
        except AwsError as error:
            raise failure(self.call, service, error) from error

    async def show(
        self, name: str, request: Mapping[str, Any], *, service: str = "cognito-idp", gone: frozenset[str] = GONE
    ) -> dict[str, Any] | None:
        """Run an operation that reads; None when what is asked for is gone.

        Args:
            gone: The errors that say so.

        Raises:
            ResourceFailure: It was refused.
        """
        try:
            return await operate(self.call, service, name, request)
        except AwsError as error:
            if error.code in gone:
                return None
            raise failure(self.call, service, error) from error

    async def remove(self, name: str, request: Mapping[str, Any], *, service: str = "cognito-idp") -> None:
        """Run an operation that deletes; what is gone already is deleted.

        Raises:
            ResourceFailure: It was refused.
        """
        try:
            await operate(self.call, service, name, request)
        except AwsError as error:
            if error.code not in GONE:
                raise failure(self.call, service, error) from error


class ResourceType(ABC):
    """A type of resource.

    Attributes:
        name: `AWS::Cognito::UserPool`.
        properties: All it has; others are refused. None: whatever is given.
        create_only: Those whose change makes a new resource.
        frozen: Those that cannot change at all.
        tagged: The stack's tags are passed on, so that their change is a change of the resource.
        dynamic: Whether it changes cannot be told from its properties, so that every update of the stack looks at it.
        patient: Its steps wait for somebody else, and so do not count among those that are taken at the same time.
        signalled: A CreationPolicy of the template's is heeded. "Creation policies are ignored for resources that don't support them"
            (aws-cloudformation/cfn-lint#3598).
        readable: Resources can be read back, so that their drift can be told.
        unread: Properties that cannot be read back.
    """

    name: str
    properties: frozenset[str] | None = None
    required: frozenset[str] = frozenset()
    create_only: frozenset[str] = frozenset()
    frozen: frozenset[str] = frozenset()
    tagged: bool = False
    dynamic: bool = False
    patient: bool = False
    signalled: bool = False
    readable: bool = False
    unread: frozenset[str] = frozenset()

    def check(self, properties: Properties) -> None:
        """Refuse properties that the type does not have, and the lack of those it needs.

        Raises:
            ResourceFailure: In the words of CloudFormation's schema validation.
        """
        failed = [f"#: required key [{name}] not found" for name in sorted(self.required - properties.keys())]
        if self.properties is not None:
            failed += [f"#: extraneous key [{name}] is not permitted" for name in sorted(properties.keys() - self.properties)]
        if failed:
            raise ResourceFailure(f"Properties validation failed for resource with message:\n{chr(10).join(failed)}")

    def shape(self, properties: Properties) -> Properties:
        """The properties with their scalars in the types that the operations want; they are compared and kept in this form."""
        return properties

    def replaces(self, old: Properties, new: Properties) -> list[str]:
        """The changed properties that need a new resource."""
        return sorted(name for name in self.create_only if old.get(name) != new.get(name))

    def frozen_reason(self, name: str) -> str:
        """Why a property of `frozen` did not change."""
        return f"Updates are not allowed for property - {name}."

    def reads_back(self, name: str) -> bool:
        """Whether a property is compared when drift is looked for."""
        return name not in self.unread

    @abstractmethod
    async def create(self, step: Step, properties: Properties) -> None:
        """Make the resource; sets the step's physical id and attributes."""

    @abstractmethod
    async def update(self, step: Step, old: Properties, new: Properties) -> None:
        """Change the resource in place; sets the step's attributes where they changed.

        A step whose physical id changes made another resource; the old one is deleted at the end of the stack's update.
        """

    @abstractmethod
    async def delete(self, step: Step, properties: Properties) -> None:
        """Delete the resource."""

    async def read(self, step: Step, properties: Properties) -> Properties | None:
        """The resource as it is now, in the template's names, for types that are `readable`; None when it is gone.

        Args:
            properties: Those that the stack gave it.

        Raises:
            ResourceFailure: It cannot be read.
        """
        raise NotImplementedError(f"{self.name} is not readable")  # whoever reads asks that first
