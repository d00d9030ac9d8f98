"""RSA keys of three primes, which sign in half the time.

RFC 8017 knows private keys of two primes and of more (section 3.2). Who verifies cannot tell: the public key is a modulus of 2,048 bits
and 65537, as AWS's is. The work of a signature falls with the square of the number of primes, and signatures are most of what a sign-in
costs; three is as many as OpenSSL allows at this size. They are also found six times as fast as two of 1,024 bits.

OpenSSL makes such keys, but `cryptography` does not load them, so the private operation is computed here, on GMP. A signer that faces the
internet would also blind it and take constant time; this one does not (docs/fidelity.md).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import gmpy2
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from cognito_emu.records import Hidden, Record
from cognito_emu.tokens.key_maker import PUBLIC_EXPONENT, RSAPrivateKey

# What stands before a hash in a padded message, by the name of its function (RFC 8017, section 9.2, note 1).
_DIGEST_INFO = {
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}


class _Part(Record):
    """One prime's part in a signature: a power modulo the prime, and how it is joined to the parts before it.

    Attributes:
        coefficient: The inverse, modulo this prime, of the product of the primes before it.
    """

    prime: Hidden[gmpy2.mpz]
    exponent: Hidden[gmpy2.mpz]
    coefficient: Hidden[gmpy2.mpz]


class PrivateKey:
    """A private key, ready to sign."""

    def __init__(self, modulus: int, parts: Sequence[tuple[int, int, int]]) -> None:
        self.modulus = modulus
        self._parts = [_Part(*map(gmpy2.mpz, part)) for part in parts]

    @classmethod
    def from_der(cls, encoded: bytes) -> PrivateKey:
        """The key that `key_maker` wrote, or one of two primes as PKCS #8, from before there were three."""
        try:
            key = asn1.decode_der(RSAPrivateKey, encoded)
        except ValueError:
            return cls._of_two_primes(encoded)
        others = [(other.prime, other.exponent, other.coefficient) for other in key.other_prime_infos]
        return cls(key.modulus, [(key.prime2, key.exponent2, 1), (key.prime1, key.exponent1, key.coefficient), *others])

    @classmethod
    def _of_two_primes(cls, encoded: bytes) -> PrivateKey:
        key = serialization.load_der_private_key(encoded, None, unsafe_skip_rsa_key_validation=True)
        assert isinstance(key, rsa.RSAPrivateKey)
        numbers = key.private_numbers()
        return cls(numbers.public_numbers.n, [(numbers.q, numbers.dmq1, 1), (numbers.p, numbers.dmp1, numbers.iqmp)])

    @property
    def key_size(self) -> int:
        """Bits of the modulus."""
        return self.modulus.bit_length()

    def public_key(self) -> rsa.RSAPublicKey:
        """The key that verifies what this one signs."""
        return rsa.RSAPublicNumbers(PUBLIC_EXPONENT, self.modulus).public_key()

    def sign(self, message: bytes, hash_name: str) -> bytes:
        """The message's signature, RSASSA-PKCS1-v1_5 (RFC 8017, section 8.2.1) with `sha256` or `sha512`; made mostly without the GIL."""
        size = (self.key_size + 7) // 8
        hashed = _DIGEST_INFO[hash_name] + hashlib.new(hash_name, message).digest()
        padded = int.from_bytes(b"\x00\x01" + b"\xff" * (size - len(hashed) - 3) + b"\x00" + hashed, "big")
        with gmpy2.context(gmpy2.get_context(), allow_release_gil=True):
            return int(self._power(gmpy2.mpz(padded))).to_bytes(size, "big")

    def _power(self, number: gmpy2.mpz) -> gmpy2.mpz:
        """The number raised to the private exponent (RSASP1, RFC 8017, section 5.2.1), from its powers modulo each prime."""
        power, product = gmpy2.mpz(0), gmpy2.mpz(1)
        for part in self._parts:
            in_part = gmpy2.powmod(number, part.exponent, part.prime)
            power += product * ((in_part - power) * part.coefficient % part.prime)
            product *= part.prime
        return power
