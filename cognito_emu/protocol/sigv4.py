"""AWS Signature Version 4, computed again on the server's side.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html. botocore's own signer leaves headers out by a
list of its own; other SDKs sign those too, so the canonical request is built here from the headers that the client says it signed.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote

from cognito_emu.errors import InvalidSignatureException
from cognito_emu.protocol.http import HttpRequest
from cognito_emu.records import Record

_ALGORITHM = "AWS4-HMAC-SHA256"
_AUTHORIZATION = re.compile(
    rf"{_ALGORITHM}\s+Credential=[^/,\s]+/(?P<scope>\d{{8}}/[^/,\s]+/[^/,\s]+/aws4_request),\s*"
    r"SignedHeaders=(?P<headers>[^,\s]+),\s*Signature=(?P<signature>[0-9a-f]{64})"
)
_SKEW_SECONDS = 300
_DATE_FORMAT = "%Y%m%dT%H%M%SZ"


class _Signature(Record):
    """What the Authorization header says, and the date that was signed."""

    scope: str
    signed_headers: list[str]
    value: str
    date: str


def check_signature(request: HttpRequest, secret_key: str, *, now: float) -> None:
    """Hold a request's signature against the one that the secret key gives.

    Args:
        now: The real time, in seconds since the epoch: clients sign with their own clock, which knows nothing of a moved one.

    Raises:
        InvalidSignatureException: They differ, the header is incomplete, or the signature is more than five minutes off.
    """
    signature = _read(request)
    if "X-Amz-Expires=" not in request.query:  # a signed address has a life of its own, and is as old as it is
        _check_date(signature.date, now)
    expected = _sign(secret_key, signature.scope, _string_to_sign(request, signature))
    if not hmac.compare_digest(expected, signature.value):
        raise InvalidSignatureException


def _read(request: HttpRequest) -> _Signature:
    found = _AUTHORIZATION.match(request.headers.get("Authorization", ""))
    date = request.headers.get("X-Amz-Date", "")
    if found is None:
        raise InvalidSignatureException("Authorization header requires 'Credential', 'SignedHeaders' and 'Signature'.")
    if "host" not in found["headers"].split(";"):
        raise InvalidSignatureException("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
    return _Signature(found["scope"], found["headers"].split(";"), found["signature"], date)


def _check_date(date: str, now: float) -> None:
    try:
        signed_at = datetime.strptime(date, _DATE_FORMAT).replace(tzinfo=UTC).timestamp()
    except ValueError as error:
        raise InvalidSignatureException("Date must be in ISO-8601 'basic format'.") from error
    if signed_at < now - _SKEW_SECONDS:
        limit, present = _iso(now - _SKEW_SECONDS), _iso(now)
        raise InvalidSignatureException(f"Signature expired: {date} is now earlier than {limit} ({present} - 5 min.)")
    if signed_at > now + _SKEW_SECONDS:
        limit, present = _iso(now + _SKEW_SECONDS), _iso(now)
        raise InvalidSignatureException(f"Signature not yet current: {date} is still later than {limit} ({present} + 5 min.)")


def _string_to_sign(request: HttpRequest, signature: _Signature) -> str:
    headers = "".join(f"{name}:{_header_value(request, name)}\n" for name in signature.signed_headers)
    path, payload = quote(request.path, safe="/-_.~"), hashlib.sha256(request.body or b"").hexdigest()
    if "/s3/" in signature.scope:  # which encodes paths once, and says by a header what its body is signed by
        path, payload = request.path, request.headers.get("X-Amz-Content-Sha256", "")
    query, names = _canonical_query(request.query), ";".join(signature.signed_headers)
    canonical = f"{request.method}\n{path}\n{query}\n{headers}\n{names}\n{payload}"
    return "\n".join([_ALGORITHM, signature.date, signature.scope, hashlib.sha256(canonical.encode()).hexdigest()])


def _header_value(request: HttpRequest, name: str) -> str:
    return ",".join(" ".join(value.split()) for value in request.headers.get_list(name))


def _canonical_query(query: str) -> str:
    pairs = [(quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in parse_qsl(query, keep_blank_values=True)]
    return "&".join(f"{name}={value}" for name, value in sorted(pairs))


def _sign(secret_key: str, scope: str, text: str) -> str:
    key = f"AWS4{secret_key}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, text.encode(), "sha256").hex()


def _iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime(_DATE_FORMAT)
