"""Systems Manager's parameters that a template reads when it is deployed."""

from __future__ import annotations

from collections.abc import Mapping

from cognito_emu.call import Call
from cognito_emu.cloudformation.template.dynamic_references import SECURE_STRING, plain_references
from cognito_emu.cloudformation.template.parameters import declared_parameters, is_list, is_ssm_value
from cognito_emu.cloudformation.template.parse import Template
from cognito_emu.errors import ValidationError
from cognito_emu.store import Tx
from cognito_emu.store.ssm_parameters import SsmParameter


def ssm_values(call: Call, tx: Tx, template: Template, texts: Mapping[str, str]) -> dict[str, str]:
    """The values of the SSM parameters that the template's parameters name, by those names (`name` or `name:version`).

    Raises:
        ValidationError: One is not there, or not of the right type; in CloudFormation's words.
    """
    declared = {key: declaration for key, declaration in declared_parameters(template).items() if is_ssm_value(declaration)}
    found = {texts[key]: _find(call, tx, texts[key]) for key in declared}
    if missing := [name for name, parameter in found.items() if parameter is None]:
        raise ValidationError(f"Unable to fetch parameters [{','.join(missing)}] from parameter store for this account.")
    there = {name: parameter for name, parameter in found.items() if parameter is not None}
    if secure := [name for name, parameter in there.items() if parameter.document["Type"] == SECURE_STRING]:
        raise ValidationError(f"Parameters [{','.join(secure)}] referenced by template have types not supported by CloudFormation.")
    wrong = [
        texts[key] for key, declaration in declared.items() if is_list(declaration) != (there[texts[key]].document["Type"] == "StringList")
    ]
    if wrong:
        raise ValidationError(f"Types for SSM parameters [{','.join(wrong)}] defined in CFN template and SSM are incompatible")
    return {name: parameter.document["Value"] for name, parameter in there.items()}


def check_plain_references(call: Call, tx: Tx, template: Template) -> None:
    """Refuse `{{resolve:ssm:…}}` of a secure string.

    Raises:
        ValidationError: In CloudFormation's words.
    """
    for name in sorted(plain_references(template)):
        parameter = _find(call, tx, name)
        if parameter is not None and parameter.document["Type"] == SECURE_STRING:
            raise ValidationError(f"Non-secure ssm prefix was used for secure parameter {name}")


def _find(call: Call, tx: Tx, reference: str) -> SsmParameter | None:
    """The parameter, which has its newest version only."""
    name, _, version = reference.partition(":")
    parameter = tx.ssm_parameters.get(call.tenant.account, call.tenant.region, name)
    return parameter if parameter is not None and version in {"", str(parameter.version)} else None
