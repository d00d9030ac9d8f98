"""The X.509 certificates of a pool as a SAML service provider: one to sign requests with, one to have assertions encrypted to."""

from __future__ import annotations

import asyncio
import base64
import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from cognito_emu.call import Call
from cognito_emu.operations.lookup import require_pool
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.store import Tx
from cognito_emu.store.saml_certificates import SIGNING, SamlCertificate
from cognito_emu.store.user_pools import UserPool

# "Issued certificates are valid for 10 years from the date of issue. Amazon Cognito issues and assigns a new signing certificate
# annually ... but doesn't invalidate the original certificate." (API reference)
_VALID_DAYS = 3653
_YEAR = 365 * 86400
_SERIAL_BYTES = 19  # RFC 5280, section 4.1.2.2: at most 20, and positive


@operation("GetSigningCertificate")
async def get_signing_certificate(call: Call, request: Request) -> Response:
    """Show the certificate that the pool's SAML requests are signed with."""
    pool = await call.store.read(lambda tx: require_pool(call, tx, request["UserPoolId"]))
    # Assumption: the bare base64, as X509Certificate elements of SAML metadata carry it.
    return {"Certificate": certificate_text(await current_certificate(call, pool, SIGNING))}


async def current_certificate(call: Call, pool: UserPool, use: str) -> SamlCertificate:
    """The pool's newest certificate for a use; made when there is none, or none younger than a year."""
    issued_after = call.env.now() - _YEAR

    def newest(tx: Tx) -> SamlCertificate | None:
        return next((found for found in tx.saml_certificates.of_pool(pool.id, use) if found.issued_at > issued_after), None)

    present = await call.store.read(newest)
    if present is not None:
        return present
    made = await asyncio.get_running_loop().run_in_executor(None, _make, pool, use, call.env.now(), call.env.random_bytes(_SERIAL_BYTES))

    def put(tx: Tx) -> SamlCertificate:
        faster = newest(tx)  # of two who find none, both are to see the same
        if faster is None:
            require_pool(call, tx, pool.id)
            tx.saml_certificates.add(made)
        return faster or made

    return await call.store.transact(put)


def certificate_text(certificate: SamlCertificate) -> str:
    """A certificate as AWS shows it: base64 of its DER form."""
    return base64.b64encode(certificate.certificate).decode()


def _make(pool: UserPool, use: str, now: float, serial: bytes) -> SamlCertificate:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    # Assumption: what the certificate's subject is called.
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, pool.id)])
    issued = datetime.datetime.fromtimestamp(int(now), datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(int.from_bytes(serial, "big") | 1)
        .not_valid_before(issued)
        .not_valid_after(issued + datetime.timedelta(days=_VALID_DAYS))
        .sign(key, hashes.SHA256())
    )
    return SamlCertificate(
        pool_id=pool.id,
        use=use,
        issued_at=now,
        certificate=certificate.public_bytes(Encoding.DER),
        private_key=key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
    )
