"""Secrets of templates, by Secrets Manager's operations.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_SecretsManager.html
"""

from __future__ import annotations

import json
from typing import Any

from typing_extensions import override

from cognito_emu.cloudformation.errors import ResourceFailure
from cognito_emu.cloudformation.resources.base import Properties, ResourceType, Step
from cognito_emu.cloudformation.resources.operate import shaped
from cognito_emu.cloudformation.resources.tags import change_tags
from cognito_emu.domain.secret_versions import PasswordRules, random_password
from cognito_emu.protocol.service_models import load_service_model

_SERVICE = "secretsmanager"


class SecretType(ResourceType):
    """AWS::SecretsManager::Secret: a secret whose value the template has, or has drawn."""

    name = "AWS::SecretsManager::Secret"
    properties = frozenset({"Description", "GenerateSecretString", "KmsKeyId", "Name", "ReplicaRegions", "SecretString", "Tags", "Type"})
    create_only = frozenset({"Name"})
    readable = True
    unread = frozenset({"GenerateSecretString", "ReplicaRegions", "SecretString"})

    @override
    def check(self, properties: Properties) -> None:
        super().check(properties)
        if "SecretString" in properties and "GenerateSecretString" in properties:
            # Assumption: the sentence; "you can't specify both" (AWS page).
            raise ResourceFailure("Properties validation failed for resource with message:\n#: only one subschema matches out of 2")
        if "ReplicaRegions" in properties:
            raise ResourceFailure("This emulator keeps no replicas of secrets: leave ReplicaRegions out.")

    @override
    async def create(self, step: Step, properties: Properties) -> None:
        name = str(properties.get("Name") or step.new_name())
        request = {**_described(properties), "Name": name, "SecretString": _value(step, properties)}
        if "Tags" in properties:
            request["Tags"] = properties["Tags"]
        made = await step.operate("CreateSecret", request, service=_SERVICE)
        step.physical_id = made["ARN"]
        step.attributes = {"Id": made["ARN"]}

    @override
    async def update(self, step: Step, old: Properties, new: Properties) -> None:
        secret = {"SecretId": step.physical_id}
        request = secret | {"Description": ""} | _described(new)
        if any(old.get(name) != new.get(name) for name in ("SecretString", "GenerateSecretString")):
            request["SecretString"] = _value(step, new)
        await step.operate("UpdateSecret", request, service=_SERVICE)
        await change_tags(step, old, new, "Resource", secret, service=_SERVICE)

    @override
    async def delete(self, step: Step, properties: Properties) -> None:
        """At once, so that a stack with the same name of a secret can be made again."""
        await step.remove("DeleteSecret", {"SecretId": step.physical_id, "ForceDeleteWithoutRecovery": True}, service=_SERVICE)

    @override
    async def read(self, step: Step, properties: Properties) -> Properties | None:
        shown = await step.show("DescribeSecret", {"SecretId": step.physical_id}, service=_SERVICE)
        return None if shown is None or shown.get("DeletedDate") else shown


class SecretPolicyType(ResourceType):
    """AWS::SecretsManager::ResourcePolicy."""

    name = "AWS::SecretsManager::ResourcePolicy"
    properties = frozenset({"BlockPublicPolicy", "ResourcePolicy", "SecretId"})
    required = frozenset({"ResourcePolicy", "SecretId"})
    create_only = frozenset({"SecretId"})

    @override
    async def create(self, step: Step, properties: Properties) -> None:
        await self._put(step, properties)

    @override
    async def update(self, step: Step, old: Properties, new: Properties) -> None:
        await self._put(step, new)

    @override
    async def delete(self, step: Step, properties: Properties) -> None:
        await step.remove("DeleteResourcePolicy", {"SecretId": properties["SecretId"]}, service=_SERVICE)

    async def _put(self, step: Step, properties: Properties) -> None:
        policy = properties["ResourcePolicy"]
        text = policy if isinstance(policy, str) else json.dumps(policy)
        made = await step.operate("PutResourcePolicy", {"SecretId": properties["SecretId"], "ResourcePolicy": text}, service=_SERVICE)
        step.physical_id = made["ARN"]
        step.attributes = {"Id": made["ARN"]}


class RotationScheduleType(ResourceType):
    """AWS::SecretsManager::RotationSchedule, for functions that the template has; AWS's own (HostedRotationLambda) are for databases."""

    name = "AWS::SecretsManager::RotationSchedule"
    properties = frozenset({"RotateImmediatelyOnUpdate", "RotationLambdaARN", "RotationRules", "SecretId"})
    required = frozenset({"SecretId"})
    create_only = frozenset({"SecretId"})

    @override
    async def create(self, step: Step, properties: Properties) -> None:
        await self._rotate(step, properties)

    @override
    async def update(self, step: Step, old: Properties, new: Properties) -> None:
        await self._rotate(step, new)

    @override
    async def delete(self, step: Step, properties: Properties) -> None:
        secret = {"SecretId": properties["SecretId"]}
        shown = await step.show("DescribeSecret", secret, service=_SERVICE)
        if shown and shown.get("RotationEnabled"):
            await step.remove("CancelRotateSecret", secret, service=_SERVICE)

    async def _rotate(self, step: Step, properties: Properties) -> None:
        immediately = {"RotateImmediately": properties.get("RotateImmediatelyOnUpdate", True)}
        made = await step.operate("RotateSecret", properties | immediately, service=_SERVICE)
        step.physical_id = made["ARN"]
        step.attributes = {"Id": made["ARN"]}


def _described(properties: Properties) -> dict[str, Any]:
    return {name: properties[name] for name in ("Description", "KmsKeyId", "Type") if name in properties}


def _value(step: Step, properties: Properties) -> str | None:
    """The template's own text, or a password that is drawn, alone or among the members of a JSON object; None where it asks for neither."""
    if "SecretString" in properties:
        return str(properties["SecretString"])
    if "GenerateSecretString" not in properties:
        return None
    given = dict(properties["GenerateSecretString"])
    shape = load_service_model(_SERVICE).operation_model("GetRandomPassword").input_shape
    assert shape is not None
    rules = PasswordRules.of(shaped(shape, given))
    if not rules.possible:
        raise ResourceFailure("Resource handler returned message: Password length is too short for the required character types.")
    password = random_password(rules, step.drawing("GenerateSecretString").env.random_text)
    template, key = given.get("SecretStringTemplate"), given.get("GenerateStringKey")
    if (template is None) != (key is None):
        # Assumption: the sentence; that the two belong together is documented.
        raise ResourceFailure("Resource handler returned message: SecretStringTemplate and GenerateStringKey must be given together.")
    if template is None:
        return password
    try:
        members = json.loads(template)
    except ValueError as error:
        raise ResourceFailure(f"Resource handler returned message: SecretStringTemplate is not valid JSON: {error}") from error
    return json.dumps({**members, key: password}, separators=(",", ":"))


TYPES: tuple[ResourceType, ...] = (SecretType(), SecretPolicyType(), RotationScheduleType())
