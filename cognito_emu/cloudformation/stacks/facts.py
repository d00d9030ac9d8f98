"""What a stack's template is told of the world: the stack's own resources, other stacks' exports, SSM parameters, secrets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from typing_extensions import override

from cognito_emu.call import Tenant
from cognito_emu.cloudformation.resources import is_custom
from cognito_emu.cloudformation.template.dynamic_references import SECRETS_MANAGER, SECURE, SECURE_STRING, read_secret_reference
from cognito_emu.cloudformation.template.evaluation import Facts
from cognito_emu.cloudformation.template.parameters import HIDDEN
from cognito_emu.errors import ValidationError
from cognito_emu.store import Tx
from cognito_emu.store.stacks import StackResource

_ARN_COLONS = 5

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
        reference = f"{{{{resolve:{service}:{key}}}}}"
        if service == SECRETS_MANAGER:
            # "CloudFormation never shows the resolved value" (AWS page on dynamic references).
            return reference if self._showing else self._secret(key)
        if service not in {"ssm", SECURE}:
            raise ValidationError(f"Could not resolve the dynamic reference {reference}: no such service here")
        name, _, version = key.partition(":")
        parameter = self._tx.ssm_parameters.get(self._tenant.account, self._tenant.region, name)
        if parameter is None:
            raise ValidationError(f"Could not find a value associated with ParameterKey: [{key}]")
        if version and version != str(parameter.version):
            raise ValidationError(f"Could not resolve {reference}: this emulator keeps the newest version only, {parameter.version}.")
        if service == SECURE:
            if parameter.document["Type"] != SECURE_STRING:
                raise ValidationError(f"Secure ssm prefix was used for non-secure parameter {name}")  # Assumption: the sentence
            # "CloudFormation never stores the actual secure string value" (AWS page), and nothing here that takes one uses it.
            return reference
        if parameter.document["Type"] == SECURE_STRING:
            raise ValidationError(f"Non-secure ssm prefix was used for secure parameter {name}")
        return str(parameter.document["Value"])

    @override
    def stack_output(self, stack: str, output: str, *, region: str | None, role_arn: str | None) -> str:
        """The role names the other account; its permissions are not asked. Assumption: the sentences."""
        account = role_arn.split(":")[4] if role_arn and role_arn.count(":") >= _ARN_COLONS else self._tenant.account
        found = self._tx.stacks.live(account, region or self._tenant.region, stack)
        if found is None:
            raise ValidationError(f"Stack with id {stack} does not exist")
        for each in found.document.get("outputs", []):
            if each["OutputKey"] == output:
                return str(each["OutputValue"])
        raise ValidationError(f"Stack {stack} has no output {output}")

    def _secret(self, key: str) -> str:
        """A secret's text, or a member of the JSON object in it."""
        wanted = read_secret_reference(key)
        account = wanted.secret_id.split(":")[4] if wanted.secret_id.startswith("arn:") else self._tenant.account
        secret = self._tx.secrets.find(account, self._tenant.region, wanted.secret_id)
        if secret is None or secret.deleted_at is not None:
            raise ValidationError("Secrets Manager can't find the specified secret.")
        version = self._tx.secrets.version(secret.arn, wanted.version_id, wanted.stage)
        if version is None or version.text is None:
            raise ValidationError(f"Secrets Manager can't find the specified secret value for {wanted.version}")
        if not wanted.json_key:
            return version.text
        try:
            members = orjson.loads(version.text)
        except orjson.JSONDecodeError as error:
            raise ValidationError("Could not parse SecretString JSON") from error
        if not isinstance(members, dict) or wanted.json_key not in members:
            # https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1822
            raise ValidationError("Could not find a value associated with JSONKey in SecretString")
        value = members[wanted.json_key]
        return value if isinstance(value, str) else orjson.dumps(value).decode()

    def _resource(self, logical_id: str) -> StackResource:
        resource = self._resources.get(logical_id)
        if resource is None or resource.physical_id is None:
            raise ValidationError(f"Unresolved resource dependencies [{logical_id}] in the Resources block of the template")
        return resource
