"""A custom sender as AWS's guide has it, in Python: decrypts the code by a KMS key that it knows by ARN."""

import base64
import os

import aws_encryption_sdk
from aws_encryption_sdk.identifiers import CommitmentPolicy

client = aws_encryption_sdk.EncryptionSDKClient(commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT)


def handler(event, context):
    key_provider = aws_encryption_sdk.StrictAwsKmsMasterKeyProvider(key_ids=[os.environ["KEY_ARN"]])
    code, _header = client.decrypt(source=base64.b64decode(event["request"]["code"]), key_provider=key_provider)
    print("sending", code.decode(), "to", event["request"]["userAttributes"]["email"])
    return event
