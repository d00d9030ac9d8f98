"""Password hashes of other systems, as they come with an import of users.

A hash is text that says its own parameters. Assumption: AWS publishes the names of the algorithms only; these are the forms in which the
common libraries write them:

- BCRYPT: `$2b$12$...`, also `$2a$` and `$2y$`
- ARGON2ID: `$argon2id$v=19$m=65536,t=3,p=4$salt$hash` (PHC)
- SCRYPT: `$scrypt$ln=16,r=8,p=1$salt$hash` (PHC)
- PBKDF2_SHA256: `$pbkdf2-sha256$29000$salt$hash` (passlib), `pbkdf2_sha256$600000$salt$hash` (Django)
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable

import bcrypt
from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

# No file shall bring a hash that takes minutes or gigabytes to check.
_BCRYPT_ROUNDS = range(4, 17)
_MOST_ARGON2_KIBIBYTES = 1024 * 1024
_MOST_ARGON2_PASSES = 64
_MOST_SCRYPT_BYTES = 1024**3
_MOST_PBKDF2_ROUNDS = 10_000_000
_BCRYPT_BYTES = 72

_FORMS = {
    "BCRYPT": re.compile(r"\$2[aby]\$(?P<rounds>\d\d)\$[./A-Za-z0-9]{53}"),
    "ARGON2ID": re.compile(r"\$argon2id\$v=19\$m=(?P<memory>\d{1,9}),t=(?P<passes>\d{1,5}),p=\d{1,3}\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+"),
    "SCRYPT": re.compile(
        r"\$scrypt\$ln=(?P<ln>\d{1,2}),r=(?P<r>\d{1,3}),p=(?P<p>\d{1,3})\$(?P<salt>[A-Za-z0-9+/]+=*)\$(?P<hash>[A-Za-z0-9+/]+=*)"
    ),
    "PBKDF2_SHA256": re.compile(
        r"(?:\$pbkdf2-sha256|(?P<django>pbkdf2_sha256))\$(?P<rounds>\d{1,8})\$(?P<salt>[^$]+)\$(?P<hash>[A-Za-z0-9+/.]+=*)"
    ),
}


def is_password_hash(algorithm: str, text: str) -> bool:
    """Whether `text` is a hash of the algorithm, with parameters that can be afforded."""
    match = _FORMS[algorithm].fullmatch(text)
    return match is not None and _AFFORDABLE[algorithm](match)


def fits_hash(algorithm: str, text: str, password: str) -> bool:
    """Whether the hash was made of the password. Slow by design: not for the event loop."""
    match = _FORMS[algorithm].fullmatch(text)
    return match is not None and _CHECKS[algorithm](match, password.encode())


def _fits_bcrypt(match: re.Match[str], password: bytes) -> bool:
    # bcrypt looks at 72 bytes; the library refuses more, the libraries that made the hash cut them off.
    return bcrypt.checkpw(password[:_BCRYPT_BYTES], match[0].encode())


def _fits_argon2id(match: re.Match[str], password: bytes) -> bool:
    try:
        Argon2id.verify_phc_encoded(password, match[0])
    except InvalidKey:
        return False
    return True


def _fits_scrypt(match: re.Match[str], password: bytes) -> bool:
    expected = _decoded(match["hash"])
    n, r, p = 1 << int(match["ln"]), int(match["r"]), int(match["p"])
    memory = 128 * r * (n + p + 2)
    derived = hashlib.scrypt(password, salt=_decoded(match["salt"]), n=n, r=r, p=p, maxmem=memory, dklen=len(expected))
    return hmac.compare_digest(derived, expected)


def _fits_pbkdf2(match: re.Match[str], password: bytes) -> bool:
    expected = _decoded(match["hash"])
    salt = match["salt"].encode() if match["django"] else _decoded(match["salt"])
    derived = hashlib.pbkdf2_hmac("sha256", password, salt, int(match["rounds"]), len(expected))
    return hmac.compare_digest(derived, expected)


def _decoded(text: str) -> bytes:
    """Base64 with or without padding; passlib writes `.` for `+`."""
    return base64.b64decode(text.rstrip("=").replace(".", "+") + "=" * (-len(text.rstrip("=")) % 4))


def _decodes(*texts: str) -> bool:
    try:
        return all(_decoded(text) for text in texts)
    except (binascii.Error, ValueError):
        return False


def _affordable_scrypt(match: re.Match[str]) -> bool:
    n, r, p = 1 << int(match["ln"]), int(match["r"]), int(match["p"])
    return n > 1 and r > 0 and p > 0 and 128 * r * n * p <= _MOST_SCRYPT_BYTES and _decodes(match["salt"], match["hash"])


def _affordable_pbkdf2(match: re.Match[str]) -> bool:
    readable = _decodes(match["hash"]) and (match["django"] is not None or _decodes(match["salt"]))
    return readable and 0 < int(match["rounds"]) <= _MOST_PBKDF2_ROUNDS


_AFFORDABLE: dict[str, Callable[[re.Match[str]], bool]] = {
    "BCRYPT": lambda match: int(match["rounds"]) in _BCRYPT_ROUNDS,
    "ARGON2ID": lambda match: int(match["memory"]) <= _MOST_ARGON2_KIBIBYTES and int(match["passes"]) <= _MOST_ARGON2_PASSES,
    "SCRYPT": _affordable_scrypt,
    "PBKDF2_SHA256": _affordable_pbkdf2,
}

_CHECKS: dict[str, Callable[[re.Match[str], bytes], bool]] = {
    "BCRYPT": _fits_bcrypt,
    "ARGON2ID": _fits_argon2id,
    "SCRYPT": _fits_scrypt,
    "PBKDF2_SHA256": _fits_pbkdf2,
}
