"""The client's side of SRP, with all that does not depend on the server computed beforehand."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time

from gmpy2 import mpz, powmod
from pycognito.aws_srp import N_HEX

_N = mpz(N_HEX, 16)
_G = mpz(2)
_SECRET = mpz(int.from_bytes(hashlib.sha256(b"bench").digest(), "big"))


def _padded(number: int) -> bytes:
    text = f"{number:x}"
    text = "0" + text if len(text) % 2 else text
    data = bytes.fromhex(text)
    return b"\0" + data if data[0] & 0x80 else data


_K = int.from_bytes(hashlib.sha256(_padded(int(_N)) + _padded(2)).digest(), "big")


class SrpClient:
    """Answers PASSWORD_VERIFIER challenges for one user of one pool."""

    def __init__(self, pool_name: str, password: str) -> None:
        self._pool_name = pool_name
        self._password = password
        self._public = powmod(_G, _SECRET, _N)
        self._private: dict[str, tuple[int, mpz]] = {}

    @property
    def public(self) -> str:
        """SRP_A."""
        return f"{int(self._public):x}"

    def answer(self, parameters: dict[str, str]) -> dict[str, str]:
        """ChallengeResponses."""
        user, salt = parameters["USER_ID_FOR_SRP"], parameters["SALT"]
        if salt not in self._private:
            inner = hashlib.sha256(f"{self._pool_name}{user}:{self._password}".encode()).digest()
            x = int.from_bytes(hashlib.sha256(_padded(int(salt, 16)) + inner).digest(), "big")
            self._private[salt] = (x, _K * powmod(_G, x, _N) % _N)
        x, blinding = self._private[salt]
        server_public = mpz(parameters["SRP_B"], 16)
        u = hashlib.sha256(_padded(int(self._public)) + _padded(int(server_public))).digest()
        scrambler = int.from_bytes(u, "big")
        premaster = powmod(server_public - blinding, _SECRET + scrambler * x, _N)
        key = hmac.digest(_padded(scrambler), _padded(int(premaster)), "sha256")
        key = hmac.digest(key, b"Caldera Derived Key\x01", "sha256")[:16]
        at = time.gmtime()
        timestamp = time.strftime(f"%a %b {at.tm_mday} %H:%M:%S UTC %Y", at)
        block = base64.b64decode(parameters["SECRET_BLOCK"])
        message = self._pool_name.encode() + user.encode() + block + timestamp.encode()
        return {
            "USERNAME": user,
            "TIMESTAMP": timestamp,
            "PASSWORD_CLAIM_SECRET_BLOCK": parameters["SECRET_BLOCK"],
            "PASSWORD_CLAIM_SIGNATURE": base64.b64encode(hmac.digest(key, message, "sha256")).decode(),
        }
