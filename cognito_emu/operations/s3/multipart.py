"""Uploads in parts. Parts lie in files of their own until they are joined."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any

from cognito_emu.call import Call
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.operations.s3.buckets import owner, require_bucket
from cognito_emu.operations.s3.conditions import byte_range
from cognito_emu.operations.s3.objects import check_key, describe, put, require_object, source_of, take
from cognito_emu.records import Record
from cognito_emu.s3.checksums import CHECKSUM_HEADERS
from cognito_emu.s3.errors import EntityTooSmall, InvalidArgument, InvalidPart, InvalidPartOrder, MalformedXML, NoSuchUpload
from cognito_emu.s3.files import Received
from cognito_emu.store import Tx
from cognito_emu.store.s3 import Part, StoredObject, Upload

_LEAST_PART_BYTES = 5 * 1024 * 1024
_MOST_PARTS = 10_000
_PAGE = 1000


@operation("CreateMultipartUpload", service="s3")
async def create_multipart_upload(call: Call, request: Request) -> Response:
    """Begin an upload."""
    check_key(request["Key"])
    upload_id, document, now = call.env.opaque(), describe(request), call.env.now()

    def write(tx: Tx) -> None:
        bucket = require_bucket(call, tx, request["Bucket"])
        tx.s3_uploads.add(Upload(upload_id, bucket.account, bucket.name, request["Key"], now, document))

    await call.store.transact(write)
    named = {name: request.get(name) for name in ("Bucket", "Key", "ChecksumAlgorithm", "ChecksumType")}
    return {**named, "UploadId": upload_id, "ServerSideEncryption": document.get("ServerSideEncryption", "AES256")}


@operation("UploadPart", service="s3")
async def upload_part(call: Call, request: Request) -> Response:
    """Upload a part, in the place of the one of its number."""
    received = request["Body"]
    _check_number(request["PartNumber"])
    call.parts.objects.drop(await call.store.transact(lambda tx: _put_part(call, tx, request, received)))
    return {"ETag": f'"{received.md5}"', "ServerSideEncryption": "AES256", **received.checksums}


@operation("UploadPartCopy", service="s3")
async def upload_part_copy(call: Call, request: Request) -> Response:
    """Take a part from an object that is there already."""
    _check_number(request["PartNumber"])

    def look_up(tx: Tx) -> StoredObject:
        _require_upload(call, tx, request)
        return require_object(call, tx, source_of(request["CopySource"]))

    source = await call.store.read(look_up)
    start, length = byte_range(request.get("CopySourceRange", ""), source.size) or (0, source.size)
    copied = await asyncio.to_thread(call.parts.objects.cut, source.file, start, length)
    await take(call, lambda tx: _put_part(call, tx, request, copied), copied)
    return {"CopyPartResult": {"ETag": f'"{copied.md5}"', "LastModified": call.env.now()}, "ServerSideEncryption": "AES256"}


def _check_number(number: int) -> None:
    if not 1 <= number <= _MOST_PARTS:
        raise InvalidArgument(f"Part number must be an integer between 1 and {_MOST_PARTS}, inclusive")


def _put_part(call: Call, tx: Tx, request: Request, received: Received) -> list[str]:
    upload = _require_upload(call, tx, request)
    part = Part(upload.id, request["PartNumber"], received.file, received.size, received.md5, call.env.now())
    return tx.s3_uploads.put_part(part)


class _Whole(Record):
    """What an upload becomes."""

    upload: Upload
    parts: list[Part]

    @property
    def etag(self) -> str:
        """The MD5 of the parts' MD5s, and how many they were: how S3 marks an object that came in parts."""
        digests = b"".join(bytes.fromhex(part.etag) for part in self.parts)
        return f"{hashlib.md5(digests, usedforsecurity=False).hexdigest()}-{len(self.parts)}"


@operation("CompleteMultipartUpload", service="s3")
async def complete_multipart_upload(call: Call, request: Request) -> Response:
    """Join the parts that the request names into an object."""
    whole = await call.store.read(lambda tx: _whole(call, tx, request))
    joined = await asyncio.to_thread(call.parts.objects.join, [part.file for part in whole.parts], _of_the_whole(request))

    def write(tx: Tx) -> list[str]:
        if _whole(call, tx, request) != whole:  # a part was replaced while they were joined
            raise InvalidPart
        replaced = put(call, tx, request, joined, whole.upload.document | joined.checksums, etag=whole.etag)
        return [*replaced, *tx.s3_uploads.delete(whole.upload.id)]

    await take(call, write, joined)
    return {
        "Location": f"{call.origin.base_url}/{request['Bucket']}/{request['Key']}",
        "Bucket": request["Bucket"],
        "Key": request["Key"],
        "ETag": f'"{whole.etag}"',
        "ServerSideEncryption": whole.upload.document.get("ServerSideEncryption", "AES256"),
        **joined.checksums,
        "ChecksumType": "FULL_OBJECT" if joined.checksums else None,
    }


def _of_the_whole(request: Request) -> dict[str, str]:
    """The checksum of the whole object, as a header has it. One of the parts' checksums (`…-3`) is not looked at."""
    given = {member: header for member, header in CHECKSUM_HEADERS.items() if member in request}
    return {header: request[member] for member, header in given.items() if "-" not in request[member]}


def _whole(call: Call, tx: Tx, request: Request) -> _Whole:
    upload = _require_upload(call, tx, request)
    wanted = request.get("MultipartUpload", {}).get("Parts", [])
    numbers = [entry.get("PartNumber", 0) for entry in wanted]
    if not wanted:
        raise MalformedXML
    if numbers != sorted(set(numbers)):
        raise InvalidPartOrder(UploadId=upload.id)
    present = {part.number: part for part in tx.s3_uploads.parts(upload.id)}
    parts = []
    for entry in wanted:
        part = present.get(entry.get("PartNumber", 0))
        if part is None or part.etag != entry.get("ETag", part.etag).strip('"'):
            raise InvalidPart(UploadId=upload.id, PartNumber=entry.get("PartNumber"))
        parts.append(part)
    if small := next((part for part in parts[:-1] if part.size < _LEAST_PART_BYTES), None):
        raise EntityTooSmall(ProposedSize=small.size, MinSizeAllowed=_LEAST_PART_BYTES, PartNumber=small.number)
    return _Whole(upload, parts)


@operation("AbortMultipartUpload", service="s3")
async def abort_multipart_upload(call: Call, request: Request) -> Response:
    """Throw an upload away."""
    dropped = await call.store.transact(lambda tx: tx.s3_uploads.delete(_require_upload(call, tx, request).id))
    call.parts.objects.drop(dropped)
    return {}


@operation("ListParts", service="s3")
async def list_parts(call: Call, request: Request) -> Response:
    """List the parts that an upload has so far."""

    def look_up(tx: Tx) -> list[Part]:
        return tx.s3_uploads.parts(_require_upload(call, tx, request).id)

    after, most = int(request.get("PartNumberMarker") or 0), min(request.get("MaxParts", _PAGE), _PAGE)
    rest = [part for part in await call.store.read(look_up) if part.number > after]
    page = rest[:most]
    return {
        **{name: request[name] for name in ("Bucket", "Key", "UploadId")},
        "PartNumberMarker": request.get("PartNumberMarker") or "0",
        "NextPartNumberMarker": str(page[-1].number) if page else None,
        "MaxParts": most,
        "IsTruncated": len(rest) > len(page),
        "Parts": [_render(part) for part in page],
        "Initiator": owner(call),
        "Owner": owner(call),
        "StorageClass": "STANDARD",
    }


@operation("ListMultipartUploads", service="s3")
async def list_multipart_uploads(call: Call, request: Request) -> Response:
    """List the uploads into a bucket that are neither completed nor aborted: all of them, on one page."""

    def look_up(tx: Tx) -> list[Upload]:
        bucket = require_bucket(call, tx, request["Bucket"])
        return tx.s3_uploads.of_bucket(bucket.account, bucket.name)

    prefix = request.get("Prefix", "")
    found = [upload for upload in await call.store.read(look_up) if upload.key.startswith(prefix)]
    uploads = [{"UploadId": each.id, "Key": each.key, "Initiated": each.started_at, "StorageClass": "STANDARD"} for each in found]
    return {"Bucket": request["Bucket"], "Prefix": request.get("Prefix"), "IsTruncated": False, "Uploads": uploads}


def _require_upload(call: Call, tx: Tx, request: Request) -> Upload:
    upload = tx.s3_uploads.get(request["UploadId"])
    named = (call.tenant.account, request["Bucket"], request["Key"])
    if upload is None or (upload.account, upload.bucket, upload.key) != named:
        raise NoSuchUpload(UploadId=request["UploadId"])
    return upload


def _render(part: Part) -> dict[str, Any]:
    return {"PartNumber": part.number, "LastModified": part.modified_at, "ETag": f'"{part.etag}"', "Size": part.size}
