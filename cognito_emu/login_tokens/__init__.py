"""What the values in an identity pool's `Logins` are worth: whom a provider's token stands for, and whether it is genuine.

Owns asking providers for their keys. Does not own identities, nor the errors on the wire: the front doors translate.
"""

from cognito_emu.login_tokens.errors import (
    ExpiredLoginTokenError,
    LoginTokenError,
    ProviderUnreachableError,
    UnsupportedProviderError,
)
from cognito_emu.login_tokens.verifier import LoginTokens, VerifiedLogin

__all__ = [
    "ExpiredLoginTokenError",
    "LoginTokenError",
    "LoginTokens",
    "ProviderUnreachableError",
    "UnsupportedProviderError",
    "VerifiedLogin",
]
