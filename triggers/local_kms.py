"""A KMS small enough for custom senders: symmetric keys that come into being by being named.

Cognito encrypts codes under a key of the user's account; the function decrypts them by calling KMS. Here the key material of every
key ARN is derived from one secret, so there is nothing to create and nothing to lose but that secret. Whoever serves HTTP answers
`X-Amz-Target: TrentService.<operation>` (JSON 1.1) with `LocalKms.answer`; handlers find it by AWS_ENDPOINT_URL.
"""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Callable, Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_FORM = 1
_NONCE = 12
_HEAD = struct.Struct(">BH")
_SIZES = {"AES_256": 32, "AES_128": 16}

EncryptionContext = Mapping[str, str]


class KmsError(Exception):
    """An error that KMS declares: `code` is its name on the wire."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message)
        self.code = code


class LocalKms:
    """Data keys under keys derived from `secret` (at least 32 random bytes, kept as long as ciphertexts shall be readable)."""

    def __init__(self, secret: bytes, random_bytes: Callable[[int], bytes]) -> None:
        self._secret = secret
        self._random_bytes = random_bytes

    def generate_data_key(self, key_id: str, size: int, context: EncryptionContext) -> tuple[bytes, bytes]:
        """A new data key of `size` bytes: plain, and encrypted under `key_id`."""
        plain = self._random_bytes(size)
        return plain, self.encrypt(key_id, plain, context)

    def encrypt(self, key_id: str, plaintext: bytes, context: EncryptionContext) -> bytes:
        """Encrypt under `key_id`. The ciphertext names its key, as KMS's does."""
        name = key_id.encode()
        nonce = self._random_bytes(_NONCE)
        return _HEAD.pack(_FORM, len(name)) + name + nonce + self._cipher(key_id).encrypt(nonce, plaintext, _bound(context))

    def decrypt(self, ciphertext: bytes, context: EncryptionContext, key_id: str | None = None) -> tuple[str, bytes]:
        """The key's id and the plaintext.

        Raises:
            KmsError: InvalidCiphertextException, also when the context differs; IncorrectKeyException when `key_id` is another key.
        """
        try:
            form, length = _HEAD.unpack_from(ciphertext)
            name = ciphertext[_HEAD.size : _HEAD.size + length].decode()
            sealed = ciphertext[_HEAD.size + length :]
            plaintext = self._cipher(name).decrypt(sealed[:_NONCE], sealed[_NONCE:], _bound(context))
        except (struct.error, ValueError, InvalidTag) as error:
            raise KmsError("InvalidCiphertextException") from error
        if form != _FORM:
            raise KmsError("InvalidCiphertextException")
        if key_id not in {None, name}:
            message = "The key ID in the request does not identify a CMK that can perform this operation."
            raise KmsError("IncorrectKeyException", message)
        return name, plaintext

    def answer(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a KMS request (blobs in base64, as JSON has them): Decrypt, Encrypt or GenerateDataKey.

        https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html

        Raises:
            KmsError: The request cannot be granted.
        """
        context = request.get("EncryptionContext", {})
        try:
            match operation:
                case "Decrypt":
                    blob = base64.b64decode(request["CiphertextBlob"], validate=True)
                    key_id, plain = self.decrypt(blob, context, request.get("KeyId"))
                    return {"KeyId": key_id, "Plaintext": _text(plain), "EncryptionAlgorithm": "SYMMETRIC_DEFAULT"}
                case "Encrypt":
                    key_id = request["KeyId"]
                    sealed = self.encrypt(key_id, base64.b64decode(request["Plaintext"], validate=True), context)
                    return {"KeyId": key_id, "CiphertextBlob": _text(sealed), "EncryptionAlgorithm": "SYMMETRIC_DEFAULT"}
                case "GenerateDataKey":
                    key_id = request["KeyId"]
                    size = request.get("NumberOfBytes") or _SIZES[request.get("KeySpec", "AES_256")]
                    plain, sealed = self.generate_data_key(key_id, size, context)
                    return {"KeyId": key_id, "Plaintext": _text(plain), "CiphertextBlob": _text(sealed)}
                case _:
                    raise KmsError("UnsupportedOperationException", f"{operation} is not emulated")
        except (KeyError, ValueError) as error:
            raise KmsError("ValidationException", f"{type(error).__name__}: {error}") from error

    def _cipher(self, key_id: str) -> AESGCM:
        return AESGCM(HKDF(SHA256(), 32, salt=None, info=b"local-kms\0" + key_id.encode()).derive(self._secret))


def _bound(context: EncryptionContext) -> bytes:
    """What the ciphertext is bound to: the context, in any order."""
    return json.dumps(context, sort_keys=True).encode()


def _text(blob: bytes) -> str:
    return base64.b64encode(blob).decode()
