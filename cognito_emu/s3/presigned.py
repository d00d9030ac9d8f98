"""Pre-signed addresses: what a header says otherwise stands in the query.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import parse_qs

from cognito_emu.s3.errors import AccessDenied

# The scope of an address of signature version 2, which names none. Only the access key counts.
_NO_SCOPE = "19700101/us-east-1/s3/aws4_request"


def credentials_in_query(query: str) -> str | None:
    """The access key with its scope, of an address that was signed for S3."""
    if "X-Amz-Credential=" not in query and "AWSAccessKeyId=" not in query:  # of nearly every request of the emulator
        return None
    parameters = parse_qs(query)
    credential = parameters.get("X-Amz-Credential", [""])[0]
    if credential.endswith("/s3/aws4_request"):
        return credential
    if "AWSAccessKeyId" in parameters and "Signature" in parameters:
        return f"{parameters['AWSAccessKeyId'][0]}/{_NO_SCOPE}"
    return None


def check_expiry(parameters: Mapping[str, Sequence[str]], now: float) -> None:
    """Refuse an address after its time.

    Args:
        now: The real time: clients sign with their own clock, which knows nothing of a moved one.

    Raises:
        AccessDenied: It has expired.
    """
    try:
        if "X-Amz-Expires" in parameters:
            signed = datetime.strptime(parameters["X-Amz-Date"][0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            end = signed.timestamp() + int(parameters["X-Amz-Expires"][0])
        else:
            end = float(parameters["Expires"][0])
    except (KeyError, ValueError) as error:
        raise AccessDenied("Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters") from error
    if now >= end:
        raise AccessDenied("Request has expired")
