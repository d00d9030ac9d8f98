"""What stands around pools in templates: log groups, parameters, and placeholders."""

from __future__ import annotations

from typing import Any

from typing_extensions import override

from cognito_emu.cloudformation.errors import ResourceFailure
from cognito_emu.cloudformation.resources.base import Properties, ResourceType, Step
from cognito_emu.cloudformation.resources.stored import StoredType, arn
from cognito_emu.store import Tx
from cognito_emu.store.ssm_parameters import SsmParameter


def _log_group(step: Step, name: str, _properties: Properties) -> dict[str, Any]:
    return {"Arn": arn(step, "logs", f"log-group:{name}:*")}


class SsmParameterType(ResourceType):
    """AWS::SSM::Parameter: what GetParameter then answers."""

    name = "AWS::SSM::Parameter"
    properties = frozenset({"AllowedPattern", "DataType", "Description", "Name", "Policies", "Tags", "Tier", "Type", "Value"})
    required = frozenset({"Type", "Value"})
    create_only = frozenset({"Name"})
    readable = True
    unread = frozenset({"AllowedPattern", "Policies", "Tags", "Tier"})

    @override
    def check(self, properties: Properties) -> None:
        super().check(properties)
        if properties["Type"] not in {"String", "StringList"}:
            # "SecureString is not currently supported for CloudFormation templates" (AWS page). Assumption: the sentence.
            raise ResourceFailure(
                f"Properties validation failed for resource with message:\n#/Type: {properties['Type']} is not a valid enum value"
            )

    @override
    async def create(self, step: Step, properties: Properties) -> None:
        name = str(properties.get("Name") or f"CFN-{step.new_name()}")
        await self._put(step, name, properties, new=not step.resumed)
        step.physical_id = name
        step.attributes = {"Type": properties["Type"], "Value": properties["Value"]}

    @override
    async def update(self, step: Step, old: Properties, new: Properties) -> None:
        await self._put(step, str(step.physical_id), new, new=False)
        step.attributes = {"Type": new["Type"], "Value": new["Value"]}

    @override
    async def delete(self, step: Step, properties: Properties) -> None:
        tenant = step.call.tenant
        await step.call.store.transact(lambda tx: tx.ssm_parameters.delete(tenant.account, tenant.region, str(step.physical_id)))

    @override
    async def read(self, step: Step, properties: Properties) -> Properties | None:
        response = await step.show("GetParameter", {"Name": step.physical_id}, service="ssm")
        if response is None:
            return None
        description = await self._description(step)
        return {**response["Parameter"], **({"Description": description} if description else {})}

    async def _description(self, step: Step) -> str | None:
        """GetParameter does not show it."""
        tenant, name = step.call.tenant, str(step.physical_id)
        found = await step.call.store.read(lambda tx: tx.ssm_parameters.get(tenant.account, tenant.region, name))
        return found.document.get("Description") if found else None

    async def _put(self, step: Step, name: str, properties: Properties, *, new: bool) -> None:
        tenant, now = step.call.tenant, step.call.env.now()

        def write(tx: Tx) -> None:
            current = tx.ssm_parameters.get(tenant.account, tenant.region, name)
            if current and new:
                raise ResourceFailure(f"{name} already exists in stack or account {tenant.account}")
            version = current.version + 1 if current else 1
            members = ("Type", "Value", "DataType", "Description")
            document: dict[str, Any] = {key: str(properties[key]) for key in members if key in properties}
            tx.ssm_parameters.put(SsmParameter(tenant.account, tenant.region, name, now, version, document))

        await step.call.store.transact(write)


TYPES: tuple[ResourceType, ...] = (
    StoredType("AWS::CDK::Metadata"),
    StoredType("AWS::Logs::LogGroup", "LogGroupName", _log_group),
    SsmParameterType(),
)


def placeholder(type_name: str) -> ResourceType:
    """What stands in for a type that the emulator does not know, where the configuration allows it: a name, and a made-up ARN."""
    _, service, kind = f"{type_name}::::".split("::")[:3]
    return StoredType(type_name, attributes=lambda step, name, _properties: {"Arn": arn(step, service.lower(), f"{kind.lower()}/{name}")})
