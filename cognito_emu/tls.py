"""A certificate made on the spot, for SDKs that insist on https."""

from __future__ import annotations

import datetime
import ipaddress
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from cognito_emu.config import Settings

_NAMES = ("localhost", "*.localhost", "*.auth.localhost", "host.docker.internal", "127.0.0.1", "::1")
# For who maps AWS's own names to the emulator: libraries that build them from the pool's id can be told no other.
_AWS_NAMES = ("cognito-idp.{}.amazonaws.com", "cognito-identity.{}.amazonaws.com", "*.auth.{}.amazoncognito.com")
_DAYS = 825  # the longest that Apple's and Chromium's verifiers accept for a certificate trusted by hand


def ensure_certificate(settings: Settings) -> tuple[Path, Path]:
    """The paths of a self-signed certificate and its key in the data folder, made when they are not there or lack one of the names.

    It has the names of this machine, AWS's own in the configured region, and that of the public URL.

    Trust it by adding `tls-certificate.pem` to the client's store (`NODE_EXTRA_CA_CERTS`, `AWS_CA_BUNDLE`, `SSL_CERT_FILE`).
    """
    folder, names = settings.data, _names(settings)
    certificate_path, key_path = folder / "tls-certificate.pem", folder / "tls-key.pem"
    if certificate_path.exists() and key_path.exists() and set(names) <= set(_names_of(certificate_path)):
        return certificate_path, key_path
    folder.mkdir(parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "cognito_emu")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=_DAYS))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    key_path.touch(mode=0o600)
    key_path.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    certificate_path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return certificate_path, key_path


def _names(settings: Settings) -> list[x509.GeneralName]:
    hosts = [*_NAMES, *(name.format(settings.region) for name in _AWS_NAMES)]
    public = urlsplit(settings.public_url).hostname
    return [_general_name(host) for host in (*hosts, *([public] if public and public not in hosts else []))]


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _names_of(certificate_path: Path) -> list[x509.GeneralName]:
    certificate = x509.load_pem_x509_certificate(certificate_path.read_bytes())
    return list(certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
