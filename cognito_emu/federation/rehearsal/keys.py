"""The rehearsal provider's key and certificate: made once, kept in the database, the same in every process."""

from __future__ import annotations

import asyncio
import datetime
import hashlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from cognito_emu.call import Parts
from cognito_emu.records import Hidden, Record
from cognito_emu.store import Tx

_STATE = "rehearsal_key"
_DAYS = 3653


class RehearsalKey(Record):
    """An RSA key and a certificate for it, both PEM."""

    private_key: Hidden[str]
    certificate: str

    @property
    def public_key(self) -> rsa.RSAPublicKey:
        """The certificate's key."""
        key = x509.load_pem_x509_certificate(self.certificate.encode()).public_key()
        assert isinstance(key, rsa.RSAPublicKey)
        return key

    @property
    def kid(self) -> str:
        """The key's name in the JWKS."""
        return hashlib.sha256(self.certificate.encode()).hexdigest()[:16]


async def rehearsal_key(parts: Parts) -> RehearsalKey:
    """The key; made when there is none."""
    present = await parts.store.read(lambda tx: tx.emulator_state.get(_STATE))
    if present is None:
        made = await asyncio.get_running_loop().run_in_executor(None, _make, parts.env.now())

        def put(tx: Tx) -> list[str]:
            faster: list[str] | None = tx.emulator_state.get(_STATE)  # of two who find none, both are to have the same
            if faster is None:
                tx.emulator_state.set(_STATE, made)
            return faster or made

        present = await parts.store.transact(put)
    return RehearsalKey(*present)


def _make(now: float) -> list[str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "cognito_emu rehearsal provider")])
    issued = datetime.datetime.fromtimestamp(int(now), datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(issued - datetime.timedelta(days=1))
        .not_valid_after(issued + datetime.timedelta(days=_DAYS))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return [private.decode(), certificate.public_bytes(Encoding.PEM).decode()]
