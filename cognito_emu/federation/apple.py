"""Sign in with Apple: a client secret that is signed anew each time.

https://developer.apple.com/documentation/accountorganizationaldatasharing/creating-a-client-secret
"""

from __future__ import annotations

from collections.abc import Mapping

import jwt

from cognito_emu.federation.errors import FederationError

_AUDIENCE = "https://appleid.apple.com"
_LIFETIME = 300
_HEADER = "-----BEGIN PRIVATE KEY-----"


def apple_client_secret(details: Mapping[str, str], now: float) -> str:
    """The JWT that stands for a secret.

    Raises:
        FederationError: The private key is none for ES256.
    """
    issued_at = int(now)
    claims = {
        "iss": details["team_id"],
        "iat": issued_at,
        "exp": issued_at + _LIFETIME,
        "aud": _AUDIENCE,
        "sub": details["client_id"],
    }
    key = details["private_key"].strip()
    if not key.startswith(_HEADER):  # the console takes the file, the API also its base64 alone
        key = f"{_HEADER}\n{key}\n-----END PRIVATE KEY-----"
    try:
        return jwt.encode(claims, key, algorithm="ES256", headers={"kid": details["key_id"]})
    except (ValueError, TypeError, jwt.PyJWTError) as error:
        # Assumption: the sentence.
        raise FederationError("SignInWithApple Error - the private key cannot be read") from error
