"""Makes RSA keys and writes them to standard output: `python key_maker.py 24`.

A program of its own, which imports nothing but what it needs: `KeyStock` runs it below all else in priority. It ends when it has made
what it was asked for, or when nobody reads it any more.

Keys have three primes, for the sake of `rsa_keys.PrivateKey`, which says why.
"""

from __future__ import annotations

import os
import secrets
import sys

import gmpy2
from cryptography.hazmat import asn1

PUBLIC_EXPONENT = 65537
SIZE_BYTES = 4
_BITS_OF_PRIMES = (683, 683, 682)  # 2,048 in all
_LEAST_PRIORITY = 19


@asn1.sequence
class OtherPrimeInfo:
    """A prime beyond the second (RFC 8017, appendix A.1.2)."""

    prime: int
    exponent: int
    coefficient: int


@asn1.sequence
class RSAPrivateKey:
    """A private key of more than two primes as it is written down (RFC 8017, appendix A.1.2, version 1)."""

    version: int
    modulus: int
    public_exponent: int
    private_exponent: int
    prime1: int
    prime2: int
    exponent1: int
    exponent2: int
    coefficient: int
    other_prime_infos: list[OtherPrimeInfo]


def make_private_key() -> bytes:
    """A new private key of 2,048 bits, as PKCS #1 in DER."""
    primes = [_random_prime(bits) for bits in _BITS_OF_PRIMES]
    if len(set(primes)) < len(primes):
        return make_private_key()
    p, q, r = primes
    exponents = [int(gmpy2.invert(PUBLIC_EXPONENT, prime - 1)) for prime in primes]
    key = RSAPrivateKey(
        version=1,
        modulus=p * q * r,
        public_exponent=PUBLIC_EXPONENT,
        private_exponent=int(gmpy2.invert(PUBLIC_EXPONENT, gmpy2.lcm(p - 1, q - 1, r - 1))),
        prime1=p,
        prime2=q,
        exponent1=exponents[0],
        exponent2=exponents[1],
        coefficient=int(gmpy2.invert(q, p)),
        other_prime_infos=[OtherPrimeInfo(prime=r, exponent=exponents[2], coefficient=int(gmpy2.invert(p * q, r)))],
    )
    return asn1.encode_der(key)


def _random_prime(bits: int) -> int:
    """A prime whose first three bits are set, so that the product of three has all its bits."""
    while True:
        prime = int(gmpy2.next_prime(0b111 << (bits - 3) | secrets.randbits(bits - 3)))
        if prime.bit_length() == bits and prime % PUBLIC_EXPONENT != 1:
            return prime


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
