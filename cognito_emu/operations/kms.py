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
    expected = await _key_arn(call, request["KeyId"]) if "KeyId" in request else None
    key_id, plaintext = _answered(lambda: kms.decrypt(ciphertext, context, expected))
    return {"KeyId": key_id, "Plaintext": plaintext, "EncryptionAlgorithm": _ALGORITHM}


@operation("Encrypt", service="kms")
async def encrypt(call: Call, request: Request) -> Response:
    """Encrypt a few bytes under a key."""
    key_id = await _key_arn(call, request["KeyId"])
    ciphertext = call.parts.functions.kms.encrypt(key_id, request["Plaintext"], request.get("EncryptionContext", {}))
    return {"KeyId": key_id, "CiphertextBlob": ciphertext, "EncryptionAlgorithm": _ALGORITHM}


@operation("GenerateDataKey", service="kms")
async def generate_data_key(call: Call, request: Request) -> Response:
    """A new data key, in clear and encrypted under a key."""
    key_id = await _key_arn(call, request["KeyId"])
    size = request.get("NumberOfBytes") or _SIZES.get(request.get("KeySpec", ""))
    if size is None:
        raise ValidationException("Please specify either number of bytes or key spec.")
    plaintext, ciphertext = call.parts.functions.kms.generate_data_key(key_id, size, request.get("EncryptionContext", {}))
    return {"KeyId": key_id, "Plaintext": plaintext, "CiphertextBlob": ciphertext}


async def _key_arn(call: Call, name: str) -> str:
    """The ARN of a key that is named by ARN, id or alias, as the answers have it.

    An alias stands for a key where a stack made it; any other is a key of its own.
    """
    tenant = call.tenant
    alias = name.partition(":alias/")[2] if name.startswith("arn:") else name.partition("alias/")[2]
    if alias:
        made = await call.store.read(lambda tx: tx.stacks.resource(tenant.account, tenant.region, f"alias/{alias}"))
        if made is None or made.document["type"] != "AWS::KMS::Alias":
            return name
        name = str(made.document["properties"]["TargetKeyId"])
    return name if name.startswith("arn:") else f"arn:aws:kms:{tenant.region}:{tenant.account}:key/{name}"


def _answered(ask: Callable[[], T]) -> T:
    try:
        return ask()
    except KmsError as error:
        raise _ERRORS.get(error.code, ValidationException)(str(error)) from error
