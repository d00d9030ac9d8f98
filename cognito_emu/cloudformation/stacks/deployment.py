"""A deployment: a template with what a request gave for it, checked before anything happens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any

from cognito_emu.call import Call, Tenant
from cognito_emu.cloudformation.errors import InsufficientCapabilitiesException
from cognito_emu.cloudformation.resources import find_type, known_types
from cognito_emu.cloudformation.template.evaluation import Evaluation, Facts
from cognito_emu.cloudformation.template.parameters import declared_parameters, given_texts, is_ssm_value, parameter_values
from cognito_emu.cloudformation.template.parse import Template, parse_template
from cognito_emu.cloudformation.template.serverless import TRANSFORM, expand
from cognito_emu.cloudformation.template.structure import check_structure
from cognito_emu.errors import ValidationError
from cognito_emu.store import Tx

MAX_BODY = 51_200
_NAMED_IAM = {"AWS::IAM::Role": "RoleName", "AWS::IAM::ManagedPolicy": "ManagedPolicyName", "AWS::IAM::User": "UserName"}
_IAM = frozenset({*_NAMED_IAM, "AWS::IAM::Policy", "AWS::IAM::InstanceProfile", "AWS::IAM::AccessKey", "AWS::IAM::Group"})


@dataclass(frozen=True, slots=True)
class Deployment:
    """What a stack shall be.

    Attributes:
        template: The text as it was submitted.
        parameters: The parameters' texts.
        resolved: The values of the SSM parameters that those name, as they were when the deployment was asked for.
    """

    template: str
    parameters: dict[str, str]
    resolved: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    capabilities: list[str] = field(default_factory=list)
    notification_arns: list[str] = field(default_factory=list)
    role_arn: str | None = None

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Deployment:
        """From what `to_document` gave."""
        return cls(**document)

    def to_document(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    def processed(self, region: str) -> Template:
        """The template after its transforms."""
        return _processed(self.template, tuple(sorted(self.parameters.items())), region)

    def evaluation(self, tenant: Tenant, stack_id: str, stack_name: str, facts: Facts) -> Evaluation:
        """The template ready to be evaluated."""
        template = self.processed(tenant.region)
        pseudo = {
            "AWS::AccountId": tenant.account,
            "AWS::NotificationARNs": self.notification_arns,
            "AWS::Partition": "aws",
            "AWS::Region": tenant.region,
            "AWS::StackId": stack_id,
            "AWS::StackName": stack_name,
            "AWS::URLSuffix": "amazonaws.com",
        }
        values = parameter_values(template, self.parameters, lambda name: self.resolved[name])
        return Evaluation(template, values, pseudo, facts)


@lru_cache(64)
def _processed(text: str, parameters: tuple[tuple[str, str], ...], region: str) -> Template:
    """Every step asks for it, so it is kept; nobody changes it."""
    template = parse_template(text)
    return expand(template, dict(parameters), region) if TRANSFORM in declared_transforms(template) else template


async def read_deployment(call: Call, request: Mapping[str, Any], previous: Deployment | None) -> Deployment:
    """The deployment that a request asks for.

    Args:
        previous: What stands, for `UsePreviousTemplate`, `UsePreviousValue` and what an update leaves out.

    Raises:
        ValidationError: The template or its parameters are wrong.
        InsufficientCapabilitiesException: It makes IAM resources that the caller did not acknowledge.
    """
    text = template_text(request, previous)
    texts = given_texts(parse_template(text), request.get("Parameters", []), previous.parameters if previous else {})
    template = _processed(text, tuple(sorted(texts.items())), call.tenant.region)
    check_template(call, template)
    _check_capabilities(template, request.get("Capabilities", []))
    resolved = await call.store.read(lambda tx: _ssm_values(call, tx, template, texts))
    tags = {tag["Key"]: tag["Value"] for tag in request["Tags"]} if "Tags" in request else (previous.tags if previous else {})
    return Deployment(
        template=text,
        parameters=texts,
        resolved=resolved,
        tags=tags,
        capabilities=request.get("Capabilities", []),
        notification_arns=request.get("NotificationARNs", previous.notification_arns if previous else []),
        role_arn=request.get("RoleARN", previous.role_arn if previous else None),
    )


def template_text(request: Mapping[str, Any], previous: Deployment | None = None) -> str:
    """The text of the template that a request means."""
    if request.get("UsePreviousTemplate") and previous is not None:
        return previous.template
    if "TemplateBody" in request:
        text: str = request["TemplateBody"]
        if len(text.encode()) > MAX_BODY:
            raise ValidationError(
                f"1 validation error detected: Value at 'templateBody' failed to satisfy constraint: "
                f"Member must have length less than or equal to {MAX_BODY}"
            )
        return text
    if "TemplateURL" in request:
        # What cannot be emulated yet: there is no S3 here to read it from.
        raise ValidationError("S3 error: this emulator serves no S3 yet; pass the template as TemplateBody.")
    raise ValidationError("Either Template URL or Template Body must be specified.")


def check_template(call: Call, template: Template) -> None:
    """Refuse what can be told from the template alone: its form, transforms, and types that nobody knows.

    Raises:
        ValidationError: In CloudFormation's words; for unknown types also with the list of those that are known.
    """
    if transforms := declared_transforms(template):
        raise ValidationError(f"No transform named {transforms[0]} found.")
    check_structure(template)
    record = call.settings.cloudformation_unknown_types == "record"
    types = {resource["Type"] for resource in template["Resources"].values()}
    if unknown := sorted(name for name in types if find_type(name, record_unknown=record) is None):
        raise ValidationError(
            f"Template format error: Unrecognized resource types: [{', '.join(unknown)}]. "
            f"This emulator knows {', '.join(known_types())}; COGNITO_EMU_CLOUDFORMATION_UNKNOWN_TYPES=record records others."
        )


def declared_transforms(template: Template) -> list[str]:
    """The template's transforms, in order. `AWS::LanguageExtensions` needs none: its functions are always understood."""
    declared = template.get("Transform", [])
    names = [declared] if isinstance(declared, str) else declared
    return [name for name in names if name != "AWS::LanguageExtensions"]


def needed_capabilities(template: Template) -> list[str]:
    """The capability that the template's IAM resources need; empty when it has none."""
    iam = [resource for resource in template["Resources"].values() if resource["Type"] in _IAM]
    if any(_NAMED_IAM.get(resource["Type"], "") in resource.get("Properties", {}) for resource in iam):
        return ["CAPABILITY_NAMED_IAM"]
    return ["CAPABILITY_IAM"] if iam else []


def _check_capabilities(template: Template, given: list[str]) -> None:
    needed = needed_capabilities(template)
    enough = {"CAPABILITY_NAMED_IAM"} | set(needed)  # the one for named resources covers those without names
    if needed and not enough & set(given):
        raise InsufficientCapabilitiesException(f"Requires capabilities : [{needed[0]}]")


def _ssm_values(call: Call, tx: Tx, template: Template, texts: Mapping[str, str]) -> dict[str, str]:
    names = [texts[key] for key, declaration in declared_parameters(template).items() if is_ssm_value(declaration)]
    found = {name: tx.ssm_parameters.get(call.tenant.account, call.tenant.region, name) for name in names}
    if missing := [name for name, parameter in found.items() if parameter is None]:
        raise ValidationError(f"Unable to fetch parameters [{','.join(missing)}] from parameter store for this account.")
    return {name: parameter.document["Value"] for name, parameter in found.items() if parameter is not None}
