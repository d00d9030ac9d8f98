"""Which role the credentials of an identity have, in the enhanced flow.

https://docs.aws.amazon.com/cognito/latest/developerguide/role-based-access-control.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from cognito_emu.domain.identity_pool_settings import role_mapping_names
from cognito_emu.errors import InvalidIdentityPoolConfigurationException, InvalidParameterException, NotAuthorizedException
from cognito_emu.records import Record

_ROLE_ARN = re.compile(r"arn:[\w-]+:iam::\d{12}:role/(?:[\w+=,.@/-]*/)?(?P<name>[\w+=,.@-]+)")
_MOST_RULES = 25


class ProviderClaims(Record):
    """What a verified login says.

    Attributes:
        mapping_names: The names under which a role mapping, or principal tags, for this login may stand; the most particular first.
        roles: Those that the provider itself gives: a SAML provider's, in the attribute `Role`.
    """

    mapping_names: Sequence[str]
    claims: Mapping[str, Any]
    roles: Sequence[str] = ()


def resolve_role(
    roles: Mapping[str, str],
    role_mappings: Mapping[str, Mapping[str, Any]],
    logins: Sequence[ProviderClaims],
    custom_role_arn: str | None = None,
) -> str:
    """The role's ARN.

    Assumption: of several logins the first that has a role mapping counts.

    Raises:
        InvalidIdentityPoolConfigurationException: The role that is needed isn't set.
        NotAuthorizedException: The mapping denies it.
    """
    if not logins:
        return _present(roles.get("unauthenticated"))
    for login in logins:
        mapping = find_by_name(role_mappings, login)
        if mapping is not None:
            return _mapped_role(mapping, login.claims, roles, custom_role_arn)
    offered = next((login.roles for login in logins if login.roles), ())
    if custom_role_arn is None and len(offered) == 1:
        return offered[0]
    if custom_role_arn is not None and custom_role_arn in offered:
        # "The user assumes this customRoleArn if the role matches one in the claim in the SAML assertion" (developer guide, SAML providers)
        return custom_role_arn
    # Assumption: without a mapping there is nothing else to choose from, so any other role than the pool's is refused; and who has several
    # roles from a SAML provider and chooses none gets the pool's.
    role = _present(roles.get("authenticated"))
    if custom_role_arn not in {None, role}:
        raise _forbidden(custom_role_arn)
    return role


def find_by_name(by_name: Mapping[str, Any], login: ProviderClaims) -> Any:
    """What stands under one of the login's names, None when nothing does."""
    return next((by_name[name] for name in login.mapping_names if name in by_name), None)


def check_roles(settings: Mapping[str, Any], roles: Mapping[str, str], role_mappings: Mapping[str, Mapping[str, Any]]) -> None:
    """Hold the input of SetIdentityPoolRoles against what the model cannot say.

    Raises:
        NotAuthorizedException: A role is no role's ARN; AWS asks IAM about it and is not told.
        InvalidParameterException: A mapping is for no provider of the pool, or is incomplete.
    """
    # The first three sentences and their order were measured (badmintoncryer/cdk-preflight, pf-cognito-role-mapping*), and that a
    # developer provider is not taken.
    names = role_mapping_names(settings) - {settings.get("DeveloperProviderName")}
    for arn in roles.values():
        _check_role(arn)
    if any(len(_rules(mapping)) > _MOST_RULES for mapping in role_mappings.values()):
        raise InvalidParameterException(f"The number of rules in the request exceeded {_MOST_RULES}.")
    for name, mapping in role_mappings.items():
        if name not in names:
            raise InvalidParameterException(f"({name}) is not a valid RoleMapping ProviderName or is not a configured provider.")
        _check_mapping(name, mapping)


def role_name(arn: str) -> str | None:
    """The role's name without its path; None when it is no role's ARN."""
    found = _ROLE_ARN.fullmatch(arn)
    return found["name"] if found else None


def missing_role() -> InvalidIdentityPoolConfigurationException:
    """AWS's answer when the role that is needed isn't set, or doesn't trust the identity pool (aws-amplify/amplify-swift#3124)."""
    return InvalidIdentityPoolConfigurationException("Invalid identity pool configuration. Check assigned IAM roles for this pool.")


def claim_texts(value: Any) -> list[str]:
    """A claim's value as the texts that it is compared as: the elements of an array, each by itself.

    Assumption: booleans and numbers are compared as JSON writes them.
    """
    if isinstance(value, list):
        return [text for item in value for text in claim_texts(item)]
    if isinstance(value, bool):
        return [str(value).lower()]
    return [] if value is None else [str(value)]


def _mapped_role(mapping: Mapping[str, Any], claims: Mapping[str, Any], roles: Mapping[str, str], custom: str | None) -> str:
    if mapping["Type"] == "Token":
        offered, chosen = _roles_in_token(claims)
    else:
        offered = [rule["RoleARN"] for rule in mapping["RulesConfiguration"]["Rules"] if _matches(rule, claims)]
        chosen = offered[0] if offered else None
    if custom is not None:
        if custom not in offered:
            raise _forbidden(custom)
        return custom
    if chosen is not None:
        return chosen
    if mapping["AmbiguousRoleResolution"] == "Deny":
        raise NotAuthorizedException("The ambiguous role mapping rules denied this request")
    return _present(roles.get("authenticated"))


def _roles_in_token(claims: Mapping[str, Any]) -> tuple[list[str], str | None]:
    """The roles in the token, and the one that is taken unless the request chooses.

    AWS's guide calls `cognito:roles` a text with commas; user pools write an array.
    """
    offered = [role for text in claim_texts(claims.get("cognito:roles")) for role in text.split(",") if role]
    preferred = claims.get("cognito:preferred_role")
    if isinstance(preferred, str) and preferred:
        return [*offered, preferred], preferred
    # The model calls only several roles without a preferred one ambiguous.
    return offered, offered[0] if len(offered) == 1 else None


def _matches(rule: Mapping[str, str], claims: Mapping[str, Any]) -> bool:
    texts, expected = claim_texts(claims.get(rule["Claim"])), rule["Value"]
    match rule["MatchType"]:
        case "Equals":
            return expected in texts
        case "Contains":
            return any(expected in text for text in texts)
        case "StartsWith":
            return any(text.startswith(expected) for text in texts)
        case _:  # NotEqual: a claim that isn't there is no reason for a role
            return bool(texts) and expected not in texts


def _present(role: str | None) -> str:
    if role is None:
        raise missing_role()
    return role


def _rules(mapping: Mapping[str, Any]) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = mapping.get("RulesConfiguration", {}).get("Rules", [])
    return rules


def _check_mapping(name: str, mapping: Mapping[str, Any]) -> None:
    # Assumption: these sentences; the rules stand in the model's documentation of RoleMapping.
    rules = _rules(mapping)
    if "AmbiguousRoleResolution" not in mapping:
        raise InvalidParameterException(f"AmbiguousRoleResolution is required for the role mapping of {name}.")
    if mapping["Type"] == "Rules" and not rules:
        raise InvalidParameterException(f"RulesConfiguration is required for the role mapping of {name}.")
    if mapping["Type"] == "Token" and rules:
        raise InvalidParameterException(f"RulesConfiguration is not allowed for the role mapping of {name}, whose type is Token.")
    for rule in rules:
        _check_role(rule["RoleARN"])


def _check_role(arn: str) -> None:
    # Assumption: a role of another account is taken, which IAM would not let anyone pass: local set-ups mix made-up account numbers.
    if role_name(arn) is None:
        raise _forbidden(arn)


def _forbidden(arn: str | None) -> NotAuthorizedException:
    # AWS's sentence for roles that SetIdentityPoolRoles may not pass. Assumption: a CustomRoleArn that isn't offered earns the same.
    return NotAuthorizedException(f"Access to Role '{arn}' is forbidden.")
