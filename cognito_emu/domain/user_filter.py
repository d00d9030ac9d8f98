r"""The filter language of ListUsers: `AttributeName Filter-Type "AttributeValue"`.

Source: API reference, ListUsers, member Filter; developer guide, "Searching for users using the ListUsers API". One attribute,
one comparison: `=` for equal, `^=` for "starts with". Quotation marks and backslashes in the value are escaped by a backslash.
"""

from __future__ import annotations

import enum
import re

from cognito_emu.errors import InvalidParameterException
from cognito_emu.records import Record

SEARCHABLE_ATTRIBUTES = frozenset(
    {
        "username",
        "email",
        "phone_number",
        "name",
        "given_name",
        "family_name",
        "preferred_username",
        "cognito:user_status",
        "status",
        "sub",
    }
)
"""`status` is whether a user is enabled (`Enabled`, `Disabled`); `cognito:user_status` is CONFIRMED and its like."""

# Assumption: the attribute's name may stand in quotation marks too; clients send it so, and the guide's older examples did.
_FILTER = re.compile(
    r"""
    \s* (?: (?P<bare> [^\s"=^]+ ) | "(?P<quoted> [^\s"=^]+ )" )
    \s* (?P<operator> \^?= )
    \s* "(?P<value> (?: [^"\\] | \\. )* )"
    \s*
    """,
    re.VERBOSE | re.DOTALL,
)


class Operator(enum.StrEnum):
    """How the attribute is compared."""

    EQUALS = "="
    STARTS_WITH = "^="


class UserFilter(Record):
    """One comparison. Whether case matters for usernames and emails is the pool's to say, not the filter's."""

    attribute: str
    operator: Operator
    value: str

    def render(self) -> str:
        """The filter in the language it was written in."""
        escaped = self.value.replace("\\", "\\\\").replace('"', '\\"')
        return f'{self.attribute} {self.operator} "{escaped}"'


def parse_user_filter(text: str | None) -> UserFilter | None:
    """Read a Filter. `None` means all users: there is no filter, or it is empty.

    Raises:
        InvalidParameterException: It does not follow the language, or asks for an attribute that cannot be searched.
    """
    if not text or text.isspace():
        return None
    found = _FILTER.fullmatch(text)
    if not found:
        raise InvalidParameterException("Error while parsing filter.")
    attribute = found["bare"] or found["quoted"]
    if attribute not in SEARCHABLE_ATTRIBUTES:
        raise InvalidParameterException("Input fails to satisfy the constraints.")
    return UserFilter(attribute, Operator(found["operator"]), re.sub(r"\\(.)", r"\1", found["value"], flags=re.DOTALL))
