"""SAML assertions for AWS itself, from a provider that IAM knows.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html: the service provider is no user pool
here but AWS, which has one name and one address, and takes responses that nobody asked for.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from cognito_emu.domain.saml_metadata import parse_metadata
from cognito_emu.login_tokens.errors import ExpiredLoginTokenError, LoginTokenError
from cognito_emu.records import Record
from cognito_emu.saml.errors import SamlError
from cognito_emu.saml.response import Expectation, check_response
from cognito_emu.saml.xml import read_message, read_time
from cognito_emu.store.iam import IamEntity
from cognito_emu.store.saml_certificates import ENCRYPTION, SamlCertificate

_ADDRESS = "https://signin.aws.amazon.com/saml"
_AUDIENCES = frozenset({"urn:amazon:webservices", _ADDRESS})
_ATTRIBUTES = "https://aws.amazon.com/SAML/Attributes/"
_REDEEM_SECONDS = 300.0


class SamlIdentity(Record):
    """Whom an assertion stands for.

    Attributes:
        subject: NameID.
        subject_type: Its format as STS writes it: `persistent`, `transient`, or the whole address of another.
        issuer: The provider's entity id.
        recipient: AWS's address that it was made for.
        attributes: Name to value, or values.
    """

    subject: str
    subject_type: str
    issuer: str
    recipient: str
    attributes: Mapping[str, Any]

    def aws_values(self, name: str) -> list[str]:
        """The values of one of AWS's own attributes, such as `Role`."""
        value = self.attributes.get(f"{_ATTRIBUTES}{name}", [])
        return value if isinstance(value, list) else [value]

    @property
    def roles(self) -> list[tuple[str, str]]:
        """The pairs of role and provider in the attribute `Role`; "the order is not important" (IAM's guide)."""
        pairs = [tuple(part.strip() for part in value.split(",")) for value in self.aws_values("Role")]
        return [(a, b) if ":role/" in a else (b, a) for a, b in (pair for pair in pairs if len(pair) == 2)]  # noqa: PLR2004 - a pair

    @property
    def tags(self) -> dict[str, str]:
        """Session tags, from the attributes `PrincipalTag:<key>`."""
        prefix = f"{_ATTRIBUTES}PrincipalTag:"
        names = [name for name in self.attributes if name.startswith(prefix)]
        return {name.removeprefix(prefix): self.aws_values(name.removeprefix(_ATTRIBUTES))[0] for name in names}


def verify_assertion(provider: IamEntity, response: str, *, region: str, now: float) -> SamlIdentity:
    """Whom a provider's response (base64) stands for.

    Raises:
        LoginTokenError: It must not be believed.
        ExpiredLoginTokenError: It was made more than five minutes ago.
    """
    document = provider.document
    expected = Expectation(
        metadata=parse_metadata(document["SAMLMetadataDocument"]),
        audiences=_AUDIENCES,
        addresses=frozenset({_ADDRESS, f"https://{region}.signin.aws.amazon.com/saml"}),
        request_id=None,
        now=now,
        encrypted=document.get("AssertionEncryptionMode") == "Required",
        certificates=[
            SamlCertificate("", ENCRYPTION, key["Timestamp"], b"", base64.b64decode(key["PrivateKey"]))
            for key in document["PrivateKeyList"]
        ],
    )
    try:
        message = read_message(response)
    except SamlError as error:
        raise LoginTokenError(error.description) from error
    try:
        assertion = check_response(message, expected)
    except SamlError as error:
        issued_at = read_time(message.get("IssueInstant"))
        if issued_at is not None and now - issued_at > _REDEEM_SECONDS:
            # STS's sentence.
            raise ExpiredLoginTokenError("Token must be redeemed within 5 minutes of issuance") from error
        raise LoginTokenError(error.description) from error
    name, _, short = assertion.name_id_format.rpartition(":nameid-format:")
    return SamlIdentity(
        subject=assertion.name_id,
        subject_type=short if short in {"persistent", "transient"} else name and assertion.name_id_format,
        issuer=expected.metadata.entity_id,
        recipient=assertion.recipient,
        attributes=assertion.attributes,
    )
