"""SAML's XML: names, reading what came from outside, and times.

SAML 2.0 Core (saml-core-2.0-os), section 1.3.3 for times.
"""

from __future__ import annotations

import base64
import binascii
import datetime
from typing import TYPE_CHECKING, TypeAlias

from lxml import etree

from cognito_emu.saml.errors import refused

SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
SAMLP = "urn:oasis:names:tc:SAML:2.0:protocol"
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
NAMESPACES = {
    "saml": SAML,
    "samlp": SAMLP,
    "ds": "http://www.w3.org/2000/09/xmldsig#",
    "xenc": "http://www.w3.org/2001/04/xmlenc#",
}

if TYPE_CHECKING:
    # lxml has no types of its own; of its elements we use what both have.
    from xml.etree import ElementTree

    Element: TypeAlias = ElementTree.Element
else:
    Element = etree._Element  # noqa: SLF001 - lxml has no other name for it


def read_message(text: str) -> Element:
    """A message of the POST binding.

    Raises:
        SamlError: It is no base64 of XML, or XML with a document type: nobody needs one, and entities are how XML is turned against
            its reader.
    """
    try:
        return read_xml(base64.b64decode(text, validate=False))
    except (binascii.Error, ValueError) as error:
        raise refused("it is not base64.") from error


def read_encoded(text: str) -> Element:
    """A document as base64url, padded or not, or as base64: "a base64url-encoded SAML 2.0 assertion" (RFC 8693, section 3).

    Raises:
        SamlError: As for `read_message`.
    """
    plain = text.rstrip("=").replace("-", "+").replace("_", "/")
    return read_message(plain + "=" * (-len(plain) % 4))


def read_xml(document: bytes) -> Element:
    """A document from outside.

    Raises:
        SamlError: As for `read_message`.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, huge_tree=False)
    try:
        parsed = etree.fromstring(document, parser)
    except etree.XMLSyntaxError as error:
        raise refused("it is not well-formed.") from error
    if parsed.getroottree().docinfo.doctype:
        raise refused("it has a document type.")
    root: Element = parsed
    return root


def find(element: Element, path: str) -> Element | None:
    """The first element at a path."""
    return element.find(path, NAMESPACES)


def find_all(element: Element, path: str) -> list[Element]:
    """The elements at a path."""
    return element.findall(path, NAMESPACES)


def text_of(element: Element | None) -> str:
    """What is in an element, all of it: comments were dropped, so they cannot cut a NameID short."""
    return "".join(str(part) for part in element.itertext()).strip() if element is not None else ""


def time_text(seconds: float) -> str:
    """Seconds since the epoch as SAML writes them."""
    return datetime.datetime.fromtimestamp(int(seconds), datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_time(text: str | None) -> float | None:
    """A time in seconds since the epoch; None when there is none.

    Raises:
        SamlError: It is no time.
    """
    if text is None:
        return None
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError as error:
        raise refused("a time cannot be read.") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)).timestamp()
