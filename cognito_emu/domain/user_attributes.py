"""Whether a user may have the attributes asked for, and who may read and write them.

Source: developer guide, "Working with user attributes"; sentences from public error reports. `schema` is a pool's
SchemaAttributes (see `attribute_schema`), `attributes` a mapping of names to values as text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from operator import itemgetter
from typing import Any

from cognito_emu.domain.attribute_schema import SchemaAttribute
from cognito_emu.errors import InvalidParameterException, NotAuthorizedException

Schema = Iterable[SchemaAttribute]

_NAME = itemgetter("Name")
_SERVICE_OWNED = frozenset({"sub", "identities"})
_VERIFIED_FLAGS = frozenset({"email_verified", "phone_number_verified"})
_NEVER_WRITTEN = _VERIFIED_FLAGS | {"sub"}

# What the sentence on missing attributes calls them: "name.givenName: The attribute name.givenName is required"
# (agentlang-ai/agentlang issue 240). Until about 2022 it was "given_name: The attribute is required" and a line end.
# Assumption: attributes that no report names have the names of the schema.
_REPORTED_AS = {
    "email": "emails",
    "family_name": "name.familyName",
    "given_name": "name.givenName",
    "middle_name": "name.middleName",
    "name": "name.formatted",
    "nickname": "nickName",
    "phone_number": "phoneNumbers",
}

# Assumption: the service's exact patterns are not published; these are the documented forms (an address with a domain; E.164). A domain
# needs no dot: RedHatTraining/CS22X-apps makes users amroy@cs220cluster on AWS.
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")
_PHONE_NUMBER = re.compile(r"\+[1-9][0-9]{1,14}")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")


def is_email(text: str) -> bool:
    """Whether Cognito takes `text` for an email address."""
    return _EMAIL.fullmatch(text) is not None


def is_phone_number(text: str) -> bool:
    """Whether Cognito takes `text` for a phone number: `+`, country code, number, digits only."""
    return _PHONE_NUMBER.fullmatch(text) is not None


def check_new_user(schema: Schema, attributes: Mapping[str, str], *, by_admin: bool = False) -> None:
    """Let the attributes of SignUp pass, or of AdminCreateUser, which may leave required ones out.

    Raises:
        InvalidParameterException: They do not conform to the schema.
    """
    known = _by_name(schema)
    for name in attributes:
        if name not in known:
            raise InvalidParameterException(
                f"Attributes did not conform to the schema: Type for attribute {{{name}}} could not be determined"
            )
    _check_formats(attributes)
    faults = [
        f"{name}: {fault}\n"
        for name, value in attributes.items()
        if (fault := "Attribute cannot be updated." if name in _SERVICE_OWNED else _fault(known[name], value))
    ]
    missing = [] if by_admin else [name for name, attribute in known.items() if attribute["Required"] and not attributes.get(name)]
    faults += [_required(name for name in missing if name not in _SERVICE_OWNED)]
    if any(faults):
        raise InvalidParameterException("Attributes did not conform to the schema: " + "".join(faults))


def _required(names: Iterable[str]) -> str:
    return ", ".join(f"{name}: The attribute {name} is required" for name in (_REPORTED_AS.get(name, name) for name in names))


def check_update(schema: Schema, attributes: Mapping[str, str]) -> None:
    """Let the attributes of UpdateUserAttributes and its admin twin pass. An empty value deletes.

    Raises:
        InvalidParameterException: One does not exist, cannot be changed, or is given a value that it cannot have.
    """
    known = _by_name(schema)
    _refuse("", [(f"user.{name}", "Attribute does not exist in the schema.") for name in attributes if name not in known])
    _refuse(
        "",
        [(f"user.{name}", "Attribute cannot be updated.") for name in attributes if not known[name]["Mutable"] or name in _SERVICE_OWNED],
    )
    given = {name: value for name, value in attributes.items() if value}
    check_deletion(known.values(), attributes.keys() - given.keys())
    _check_formats(given)
    _refuse("Invalid user attributes: ", [(name, fault) for name, value in given.items() if (fault := _fault(known[name], value))])


def check_deletion(schema: Schema, names: Collection[str]) -> None:
    """Let DeleteUserAttributes and its admin twin pass.

    Raises:
        InvalidParameterException: An attribute does not exist, cannot be changed, or is required.
    """
    known = _by_name(schema)
    prefix = "Invalid user attributes: "
    _refuse(prefix, [(f"user.{name}", "Attribute does not exist in the schema.") for name in names if name not in known])
    # Assumption: AWS's sentences for attributes that exist but cannot be deleted are those of an update and of a sign-up.
    _refuse(prefix, [(f"user.{name}", "Attribute cannot be updated.") for name in names if not known[name]["Mutable"]])
    _refuse(prefix, [(f"user.{name}", "The attribute is required") for name in names if known[name]["Required"]])


def readable_attributes(schema: Schema, read_attributes: Collection[str] | None) -> frozenset[str]:
    """The attributes that an app client may read: its ReadAttributes, or all when unset. `sub` is always readable."""
    # Assumption: an app client without a list reads and writes custom attributes too. The API reference speaks of standard ones
    # only, but clients made so by CloudFormation use custom attributes freely (and the CDK documents it).
    return frozenset(read_attributes) | {"sub"} if read_attributes else frozenset(map(_NAME, schema))


def writable_attributes(schema: Schema, write_attributes: Collection[str] | None) -> frozenset[str]:
    """The attributes that an app client may write: its WriteAttributes, or all when unset. Some are never a client's to write."""
    names = frozenset(write_attributes or (attribute["Name"] for attribute in schema))
    return frozenset(name for name in names - _SERVICE_OWNED - _VERIFIED_FLAGS if not name.startswith("dev:"))


def check_writable(schema: Schema, write_attributes: Collection[str] | None, names: Collection[str]) -> None:
    """Let a client's write pass. Names outside the schema are not this check's business.

    Raises:
        NotAuthorizedException: The app client may not write one of them.
    """
    known = _by_name(schema)
    if (set(names) & known.keys()) - writable_attributes(known.values(), write_attributes):
        raise NotAuthorizedException("A client attempted to write unauthorized attribute")


def check_permission_lists(
    schema: Schema, read_attributes: Collection[str] | None, write_attributes: Collection[str] | None, *, doing: str = "creating"
) -> None:
    """Let an app client's ReadAttributes and WriteAttributes pass.

    A list of what a client may write must have every required attribute ("All app clients can write user pool required attributes",
    developer guide; aws/aws-cdk issue 2608), and none that no client ever writes, as many found who had listed `email_verified`.

    Args:
        schema: The pool's.
        read_attributes: None or none: all.
        write_attributes: None or none: all.
        doing: `creating` or `updating`, for the sentence (aws/aws-sdk-java issue 1395 has the second).

    Raises:
        InvalidParameterException: A list names an attribute that the pool does not have, or the second breaks these rules.
    """
    known = _by_name(schema)
    if not set(read_attributes or ()) <= known.keys():
        raise InvalidParameterException(f"Invalid read attributes specified while {doing} a client")
    if not write_attributes:
        return
    required = {name for name, attribute in known.items() if attribute["Required"]} - _SERVICE_OWNED
    if not required <= set(write_attributes) <= known.keys() - _NEVER_WRITTEN:
        raise InvalidParameterException(f"Invalid write attributes specified while {doing} a client")


def _by_name(schema: Schema) -> dict[str, SchemaAttribute]:
    return {attribute["Name"]: attribute for attribute in schema}


def _refuse(prefix: str, faults: list[tuple[str, str]]) -> None:
    if faults:
        raise InvalidParameterException(prefix + "".join(f"{name}: {fault}\n" for name, fault in faults))


def _check_formats(attributes: Mapping[str, str]) -> None:
    if (email := attributes.get("email")) and not is_email(email):
        raise InvalidParameterException("Invalid email address format.")
    if (phone_number := attributes.get("phone_number")) and not is_phone_number(phone_number):
        raise InvalidParameterException("Invalid phone number format.")


def _fault(attribute: Mapping[str, Any], value: str) -> str | None:
    """What is wrong with a value, or None."""
    match attribute["AttributeDataType"]:
        case "String":
            return _string_fault(attribute, value)
        case "Number":
            return _number_fault(attribute.get("NumberAttributeConstraints") or {}, value)
        case "Boolean":
            # Assumption: the forms of booleans, and AWS's sentence for others, are not published.
            return None if value.lower() in {"true", "false"} else "Value must be a boolean"
        case _:
            # Assumption: which DateTime forms AWS accepts is not published, so all are.
            return None


def _string_fault(attribute: Mapping[str, Any], value: str) -> str | None:
    constraints = attribute.get("StringAttributeConstraints") or {}
    if len(value) < int(constraints.get("MinLength") or 0):
        return f"String must be no shorter than {constraints['MinLength']} characters"
    if (longest := constraints.get("MaxLength")) and len(value) > int(longest):
        return f"String must be no longer than {longest} characters"
    if attribute["Name"] == "birthdate" and not _is_date(value):
        # Assumption: "must be a valid 10 character date in the format YYYY-MM-DD" is documented, the sentence is not.
        return "Value must be a date in the format YYYY-MM-DD"
    return None


def _number_fault(constraints: Mapping[str, str], value: str) -> str | None:
    # Assumption: AWS's sentences for numbers are not published; these follow the ones for strings.
    if not _NUMBER.fullmatch(value):
        return "Value must be a number"
    number = Decimal(value)
    if (low := constraints.get("MinValue")) and number < int(low):
        return f"Number must be no less than {low}"
    if (high := constraints.get("MaxValue")) and number > int(high):
        return f"Number must be no greater than {high}"
    return None


def _is_date(text: str) -> bool:
    """YYYY-MM-DD, where OpenID Connect lets the year be 0000 if somebody keeps it to himself: a leap year, for all we know."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return False
    try:
        date.fromisoformat("2000" + text[4:] if text.startswith("0000") else text)
    except ValueError:
        return False
    return True
