"""Secure Remote Password as Cognito speaks it: SRP-6a with SHA-256, a 3072-bit group, and a key derivation of Cognito's own.

Sources: RFC 5054 sections 2.5 and 2.6, and AWS's own client (`AuthenticationHelper`, amazon-cognito-identity-js). Letters are the
RFC's: v the verifier, A and B the public values, b the server's secret, u the scrambler, S the premaster secret.

The same functions serve passwords and remembered devices, which differ only in what names the identity: (pool name, user id) for
a password, (device group key, device key) for a device. The pool name is the part of the pool id after the underscore, and the
user id is what the challenge gives as USER_ID_FOR_SRP.

A verifier is all that is kept of a password. Clear-text sign-in recomputes v = g^x, which a table of powers of g makes cheap.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import re
import uuid
from datetime import UTC, datetime
from typing import Self

import gmpy2
from gmpy2 import mpz

from cognito_emu.errors import InvalidParameterException
from cognito_emu.records import Hidden, Record

# RFC 3526 group 15, which RFC 5054 appendix A takes over as its 3072-bit group, with Cognito's g = 2 in place of 5.
_N = mpz(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437"
    "4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05"
    "98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B"
    "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33"
    "A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864"
    "D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
    16,
)
_G = mpz(2)
_K = mpz("538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6", 16)  # H(pad(N) | pad(g))

_GROUP_BYTES = 384
_EXPONENT_BYTES = 32
_EXPONENT_BITS = 8 * _EXPONENT_BYTES
_TOOTH, _COLUMNS = 32, 4  # of the combs that raise g: how far their teeth are apart, and how many columns each serves
_KEY_INFO = b"Caldera Derived Key\x01"
_KEY_BYTES = 16

SALT_BYTES = 16
NO_PASSWORD_BYTES = SALT_BYTES + _GROUP_BYTES
"""How many random bytes a password's salt takes."""

SECRET_BYTES = _EXPONENT_BYTES
"""How many random bytes a handshake takes as the server's secret b."""


class Verifier(Record):
    """What is stored of a password or a device: the salt and v = g^x.

    Both are natural numbers, as every client of Cognito treats them.
    """

    salt: int
    value: Hidden[int]

    @property
    def salt_hex(self) -> str:
        """The challenge parameter SALT.

        Leading zeros are left off: some clients hash the text's bytes, others the number's, and only without zeros do they agree.
        """
        return f"{self.salt:x}"

    def to_bytes(self) -> bytes:
        """The stored form: 384 bytes of v, then the salt."""
        return self.value.to_bytes(_GROUP_BYTES, "big") + _padded(self.salt)

    @classmethod
    def from_bytes(cls, stored: bytes) -> Self:
        """Read what `to_bytes` wrote."""
        return cls(salt=int.from_bytes(stored[_GROUP_BYTES:], "big"), value=int.from_bytes(stored[:_GROUP_BYTES], "big"))

    @classmethod
    def from_device(cls, *, salt: str, password_verifier: str) -> Self:
        """Read ConfirmDevice's DeviceSecretVerifierConfig: both numbers in base64.

        Raises:
            InvalidParameterException: One of them is not base64, or the verifier lies outside the group.
        """
        # Assumption: AWS's sentence for a malformed device verifier is not published.
        try:
            read = cls(salt=_from_base64(salt), value=_from_base64(password_verifier))
        except ValueError as malformed:
            raise InvalidParameterException("Invalid device secret verifier config.") from malformed
        if not 0 < read.value < _N:
            raise InvalidParameterException("Invalid device secret verifier config.")
        return read


def make_verifier(identity_prefix: str, username: str, password: str, salt: bytes) -> Verifier:
    """The verifier of a new password, in about 100 µs. `salt` is `SALT_BYTES` random bytes."""
    salt_number = int.from_bytes(salt, "big")
    return Verifier(salt=salt_number, value=int(_power_of_g(_private_key(identity_prefix, username, password, salt_number))))


def verifier_of_no_password(random: bytes) -> Verifier:
    """A verifier that no known password fits, of `NO_PASSWORD_BYTES` random bytes: any number of the group is one of some password."""
    return Verifier(salt=int.from_bytes(random[:SALT_BYTES], "big"), value=int.from_bytes(random[SALT_BYTES:], "big") % int(_N - 1) + 1)


def check_password(verifier: Verifier, identity_prefix: str, username: str, password: str) -> bool:
    """Whether `password` is the one that `verifier` was made of."""
    candidate = _power_of_g(_private_key(identity_prefix, username, password, verifier.salt))
    return hmac.compare_digest(candidate.to_bytes(_GROUP_BYTES, "big"), verifier.value.to_bytes(_GROUP_BYTES, "big"))


def simulated_verifier(pool_secret: bytes, username: str) -> Verifier:
    """The verifier shown for a user who does not exist: the same at each asking, so that it tells nothing.

    AWS answers with "the same salt and an internal user ID in UUID format for the same username and user pool combination"
    (developer guide, "Managing error response"). No password fits it.
    """
    salt = _simulated(pool_secret, "salt", username)[:SALT_BYTES]
    exponent = _simulated(pool_secret, "verifier", username)
    return Verifier(salt=int.from_bytes(salt, "big"), value=int(_power_of_g(exponent)))


def simulated_user_id(pool_secret: bytes, username: str) -> str:
    """The USER_ID_FOR_SRP that goes with `simulated_verifier`: a version 4 UUID in form."""
    return str(uuid.UUID(bytes=_simulated(pool_secret, "user id", username)[:16], version=4))


class ServerHandshake(Record):
    """The server's side between the two requests of a sign-in: A, b and u.

    It is secret: whoever holds it, and has seen the client's proof, can test guesses at the password.
    """

    client_public: int
    secret: int
    scrambler: int

    @classmethod
    def start(cls, verifier: Verifier, secret: bytes, srp_a: str) -> tuple[Self, str]:
        """Answer a client's SRP_A: the state to keep, and SRP_B in hexadecimal.

        Args:
            verifier: The identity's verifier, or a simulated one.
            secret: `SECRET_BYTES` random bytes, b.
            srp_a: A in hexadecimal, as sent.

        Raises:
            InvalidParameterException: A is not hexadecimal, or 0 in the group, which would make S 0 whatever the password
                (RFC 5054 section 2.5.4).
        """
        # Assumption: AWS's sentence for a refused SRP_A is not published.
        if not re.fullmatch(r"[0-9A-Fa-f]+", srp_a):
            raise InvalidParameterException("SRP_A is not a valid hexadecimal number.")
        client_public = mpz(srp_a, 16)
        if client_public % _N == 0:
            raise InvalidParameterException("SRP_A is not a valid public value.")
        server_public = (_K * verifier.value + _power_of_g(secret)) % _N
        scrambler = hashlib.sha256(_padded(client_public) + _padded(server_public)).digest()
        handshake = cls(
            client_public=int(client_public % _N),
            secret=int.from_bytes(secret, "big"),
            scrambler=int.from_bytes(scrambler, "big"),
        )
        return handshake, f"{int(server_public):x}"

    def verify_claim(
        self, verifier: Verifier, *, identity_prefix: str, username: str, secret_block: bytes, timestamp: str, signature: str
    ) -> bool:
        """Whether PASSWORD_CLAIM_SIGNATURE proves the password. About 1.2 ms, during which the GIL is free: worth an executor.

        Args:
            verifier: The one that the handshake was started with.
            identity_prefix: Pool name, or device group key.
            username: USER_ID_FOR_SRP, or device key.
            secret_block: PASSWORD_CLAIM_SECRET_BLOCK, decoded.
            timestamp: TIMESTAMP as sent; see `parse_timestamp`.
            signature: PASSWORD_CLAIM_SIGNATURE as sent, base64.
        """
        if self.scrambler == 0:
            return False
        message = b"".join((identity_prefix.encode(), username.encode(), secret_block, timestamp.encode()))
        expected = base64.b64encode(hmac.digest(self._session_key(verifier), message, "sha256"))
        return hmac.compare_digest(expected, signature.encode())

    def _session_key(self, verifier: Verifier) -> bytes:
        with gmpy2.context(gmpy2.get_context(), allow_release_gil=True):
            base = self.client_public * gmpy2.powmod(verifier.value, self.scrambler, _N) % _N
            premaster = gmpy2.powmod(base, self.secret, _N)
        pseudo_random_key = hmac.digest(_padded(self.scrambler), _padded(premaster), "sha256")
        return hmac.digest(pseudo_random_key, _KEY_INFO, "sha256")[:_KEY_BYTES]

    def to_bytes(self) -> bytes:
        """The form in which the state survives between two requests: 448 bytes."""
        return b"".join(
            (
                self.secret.to_bytes(_EXPONENT_BYTES, "big"),
                self.scrambler.to_bytes(_EXPONENT_BYTES, "big"),
                self.client_public.to_bytes(_GROUP_BYTES, "big"),
            )
        )

    @classmethod
    def from_bytes(cls, stored: bytes) -> Self:
        """Read what `to_bytes` wrote."""
        return cls(
            secret=int.from_bytes(stored[:_EXPONENT_BYTES], "big"),
            scrambler=int.from_bytes(stored[_EXPONENT_BYTES : 2 * _EXPONENT_BYTES], "big"),
            client_public=int.from_bytes(stored[2 * _EXPONENT_BYTES :], "big"),
        )


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TIMESTAMP = re.compile(
    rf"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?P<month>{'|'.join(_MONTHS)}) (?P<day>\d{{1,2}})"
    r" (?P<hour>\d{1,2}):(?P<minute>\d{1,2}):(?P<second>\d{1,2}) (?:UTC|GMT) (?P<year>\d{4})",
    re.ASCII,
)


def parse_timestamp(text: str) -> float:
    """Seconds since the epoch of a TIMESTAMP such as `Tue Nov 3 09:05:07 UTC 2026`, whatever the locale.

    Raises:
        InvalidParameterException: It has another form.
    """
    # Assumption: zones other than UTC and GMT, which Java's pattern would read too, are sent by no client and refused here.
    found = _TIMESTAMP.fullmatch(text)
    try:
        if found:
            year, day, hour, minute, second = (int(found[part]) for part in ("year", "day", "hour", "minute", "second"))
            return datetime(year, _MONTHS.index(found["month"]) + 1, day, hour, minute, second, tzinfo=UTC).timestamp()
    except ValueError:
        pass  # the 31st of February
    raise InvalidParameterException("TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english")


def _private_key(identity_prefix: str, username: str, password: str, salt: int) -> bytes:
    """The private key x = H(pad(salt) | H(prefix | username | ":" | password))."""
    inner = hashlib.sha256(f"{identity_prefix}{username}:{password}".encode()).digest()
    return hashlib.sha256(_padded(salt) + inner).digest()


def _padded(number: int | mpz) -> bytes:
    """What Cognito hashes of a number: Java's `BigInteger.toByteArray`, the shortest big-endian form whose first bit is 0."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def _from_base64(text: str) -> int:
    return int.from_bytes(base64.b64decode(text, validate=True), "big")


def _simulated(pool_secret: bytes, purpose: str, username: str) -> bytes:
    return hmac.digest(pool_secret, f"{purpose}:{username}".encode(), "sha256")


@functools.cache
def _combs() -> tuple[tuple[mpz, ...], ...]:
    """Powers of g, by each byte whose bits stand 32 places apart, and by the same 4, 8, … 28 places further: 0.8 MB, made once in 10 ms.

    A table for each byte of an exponent would save three squarings of 35 steps, and take four times as long to make, which the first
    password after the start would wait for.
    """
    ladder = [_G]  # g^(2^0), g^(2^4), g^(2^8) …
    while len(ladder) < _EXPONENT_BITS // _COLUMNS:
        ladder.append(gmpy2.powmod(ladder[-1], 1 << _COLUMNS, _N))
    combs = []
    for first in range(_TOOTH // _COLUMNS):
        powers = [mpz(1)]
        for tooth in ladder[first :: _TOOTH // _COLUMNS]:
            powers += [power * tooth % _N for power in powers]
        combs.append(tuple(powers))
    return tuple(combs)


def _power_of_g(exponent: bytes) -> mpz:
    """Raise g to a 256-bit exponent in 35 multiplications: a fifth of the time of a general power.

    C. H. Lim, P. J. Lee, "More Flexible Exponentiation with Precomputation", CRYPTO '94: the bits stand in a table of 8 rows of 32, whose
    columns are looked up.
    """
    combs, bits = _combs(), f"{int.from_bytes(exponent, 'big'):0{_EXPONENT_BITS}b}"
    columns = [int(bits[place::_TOOTH], 2) for place in range(_TOOTH - 1, -1, -1)]
    result = mpz(1)
    for column in range(_COLUMNS - 1, -1, -1):
        result = result * result % _N
        for comb, digit in zip(combs, columns[column::_COLUMNS], strict=True):
            result = result * comb[digit] % _N
    return result
