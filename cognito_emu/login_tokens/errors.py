"""Why a login token is refused. The front doors translate: identity pools and STS answer the same failure differently."""

from __future__ import annotations


class LoginTokenError(Exception):
    """A token is not what it claims to be; the message is the second sentence of AWS's `Invalid login token. ...`."""


class UnverifiedSignatureError(LoginTokenError):
    """Nobody who may has signed a token."""

    def __init__(self) -> None:
        super().__init__("Couldn't verify signed token.")


class ExpiredLoginTokenError(LoginTokenError):
    """A token was genuine once."""


class UnsupportedProviderError(Exception):
    """A token comes from a provider, or for a client, that nobody has configured."""


class ProviderUnreachableError(Exception):
    """A provider that must be asked for its keys does not answer."""
