"""The one source of time, ids, codes and randomness.

Operations never read a clock or draw a random number themselves: they ask the `Environment` they are handed. So a test, or a developer
who wants to see a token expire, moves the clock instead of waiting.
"""

from __future__ import annotations

import base64
import secrets
import string
import threading
import time
from collections.abc import Callable

_LOWER_ALNUM = string.ascii_lowercase + string.digits
_ALNUM = string.ascii_letters + string.digits
_BASE32 = string.ascii_uppercase + "234567"


class BufferedRandomness:
    """The operating system's randomness, drawn in large pieces: a request asks several times, and each system call costs.

    Made after the workers are forked; two processes must not share a buffer.
    """

    _SIZE = 8192

    def __init__(self, source: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._source = source
        self._buffer = b""
        self._at = 0
        self._lock = threading.Lock()

    def __call__(self, count: int) -> bytes:
        """`count` bytes, none of them given out before."""
        if count > self._SIZE // 4:
            return self._source(count)
        with self._lock:
            end = self._at + count
            if end > len(self._buffer):
                self._buffer, self._at, end = self._source(self._SIZE), 0, count
            piece = self._buffer[self._at : end]
            self._at = end
            return piece


class Environment:
    """Time, ids, codes and random bytes.

    Attributes:
        clock_offset: Seconds added to the real time. Moved by `POST /_emu/clock`; every expiry follows it.
    """

    def __init__(
        self,
        *,
        time_source: Callable[[], float] = time.time,
        random_bytes: Callable[[int], bytes] | None = None,
        fixed_code: str | None = None,
    ) -> None:
        self._time_source = time_source
        self._random_bytes = random_bytes or BufferedRandomness()
        self._fixed_code = fixed_code
        self.clock_offset = 0.0

    def now(self) -> float:
        """Seconds since the epoch, with fractions."""
        return self._time_source() + self.clock_offset

    def random_bytes(self, count: int) -> bytes:
        """`count` bytes that nobody can guess."""
        return self._random_bytes(count)

    def random_text(self, length: int, alphabet: str) -> str:
        """`length` characters drawn evenly from `alphabet`, by rejection, so that no character is likelier than another."""
        limit = 256 - 256 % len(alphabet)
        drawn: list[str] = []
        while len(drawn) < length:
            drawn += [alphabet[byte % len(alphabet)] for byte in self._random_bytes(length * 2) if byte < limit]
        return "".join(drawn[:length])

    def uuid(self) -> str:
        """A version 4 UUID."""
        digits = self._random_bytes(16).hex()
        # The version, and the variant, whose two bits leave four digits to choose from (RFC 9562, section 5.4); `uuid.UUID` takes longer.
        variant = "89ab"[int(digits[16], 16) & 3]
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"

    def user_sub(self) -> str:
        """A user's `sub`: a UUID whose form is that of the ids AWS gives today."""
        return self.uuid()

    def code(self, digits: int = 6) -> str:
        """A verification code: random digits, or the configured fixed code when every code shall be that one."""
        return self._fixed_code or self.random_text(digits, string.digits)

    def user_pool_id(self, region: str) -> str:
        """`us-east-1_AbCd12345`."""
        return f"{region}_{self.random_text(9, _ALNUM)}"

    def client_id(self) -> str:
        """26 lower-case letters and digits."""
        return self.random_text(26, _LOWER_ALNUM)

    def client_secret(self) -> str:
        """51 lower-case letters and digits, as AWS generates them."""
        return self.random_text(51, _LOWER_ALNUM)

    def base32(self, length: int) -> str:
        """Base32 text without padding: TOTP secrets and access key ids."""
        return self.random_text(length, _BASE32)

    def opaque(self, size: int = 48) -> str:
        """URL-safe text of `size` random bytes: sessions, handles, states."""
        return base64.urlsafe_b64encode(self._random_bytes(size)).rstrip(b"=").decode()
