"""Passkeys: what is asked of an authenticator, and how its answer is judged. Signatures are py_webauthn's business.

Source: W3C WebAuthn Level 3, sections 7.1 and 7.2; developer guide, "Passkey sign-in"; captures of StartWebAuthnRegistration. All
binary values in the documents are base64url.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from webauthn import verify_authentication_response, verify_registration_response
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    decode_credential_public_key,
    parse_attestation_object,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.exceptions import (
    InvalidAuthenticationResponse,
    UnsupportedAlgorithm,
    UnsupportedEC2Curve,
    UnsupportedPublicKey,
    UnsupportedPublicKeyType,
    WebAuthnException,
)
from webauthn.helpers.structs import CredentialDeviceType

from cognito_emu.errors import (
    InvalidParameterException,
    NotAuthorizedException,
    WebAuthnCredentialNotSupportedException,
    WebAuthnOriginNotAllowedException,
    WebAuthnRelyingPartyMismatchException,
)
from cognito_emu.records import Record

CHALLENGE_BYTES = 16
"""How many random bytes a challenge has."""

MOST_PASSKEYS = 20
"""How many passkeys a user may have. (developer guide, "Quotas")"""

_ALGORITHMS = [COSEAlgorithmIdentifier.ECDSA_SHA_256, COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256]
_REGISTRATION_TIMEOUT = 60_000

# Whatever py_webauthn and the decoders below it raise at bytes that are not what they should be.
_MALFORMED = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError, IndexError)
_UNSUPPORTED = (UnsupportedAlgorithm, UnsupportedEC2Curve, UnsupportedPublicKey, UnsupportedPublicKeyType)


class Known(Record):
    """A passkey that the user has, as options name it."""

    id: str
    transports: Sequence[str]


class Registered(Record):
    """A new passkey whose attestation was right. `public_key` is COSE."""

    id: str
    public_key: bytes
    sign_count: int
    attachment: str | None
    transports: list[str]
    multi_device: bool


def user_verification(settings: Mapping[str, Any]) -> str:
    """`preferred` or `required`, for the pool."""
    return str(settings.get("WebAuthnConfiguration", {}).get("UserVerification", "preferred"))


def creation_options(
    challenge: bytes, relying_party_id: str, *, sub: str, username: str, verification: str, known: Iterable[Known]
) -> dict[str, Any]:
    """CredentialCreationOptions, the document of StartWebAuthnRegistration."""
    return {
        "rp": {"id": relying_party_id, "name": relying_party_id},
        # Assumption: the display name is the user name, as in captures where it had nothing else to be.
        "user": {"id": bytes_to_base64url(sub.encode()), "name": username, "displayName": username},
        "challenge": bytes_to_base64url(challenge),
        "pubKeyCredParams": [{"type": "public-key", "alg": int(algorithm)} for algorithm in _ALGORITHMS],
        "timeout": _REGISTRATION_TIMEOUT,
        "excludeCredentials": [{"type": "public-key", "id": passkey.id} for passkey in known],
        "authenticatorSelection": {"requireResidentKey": True, "residentKey": "required", "userVerification": verification},
    }


def request_options(challenge: bytes, relying_party_id: str, *, verification: str, known: Iterable[Known], timeout: int) -> dict[str, Any]:
    """CREDENTIAL_REQUEST_OPTIONS of WEB_AUTHN. `timeout` is in milliseconds."""
    return {
        "challenge": bytes_to_base64url(challenge),
        "timeout": timeout,
        "rpId": relying_party_id,
        "allowCredentials": [
            {"type": "public-key", "id": passkey.id, **({"transports": list(passkey.transports)} if passkey.transports else {})}
            for passkey in known
        ],
        "userVerification": verification,
    }


def challenge_of(credential: object) -> bytes:
    """The challenge that a credential answers, not yet verified.

    Raises:
        InvalidParameterException: The credential is malformed.
    """
    if not isinstance(credential, dict):
        raise _invalid()
    try:
        return parse_client_data_json(base64url_to_bytes(credential["response"]["clientDataJSON"])).challenge
    except _MALFORMED as error:
        raise _invalid() from error


def credential_id_of(credential: object) -> str:
    """The id of the passkey that a credential is of.

    Raises:
        InvalidParameterException: The credential is malformed.
    """
    if not isinstance(credential, dict) or not isinstance(credential.get("id"), str):
        raise _invalid()
    return str(credential["id"])


def verify_registration(
    credential: Mapping[str, Any], *, challenge: bytes, relying_party_id: str, domains: Collection[str], verification: str
) -> Registered:
    """Judge a RegistrationResponseJSON.

    Raises:
        InvalidParameterException: It is malformed, or its signature is wrong.
        WebAuthnOriginNotAllowedException: It was made on a page of somebody else.
        WebAuthnRelyingPartyMismatchException: It is for another relying party.
        WebAuthnCredentialNotSupportedException: Its key, its attestation or its authenticator is not what the options asked for.
    """
    try:
        parsed = parse_registration_credential_json(dict(credential))
        origin = str(parse_client_data_json(parsed.response.client_data_json).origin)
        data = parse_attestation_object(parsed.response.attestation_object).auth_data
        attested = data.attested_credential_data
        algorithm = decode_credential_public_key(attested.credential_public_key).alg if attested else None
    except _UNSUPPORTED as error:
        raise _unsupported() from error
    except _MALFORMED as error:
        raise _invalid() from error
    # Assumption: the sentences of the three WebAuthn errors; their codes are the model's.
    if not is_allowed_origin(origin, relying_party_id, domains):
        raise WebAuthnOriginNotAllowedException("The origin of the passkey credential is not allowed for the relying party ID.")
    if data.rp_id_hash != hashlib.sha256(relying_party_id.encode()).digest():
        raise WebAuthnRelyingPartyMismatchException("The passkey credential is for a different relying party ID.")
    if algorithm not in _ALGORITHMS or (verification == "required" and not data.flags.uv):
        raise _unsupported()
    try:
        verified = verify_registration_response(
            credential=parsed,
            expected_challenge=challenge,
            expected_rp_id=relying_party_id,
            expected_origin=origin,
            supported_pub_key_algs=_ALGORITHMS,
        )
    except _MALFORMED as error:
        raise _invalid() from error
    return Registered(
        id=bytes_to_base64url(verified.credential_id),
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        attachment=credential.get("authenticatorAttachment"),
        transports=[transport.value for transport in parsed.response.transports or ()],
        multi_device=verified.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
    )


def verify_assertion(
    credential: Mapping[str, Any],
    *,
    challenge: bytes,
    relying_party_id: str,
    domains: Collection[str],
    verification: str,
    sub: str,
    public_key: bytes,
    sign_count: int,
) -> int:
    """Judge an AuthenticationResponseJSON. Returns the authenticator's new sign count.

    Raises:
        InvalidParameterException: It is malformed.
        NotAuthorizedException: It does not prove that the user has the passkey, or not as it was asked for.
    """
    try:
        parsed = parse_authentication_credential_json(dict(credential))
        origin = str(parse_client_data_json(parsed.response.client_data_json).origin)
    except _MALFORMED as error:
        raise _invalid() from error
    if parsed.response.user_handle not in {None, b"", sub.encode()} or not is_allowed_origin(origin, relying_party_id, domains):
        raise wrong_passkey()
    try:
        verified = verify_authentication_response(
            credential=parsed,
            expected_challenge=challenge,
            expected_rp_id=relying_party_id,
            expected_origin=origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=verification == "required",
        )
    except InvalidAuthenticationResponse as error:
        raise wrong_passkey() from error
    except _MALFORMED as error:
        raise _invalid() from error
    return verified.new_sign_count


def is_allowed_origin(origin: str, relying_party_id: str, domains: Collection[str]) -> bool:
    """Whether a page of this origin may use the pool's passkeys: one of the relying party's, by HTTPS.

    On one's own machine there is more than on AWS: any port of localhost, with HTTP too, and the pool's domains. A browser hands out
    no passkey to a page that the relying party's name does not cover, so this gives nothing away.
    """
    if origin.startswith("android:apk-key-hash:"):
        return True  # Assumption: as on AWS; Android itself checks the app against the relying party's assetlinks.json
    parts = urlsplit(origin)
    host = parts.hostname or ""
    if host in {"localhost", "127.0.0.1", "::1"} or host.endswith(".localhost"):
        return parts.scheme in {"http", "https"}
    return parts.scheme == "https" and (host == relying_party_id or host.endswith(f".{relying_party_id}") or host in domains)


def wrong_passkey() -> NotAuthorizedException:
    """What is said about a passkey that proves nothing."""
    # Assumption: the sentence is that of the other first factors.
    return NotAuthorizedException("Incorrect username or password.")


def _unsupported() -> WebAuthnCredentialNotSupportedException:
    return WebAuthnCredentialNotSupportedException("The passkey credential is not supported.")


def _invalid() -> InvalidParameterException:
    return InvalidParameterException("Credential data is not valid")
