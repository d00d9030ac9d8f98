"""The parameters of a request, read once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Self
from urllib.parse import parse_qsl

from cognito_emu.oauth.errors import ErrorPage, InvalidRequestError
from cognito_emu.records import Hidden, Record

# More than any client sends; a body full of ampersands must not cost anything.
_MOST_PARAMETERS = 200


class Parameters(Record):
    """Parameters that came once, and the names of those that came more than once, which no endpoint accepts (RFC 6749, section 3.1).

    A parameter without a value counts as absent (same section).
    """

    values: Hidden[Mapping[str, str]]
    repeated: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, encoded: str) -> Self:
        """Read a query, or a form's body."""
        try:
            return cls.of(parse_qsl(encoded, max_num_fields=_MOST_PARAMETERS))
        except ValueError as error:
            raise InvalidRequestError from error

    @classmethod
    def parse_for_browser(cls, encoded: str) -> Self:
        """`parse`, where somebody is in front of a browser.

        Raises:
            ErrorPage: They cannot be read.
        """
        try:
            return cls.parse(encoded)
        except InvalidRequestError as error:
            raise ErrorPage(error.error) from error

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> Self:
        """Take pairs that are decoded already.

        Raises:
            InvalidRequestError: One holds U+0000.
        """
        values: dict[str, str] = {}
        repeated: set[str] = set()
        for name, value in pairs:
            if "\0" in value:
                raise InvalidRequestError  # no parameter of OAuth may hold it (RFC 6749, appendix A), and PostgreSQL cannot look for it
            if name in values:
                repeated.add(name)
            elif value:
                values[name] = value
        return cls(values, frozenset(repeated))

    def get(self, name: str) -> str | None:
        """A parameter's value; None when it is absent."""
        return self.values.get(name)

    def words(self, name: str) -> list[str]:
        """The words of a space-separated list, each once."""
        return list(dict.fromkeys(self.values.get(name, "").split()))

    def required(self, name: str) -> str:
        """A value that must be there, once.

        Raises:
            InvalidRequestError: It is not.
        """
        value = self.values.get(name)
        if value is None or name in self.repeated:
            raise InvalidRequestError
        return value
