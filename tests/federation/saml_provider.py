"""A real SAML identity provider: pysaml2, which signs and encrypts with xmlsec1."""

import base64
import datetime
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from lxml import etree
from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from saml2.config import IdPConfig
from saml2.metadata import entity_descriptor
from saml2.saml import NAMEID_FORMAT_PERSISTENT, NameID
from saml2.server import Server

from tests.support.machine import ensure

ENTITY = "https://idp.example.com/metadata"
SSO = "https://idp.example.com/sso"
SLO = "https://idp.example.com/slo"


def key_pair(folder: Path) -> tuple[str, str]:
    """Files with a new key and a certificate for it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp.example.com")])
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    certificate = builder.not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1)).sign(key, hashes.SHA256())
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()))
    (folder / "cert.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    return str(folder / "key.pem"), str(folder / "cert.pem")


def sp_metadata(entity_id: str, address: str, certificate: str) -> str:
    """A pool's metadata, as an administrator would type it into the provider."""
    return f"""<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"
 entityID="{entity_id}"><md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
 <md:KeyDescriptor use="encryption"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data>
 </ds:KeyInfo></md:KeyDescriptor>
 <md:AssertionConsumerService Binding="{BINDING_HTTP_POST}" Location="{address}" index="1"/>
 </md:SPSSODescriptor></md:EntityDescriptor>"""


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

    def know(self, entity_id: str, address: str, certificate: str) -> None:
        """Take a pool's metadata."""
        self._pools.append(sp_metadata(entity_id, address, certificate))

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


def read_request(location: str) -> tuple[etree._Element, dict[str, str]]:
    """The request that an address carries, and its parameters."""
    parameters = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
    return etree.fromstring(zlib.decompress(base64.b64decode(parameters["SAMLRequest"]), -15)), parameters
