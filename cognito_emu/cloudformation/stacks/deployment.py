"""A deployment: a template with what a request gave for it, checked before anything happens."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from cognito_emu.call import Call, Tenant
from cognito_emu.cloudformation.errors import InsufficientCapabilitiesException
from cognito_emu.cloudformation.local_templates import read_local
from cognito_emu.cloudformation.resources import find_type, known_types
from cognito_emu.cloudformation.stacks.ssm_references import check_plain_references, ssm_values
from cognito_emu.cloudformation.stacks.template_url import read_template
from cognito_emu.cloudformation.template.dynamic_references import check_dynamic_references
from cognito_emu.cloudformation.template.evaluation import Evaluation, Facts
from cognito_emu.cloudformation.template.functions import unknown_transform
from cognito_emu.cloudformation.template.language_extensions import TRANSFORM as LANGUAGE_EXTENSIONS
from cognito_emu.cloudformation.template.language_extensions import expand_loops, extended_functions
from cognito_emu.cloudformation.template.parameters import given_texts, parameter_values
from cognito_emu.cloudformation.template.parse import Template, parse_template
from cognito_emu.cloudformation.template.rules import NO_FACTS, check_rules
from cognito_emu.cloudformation.template.serverless import TRANSFORM, expand
from cognito_emu.cloudformation.template.structure import check_structure
from cognito_emu.errors import ValidationError
from cognito_emu.records import Record, asdict, field
from cognito_emu.store import Tx

MAX_BODY = 51_200
_NAMED_IAM = {"AWS::IAM::Role": "RoleName", "AWS::IAM::ManagedPolicy": "ManagedPolicyName", "AWS::IAM::User": "UserName"}
_IAM = frozenset({*_NAMED_IAM, "AWS::IAM::Policy", "AWS::IAM::InstanceProfile", "AWS::IAM::AccessKey", "AWS::IAM::Group"})


class Deployment(Record):
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
        return processed(self.template, tuple(sorted(self.parameters.items())), region)

    def evaluation(self, tenant: Tenant, stack_id: str, stack_name: str, facts: Facts) -> Evaluation:
        """The template ready to be evaluated."""
        template = self.processed(tenant.region)
        pseudo = {**self.pseudo(tenant), "AWS::StackId": stack_id, "AWS::StackName": stack_name}
        return Evaluation(template, self.values(template), pseudo, facts)

    def pseudo(self, tenant: Tenant) -> dict[str, Any]:
        """The pseudo parameters that are the same for every stack."""
        return {**_pseudo(tenant.region), "AWS::AccountId": tenant.account, "AWS::NotificationARNs": self.notification_arns}

    def values(self, template: Template) -> dict[str, Any]:
        """What `Ref` gives for the parameters of the template."""
        return parameter_values(template, self.parameters, lambda name: self.resolved[name])


def _pseudo(region: str) -> dict[str, Any]:
    return {"AWS::Partition": "aws", "AWS::Region": region, "AWS::URLSuffix": "amazonaws.com"}


@lru_cache(64)
def processed(text: str, parameters: tuple[tuple[str, str], ...], region: str) -> Template:
    """The template after the transforms that are understood; the others stay declared.

    Every step asks for it, so it is kept; nobody changes it.
    """
    template = parse_template(text)
    for name in declared_transforms(template):
        if name == LANGUAGE_EXTENSIONS:
            values = parameter_values(template, dict(parameters), lambda name: name)
            template = expand_loops(template, Evaluation(template, values, _pseudo(region), NO_FACTS).value)
        elif name == TRANSFORM:
            template = expand(template, dict(parameters), region)
    left = [name for name in declared_transforms(template) if name not in {LANGUAGE_EXTENSIONS, TRANSFORM}]
    return {**{name: each for name, each in template.items() if name != "Transform"}, **({"Transform": left} if left else {})}


async def read_deployment(call: Call, request: Mapping[str, Any], previous: Deployment | None) -> Deployment:
    """The deployment that a request asks for.

    Args:
        previous: What stands, for `UsePreviousTemplate`, `UsePreviousValue` and what an update leaves out.

    Raises:
        ValidationError: The template or its parameters are wrong.
        InsufficientCapabilitiesException: It makes IAM resources that the caller did not acknowledge.
    """
    text = await template_text(call, request, previous)
    texts = given_texts(parse_template(text), request.get("Parameters", []), previous.parameters if previous else {})
    if LANGUAGE_EXTENSIONS not in declared_transforms(parse_template(text)):
        check_functions(parse_template(text))
    template = processed(text, tuple(sorted(texts.items())), call.tenant.region)
    check_template(call, template)
    _check_capabilities(template, text, request)
    check_dynamic_references(template)

    def look_up(tx: Tx) -> dict[str, str]:
        check_plain_references(call, tx, template)
        return ssm_values(call, tx, template, texts)

    resolved = await call.store.read(look_up)
    tags = {tag["Key"]: tag["Value"] for tag in request["Tags"]} if "Tags" in request else (previous.tags if previous else {})
    deployment = Deployment(
        template=text,
        parameters=texts,
        resolved=resolved,
        tags=tags,
        capabilities=request.get("Capabilities", []),
        notification_arns=request.get("NotificationARNs", previous.notification_arns if previous else []),
        role_arn=request.get("RoleARN", previous.role_arn if previous else None),
    )
    check_rules(template, deployment.values(template), deployment.pseudo(call.tenant))
    return deployment


async def template_text(call: Call, request: Mapping[str, Any], previous: Deployment | None = None) -> str:
    """The text of the template that a request means.

    Raises:
        ValidationError: There is none, or it is too long.
    """
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
    if request.get("TemplateURL", "").startswith("file:"):
        return read_local(call.parts.secret, request["TemplateURL"])
    if "TemplateURL" in request:
        return await read_template(call, request["TemplateURL"])
    raise ValidationError("Either Template URL or Template Body must be specified.")


def check_template(call: Call, template: Template) -> None:
    """Refuse what can be told from the template alone: its form, transforms, and types that nobody knows.

    Raises:
        ValidationError: In CloudFormation's words; for unknown types also with the list of those that are known.
    """
    if transforms := declared_transforms(template):
        raise unknown_transform(transforms[0])
    check_structure(template)
    record = call.settings.cloudformation_unknown_types == "record"
    types = {resource["Type"] for resource in template["Resources"].values()}
    if unknown := sorted(name for name in types if find_type(name, record_unknown=record) is None):
        raise ValidationError(
            f"Template format error: Unrecognized resource types: [{', '.join(unknown)}]. "
            f"This emulator knows {', '.join(known_types())}; COGNITO_EMU_CLOUDFORMATION_UNKNOWN_TYPES=record records others."
        )


def declared_transforms(template: Template) -> list[str]:
    """The names of the template's transforms, in order."""
    declared = template.get("Transform", [])
    return [each.get("Name", "") if isinstance(each, dict) else each for each in (declared if isinstance(declared, list) else [declared])]


def check_functions(template: Template) -> None:
    """Refuse functions that need a transform which the template does not declare. Assumption: the sentence."""
    if used := next(extended_functions(template), None):
        raise ValidationError(f"Template format error: {used} requires the transform {LANGUAGE_EXTENSIONS}")


def needed_capabilities(template: Template) -> list[str]:
    """The capability that the template's IAM resources need; empty when it has none."""
    # A loop that is not written out yet is a list.
    iam = [resource for resource in template["Resources"].values() if isinstance(resource, dict) and resource["Type"] in _IAM]
    if any(_NAMED_IAM.get(resource["Type"], "") in resource.get("Properties", {}) for resource in iam):
        return ["CAPABILITY_NAMED_IAM"]
    return ["CAPABILITY_IAM"] if iam else []


def _check_capabilities(template: Template, text: str, request: Mapping[str, Any]) -> None:
    """Refuse what the caller did not acknowledge. Whoever makes a change set can look at what a transform made before it is done."""
    given = set(request.get("Capabilities", []))
    needed = needed_capabilities(template)
    enough = {"CAPABILITY_NAMED_IAM"} | set(needed)  # the one for named resources covers those without names
    missing = needed if needed and not enough & given else []
    if declared_transforms(parse_template(text)) and "ChangeSetName" not in request:
        missing += sorted({"CAPABILITY_AUTO_EXPAND"} - given)
    if missing:
        raise InsufficientCapabilitiesException(f"Requires capabilities : [{', '.join(missing)}]")
