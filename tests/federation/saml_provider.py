"""A real SAML identity provider: pysaml2, which signs and encrypts with xmlsec1."""

import base64
import datetime
import functools
import secrets
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from lxml import etree
from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from saml2.config import IdPConfig
from saml2.cryptography import asymmetric
from saml2.metadata import entity_descriptor
from saml2.saml import NAMEID_FORMAT_PERSISTENT, NameID
from saml2.server import Server

from tests.support.machine import ensure
from tests.support.third_parties import rsa_key

# pysaml2 reads the key anew for each message, and to prove its factors prime, as reading does, takes a tenth of a second.
asymmetric.load_pem_private_key = functools.cache(asymmetric.load_pem_private_key)

ENTITY = "https://idp.example.com/metadata"
SSO = "https://idp.example.com/sso"
SLO = "https://idp.example.com/slo"


def key_pair(folder: Path) -> tuple[str, str]:
    """Files with a new key and a certificate for it."""
    key = rsa_key()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp.example.com")])
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    certificate = builder.not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1)).sign(key, hashes.SHA256())
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()))
    (folder / "cert.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    return str(folder / "key.pem"), str(folder / "cert.pem")


@dataclass
class SamlProvider:
    """The provider, for one pool."""

    folder: Path
    subject: str = "Ann@corp.example"
    identity: dict[str, list[str]] = field(default_factory=lambda: {"mail": ["ann@corp.example"], "displayName": ["Ann"]})

    def __post_init__(self) -> None:
        self.xmlsec = ensure("xmlsec1").strip()
        self.key_file, self.cert_file = key_pair(self.folder / "own")
        self._pools: list[str] = []

    def know(self, metadata: str) -> None:
        """Take a pool's metadata."""
        self._pools.append(metadata)

    def _config(self) -> IdPConfig:
        endpoints = {"single_sign_on_service": [(SSO, BINDING_HTTP_REDIRECT)], "single_logout_service": [(SLO, BINDING_HTTP_REDIRECT)]}
        policy = {"default": {"lifetime": {"minutes": 5}, "name_form": "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"}}
        return IdPConfig().load(
            {
                "entityid": ENTITY,
                "xmlsec_binary": self.xmlsec,
                "key_file": self.key_file,
                "cert_file": self.cert_file,
                "service": {"idp": {"endpoints": endpoints, "policy": policy}},
                "metadata": {"inline": self._pools},
            }
        )

    @property
    def metadata(self) -> str:
        return str(entity_descriptor(self._config()))

    def respond(self, entity_id: str, address: str, in_response_to: str | None, *, sign: str = "assertion", encrypt_to: str = "") -> str:
        """A response, base64.

        Args:
            sign: `assertion`, `response`, `both` or `nothing`.
            encrypt_to: A pool's certificate.
        """
        response: Any = Server(config=self._config()).create_authn_response(
            identity=self.identity,
            in_response_to=in_response_to,
            destination=address,
            sp_entity_id=entity_id,
            name_id=NameID(format=NAMEID_FORMAT_PERSISTENT, text=self.subject),
            authn={"class_ref": "urn:oasis:names:tc:SAML:2.0:ac:classes:Password"},
            sign_response=sign in {"response", "both"},
            sign_assertion=sign in {"assertion", "both"},
            sign_alg="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
            digest_alg="http://www.w3.org/2001/04/xmlenc#sha256",
            encrypt_assertion=bool(encrypt_to),
            encrypt_cert_assertion=encrypt_to or None,
            encrypted_advice_attributes=False,
        )
        return base64.b64encode(str(response).encode()).decode()

    def answer_sign_out(self, location: str, *, sign: bool = True) -> str:
        """The answer to the LogoutRequest that an address carries, base64."""
        server = Server(config=self._config())
        parameters = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        request = server.parse_logout_request(
            parameters["SAMLRequest"],
            BINDING_HTTP_REDIRECT,
            relay_state=parameters["RelayState"],
            sigalg=parameters["SigAlg"],
            signature=parameters["Signature"],
        )
        response = server.create_logout_response(
            request.message,
            bindings=[BINDING_HTTP_POST],
            sign=sign,
            sign_alg="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
            digest_alg="http://www.w3.org/2001/04/xmlenc#sha256",
        )
        return base64.b64encode(str(response).encode()).decode()


def read_request(location: str) -> tuple[etree._Element, dict[str, str]]:
    """The request that an address carries, and its parameters."""
    parameters = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
    return etree.fromstring(zlib.decompress(base64.b64decode(parameters["SAMLRequest"]), -15)), parameters


def encrypt_assertion(root: etree._Element, certificate: str, algorithm: str) -> None:
    """Put an EncryptedAssertion in the place of a response's assertion; pysaml2 itself knows Triple DES only."""
    assertion = root.find("{urn:oasis:names:tc:SAML:2.0:assertion}Assertion")
    key, plain = secrets.token_bytes(32 if "256" in algorithm else 16), etree.tostring(assertion, with_tail=False)
    nonce = secrets.token_bytes(12 if algorithm.endswith("gcm") else 16)
    if algorithm.endswith("gcm"):
        content = AESGCM(key).encrypt(nonce, plain, None)
    else:
        filler = 16 - len(plain) % 16
        encryptor = Cipher(algorithms.AES(key), modes.CBC(nonce)).encryptor()
        content = encryptor.update(plain + bytes(filler - 1) + bytes([filler])) + encryptor.finalize()
    public_key = x509.load_der_x509_certificate(base64.b64decode(certificate)).public_key()
    assert isinstance(public_key, rsa.RSAPublicKey)
    wrapped = public_key.encrypt(key, padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None))
    version = "2009/xmlenc11#" if algorithm.endswith("gcm") else "2001/04/xmlenc#"
    encrypted = f"""<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:x="http://www.w3.org/2001/04/xmlenc#"
 xmlns:ds="http://www.w3.org/2000/09/xmldsig#" xmlns:x11="http://www.w3.org/2009/xmlenc11#"><x:EncryptedData>
 <x:EncryptionMethod Algorithm="http://www.w3.org/{version}{algorithm}"/>
 <x:CipherData><x:CipherValue>{base64.b64encode(nonce + content).decode()}</x:CipherValue></x:CipherData></x:EncryptedData>
 <x:EncryptedKey><x:EncryptionMethod Algorithm="http://www.w3.org/2009/xmlenc11#rsa-oaep">
 <ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><x11:MGF Algorithm="http://www.w3.org/2009/xmlenc11#mgf1sha256"/>
 </x:EncryptionMethod><x:CipherData><x:CipherValue>{base64.b64encode(wrapped).decode()}</x:CipherValue></x:CipherData></x:EncryptedKey>
 </saml:EncryptedAssertion>"""
    element = etree.fromstring(encrypted)
    # The value that a test would tamper with is the data's, so it stands last.
    element.append(element[0])
    root.replace(assertion, element)
