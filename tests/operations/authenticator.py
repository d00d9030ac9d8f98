"""A passkey authenticator in software: W3C WebAuthn Level 3 as a browser and its authenticator would carry it out, and as liars would."""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

_PRESENT, _VERIFIED, _SYNCABLE, _SYNCED, _ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40
_ES256, _RS256, _EDDSA = -7, -257, -8


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _length(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


@dataclass
class Authenticator:
    """One passkey: `register` makes it, `sign` uses it.

    Attributes:
        origin: Of the page that uses it.
        algorithm: COSE's number: -7 (ES256), -257 (RS256), -8 (EdDSA).
        verifies_user: Whether it asks for a finger or a PIN.
        synced: Whether it is in a password manager's cloud.
        attachment: `platform` or `cross-platform`, as the browser tells it.
        counts: Whether it counts its signatures.
    """

    origin: str = "http://localhost:3000"
    algorithm: int = _ES256
    verifies_user: bool = True
    synced: bool = False
    attachment: str = "cross-platform"
    counts: bool = True
    id: bytes = field(default_factory=lambda: secrets.token_bytes(20))
    count: int = 0
    user_handle: bytes = b""
    _key: Any = None

    def __post_init__(self) -> None:
        makers = {
            _ES256: lambda: ec.generate_private_key(ec.SECP256R1()),
            _RS256: lambda: rsa.generate_private_key(65537, 2048),
            _EDDSA: ed25519.Ed25519PrivateKey.generate,
        }
        self._key = makers[self.algorithm]()

    def register(self, options: Mapping[str, Any], **lies: Any) -> dict[str, Any]:
        """`navigator.credentials.create()`: RegistrationResponseJSON. `lies`: origin, rp_id, challenge, type, transports."""
        self.user_handle = decode(options["user"]["id"])
        client_data = self._client_data(lies.get("type", "webauthn.create"), lies.get("challenge", options["challenge"]), lies)
        data = self._data(lies.get("rp_id", options["rp"]["id"]), attested=True)
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return {
            "id": encode(self.id),
            "rawId": encode(self.id),
            "type": "public-key",
            "authenticatorAttachment": self.attachment,
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": encode(client_data),
                "attestationObject": encode(attestation),
                "transports": lies.get("transports", ["usb", "nfc"]),
            },
        }

    def sign(self, options: Mapping[str, Any], **lies: Any) -> dict[str, Any]:
        """`navigator.credentials.get()`: AuthenticationResponseJSON. `lies`: origin, rp_id, challenge, type, user_handle."""
        if self.counts:
            self.count += 1
        client_data = self._client_data(lies.get("type", "webauthn.get"), lies.get("challenge", options["challenge"]), lies)
        data = self._data(lies.get("rp_id", options["rpId"]), attested=False)
        return {
            "id": encode(self.id),
            "rawId": encode(self.id),
            "type": "public-key",
            "authenticatorAttachment": self.attachment,
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": encode(client_data),
                "authenticatorData": encode(data),
                "signature": encode(self._signature(data + hashlib.sha256(client_data).digest())),
                "userHandle": encode(lies.get("user_handle", self.user_handle)),
            },
        }

    def _client_data(self, kind: str, challenge: str, lies: Mapping[str, Any]) -> bytes:
        origin = lies.get("origin", self.origin)
        return json.dumps({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False}).encode()

    def _data(self, rp_id: str, *, attested: bool) -> bytes:
        flags = _PRESENT | (_VERIFIED if self.verifies_user else 0) | (_SYNCABLE | _SYNCED if self.synced else 0)
        data = hashlib.sha256(rp_id.encode()).digest() + bytes([flags | (_ATTESTED if attested else 0)]) + self.count.to_bytes(4, "big")
        if attested:
            data += bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(self._public_key())
        return data

    def _public_key(self) -> dict[int, Any]:
        public = self._key.public_key()
        if self.algorithm == _ES256:
            numbers = public.public_numbers()
            return {1: 2, 3: _ES256, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        if self.algorithm == _RS256:
            numbers = public.public_numbers()
            return {1: 3, 3: _RS256, -1: _length(numbers.n), -2: _length(numbers.e)}
        return {1: 1, 3: _EDDSA, -1: 6, -2: public.public_bytes_raw()}

    def _signature(self, message: bytes) -> bytes:
        if self.algorithm == _ES256:
            signature: bytes = self._key.sign(message, ec.ECDSA(hashes.SHA256()))
        elif self.algorithm == _RS256:
            signature = self._key.sign(message, padding.PKCS1v15(), hashes.SHA256())
        else:
            signature = self._key.sign(message)
        return signature
