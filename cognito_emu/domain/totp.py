"""One-time passwords from authenticator apps (RFC 6238): SHA-1, 6 digits, steps of 30 seconds, one step of grace to either side.

Source: developer guide, "TOTP software token MFA". A code is good once: the step of the last one accepted is remembered per
user, and neither it nor an earlier one is taken again.
"""

from __future__ import annotations

import base64
import hmac

import pyotp

from cognito_emu.errors import CodeMismatchException, EnableSoftwareTokenMFAException, ExpiredCodeException

SECRET_BYTES = 32
"""How many random bytes `new_secret` takes."""

_STEP_SECONDS = 30
_GRACE_STEPS = (0, -1, 1)


def new_secret(random: bytes) -> str:
    """A SecretCode: 52 characters of base32, without padding."""
    return base64.b32encode(random).rstrip(b"=").decode()


def provisioning_uri(secret: str, account: str, issuer: str) -> str:
    """The `otpauth://` address that a QR code carries."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def verify_registration(secret: str, code: str, now: float) -> int:
    """Check the code of VerifySoftwareToken. Returns its step, to be remembered.

    Raises:
        EnableSoftwareTokenMFAException: The code is wrong.
    """
    step = _step_of(secret, code, now)
    if step is None:
        raise EnableSoftwareTokenMFAException
    return step


def verify_sign_in(secret: str, code: str, now: float, last_step: int | None) -> int:
    """Check the code of SOFTWARE_TOKEN_MFA. Returns its step, to be remembered.

    Args:
        secret: The user's, base32.
        code: As typed.
        now: Epoch seconds.
        last_step: The step of the last code taken from this user, if any.

    Raises:
        CodeMismatchException: The code is wrong.
        ExpiredCodeException: The code was right, but is used.
    """
    step = _step_of(secret, code, now)
    if step is None:
        raise CodeMismatchException("Invalid code received for user")
    if last_step is not None and step <= last_step:
        raise ExpiredCodeException("Your software token has already been used once.")
    return step


def _step_of(secret: str, code: str, now: float) -> int | None:
    """The step near `now` whose code this is. All are computed, so that the time taken does not tell."""
    totp = pyotp.TOTP(secret, interval=_STEP_SECONDS)
    current = int(now // _STEP_SECONDS)
    steps = [current + grace for grace in _GRACE_STEPS if current + grace >= 0]
    matching = [step for step in steps if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode())]
    return matching[0] if matching else None
