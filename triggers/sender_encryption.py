"""The encrypted `code` of CustomEmailSender and CustomSMSSender: an AWS Encryption SDK message under the pool's KMS key.

An unchanged handler decrypts it as AWS's guide shows, by a KMS keyring for the key's ARN: the message names the provider `aws-kms`,
and the handler's KMS client asks the emulator (see `triggers.local_kms`).
https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-custom-sender-triggers.html
"""

from __future__ import annotations

import base64
import html
from typing import Any

import attrs
import aws_encryption_sdk  # type: ignore[import-untyped]  # ships no types
from aws_encryption_sdk.identifiers import Algorithm  # type: ignore[import-untyped]  # as above
from aws_encryption_sdk.key_providers.base import MasterKey, MasterKeyConfig  # type: ignore[import-untyped]  # as above
from aws_encryption_sdk.structures import DataKey, EncryptedDataKey, MasterKeyInfo  # type: ignore[import-untyped]  # as above

from triggers.local_kms import LocalKms


class CodeEncryption:
    """Encrypts codes for custom senders."""

    def __init__(self, kms: LocalKms) -> None:
        self._kms = kms
        self._client = aws_encryption_sdk.EncryptionSDKClient()

    def encrypt(self, code: str, *, key_arn: str, user_pool_id: str, temporary_password: bool = False) -> str:
        """The value of `request.code`: base64 of the message. AWS escapes a temporary password for HTML first, but no code.

        The suite commits to its key and is unsigned, so decrypters of either commitment policy take it.
        Assumption: the encryption context, which AWS's samples do not check, holds the pool as `userpool-id`.
        """
        message, _header = self._client.encrypt(
            source=html.escape(code, quote=False) if temporary_password else code,
            key_provider=_LocalKmsKey(key_id=key_arn, kms=self._kms),
            encryption_context={"userpool-id": user_pool_id},
            algorithm=Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY,
        )
        return base64.b64encode(message).decode()


@attrs.define(eq=False)
class _LocalKmsKeyConfig(MasterKeyConfig):  # type: ignore[misc]  # the SDK ships no types
    provider_id = "aws-kms"
    kms: LocalKms = attrs.field(kw_only=True)


class _LocalKmsKey(MasterKey):  # type: ignore[misc]  # as above
    """A KMS key as the SDK sees one, whose KMS is in this process."""

    provider_id = "aws-kms"
    _config_class = _LocalKmsKeyConfig

    def _generate_data_key(self, algorithm: Any, encryption_context: dict[str, str]) -> Any:
        kms: LocalKms = self.config.kms
        plain, sealed = kms.generate_data_key(self.config.key_id.decode(), algorithm.kdf_input_len, encryption_context)
        return DataKey(key_provider=self._info(), data_key=plain, encrypted_data_key=sealed)

    def _encrypt_data_key(self, data_key: Any, algorithm: Any, encryption_context: dict[str, str]) -> Any:
        del algorithm
        sealed = self.config.kms.encrypt(self.config.key_id.decode(), data_key.data_key, encryption_context)
        return EncryptedDataKey(key_provider=self._info(), encrypted_data_key=sealed)

    def _decrypt_data_key(self, encrypted_data_key: Any, algorithm: Any, encryption_context: dict[str, str]) -> Any:
        del algorithm
        sealed = encrypted_data_key.encrypted_data_key
        _, plain = self.config.kms.decrypt(sealed, encryption_context, self.config.key_id.decode())
        return DataKey(key_provider=self._info(), data_key=plain, encrypted_data_key=sealed)

    def _info(self) -> Any:
        return MasterKeyInfo(self.provider_id, self.config.key_id)
