"""The CSV files of user imports: their header, their lines, and the user that a line describes.

Source: developer guide, "Importing users into user pools from a CSV file" and "Creating the user import CSV file".
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cognito_emu.domain.attribute_schema import SchemaAttribute
from cognito_emu.domain.password_hashes import is_password_hash
from cognito_emu.domain.user_attributes import check_new_user
from cognito_emu.errors import InvalidParameterException
from cognito_emu.records import Hidden, Record

# Quotas of the developer guide.
MOST_FILE_BYTES = 100 * 1024 * 1024
MOST_ROW_CHARACTERS = 16_000
MOST_USERS = 500_000

USERNAME, MFA_ENABLED = "cognito:username", "cognito:mfa_enabled"
# Assumption: the model has the hashing algorithm, and no page names the column of the hashes; this name is the one that its users write.
PASSWORD_HASH = "cognito:password_hash"  # noqa: S105 - a column's name

_STANDARD = (
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "email",
    "email_verified",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "phone_number",
    "phone_number_verified",
    "address",
    "updated_at",
)
_AMERICAN_DATE = re.compile(r"(\d{2})/(\d{2})/(\d{4})")

# Measured: aws-solutions/cognito-user-profiles-export-reference-architecture, issue 58.
NOT_VERIFIED = "The User Record does not set any of the auto verified attributes to verified. (Example: email_verified to true)."


class ImportLineError(Exception):
    """A line or a header that cannot be imported; the text is for the job's log."""


class ImportedUser(Record):
    """What a line says."""

    username: str
    attributes: dict[str, str]
    mfa_enabled: bool
    password_hash: Hidden[str | None] = None


def csv_header(schema: Iterable[Mapping[str, Any]]) -> list[str]:
    """GetCSVHeader: the standard attributes, the pool's custom ones, and the two columns of Cognito's own."""
    # Assumption: custom attributes stand behind the standard ones. The guide says that they are included, not where.
    custom = [attribute["Name"] for attribute in schema if attribute["Name"].startswith("custom:")]
    return [*_STANDARD, *custom, MFA_ENABLED, USERNAME]


def read_header(line: str, schema: Iterable[Mapping[str, Any]], algorithm: str | None) -> list[str]:
    """The columns of a file. Their order does not matter, and all must be there.

    Raises:
        ImportLineError: One is missing, unknown, or there twice. Assumption: the sentence.
    """
    columns = [column.strip() for column in _fields(line.removeprefix("\ufeff"))]
    expected = set(csv_header(schema)) | ({PASSWORD_HASH} if algorithm else set())
    if len(columns) != len(expected) or set(columns) != expected:
        raise ImportLineError("The header in the CSV file does not match the expected headers for the user pool.")
    return columns


def read_user(line: str, columns: Sequence[str], pool_settings: Mapping[str, Any], algorithm: str | None) -> ImportedUser:
    """The user of a line.

    Raises:
        ImportLineError: The pool cannot have such a user. Assumption: the sentences, where nothing else is said.
    """
    if len(line) > MOST_ROW_CHARACTERS:
        raise ImportLineError(f"The line is longer than {MOST_ROW_CHARACTERS} characters.")
    values = _fields(line)
    if len(values) != len(columns):
        raise ImportLineError("The number of values does not match the number of columns in the header.")
    cells = {column: value for column, value in zip(columns, values, strict=True) if value}
    username = cells.pop(USERNAME, "")
    if not username:
        raise ImportLineError("The User Record does not set cognito:username.")
    mfa_enabled = _mfa_enabled(cells.pop(MFA_ENABLED, ""), pool_settings.get("MfaConfiguration", "OFF"))
    password_hash = cells.pop(PASSWORD_HASH, None)
    if password_hash and algorithm and not is_password_hash(algorithm, password_hash):
        raise ImportLineError(f"The password hash is not a valid {algorithm} hash.")
    attributes = {name: _attribute(name, value) for name, value in cells.items()}
    _check_contacts(attributes, pool_settings.get("AutoVerifiedAttributes") or ())
    return ImportedUser(username, attributes, mfa_enabled, password_hash)


def check_attributes(schema: Iterable[SchemaAttribute], attributes: Mapping[str, str]) -> None:
    """Hold an imported user's attributes against the pool's schema.

    Raises:
        ImportLineError: They do not conform.
    """
    try:
        check_new_user(schema, attributes)
    except InvalidParameterException as error:
        raise ImportLineError(error.message.strip().replace("\n", " ")) from error


def completion(imported: int, skipped: int, failed: int) -> tuple[str, str]:
    """Status and message of a job whose file is at its end."""
    # Assumption: AWS does not say how many are too many. A job with 14 users imported and 32 failed was measured to have failed, and it
    # is here the greater part that decides.
    if skipped + failed > imported:
        return "Failed", "Too many users have failed or been skipped during the import."
    return "Succeeded", "Import Job Completed Successfully."


def _fields(line: str) -> list[str]:
    """The values of a line. A comma inside a value has a backslash before it; a value in quotation marks may have one without."""
    try:
        return next(csv.reader([line], escapechar="\\", strict=True), [])
    except csv.Error as error:
        raise ImportLineError(f"The line is not valid CSV: {error}.") from error


def _mfa_enabled(text: str, configuration: str) -> bool:
    flag = text.lower()
    if flag not in {"true", "false"}:
        raise ImportLineError("The User Record must set cognito:mfa_enabled to true or false.")
    # "If you've set multi-factor authentication (MFA) to be required in your user pool, this field must be true for all users. If you've
    # set MFA to be off, this field must be false for all users." (developer guide)
    if configuration == "ON" and flag == "false":
        raise ImportLineError("The User Record must set cognito:mfa_enabled to true because MFA is required in the user pool.")
    if configuration == "OFF" and flag == "true":
        raise ImportLineError("The User Record must set cognito:mfa_enabled to false because MFA is off in the user pool.")
    return flag == "true"


def _attribute(name: str, value: str) -> str:
    """A value as it is stored: flags in lower case, and a birthdate, which the file has as mm/dd/yyyy, in the form of the schema."""
    if name.endswith("_verified"):
        return value.lower()
    if name == "birthdate" and (american := _AMERICAN_DATE.fullmatch(value)):
        month, day, year = american.groups()
        return f"{year}-{month}-{day}"
    return value


def _check_contacts(attributes: Mapping[str, str], auto_verified: Iterable[str]) -> None:
    if not any(attributes.get(f"{name}_verified") == "true" for name in auto_verified):
        raise ImportLineError(NOT_VERIFIED)
    for name in ("email", "phone_number"):
        if attributes.get(f"{name}_verified") == "true" and not attributes.get(name):
            raise ImportLineError(f"The User Record sets {name}_verified to true without {name}.")
