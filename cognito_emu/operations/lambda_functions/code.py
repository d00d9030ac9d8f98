"""A function's code, from wherever the request says."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from collections.abc import Mapping
from typing import Any

from cognito_emu.call import Call
from cognito_emu.errors import InvalidParameterValueException
from cognito_emu.records import Hidden, Record
from cognito_emu.s3.source import UnreadableObjectError

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
_MOST_UNZIPPED_BYTES = 262144000


class Code(Record):
    """A zip archive, or the name of an image.

    Attributes:
        content: The archive; None for an image.
        sha256: Of the archive, hexadecimal; None for an image.
        image_uri: The image; None for an archive.
    """

    content: Hidden[bytes | None] = None
    sha256: str | None = None
    image_uri: str | None = None

    def configuration(self) -> dict[str, Any]:
        """What the function's configuration says of it."""
        if self.content is None:
            return {
                "PackageType": "Image",
                "ImageUri": self.image_uri,
                "CodeSize": 0,
                "CodeSha256": _digest((self.image_uri or "").encode()),
            }
        return {"PackageType": "Zip", "CodeSize": len(self.content), "CodeSha256": _digest(self.content)}


async def read_code(call: Call, request: Mapping[str, Any]) -> Code:
    """The code of CreateFunction's `Code`, or of UpdateFunctionCode.

    Raises:
        InvalidParameterValueException: There is none, it lies where nothing can be read, or it is no zip archive.
    """
    if uri := request.get("ImageUri"):
        return Code(image_uri=uri)
    content = request.get("ZipFile")
    if content is None and "S3Bucket" in request:
        content = await _from_object_store(call, request)
    if content is None:
        raise InvalidParameterValueException("Please provide a source for function code.")
    _check_archive(content)
    return Code(content, hashlib.sha256(content).hexdigest())


async def _from_object_store(call: Call, request: Mapping[str, Any]) -> bytes:
    bucket, key = request["S3Bucket"], request.get("S3Key", "")
    try:
        content = await call.parts.object_source.read(call.tenant, bucket, key, request.get("S3ObjectVersion"))
    except UnreadableObjectError as error:
        raise InvalidParameterValueException(f"Error occurred while GetObject. {error}") from error
    if content is None:
        raise InvalidParameterValueException(
            "Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist."
        )
    return content


def _check_archive(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile as error:
        raise InvalidParameterValueException("Could not unzip uploaded file. Please check your file, then try to upload again.") from error
    if not entries:
        raise InvalidParameterValueException("Uploaded file must be a non-empty zip")
    if sum(entry.file_size for entry in entries) > _MOST_UNZIPPED_BYTES:
        raise InvalidParameterValueException(f"Unzipped size must be smaller than {_MOST_UNZIPPED_BYTES} bytes")


def _digest(data: bytes) -> str:
    return base64.b64encode(hashlib.sha256(data).digest()).decode()
