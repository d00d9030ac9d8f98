"""A SAML assertion: what it says, and whether it is for us, and now; within a response, or by itself.

SAML 2.0 Core, sections 2.3 to 2.5.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from cognito_emu.domain.saml_metadata import SamlMetadata
from cognito_emu.records import Hidden, Record
from cognito_emu.saml.encryption import decrypt_assertion
from cognito_emu.saml.errors import refused
from cognito_emu.saml.signature import signed_part
from cognito_emu.saml.xml import SAML, Element, find, find_all, read_time, text_of
from cognito_emu.store.saml_certificates import SamlCertificate

ASSERTION = f"{{{SAML}}}Assertion"
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
# Assumption: how far the provider's clock may be off.
SKEW_SECONDS = 60.0


class Assertion(Record):
    """What a checked response says.

    Attributes:
        id: The assertion's own, which must not come twice.
        valid_until: Seconds since the epoch, after which it would be refused anyway.
        name_id: The subject.
        name_id_format: Its format, empty when it isn't told.
        recipient: Which of the expected addresses it was made for.
        attributes: Name to value, or values.
    """

    id: str
    valid_until: float
    recipient: str
    name_id_format: str
    name_id: Hidden[str]
    attributes: Hidden[dict[str, Any]]


def check_assertion(
    document: Element,
    metadata: SamlMetadata,
    *,
    audiences: Collection[str],
    now: float,
    encrypted: bool,
    certificates: Sequence[SamlCertificate],
) -> Assertion:
    """An assertion that came by itself, without a response and without a browser.

    Args:
        document: An Assertion, or an EncryptedAssertion.
        metadata: The provider's.
        audiences: What the service provider is called.
        now: Seconds since the epoch.
        encrypted: An assertion that anybody could read is refused.
        certificates: The service provider's own.

    Raises:
        SamlError: It must not be believed.
    """
    if document.tag == f"{{{SAML}}}EncryptedAssertion":
        document = decrypt_assertion(document, certificates)
    elif encrypted:
        raise refused("SAML Assertion is not encrypted.")
    if document.tag != ASSERTION:
        raise refused("it is no Assertion.")
    assertion = signed_part(document, metadata.certificates)
    check_issuer(assertion, metadata)
    check_conditions(assertion, audiences, now)
    # Assumption: the audience tells that it is for the pool; its recipient is wherever a browser or an application took it.
    confirmations = [read_time(data.get("NotOnOrAfter")) for data in _bearer_confirmations(assertion)]
    until = max((moment for moment in confirmations if moment is not None), default=0.0)
    if until + SKEW_SECONDS <= now:
        raise refused("SubjectConfirmation is not valid.")
    return read_assertion(assertion, valid_until=until + SKEW_SECONDS, recipient="")


def check_issuer(assertion: Element, metadata: SamlMetadata) -> None:
    """The provider made it.

    Raises:
        SamlError: Another did.
    """
    if text_of(find(assertion, "saml:Issuer")) != metadata.entity_id:
        raise refused("Issuer is another.")


def read_assertion(assertion: Element, *, valid_until: float, recipient: str) -> Assertion:
    """What an assertion says that was checked.

    Raises:
        SamlError: It names no subject.
    """
    name_id = find(assertion, "saml:Subject/saml:NameID")
    if name_id is None or not text_of(name_id):
        raise refused("NameID is missing.")
    return Assertion(
        id=assertion.get("ID", ""),
        valid_until=valid_until,
        recipient=recipient,
        name_id_format=name_id.get("Format", ""),
        name_id=text_of(name_id),
        attributes=attributes_of(assertion),
    )


def check_conditions(assertion: Element, audiences: Collection[str], now: float) -> None:
    """The conditions of an assertion.

    Raises:
        SamlError: One of them does not hold.
    """
    conditions = find(assertion, "saml:Conditions")
    if conditions is None:
        raise refused("Conditions are missing.")
    not_before, until = read_time(conditions.get("NotBefore")), read_time(conditions.get("NotOnOrAfter"))
    if not_before is not None and not_before - SKEW_SECONDS > now:
        raise refused("Assertion is not yet valid.")
    if until is not None and until + SKEW_SECONDS <= now:
        raise refused("Assertion has expired.")
    restrictions = find_all(conditions, "saml:AudienceRestriction")
    # All of several restrictions must hold (saml-core, section 2.5.1.4).
    if not restrictions or not all(
        any(text_of(audience) in audiences for audience in find_all(restriction, "saml:Audience")) for restriction in restrictions
    ):
        raise refused("Audience restriction is not valid.")


def attributes_of(assertion: Element) -> dict[str, Any]:
    """Name to value, or values."""
    attributes: dict[str, Any] = {}
    for attribute in find_all(assertion, "saml:AttributeStatement/saml:Attribute"):
        values = [text_of(value) for value in find_all(attribute, "saml:AttributeValue")]
        if values:
            attributes[attribute.get("Name", "")] = values[0] if len(values) == 1 else values
    return attributes


def _bearer_confirmations(assertion: Element) -> list[Element]:
    """SubjectConfirmationData of whoever bears the assertion."""
    confirmations = find_all(assertion, "saml:Subject/saml:SubjectConfirmation")
    data = [find(confirmation, "saml:SubjectConfirmationData") for confirmation in confirmations if confirmation.get("Method") == BEARER]
    return [found for found in data if found is not None]
