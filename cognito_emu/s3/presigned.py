"""Pre-signed addresses: what a header says otherwise stands in the query.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import parse_qs, parse_qsl, urlencode

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


def as_headers(query: str) -> tuple[dict[str, str], str]:
    """The headers that would say what a signed address says in its query, and what remains of the query: what was signed of it."""
    given = dict(parse_qsl(query, keep_blank_values=True))
    signed, signature = given.get("X-Amz-SignedHeaders", ""), given.get("X-Amz-Signature", "")
    headers = {
        "Authorization": f"AWS4-HMAC-SHA256 Credential={credentials_in_query(query)}, SignedHeaders={signed}, Signature={signature}",
        "X-Amz-Date": given.get("X-Amz-Date", ""),
        "X-Amz-Security-Token": given.get("X-Amz-Security-Token", ""),
        "X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD",
    }
    rest = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if name != "X-Amz-Signature"]
    return headers, urlencode(rest)


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
