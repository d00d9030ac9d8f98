"""The metadata document of a pool as a SAML service provider: SAML 2.0 Metadata, section 2.4.4.

AWS serves one at `https://<domain>/saml2/metadata`, which its developer guide does not mention.
"""

from __future__ import annotations

from lxml import etree
from lxml.builder import ElementMaker

from cognito_emu.domain.saml_metadata import POST, REDIRECT
from cognito_emu.saml.xml import SAMLP

_MD = "urn:oasis:names:tc:SAML:2.0:metadata"
_DS = "http://www.w3.org/2000/09/xmldsig#"
# Assumption: which formats, and that they come in this order.
_NAME_ID_FORMATS = (
    "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
    "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
    "urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName",
)
_M = ElementMaker(namespace=_MD, nsmap={"md": _MD, "ds": _DS})
_D = ElementMaker(namespace=_DS, nsmap={"ds": _DS})


def sp_metadata(entity_id: str, own_address: str, *, signing: str, encryption: str) -> bytes:
    """The document.

    Args:
        entity_id: `urn:amazon:cognito:sp:<poolId>`.
        own_address: Scheme and host by which browsers come.
        signing: The certificate for requests, base64 of DER.
        encryption: The certificate for assertions, likewise.
    """
    certificates = [
        _M.KeyDescriptor(_D.KeyInfo(_D.X509Data(_D.X509Certificate(text))), use=use)
        for use, text in (("signing", signing), ("encryption", encryption))
    ]
    descriptor = _M.SPSSODescriptor(
        *certificates,
        _M.SingleLogoutService(Binding=POST, Location=f"{own_address}/saml2/logout"),
        *(_M.NameIDFormat(name) for name in _NAME_ID_FORMATS),
        # Of the two, responses are taken by POST alone; the second is listed since AWS lists it.
        _M.AssertionConsumerService(Binding=POST, Location=f"{own_address}/saml2/idpresponse", index="1", isDefault="true"),
        _M.AssertionConsumerService(Binding=REDIRECT, Location=f"{own_address}/saml2/idpresponse", index="2"),
        AuthnRequestsSigned="false",
        WantAssertionsSigned="true",
        protocolSupportEnumeration=SAMLP,
    )
    document: bytes = etree.tostring(_M.EntityDescriptor(descriptor, entityID=entity_id), xml_declaration=True, encoding="UTF-8")
    return document
