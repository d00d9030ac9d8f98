"""A SAML response: what of it is signed, and whether it is for us, now, and the answer that we wait for.

SAML 2.0 Core, sections 2.3 to 2.5 and 3.2; Profiles, sections 4.1.4.2 and 4.1.4.3.
"""

from __future__ import annotations

from collections.abc import Sequence

from cognito_emu.domain.saml_metadata import SamlMetadata
from cognito_emu.records import Hidden, Record
from cognito_emu.saml.assertion import ASSERTION, BEARER, SKEW_SECONDS, Assertion, check_conditions, check_issuer, read_assertion
from cognito_emu.saml.encryption import decrypt_assertion
from cognito_emu.saml.errors import SamlError, refused
from cognito_emu.saml.signature import signed_part
from cognito_emu.saml.xml import SAMLP, SUCCESS, Element, find, find_all, read_time, text_of
from cognito_emu.store.saml_certificates import SamlCertificate

# "Within 6 minutes" of its issue (developer guide, IdP-initiated SAML sign-in).
_UNSOLICITED_SECONDS = 360.0


class Expectation(Record, kw_only=True):
    """What a response must fit.

    Attributes:
        audiences: What the service provider is called; `urn:amazon:cognito:sp:<poolId>` for a user pool.
        addresses: Where responses come, for Destination and Recipient.
        request_id: Of the request that it answers; None: it is unsolicited.
        encrypted: EncryptedResponses is on: an assertion that anybody could read is refused.
        certificates: The service provider's own, for encrypted assertions.
    """

    metadata: SamlMetadata
    audiences: frozenset[str]
    addresses: frozenset[str]
    request_id: str | None
    now: float
    encrypted: bool
    certificates: Hidden[Sequence[SamlCertificate]]


def check_response(response: Element, expected: Expectation) -> Assertion:
    """The assertion of a response.

    Raises:
        SamlError: It must not be believed.
    """
    if response.tag != f"{{{SAMLP}}}Response":
        raise refused("it is no Response.")
    _check_status(response)
    assertion = _trusted_assertion(response, expected)
    check_issuer(assertion, expected.metadata)
    if response.get("Destination") not in {None, *expected.addresses}:
        raise refused("Destination is another.")
    _check_request(response.get("InResponseTo"), expected)
    confirmed_until, recipient = _check_subject(assertion, expected)
    check_conditions(assertion, expected.audiences, expected.now)
    if expected.request_id is None:
        _check_age(assertion, expected.now)
    return read_assertion(assertion, valid_until=confirmed_until + SKEW_SECONDS, recipient=recipient)


def _check_status(response: Element) -> None:
    code = find(response, "samlp:Status/samlp:StatusCode")
    if code is None or code.get("Value") != SUCCESS:
        message = text_of(find(response, "samlp:Status/samlp:StatusMessage"))
        inner = find(code, "samlp:StatusCode") if code is not None else None
        reason = message or (inner if inner is not None else code if code is not None else response).get("Value", "no status")
        raise SamlError(f"Error in SAML response processing: {reason}")


def _trusted_assertion(response: Element, expected: Expectation) -> Element:
    """The one assertion, taken from what a signature covers and from nowhere else: against signature wrapping.

    Somorovsky et al., "On Breaking SAML", 2012: a verifier that says "valid" and a reader that looks elsewhere are two programs.
    """
    signed = signed_part(response, expected.metadata.certificates) if find(response, "ds:Signature") is not None else None
    source = signed if signed is not None else response
    encrypted, plain = find_all(source, "saml:EncryptedAssertion"), find_all(source, "saml:Assertion")
    if len(encrypted) + len(plain) != 1:
        raise refused("there must be one Assertion.")
    if expected.encrypted and not encrypted:
        raise refused("SAML Assertion is not encrypted.")
    assertion = decrypt_assertion(encrypted[0], expected.certificates) if encrypted else plain[0]
    if signed is None:
        assertion = signed_part(assertion, expected.metadata.certificates)
    if assertion.tag != ASSERTION:
        raise refused("there must be one Assertion.")
    return assertion


def _check_request(in_response_to: str | None, expected: Expectation) -> None:
    if in_response_to != expected.request_id:
        raise refused("InResponseTo is another." if expected.request_id else "it answers a request, but is none that was asked for.")


def _check_subject(assertion: Element, expected: Expectation) -> tuple[float, str]:
    """A bearer confirmation for us (Profiles, section 4.1.4.2); returns until when, and at which address."""
    for confirmation in find_all(assertion, "saml:Subject/saml:SubjectConfirmation"):
        data = find(confirmation, "saml:SubjectConfirmationData")
        if confirmation.get("Method") != BEARER or data is None:
            continue
        until, recipient = read_time(data.get("NotOnOrAfter")), data.get("Recipient", "")
        if (
            until is not None
            and until + SKEW_SECONDS > expected.now
            and recipient in expected.addresses
            and data.get("InResponseTo") == expected.request_id
            and data.get("NotBefore") is None
        ):
            return until, recipient
    raise refused("SubjectConfirmation is not valid.")


def _check_age(assertion: Element, now: float) -> None:
    issued_at = read_time(assertion.get("IssueInstant"))
    if issued_at is None or not -SKEW_SECONDS <= now - issued_at <= _UNSOLICITED_SECONDS:
        raise refused("Assertion is too old.")
