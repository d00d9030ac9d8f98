"""The rehearsal provider as a SAML 2.0 provider: SAML 2.0 Profiles, section 4.1, by the redirect binding in and the POST binding out."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from lxml import etree
from lxml.builder import ElementMaker
from signxml.algorithms import CanonicalizationMethod
from signxml.signer import XMLSigner

from cognito_emu.federation.mapping import as_text
from cognito_emu.federation.provider_endpoints import REHEARSAL_PATH
from cognito_emu.federation.rehearsal.keys import RehearsalKey, rehearsal_key
from cognito_emu.federation.rehearsal.pages import RehearsalHandler
from cognito_emu.federation.rehearsal.people import UnreadablePersonError, read_person
from cognito_emu.records import Record
from cognito_emu.saml.errors import SamlError
from cognito_emu.saml.xml import SAML, SAMLP, Element, find, read_xml, text_of, time_text

_MD = "urn:oasis:names:tc:SAML:2.0:metadata"
_DS = "http://www.w3.org/2000/09/xmldsig#"
_BINDING = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-"
_STATUS = "urn:oasis:names:tc:SAML:2.0:status:"
_EMAIL = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
# As Microsoft's providers call them, which is what most mappings expect; plain names are there beside them.
_CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
_LONG_NAMES = {"email": "emailaddress", "name": "name", "given_name": "givenname", "family_name": "surname"}
_MINUTES = 300
_MOST_BYTES = 64 * 1024
_ANSWERS_AT = "/saml2/idpresponse"
_RETURNS_AT = "/saml2/logout"
_P = ElementMaker(namespace=SAMLP, nsmap={"samlp": SAMLP, "saml": SAML})
_A = ElementMaker(namespace=SAML, nsmap={"saml": SAML})
_M = ElementMaker(namespace=_MD, nsmap={"md": _MD, "ds": _DS})
_D = ElementMaker(namespace=_DS, nsmap={"ds": _DS})


class _Request(Record):
    """What of a request decides where the answer goes."""

    id: str
    issuer: str
    answer_at: str


class MetadataHandler(RehearsalHandler):
    """`/saml/metadata`, for MetadataURL."""

    async def get(self) -> None:
        """Describe the provider."""
        key = await rehearsal_key(self.parts)
        base = f"{self.request.protocol}://{self.request.host}{REHEARSAL_PATH}/saml"
        lines = key.certificate.strip().splitlines()[1:-1]
        document = _M.EntityDescriptor(
            _M.IDPSSODescriptor(
                _M.KeyDescriptor(_D.KeyInfo(_D.X509Data(_D.X509Certificate("".join(lines)))), use="signing"),
                _M.SingleLogoutService(Binding=f"{_BINDING}Redirect", Location=f"{base}/logout"),
                _M.NameIDFormat(_EMAIL),
                _M.SingleSignOnService(Binding=f"{_BINDING}Redirect", Location=f"{base}/sso"),
                protocolSupportEnumeration=SAMLP,
            ),
            entityID=_entity_id(self),
        )
        self.set_header("Content-Type", "application/samlmetadata+xml")
        self.finish(etree.tostring(document, xml_declaration=True, encoding="UTF-8"))


class SingleSignOnHandler(RehearsalHandler):
    """`/saml/sso`."""

    def get(self) -> None:
        """Ask who to be."""
        self._ask({name: self.get_query_argument(name, "") for name in ("SAMLRequest", "RelayState")})

    async def post(self) -> None:
        """Send a response for whoever was chosen."""
        form = self.form
        carried = {name: form.get(name, "") for name in ("SAMLRequest", "RelayState")}
        try:
            request = _read_request(carried["SAMLRequest"])
            person = None if form.get("choice") == "refuse" else read_person(form)
        except SamlError as error:
            self.refuse(error.description)
            return
        except UnreadablePersonError as error:
            self._ask(carried, error=str(error), typed=form)
            return
        key, response_id, now = await rehearsal_key(self.parts), self.parts.env.uuid(), self.parts.env.now()
        response = _response(request, _entity_id(self), f"_{response_id}", now)
        if person is None:
            response.append(_P.Status(_P.StatusCode(Value=f"{_STATUS}Responder"), _P.StatusMessage("The user cancelled the sign-in.")))
        else:
            response.append(_P.Status(_P.StatusCode(Value=f"{_STATUS}Success")))
            response.append(_sign(_assertion(request, _entity_id(self), f"_a{response_id}", now, person), key))
        encoded = base64.b64encode(etree.tostring(response)).decode()
        self.show_post(request.answer_at, {"SAMLResponse": encoded, "RelayState": carried["RelayState"]})

    def _ask(self, carried: dict[str, str], *, error: str = "", typed: Mapping[str, str] | None = None) -> None:
        try:
            _read_request(carried["SAMLRequest"])
        except SamlError as fault:
            self.refuse(fault.description)
            return
        self.show_choice("your company (SAML)", carried, error=error, typed=typed)


class SingleLogoutHandler(RehearsalHandler):
    """`/saml/logout`. Nobody is signed in here, so there is nothing to forget."""

    async def get(self) -> None:
        """Send the browser back with a LogoutResponse."""
        try:
            request = _inflate(self.get_query_argument("SAMLRequest", ""))
        except SamlError as error:
            self.refuse(error.description)
            return
        response = _P.LogoutResponse(
            _A.Issuer(_entity_id(self)),
            _P.Status(_P.StatusCode(Value=f"{_STATUS}Success")),
            ID=f"_{self.parts.env.uuid()}",
            Version="2.0",
            IssueInstant=time_text(self.parts.env.now()),
            InResponseTo=request.get("ID", ""),
        )
        signed = _sign(response, await rehearsal_key(self.parts))
        fields = {
            "SAMLResponse": base64.b64encode(etree.tostring(signed)).decode(),
            "RelayState": self.get_query_argument("RelayState", ""),
        }
        # Single logout is for the domain at which the browser is: the request does not say where it wants its answer.
        self.show_post(_RETURNS_AT, fields)


def _entity_id(handler: RehearsalHandler) -> str:
    # The same by whichever name the machine is called: the pool compares it with the metadata that it once fetched.
    return f"{handler.parts.settings.public_url.rstrip('/') or 'http://localhost'}{REHEARSAL_PATH}/saml"


def _inflate(text: str) -> Element:
    try:
        return read_xml(zlib.decompressobj(wbits=-15).decompress(base64.b64decode(text), _MOST_BYTES))
    except (ValueError, zlib.error) as error:
        raise SamlError("This is no SAML request.") from error


def _read_request(text: str) -> _Request:
    """An AuthnRequest of a user pool; nobody else is answered, or this were an open redirect."""
    message = _inflate(text)
    request = _Request(message.get("ID", ""), text_of(find(message, "saml:Issuer")), message.get("AssertionConsumerServiceURL", ""))
    split = urlsplit(request.answer_at)
    if not request.issuer or split.scheme not in {"http", "https"} or split.path != _ANSWERS_AT:
        raise SamlError("This provider answers to the /saml2/idpresponse of user pools alone.")
    return request


def _response(request: _Request, issuer: str, response_id: str, now: float) -> Element:
    response: Element = _P.Response(
        _A.Issuer(issuer),
        ID=response_id,
        Version="2.0",
        IssueInstant=time_text(now),
        Destination=request.answer_at,
        InResponseTo=request.id,
    )
    return response


def _assertion(request: _Request, issuer: str, assertion_id: str, now: float, person: Mapping[str, Any]) -> Element:
    until = time_text(now + _MINUTES)
    confirmation = _A.SubjectConfirmationData(InResponseTo=request.id, Recipient=request.answer_at, NotOnOrAfter=until)
    assertion: Element = _A.Assertion(
        _A.Issuer(issuer),
        _A.Subject(
            _A.NameID(str(person.get("email") or person["sub"]), Format=_EMAIL),
            _A.SubjectConfirmation(confirmation, Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"),
        ),
        _A.Conditions(_A.AudienceRestriction(_A.Audience(request.issuer)), NotBefore=time_text(now - 1), NotOnOrAfter=until),
        _A.AuthnStatement(
            _A.AuthnContext(_A.AuthnContextClassRef("urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified")), AuthnInstant=time_text(now)
        ),
        _A.AttributeStatement(*_attributes(person)),
        ID=assertion_id,
        Version="2.0",
        IssueInstant=time_text(now),
    )
    return assertion


def _attributes(person: Mapping[str, Any]) -> list[Element]:
    named = dict(person) | {f"{_CLAIMS}{long}": person[short] for short, long in _LONG_NAMES.items() if short in person}
    return [
        _A.Attribute(*[_A.AttributeValue(as_text(item)) for item in (value if isinstance(value, list) else [value])], Name=name)
        for name, value in named.items()
    ]


def _sign(message: Element, key: RehearsalKey) -> Element:
    """Enveloped, with exclusive canonicalization (saml-core, section 5.4); the schema wants the signature behind the Issuer."""
    message.insert(1, _D.Signature(Id="placeholder"))
    signer = XMLSigner(c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0)
    signed: Element = signer.sign(
        message, key=key.private_key, cert=key.certificate, reference_uri=f"#{message.get('ID')}", id_attribute="ID"
    )
    return signed
