"""The three operations of KMS that custom senders need: their handlers decrypt codes, and tests of theirs encrypt some.

A key comes into being by being named; see `triggers.local_kms`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from cognito_emu.call import Call
from cognito_emu.errors import AwsError, IncorrectKeyException, InvalidCiphertextException, ValidationException
from cognito_emu.operations.registry import Request, Response, operation
from triggers.local_kms import KmsError

T = TypeVar("T")

_ALGORITHM = "SYMMETRIC_DEFAULT"
_SIZES = {"AES_256": 32, "AES_128": 16}
_ERRORS: dict[str, type[AwsError]] = {
    "IncorrectKeyException": IncorrectKeyException,
    "InvalidCiphertextException": InvalidCiphertextException,
}


@operation("Decrypt", service="kms")
async def decrypt(call: Call, request: Request) -> Response:
    """Decrypt what a key encrypted; the ciphertext tells which."""
    kms = call.parts.functions.kms
    context = request.get("EncryptionContext", {})
    ciphertext = request.get("CiphertextBlob", b"")
    key_id, plaintext = _answered(lambda: kms.decrypt(ciphertext, context, request.get("KeyId")))
    return {"KeyId": key_id, "Plaintext": plaintext, "EncryptionAlgorithm": _ALGORITHM}


@operation("Encrypt", service="kms")
async def encrypt(call: Call, request: Request) -> Response:
    """Encrypt a few bytes under a key."""
    key_id = request["KeyId"]
    ciphertext = call.parts.functions.kms.encrypt(key_id, request["Plaintext"], request.get("EncryptionContext", {}))
    return {"KeyId": key_id, "CiphertextBlob": ciphertext, "EncryptionAlgorithm": _ALGORITHM}


@operation("GenerateDataKey", service="kms")
async def generate_data_key(call: Call, request: Request) -> Response:
    """A new data key, in clear and encrypted under a key."""
    key_id = request["KeyId"]
    size = request.get("NumberOfBytes") or _SIZES.get(request.get("KeySpec", ""))
    if size is None:
        raise ValidationException("Please specify either number of bytes or key spec.")
    plaintext, ciphertext = call.parts.functions.kms.generate_data_key(key_id, size, request.get("EncryptionContext", {}))
    return {"KeyId": key_id, "Plaintext": plaintext, "CiphertextBlob": ciphertext}


def _answered(ask: Callable[[], T]) -> T:
    try:
        return ask()
    except KmsError as error:
        raise _ERRORS.get(error.code, ValidationException)(str(error)) from error
