"""Redirect URIs: only what a client has registered, character by character, is ever redirected to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self
from urllib.parse import urlencode

from cognito_emu.records import Record

_REDIRECT_SEAL = object()


class VerifiedRedirect(Record):
    """A redirect URI that is in its client's list. `verify` is the only way to one."""

    uri: str
    seal: object = None

    def __post_init__(self) -> None:
        if self.seal is not _REDIRECT_SEAL:
            raise TypeError("a redirect URI is verified by VerifiedRedirect.verify")

    @classmethod
    def verify(cls, uri: str, registered: Iterable[str]) -> Self | None:
        """The URI, if it is one of the registered ones.

        RFC 9700, section 2.1: "exact string matching". No case folding, no default ports, no trailing slash that comes or goes.
        """
        return cls(uri, _REDIRECT_SEAL) if uri in registered else None

    def with_query(self, **parameters: str | None) -> str:
        """The URI with more in its query, which may have something already (RFC 6749, section 3.1.2)."""
        return self.uri + ("&" if "?" in self.uri else "?") + _encode(parameters)

    def with_fragment(self, **parameters: str | None) -> str:
        """The URI with a fragment, which registered URIs cannot have."""
        return f"{self.uri}#{_encode(parameters)}"


def _encode(parameters: dict[str, str | None]) -> str:
    return urlencode({name: value for name, value in parameters.items() if value is not None})
