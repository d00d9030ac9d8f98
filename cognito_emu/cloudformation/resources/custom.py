"""AWS::CloudFormation::CustomResource and Custom::*: a function of the template's makes, changes and deletes the resource.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from typing_extensions import override

from cognito_emu.cloudformation.errors import ResourceFailure
from cognito_emu.cloudformation.resources import aws_calls
from cognito_emu.cloudformation.resources.base import Properties, ResourceType, Step
from cognito_emu.cloudformation.signals import signed_url, wait_for_signals
from triggers.bus import Bus
from triggers.errors import TriggerError

_MOST_BYTES = 4096
_LONGEST_SECONDS = 3600
# Assumption: an address expires some time after the last moment at which somebody waits for what is put there.
_GRACE_SECONDS = 3600
_UNANSWERED = (
    "CloudFormation did not receive a response from your custom resource. Please check your logs for requestId [{}]. If you are using "
    "the Python cfn-response module, you may need to update your Lambda function code so that CloudFormation can attach the updated "
    "version."
)


class _NotAsked(ResourceFailure):
    """The function did not run, so that it made nothing."""


class CustomResourceType(ResourceType):
    """A custom resource; the name is the template's own."""

    required = frozenset({"ServiceToken"})
    frozen = frozenset({"ServiceToken"})
    patient = True

    def __init__(self, name: str = "AWS::CloudFormation::CustomResource") -> None:
        self.name = name

    @override
    def check(self, properties: Properties) -> None:
        super().check(properties)
        token = properties["ServiceToken"]
        if str(token).startswith("arn:aws:sns:"):
            # What cannot be emulated: there is no SNS here.
            raise ResourceFailure(f"This emulator has no SNS, so nobody answers {token}. Let ServiceToken be the ARN of a Lambda function.")
        seconds = str(properties.get("ServiceTimeout", _LONGEST_SECONDS))
        if not seconds.isdigit() or not 1 <= int(seconds) <= _LONGEST_SECONDS:
            raise ResourceFailure(f"Invalid ServiceTimeout {seconds}: it must be between 1 and {_LONGEST_SECONDS} seconds.")

    @override
    def shape(self, properties: Properties) -> Properties:
        """The function is sent text only: `true` as "true", 5 as "5"."""
        return {name: _texts(value) for name, value in properties.items()}

    @override
    def frozen_reason(self, name: str) -> str:
        return "Modifying service token is not allowed."

    @override
    async def create(self, step: Step, properties: Properties) -> None:
        try:
            answer = await self._ask(step, "Create", properties)
        except _NotAsked:
            raise
        except ResourceFailure:
            # Assumption: what a failed creation may have made is deleted under a name of CloudFormation's when the function gave none.
            step.physical_id = step.physical_id or step.new_name()
            raise
        step.physical_id, step.attributes, step.hidden = _made(answer)

    @override
    async def update(self, step: Step, old: Properties, new: Properties) -> None:
        answer = await self._ask(step, "Update", new, PhysicalResourceId=step.physical_id, OldResourceProperties=old)
        step.physical_id, step.attributes, step.hidden = _made(answer)

    @override
    async def delete(self, step: Step, properties: Properties) -> None:
        await self._ask(step, "Delete", properties, PhysicalResourceId=step.physical_id)

    async def _ask(self, step: Step, request_type: str, properties: Properties, **more: Any) -> dict[str, Any]:
        """Send a request, by invoking the function or by doing what CDK's function would do, and wait for the answer.

        Returns:
            The response object (AWS page "Custom resource response objects").

        Raises:
            ResourceFailure: It says FAILED, is none, or does not come.
        """
        if aws_calls.understands(properties):
            return await aws_calls.run(step, request_type, properties)
        # The same step draws the same again after a crash, and so finds the answer that came meanwhile.
        drawing = step.drawing(f"{request_type} {step.undoing} {step.physical_id}").env
        request_id, handle = drawing.uuid(), drawing.random_bytes(16).hex()
        parts, seconds = step.call.parts, int(properties.get("ServiceTimeout", _LONGEST_SECONDS))
        bus = parts.functions.bus
        if bus is None:
            raise _NotAsked("This emulator runs no functions. Start it with COGNITO_EMU_TRIGGERS=process, docker or remote.")
        base_url = await parts.functions.address_for_functions() or step.call.origin.base_url
        expires_at = step.call.env.now() + seconds + _GRACE_SECONDS
        event = {
            "RequestType": request_type,
            "ServiceToken": properties["ServiceToken"],
            "ResponseURL": signed_url(parts, base_url, "custom-resources", step.stack_id, handle, expires_at),
            "StackId": step.stack_id,
            "RequestId": request_id,
            "LogicalResourceId": step.logical_id,
            "ResourceType": self.name,
            "ResourceProperties": properties,
            **more,
        }
        run = parts.stacks.aside(_run(bus, properties["ServiceToken"], event, request_id))
        run.add_done_callback(lambda _run: parts.stacks.bell.ring())
        found = await wait_for_signals(
            parts,
            step.stack_id,
            handle,
            enough=lambda answers: bool(answers) or _failed(run),
            seconds=seconds,
            given_up=step.given_up,
        )
        await parts.store.transact(lambda tx: tx.stacks.delete_signals(step.stack_id, handle))
        if not found:
            raise (run.result() if run.done() else None) or ResourceFailure(_UNANSWERED.format(request_id))
        return _read(step, found[""], request_id)


async def _run(bus: Bus, function_arn: str, event: dict[str, Any], request_id: str) -> ResourceFailure | None:
    """Run the function, and return what went wrong if anything did.

    AWS waits for an hour for a function that failed without an answer. Nobody at a desk wants to, so that fails the resource at once.
    """
    try:
        outcome = await bus.run(function_arn, event, trigger="CustomResource", request_id=request_id)
    except TriggerError as error:
        return _NotAsked(error.sentence)
    if outcome.error is None:
        return None
    return ResourceFailure(f"The function {function_arn} failed without answering: {outcome.error.message} (RequestId: {request_id})")


def _failed(run: asyncio.Task[ResourceFailure | None]) -> bool:
    return run.done() and run.result() is not None


def _read(step: Step, text: str, request_id: str) -> dict[str, Any]:
    """The response object. Assumption: the sentences for one that is none."""
    if len(text.encode()) > _MOST_BYTES:
        raise ResourceFailure("Response object is too long.")
    try:
        answer = json.loads(text)
    except ValueError as error:
        raise ResourceFailure(f"Response object is not JSON: {error}") from error
    if not isinstance(answer, dict) or answer.get("Status") not in {"SUCCESS", "FAILED"}:
        raise ResourceFailure("Invalid Status: it must be SUCCESS or FAILED.")
    if answer["Status"] == "FAILED":
        step.physical_id = step.physical_id or answer.get("PhysicalResourceId")
        said = f"Message returned: {answer.get('Reason', '')} (RequestId: {request_id})"
        raise ResourceFailure(f"Received response status [FAILED] from custom resource. {said}")
    return answer


def _made(answer: dict[str, Any]) -> tuple[str, dict[str, Any], bool]:
    """Physical id, attributes, and whether those are to be hidden."""
    physical_id = answer.get("PhysicalResourceId")
    if not isinstance(physical_id, str) or not physical_id:
        raise ResourceFailure("Invalid PhysicalResourceId")
    data = answer.get("Data") or {}
    if not isinstance(data, dict):
        raise ResourceFailure("Invalid Data: it must be an object.")
    return physical_id, data, str(answer.get("NoEcho", "")).lower() == "true"


def _texts(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _texts(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_texts(item) for item in value]
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) or value is None else str(value)
