"""What a SAML identity provider's metadata document says about it.

SAML 2.0 Metadata (saml-metadata-2.0-os), sections 2.3 and 2.4.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from cognito_emu.records import Record

_MD = "{urn:oasis:names:tc:SAML:2.0:metadata}"
_DS = "{http://www.w3.org/2000/09/xmldsig#}"
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"


class InvalidMetadataError(Exception):
    """A document is not the metadata of a SAML identity provider; the text says why."""


class SamlMetadata(Record):
    """An identity provider.

    Attributes:
        sso_urls: Where requests go, by binding: REDIRECT, POST.
        slo_urls: Where logout requests go, by binding.
        certificates: The signing certificates, base64 of DER; a response's signature may match any of them.
    """

    entity_id: str
    sso_urls: dict[str, str]
    slo_urls: dict[str, str]
    certificates: tuple[str, ...]


def parse_metadata(document: str | bytes) -> SamlMetadata:
    """Read a metadata document: an EntityDescriptor, or EntitiesDescriptor of which the first identity provider counts.

    Documents with a DTD or entities are refused: nobody needs them, and they are how XML is turned against its reader.

    Raises:
        InvalidMetadataError: It is no XML, or describes no identity provider that can be used.
    """
    try:
        root: Element = fromstring(document, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise InvalidMetadataError("it is not well-formed XML without a DTD") from error
    entity = next((found for found in root.iter(f"{_MD}EntityDescriptor") if found.find(f"{_MD}IDPSSODescriptor") is not None), None)
    if entity is None:
        raise InvalidMetadataError("it has no IDPSSODescriptor")
    entity_id, descriptor = entity.get("entityID"), entity.find(f"{_MD}IDPSSODescriptor")
    assert descriptor is not None
    if not entity_id:
        raise InvalidMetadataError("its EntityDescriptor has no entityID")
    sso_urls = _endpoints(descriptor, "SingleSignOnService")
    if not sso_urls:
        raise InvalidMetadataError("it has no SingleSignOnService for HTTP-Redirect or HTTP-POST")
    certificates = _certificates(descriptor)
    if not certificates:
        raise InvalidMetadataError("it has no signing certificate")
    return SamlMetadata(entity_id, sso_urls, _endpoints(descriptor, "SingleLogoutService"), certificates)


def _endpoints(descriptor: Element, service: str) -> dict[str, str]:
    found = {element.get("Binding"): element.get("Location") for element in descriptor.findall(f"{_MD}{service}")}
    return {binding: location for binding in (REDIRECT, POST) if (location := found.get(binding))}


def _certificates(descriptor: Element) -> tuple[str, ...]:
    """Those of keys whose use is signing, or is not told, which means that it is any."""
    keys = [key for key in descriptor.findall(f"{_MD}KeyDescriptor") if key.get("use", "signing") == "signing"]
    texts = [element.text or "" for key in keys for element in key.iter(f"{_DS}X509Certificate")]
    return tuple("".join(text.split()) for text in texts if text.strip())
