"""Templates that a request names by where they lie in S3."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from cognito_emu.call import Call
from cognito_emu.errors import ValidationError
from cognito_emu.s3.addressing import place_of_url
from cognito_emu.s3.source import UnreadableObjectError

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
_MOST_BYTES = 1024 * 1024
_MORE = "For more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"


async def read_template(call: Call, url: str) -> str:
    """The template at an address of S3: the emulator's own, or one of AWS's, which means the emulator's bucket of that name.

    Raises:
        ValidationError: There is none, or it is no text.
    """
    place = place_of_url(url, urlsplit(call.settings.public_url).hostname or "")
    if place.bucket is None or place.key is None:
        raise ValidationError("TemplateURL must be a supported URL.")
    version = parse_qs(urlsplit(url).query).get("versionId", [None])[0]
    try:
        content = await call.parts.object_source.read(call.tenant, place.bucket, place.key, version)
    except UnreadableObjectError as error:
        raise ValidationError(f"S3 error: {error}\n{_MORE}") from error
    if content is None:
        raise ValidationError(f"S3 error: The specified key does not exist.\n{_MORE}")
    if len(content) > _MOST_BYTES:
        raise ValidationError(f"Template may not exceed {_MOST_BYTES} bytes in size.")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise ValidationError("Template format error: the template is not encoded in UTF-8.") from error
