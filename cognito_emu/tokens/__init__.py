"""Keys, signatures, issuers, and what a token is worth when it comes back.

Owns the RSA keys of pools and the making and checking of JWTs. Does not own the claims (`domain/tokens.py`) nor who may have a token
(`operations/authentication`).
"""

from cognito_emu.tokens.keys import KeyRing, PoolKeys
from cognito_emu.tokens.service import SignedInUser, Tokens

__all__ = ["KeyRing", "PoolKeys", "SignedInUser", "Tokens"]
