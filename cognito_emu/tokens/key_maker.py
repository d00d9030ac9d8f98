"""Makes RSA keys and writes them to standard output: `python key_maker.py 24`.

A program of its own, which imports nothing but what it needs: `KeyStock` runs it below all else in priority. It ends when it has made
what it was asked for, or when nobody reads it any more.
"""

from __future__ import annotations

import os
import sys

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

SIZE_BYTES = 4
_LEAST_PRIORITY = 19


def make_private_key() -> bytes:
    """A new 2048-bit private key, as PKCS #8 in DER."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def main() -> None:
    """Write as many keys as the argument says, each behind its size in four bytes."""
    if hasattr(os, "nice"):
        os.nice(_LEAST_PRIORITY)
    for _ in range(int(sys.argv[1])):
        key = make_private_key()
        try:
            sys.stdout.buffer.write(len(key).to_bytes(SIZE_BYTES, "big") + key)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            os._exit(0)  # the server is gone; the interpreter's own end would complain of the pipe


if __name__ == "__main__":
    main()
