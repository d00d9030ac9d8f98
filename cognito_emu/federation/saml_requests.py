"""What we send to SAML providers, by the redirect binding: SAML 2.0 Core, sections 3.4.1 and 3.7.1; Bindings, section 3.4.4."""

from __future__ import annotations

import base64
import zlib
from urllib.parse import quote_plus, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_private_key
from lxml import etree
from lxml.builder import ElementMaker

from cognito_emu.saml.xml import SAML, SAMLP, Element, time_text
from cognito_emu.store.saml_certificates import SamlCertificate

_RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
_POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
_PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
_UNSPECIFIED = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
_P = ElementMaker(namespace=SAMLP, nsmap={"samlp": SAMLP, "saml": SAML})
_A = ElementMaker(namespace=SAML, nsmap={"saml": SAML})


def authn_request(
    *, request_id: str, now: float, destination: str, entity_id: str, answer_at: str, force: bool, login_hint: str | None
) -> Element:
    """An AuthnRequest.

    Args:
        request_id: Which the answer will name.
        now: IssueInstant.
        destination: The provider's SingleSignOnService.
        entity_id: Ours.
        answer_at: Our assertion consumer service.
        force: `prompt=login`.
        login_hint: Whom the application expects, as the subject that is asked for.
    """
    attributes = {
        "ID": request_id,
        "Version": "2.0",
        "IssueInstant": time_text(now),
        "Destination": destination,
        "AssertionConsumerServiceURL": answer_at,
        "ProtocolBinding": _POST,
    } | ({"ForceAuthn": "true"} if force else {})
    request: Element = _P.AuthnRequest(_A.Issuer(entity_id), **attributes)
    if login_hint:
        request.append(_A.Subject(_A.NameID(login_hint, Format=_UNSPECIFIED)))
    return request


def logout_request(*, request_id: str, now: float, destination: str, entity_id: str, name_id: str) -> Element:
    """A LogoutRequest for a subject."""
    attributes = {"ID": request_id, "Version": "2.0", "IssueInstant": time_text(now), "Destination": destination}
    # Assumption: the NameID's format; the one that the provider had given is not kept.
    message: Element = _P.LogoutRequest(_A.Issuer(entity_id), _A.NameID(name_id, Format=_PERSISTENT), **attributes)
    return message


def redirect_url(location: str, message: Element, relay_state: str, certificate: SamlCertificate | None) -> str:
    """The address that carries a request.

    Args:
        location: The provider's endpoint.
        message: The request.
        relay_state: Comes back with the answer.
        certificate: Signs what is sent (rsa-sha256); None: nothing does.
    """
    deflate = zlib.compressobj(wbits=-15)
    deflated = deflate.compress(etree.tostring(message)) + deflate.flush()
    query = f"SAMLRequest={quote_plus(base64.b64encode(deflated))}&RelayState={quote_plus(relay_state)}"
    if certificate is not None:
        # What is signed is the very text that is sent (section 3.4.4.1).
        query += f"&SigAlg={quote_plus(_RSA_SHA256)}"
        key = load_der_private_key(certificate.private_key, None)
        assert isinstance(key, rsa.RSAPrivateKey)
        signature = key.sign(query.encode(), padding.PKCS1v15(), hashes.SHA256())
        query += f"&Signature={quote_plus(base64.b64encode(signature))}"
    return location + ("&" if urlsplit(location).query else "?") + query
