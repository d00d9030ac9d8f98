"""AWS::CloudFormation::WaitConditionHandle and WaitCondition: a stack that waits until somebody says that it may go on.

A wait condition with a CreationPolicy is signalled by SignalResource and needs no handle; see `stacks/resource_signals.py`.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-waitcondition.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from typing_extensions import override

from cognito_emu.cloudformation.errors import ResourceFailure
from cognito_emu.cloudformation.resources.base import Properties, ResourceType, Step
from cognito_emu.cloudformation.signals import handle_of, signed_url, wait_for_signals

_LONGEST_SECONDS = 43_200  # twelve hours (AWS page)


class WaitConditionHandleType(ResourceType):
    """AWS::CloudFormation::WaitConditionHandle: `Ref` gives the address to which signals are put."""

    name = "AWS::CloudFormation::WaitConditionHandle"
    properties = frozenset()

    @override
    async def create(self, step: Step, properties: Properties) -> None:
        handle = step.drawing("handle").env.random_bytes(16).hex()
        call = step.call
        step.physical_id = signed_url(call.parts, call.origin.base_url, "wait-conditions", step.stack_id, handle)

    @override
    async def update(self, step: Step, old: Properties, new: Properties) -> None:
        """It has no properties."""

    @override
    async def delete(self, step: Step, properties: Properties) -> None:
        handle = handle_of(str(step.physical_id))
        await step.call.store.transact(lambda tx: tx.stacks.delete_signals(step.stack_id, handle))


class WaitConditionType(ResourceType):
    """AWS::CloudFormation::WaitCondition."""

    name = "AWS::CloudFormation::WaitCondition"
    properties = frozenset({"Count", "Handle", "Timeout"})
    frozen = frozenset({"Count", "Handle", "Timeout"})
    patient = True
    signalled = True

    @override
    async def create(self, step: Step, properties: Properties) -> None:
        step.physical_id = f"{step.stack_id}/{step.logical_id}"
        if step.awaits_signals:
            step.attributes = {"Data": "{}"}  # Assumption: SignalResource brings none
            return
        if missing := sorted({"Handle", "Timeout"} - properties.keys()):
            failed = "\n".join(f"#: required key [{name}] not found" for name in missing)
            raise ResourceFailure(f"Properties validation failed for resource with message:\n{failed}")
        handle = handle_of(str(properties["Handle"]))
        count, seconds = _number(properties, "Count", "1"), _number(properties, "Timeout", "0")
        if not handle:
            raise ResourceFailure("Wait condition handle must be the Ref of an AWS::CloudFormation::WaitConditionHandle.")
        found = await wait_for_signals(
            step.call.parts,
            step.stack_id,
            handle,
            enough=lambda bodies: _failure(bodies) is not None or len(_data(bodies)) >= count,
            seconds=min(seconds, _LONGEST_SECONDS),
            given_up=step.given_up,
        )
        if failure := _failure(found):
            raise ResourceFailure(failure)
        data = _data(found)
        if len(data) < count:
            raise ResourceFailure(f"WaitCondition timed out. Received {len(data)} conditions when expecting {count}")
        step.attributes = {"Data": json.dumps(data, separators=(",", ":"))}

    @override
    async def update(self, step: Step, old: Properties, new: Properties) -> None:
        """Nothing of it can change."""

    @override
    async def delete(self, step: Step, properties: Properties) -> None:
        """It was only waited for."""


def _number(properties: Properties, name: str, default: str) -> int:
    text = str(properties.get(name, default))
    if not text.isdigit():
        raise ResourceFailure(f"Value of property {name} must be a number.")
    return int(text)


def _signals(bodies: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """By sender. Assumption: what is no signal is not looked at."""
    read = {}
    for sender, body in bodies.items():
        try:
            document = json.loads(body)
        except ValueError:
            continue
        if isinstance(document, dict) and document.get("Status") in {"SUCCESS", "FAILURE"}:
            read[sender] = document
    return read


def _data(bodies: Mapping[str, str]) -> dict[str, Any]:
    return {sender: signal.get("Data") for sender, signal in _signals(bodies).items() if signal["Status"] == "SUCCESS"}


def _failure(bodies: Mapping[str, str]) -> str | None:
    for sender, signal in _signals(bodies).items():
        if signal["Status"] == "FAILURE":
            return f"WaitCondition received failed message: '{signal.get('Reason', '')}' for uniqueId: {sender}"
    return None


TYPES: tuple[ResourceType, ...] = (WaitConditionHandleType(), WaitConditionType())
