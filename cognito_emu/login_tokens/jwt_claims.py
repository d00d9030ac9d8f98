"""Reading JSON Web Tokens: what is in them, before and after the signature was checked."""

from __future__ import annotations

from typing import Any

import jwt

from cognito_emu.login_tokens.errors import ExpiredLoginTokenError, LoginTokenError, UnverifiedSignatureError

# IAM's list for OpenID Connect providers. None of them is symmetric: a client secret signs nothing here.
ALGORITHMS = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"]


def peek(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims of a token whose signature nobody has checked.

    Raises:
        LoginTokenError: It is no JWT.
    """
    try:
        decoded = jwt.decode_complete(token, options={"verify_signature": False})
    except jwt.InvalidTokenError as error:
        raise LoginTokenError("Not a valid OpenId Connect identity token.") from error
    return decoded["header"], decoded["payload"]


def verified_claims(token: str, key: Any, *, now: float, leeway: float = 0) -> dict[str, Any]:
    """The claims of a token that `key` signed and that is valid now.

    Args:
        now: By the emulator's clock, which is why PyJWT does not check times itself.
        leeway: Seconds that the provider's clock may be off.

    Raises:
        UnverifiedSignatureError: The signature is another's.
        LoginTokenError: A claim that every ID token has is missing.
        ExpiredLoginTokenError: It has expired.
    """
    options = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "verify_aud": False, "verify_sub": False}
    try:
        claims: dict[str, Any] = jwt.decode(token, key, algorithms=ALGORITHMS, options=options)  # type: ignore[arg-type] # a plain dict
    except (jwt.InvalidTokenError, jwt.InvalidKeyError, TypeError) as error:
        raise UnverifiedSignatureError from error
    for name in ("aud", "sub", "exp"):
        if not claims.get(name):
            raise LoginTokenError(f"Missing a required claim: {name}")
    _check_expiry(claims["exp"], now, leeway)
    return claims


def client_of(claims: dict[str, Any]) -> str:
    """For which client a token was made: `azp`, else `aud`, of which the first counts."""
    audience = claims.get("azp") or claims["aud"]
    return str(audience[0]) if isinstance(audience, list) and audience else str(audience)


def _check_expiry(expires_at: Any, now: float, leeway: float) -> None:
    if not isinstance(expires_at, int | float):
        raise LoginTokenError("Not a valid OpenId Connect identity token.")
    if expires_at + leeway <= now:
        raise ExpiredLoginTokenError(f"Token expired: {int(expires_at)} >= {int(now)}")
