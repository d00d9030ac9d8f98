"""Dynamic references to Systems Manager's parameters and to secrets, as far as a template alone tells whether they are right.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from cognito_emu.cloudformation.template.parameters import declared_parameters
from cognito_emu.cloudformation.template.parse import Template
from cognito_emu.domain.secret_versions import CURRENT
from cognito_emu.errors import ValidationError
from cognito_emu.records import Record

SECRETS_MANAGER = "secretsmanager"
SECURE = "ssm-secure"
SECURE_STRING = "SecureString"
_REFERENCE = re.compile(r"\{\{resolve:(ssm|ssm-secure):([^}]*)\}\}")
_KEY = re.compile(r"[a-zA-Z0-9_.\-/]+(:\d+)?")
_SUBSTITUTED = re.compile(r"\$\{[^}]*\}?")

# "Resources that support dynamic parameter patterns for secure strings" (AWS page). None is Cognito's.
_TAKE_SECURE = frozenset(
    {
        ("AWS::DirectoryService::MicrosoftAD", "Password"),
        ("AWS::DirectoryService::SimpleAD", "Password"),
        ("AWS::ElastiCache::ReplicationGroup", "AuthToken"),
        ("AWS::IAM::User", "LoginProfile", "Password"),
        ("AWS::KinesisFirehose::DeliveryStream", "RedshiftDestinationConfiguration", "Password"),
        ("AWS::OpsWorks::App", "AppSource", "Password"),
        ("AWS::OpsWorks::Stack", "CustomCookbooksSource", "Password"),
        ("AWS::OpsWorks::Stack", "RdsDbInstances", "DbPassword"),
        ("AWS::RDS::DBCluster", "MasterUserPassword"),
        ("AWS::RDS::DBInstance", "MasterUserPassword"),
        ("AWS::Redshift::Cluster", "MasterUserPassword"),
    }
)


_ARN_PIECES = 7


class SecretReference(Record):
    """`{{resolve:secretsmanager:secret-id:SecretString:json-key:version-stage:version-id}}`; all but the id may be left out.

    Attributes:
        secret_id: A name or an ARN.
        json_key: Empty: the whole text is meant.
    """

    secret_id: str
    json_key: str
    stage: str | None
    version_id: str | None

    @property
    def version(self) -> str:
        """The version as errors name it."""
        return f"VersionId: {self.version_id}" if self.version_id else f"staging label: {self.stage}"


def read_secret_reference(key: str) -> SecretReference:
    """Read what stands behind `secretsmanager:`.

    Raises:
        ValidationError: It asks for something else than SecretString, or for a label and a version at the same time. Assumption: the
            sentences.
    """
    pieces = key.split(":")
    count = _ARN_PIECES if key.startswith("arn:") else 1
    kind, json_key, stage, version_id, *_ = [*pieces[count:], "", "", "", ""]
    if kind not in {"", "SecretString"}:
        raise ValidationError(
            f"Incorrect format is used in the following SecretsManager reference: [{kind}]; only SecretString is supported"
        )
    if stage and version_id:
        raise ValidationError("You can't specify both a version-stage and a version-id in a SecretsManager reference")
    return SecretReference(":".join(pieces[:count]), json_key, None if version_id else stage or CURRENT, version_id or None)


def check_dynamic_references(template: Template) -> None:
    """Refuse references of a wrong form, and secure ones where they may not be.

    AWS tells of the second at once where the reference has a version, else when it makes the stack; here always at once.

    Raises:
        ValidationError: In CloudFormation's words.
    """
    for name, declaration in declared_parameters(template).items():
        for _, key in _REFERENCE.findall(str(declaration.get("Default", ""))):
            if ":" not in key:
                raise ValidationError(f"Template error: parameter {name} should not contain ssm versionless resolver")
    misplaced: list[str] = []
    for resource in template["Resources"].values():
        for path, shown, text in _texts(resource.get("Properties") or {}, (resource["Type"],), (resource["Type"], "Properties")):
            _check_form(text)
            if f"{{{{resolve:{SECURE}:" in text and path not in _TAKE_SECURE:
                misplaced.append("/".join(shown))
    if misplaced:
        raise ValidationError(f"SSM Secure reference is not supported in: [{','.join(misplaced)}]")


def plain_references(template: Template) -> set[str]:
    """The names of the parameters that the template reads by `{{resolve:ssm:…}}`, as far as it names them in one piece."""
    properties = [resource.get("Properties") or {} for resource in template["Resources"].values()]
    found = (pair for each in properties for _, _, text in _texts(each, (), ()) for pair in _REFERENCE.findall(text))
    return {key.partition(":")[0] for service, key in found if service != SECURE and "$" not in key}


def _check_form(text: str) -> None:
    for found in _REFERENCE.finditer(_SUBSTITUTED.sub("0", text)):
        if not _KEY.fullmatch(found[2]):
            raise ValidationError(f"Incorrect format is used in the following SSM reference: [{found[0]}]")


def _texts(node: Any, path: tuple[str, ...], shown: tuple[str, ...], *, listed: bool = False) -> Iterator[tuple[Any, Any, str]]:
    """The texts below a node: where each is, how that is told (no further than the first list), and the text."""
    if isinstance(node, str):
        yield path, shown, node
    elif isinstance(node, list):
        for item in node:
            yield from _texts(item, path, shown, listed=True)
    elif isinstance(node, dict):
        for name, item in node.items():
            function = str(name).startswith("Fn::") and len(node) == 1
            deeper = path if function else (*path, str(name))
            yield from _texts(item, deeper, shown if function or listed else (*shown, str(name)), listed=listed)
