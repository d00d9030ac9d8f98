"""A provider's answer to a sign-out: SAML 2.0 Core, section 3.7.3; Profiles, section 4.4.4.2."""

from __future__ import annotations

from cognito_emu.domain.saml_metadata import SamlMetadata
from cognito_emu.federation.errors import FederationError
from cognito_emu.saml.signature import signed_part
from cognito_emu.saml.xml import SAMLP, SUCCESS, Element, find, text_of

_RESPONSE = f"{{{SAMLP}}}LogoutResponse"


def check_logout_response(response: Element, metadata: SamlMetadata, *, request_id: str, address: str) -> None:
    """A LogoutResponse must be signed ("the responder MUST authenticate itself"), be the provider's, and answer our request.

    Args:
        response: As it was posted.
        metadata: The provider's.
        request_id: Of the LogoutRequest.
        address: Where it came.

    Raises:
        SamlError: It is not signed by the provider.
        FederationError: It is another's, or the provider did not sign the user out.
    """
    # Assumption: the sentences. AWS documents the message, and that it must come by POST, but no errors.
    if response.tag != _RESPONSE:
        raise FederationError("Invalid SAML logout response received: it is no LogoutResponse.")
    signed = signed_part(response, metadata.certificates)
    if text_of(find(signed, "saml:Issuer")) != metadata.entity_id:
        raise FederationError("Invalid SAML logout response received: Issuer is another.")
    if signed.get("InResponseTo") != request_id:
        raise FederationError("Invalid SAML logout response received: InResponseTo is another.")
    if signed.get("Destination", address) != address:
        raise FederationError("Invalid SAML logout response received: Destination is another.")
    code = find(signed, "samlp:Status/samlp:StatusCode")
    if code is None or code.get("Value") != SUCCESS:
        raise FederationError("Invalid SAML logout response received: the user is still signed in to the identity provider.")
