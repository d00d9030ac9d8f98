"""Where code and templates are read from that requests name by bucket and key: our own S3, and after it one of the user's."""

from __future__ import annotations

import asyncio
from typing import Any

from cognito_emu.call import Tenant
from cognito_emu.config import Settings
from cognito_emu.s3.files import ObjectFiles
from cognito_emu.store import Store

_GONE = {"NoSuchKey", "NoSuchBucket", "NoSuchVersion", "404"}


class UnreadableObjectError(Exception):
    """The user's S3 refuses, or does not answer; the message is its own."""


class ObjectSource:
    """Reads whole objects."""

    def __init__(self, settings: Settings, store: Store, files: ObjectFiles) -> None:
        self._endpoint_url = settings.s3_endpoint
        self._store = store
        self._files = files
        self._clients: dict[str, Any] = {}

    async def read(self, tenant: Tenant, bucket: str, key: str, version: str | None = None) -> bytes | None:
        """The object's content; None when there is no such object.

        Raises:
            UnreadableObjectError: Where it may lie cannot be asked.
        """
        if version in {None, "null"}:
            found = await self._store.read(lambda tx: tx.s3_objects.get(tenant.account, bucket, key))
            if found is not None:
                return self._files.read(found.file)
        if self._endpoint_url:
            return await asyncio.to_thread(self._read_elsewhere, tenant.region, bucket, key, version)
        return None

    def _read_elsewhere(self, region: str, bucket: str, key: str, version: str | None) -> bytes | None:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - boto3 is loaded by those who have an S3 of their own

        named = {"Bucket": bucket, "Key": key} | ({"VersionId": version} if version else {})
        try:
            return bytes(self._client(region).get_object(**named)["Body"].read())
        except ClientError as error:
            if error.response["Error"]["Code"] in _GONE:
                return None
            raise UnreadableObjectError(error.response["Error"].get("Message") or error.response["Error"]["Code"]) from error
        except BotoCoreError as error:
            raise UnreadableObjectError(f"{self._endpoint_url} does not answer: {error}") from error

    def _client(self, region: str) -> Any:
        if region not in self._clients:
            import boto3  # noqa: PLC0415 - as above

            session = boto3.Session()
            # The environment's credentials; an S3 of the user's own that wants none gets test ones.
            test = {} if session.get_credentials() else {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
            self._clients[region] = session.client("s3", endpoint_url=self._endpoint_url, region_name=region, **test)
        return self._clients[region]
