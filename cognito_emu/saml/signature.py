"""XML signatures of SAML providers: SAML 2.0 Core, section 5.4."""

from __future__ import annotations

import base64
from collections.abc import Iterable

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from lxml import etree
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, XMLVerifier

from cognito_emu.saml.errors import refused
from cognito_emu.saml.xml import Element


def signed_part(element: Element, certificates: Iterable[str]) -> Element:
    """What the signature directly in an element covers, which must be that very element.

    Section 5.4.2: one reference, to the ID of the element that the signature is in.

    Args:
        element: A Response, an Assertion, a LogoutResponse.
        certificates: The provider's, base64 of DER; any of them will do.

    Raises:
        SamlError: None of them signed it.
    """
    document = etree.tostring(element)
    for certificate in certificates:
        try:
            key_holder = x509.load_der_x509_certificate(base64.b64decode(certificate))
            # The metadata's word for a key is enough: "expiration dates ... MUST be ignored" (SAML V2.0 Metadata Interoperability Profile,
            # section 2.5.1), so each certificate is looked at as of a time when it was valid.
            config = SignatureConfiguration(
                location="./", expect_references=1, ignore_ambiguous_key_info=True, verification_time=key_holder.not_valid_before_utc
            )
            result = XMLVerifier().verify(document, x509_cert=key_holder, expect_config=config, id_attribute="ID")
        except (SignXMLException, InvalidSignature, ValueError, etree.LxmlError):
            continue
        found: Element | None = result[0].signed_xml if isinstance(result, list) else result.signed_xml
        if found is not None and found.tag == element.tag and found.get("ID") == element.get("ID"):
            return found
    # AWS's sentence (aws/aws-sdk-js-v3 6201).
    raise refused("SAML Assertion signature is invalid.")
