"""Listing objects: by prefix, with what a delimiter folds into common prefixes, page by page."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from cognito_emu.call import Call
from cognito_emu.errors import InvalidParameterException
from cognito_emu.operations.pagination import make_token, read_token
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.operations.s3.buckets import owner, require_bucket
from cognito_emu.records import Record
from cognito_emu.s3.errors import InvalidArgument
from cognito_emu.store import Tx
from cognito_emu.store.s3 import LAST_CHARACTER, StoredObject

_MOST_KEYS = 1000


class _Page(Record):
    """A page of a list.

    Attributes:
        last: The key or common prefix that it ends with.
        more: There are others after it.
    """

    objects: list[StoredObject]
    prefixes: list[str]
    last: str
    more: bool


@operation("ListObjectsV2", service="s3")
async def list_objects_v2(call: Call, request: Request) -> Response:
    """List objects; where the next page begins is told by a token."""
    scope = ["ListObjectsV2", request["Bucket"]]
    try:
        position = read_token(call, scope, request.get("ContinuationToken"))
    except InvalidParameterException as error:
        raise InvalidArgument("The continuation token provided is incorrect") from error
    after = str(position[0]) if position else request.get("StartAfter", "")
    page = await call.store.read(lambda tx: _read(call, tx, request, after))
    token = make_token(call, scope, [page.last]) if page.more else None
    return {
        **_render(call, request, page, owned=request.get("FetchOwner", False)),
        "KeyCount": len(page.objects) + len(page.prefixes),
        "ContinuationToken": request.get("ContinuationToken"),
        "NextContinuationToken": token,
        "StartAfter": request.get("StartAfter"),
    }


@operation("ListObjects", service="s3")
async def list_objects(call: Call, request: Request) -> Response:
    """List objects; the next page begins after a key."""
    page = await call.store.read(lambda tx: _read(call, tx, request, request.get("Marker", "")))
    return {
        **_render(call, request, page, owned=True),
        "Marker": request.get("Marker", ""),
        "NextMarker": _encoded(request, page.last) if page.more and request.get("Delimiter") else None,
    }


@operation("ListObjectVersions", service="s3")
async def list_object_versions(call: Call, request: Request) -> Response:
    """List objects as the only version that each has: how scripts empty a bucket whose versioning is on."""
    page = await call.store.read(lambda tx: _read(call, tx, request, request.get("KeyMarker", "")))
    shown = _render(call, request, page, owned=True)
    versions = [{**entry, "VersionId": "null", "IsLatest": True} for entry in shown.pop("Contents")]
    more = {"NextKeyMarker": _encoded(request, page.last), "NextVersionIdMarker": "null"} if page.more else {}
    return {**shown, "Versions": versions, "KeyMarker": request.get("KeyMarker", ""), **more}


def _read(call: Call, tx: Tx, request: Request, after: str) -> _Page:
    bucket = require_bucket(call, tx, request["Bucket"])
    prefix, delimiter = request.get("Prefix", ""), request.get("Delimiter", "")
    most = min(request.get("MaxKeys", _MOST_KEYS), _MOST_KEYS)
    objects: list[StoredObject] = []
    prefixes: list[str] = []
    last = after
    if delimiter and (folded := _folded(after, prefix, delimiter)) == after and after:
        after = folded + LAST_CHARACTER  # the page before ended with a common prefix: what is in it has been told
    while True:
        found = tx.s3_objects.page(bucket.account, bucket.name, prefix=prefix, after=after, limit=_MOST_KEYS)
        for entry in found:
            if entry.key <= after:
                continue  # in the common prefix before
            if len(objects) + len(prefixes) == most:
                return _Page(objects, prefixes, last, more=most > 0)
            common = _folded(entry.key, prefix, delimiter)
            if common is None:
                objects.append(entry)
                last = after = entry.key
            else:
                prefixes.append(common)
                last, after = common, common + LAST_CHARACTER
        if len(found) < _MOST_KEYS:
            return _Page(objects, prefixes, last, more=False)


def _folded(key: str, prefix: str, delimiter: str) -> str | None:
    """The common prefix that a key is folded into; None: it stands for itself."""
    end = key.find(delimiter, len(prefix)) if delimiter and key.startswith(prefix) else -1
    return None if end < 0 else key[: end + len(delimiter)]


def _render(call: Call, request: Request, page: _Page, *, owned: bool) -> dict[str, Any]:
    return {
        "Name": request["Bucket"],
        "Prefix": _encoded(request, request.get("Prefix", "")),
        "Delimiter": _encoded(request, request["Delimiter"]) if request.get("Delimiter") else None,
        "MaxKeys": request.get("MaxKeys", _MOST_KEYS),
        "EncodingType": request.get("EncodingType"),
        "IsTruncated": page.more,
        "Contents": [
            {
                "Key": _encoded(request, entry.key),
                "LastModified": entry.modified_at,
                "ETag": f'"{entry.etag}"',
                "Size": entry.size,
                "StorageClass": entry.document.get("StorageClass", "STANDARD"),
                "Owner": owner(call) if owned else None,
            }
            for entry in page.objects
        ],
        "CommonPrefixes": [{"Prefix": _encoded(request, prefix)} for prefix in page.prefixes],
    }


def _encoded(request: Request, text: str) -> str:
    """XML cannot write every key, so clients ask for them percent-encoded."""
    return quote(text, safe="/-_.~") if request.get("EncodingType") == "url" else text
