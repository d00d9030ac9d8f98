"""Keys, signatures, issuers, and what a token is worth when it comes back.

Owns the RSA keys of pools and of the identity service, and the making and checking of JWTs. Does not own the claims
(`domain/tokens.py`, `domain/identity_claims.py`) nor who may have a token (`operations/authentication`, `operations/identity_pools`).
"""

from cognito_emu.tokens.identity_tokens import IdentityTokens
from cognito_emu.tokens.keys import KeyRing, PoolKeys
from cognito_emu.tokens.service import SignedInUser, Tokens

__all__ = ["IdentityTokens", "KeyRing", "PoolKeys", "SignedInUser", "Tokens"]
