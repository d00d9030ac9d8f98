"""Which attributes a user pool knows: the standard ones, and those added by its owner.

Source: SchemaAttributeType of the API reference; developer guide, "Working with user attributes". Attributes are plain dicts in
the model's shape, as CreateUserPool takes and DescribeUserPool shows them. What values they may have is the business of
`user_attributes`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from cognito_emu.errors import InvalidParameterException

SchemaAttribute = dict[str, Any]

MAX_CUSTOM_ATTRIBUTES = 50
MAX_STRING_LENGTH = 2048


def _string(name: str, minimum: str = "0", maximum: str = "2048") -> SchemaAttribute:
    return _attribute(name, "String", StringAttributeConstraints={"MinLength": minimum, "MaxLength": maximum})


def _attribute(name: str, data_type: str, **rest: Any) -> SchemaAttribute:
    return {
        "Name": name,
        "AttributeDataType": data_type,
        "DeveloperOnlyAttribute": False,
        "Mutable": True,
        "Required": False,
    } | rest


STANDARD_ATTRIBUTES: tuple[SchemaAttribute, ...] = (
    _string("profile"),
    _string("address"),
    _string("birthdate", "10", "10"),
    _string("gender"),
    _string("preferred_username"),
    _attribute("updated_at", "Number", NumberAttributeConstraints={"MinValue": "0"}),
    _string("website"),
    _string("picture"),
    _attribute("identities", "String", StringAttributeConstraints={}),
    _string("sub", "1") | {"Mutable": False, "Required": True},
    _string("phone_number"),
    _attribute("phone_number_verified", "Boolean"),
    _string("zoneinfo"),
    _string("locale"),
    _string("email"),
    _attribute("email_verified", "Boolean"),
    _string("given_name"),
    _string("family_name"),
    _string("middle_name"),
    _string("name"),
    _string("nickname"),
)
"""In the order in which AWS has shown them for pools made since late 2024 (a DescribeUserPool response of May 2025)."""

STANDARD_NAMES = frozenset(attribute["Name"] for attribute in STANDARD_ATTRIBUTES)


def create_schema(requested: Iterable[Mapping[str, Any]] = ()) -> list[SchemaAttribute]:
    """The SchemaAttributes of a new pool: all standard ones, as changed by CreateUserPool's Schema, then its custom ones.

    Raises:
        InvalidParameterException: An attribute is named twice, or is not one that AWS would make.
    """
    schema = {attribute["Name"]: attribute for attribute in STANDARD_ATTRIBUTES}  # shared: what is changed is made anew
    changed: set[str] = set()
    custom = []
    for attribute in requested:
        name = attribute.get("Name", "")
        if name not in STANDARD_NAMES:
            custom.append(attribute)
            continue
        if name in changed:
            raise InvalidParameterException(f"{name}: Existing attribute already has name {name}.")
        changed.add(name)
        schema[name] = _changed(schema[name], attribute)
    _check_custom_names(custom)
    return add_custom_attributes(list(schema.values()), custom)


def _check_custom_names(custom: Iterable[Mapping[str, Any]]) -> None:
    counts = Counter(f"custom:{attribute['Name']}" for attribute in custom if attribute.get("Name"))
    if repeated := [name for name, count in counts.items() if count > 1]:
        # AWS's sentence (badmintoncryer/cdk-preflight, pf-cognito-schema-name-duplicate).
        raise InvalidParameterException(f"Duplicate custom attribute names {', '.join(repeated)} are not allowed in a user pool schema.")


def add_custom_attributes(schema: list[SchemaAttribute], requested: Iterable[Mapping[str, Any]]) -> list[SchemaAttribute]:
    """`schema` with custom attributes added, as by AddCustomAttributes.

    Raises:
        InvalidParameterException: A name is taken, there are more than 50, or one is not an attribute that AWS would make.
    """
    names = {attribute["Name"] for attribute in schema}
    added = []
    for attribute in requested:
        made = _custom(attribute)
        name = made["Name"]
        if name in names:
            raise InvalidParameterException(f"{name.removeprefix('dev:')}: Existing attribute already has name {name}.")
        names.add(name)
        added.append(made)
    if len(names - STANDARD_NAMES) > MAX_CUSTOM_ATTRIBUTES:
        # Assumption: the limit is documented ("Quotas in Amazon Cognito"), AWS's sentence is not.
        raise InvalidParameterException(f"The number of custom attributes cannot exceed {MAX_CUSTOM_ATTRIBUTES}.")
    return [*schema, *added]


def _changed(standard: SchemaAttribute, requested: Mapping[str, Any]) -> SchemaAttribute:
    """A standard attribute as a Schema entry may change it: required or not, mutable or not, narrower constraints."""
    name, data_type = standard["Name"], standard["AttributeDataType"]
    if requested.get("AttributeDataType", data_type) != data_type or requested.get("DeveloperOnlyAttribute"):
        raise InvalidParameterException(
            f"You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute {name}"
        )
    if name == "sub":
        return standard
    kind = _CONSTRAINTS.get(data_type)
    result = standard | {key: requested[key] for key in ("Mutable", "Required") if key in requested}
    if kind and requested.get(kind):
        result[kind] = standard[kind] | dict(requested[kind])
        _check_constraints(name, data_type, result[kind])
    return result


def _custom(requested: Mapping[str, Any]) -> SchemaAttribute:
    data_type = requested.get("AttributeDataType")
    if not data_type:
        raise InvalidParameterException("Invalid AttributeDataType input, consider using the provided AttributeDataType enum.")
    if not requested.get("Name"):
        # Assumption: the sentence. The model does not demand the member.
        raise InvalidParameterException("Invalid Name input, a schema attribute must have a name.")
    if requested.get("Required"):
        raise InvalidParameterException("Required custom attributes are not supported currently.")
    developer_only = bool(requested.get("DeveloperOnlyAttribute"))
    name = f"{'dev:' if developer_only else ''}custom:{requested['Name']}"
    made = _attribute(name, data_type) | {
        "DeveloperOnlyAttribute": developer_only,
        # Assumption: a custom attribute is immutable unless said otherwise; so the CDK found before it began to send the member
        # (aws/aws-cdk issue 7011).
        "Mutable": bool(requested.get("Mutable", False)),
    }
    if kind := _CONSTRAINTS.get(data_type):
        made[kind] = dict(requested.get(kind) or {})
        _check_constraints(name, data_type, made[kind])
    return made


_CONSTRAINTS = {"String": "StringAttributeConstraints", "Number": "NumberAttributeConstraints"}


def _check_constraints(name: str, data_type: str, constraints: Mapping[str, str]) -> None:
    """The sentences on limits in the wrong order were measured by badmintoncryer/cdk-preflight (pf-cognito-schema-*-order)."""
    if data_type == "String":
        low, high = (_limit(name, data_type, constraints.get(key)) for key in ("MinLength", "MaxLength"))
        if max(low or 0, high or 0) > MAX_STRING_LENGTH:
            # Assumption: the sentence.
            raise InvalidParameterException(f"user.{name}: String attributes cannot have a length of more than {MAX_STRING_LENGTH}")
        if low is not None and high is not None and low > high:
            raise InvalidParameterException(f"Attribute {name} cannot have a max length shorter than it's min length")
    else:
        low, high = (_limit(name, data_type, constraints.get(key)) for key in ("MinValue", "MaxValue"))
        if low is not None and high is not None and low > high:
            raise InvalidParameterException(f"Attribute {name} cannot have a max value smaller than it's min value")


def _limit(name: str, data_type: str, text: str | None) -> int | None:
    if not text:
        return None
    # 2^1023 has 308 digits, and the model allows no larger limit.
    if not re.fullmatch(r"-?[0-9]{1,308}" if data_type == "Number" else r"[0-9]{1,308}", text):
        raise InvalidParameterException(f"Invalid {_CONSTRAINTS[data_type]} for schema attribute {name}")
    return int(text)
