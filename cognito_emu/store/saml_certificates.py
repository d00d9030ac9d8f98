"""Certificates with which pools sign SAML requests and have assertions encrypted to them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.records import Hidden, Record, asdict
from cognito_emu.store.schema.pool_features import saml_certificates

SIGNING = "signing"
ENCRYPTION = "encryption"


class SamlCertificate(Record):
    """A certificate (DER) and its private key (PKCS #8, DER)."""

    pool_id: str
    use: str
    issued_at: float
    certificate: bytes
    private_key: Hidden[bytes]


_C = saml_certificates.c
_OF_POOL = (
    sa.select(saml_certificates).where(_C.pool_id == sa.bindparam("pool_id"), _C.use == sa.bindparam("use")).order_by(_C.issued_at.desc())
)


class SamlCertificates:
    """Queries about certificates."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_pool(self, pool_id: str, use: str) -> list[SamlCertificate]:
        """The pool's certificates for a use, the newest first; older ones stay valid."""
        return [SamlCertificate(*row) for row in self._connection.execute(_OF_POOL, {"pool_id": pool_id, "use": use})]

    def add(self, certificate: SamlCertificate) -> None:
        """Insert a certificate."""
        self._connection.execute(saml_certificates.insert(), asdict(certificate))
