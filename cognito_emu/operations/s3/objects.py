"""Objects: putting, getting, copying and deleting them whole. Of each there is one version, the newest."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import IO, Any
from urllib.parse import parse_qsl, unquote

from cognito_emu.call import Call
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.operations.s3.buckets import require_bucket
from cognito_emu.operations.s3.conditions import byte_range, check_overwriting, check_reading
from cognito_emu.s3.errors import (
    InvalidArgument,
    InvalidRequest,
    KeyTooLongError,
    NoSuchKey,
    NoSuchVersion,
    NotImplementedByEmulator,
)
from cognito_emu.s3.files import Content, Received
from cognito_emu.store import Tx
from cognito_emu.store.s3 import StoredObject

_MOST_KEY_BYTES = 1024
_MOST_DELETED = 1000
# What a request says of an object, and answers say again.
_KEPT = (
    "BucketKeyEnabled",
    "CacheControl",
    "ContentDisposition",
    "ContentEncoding",
    "ContentLanguage",
    "ContentType",
    "Expires",
    "Metadata",
    "SSEKMSKeyId",
    "ServerSideEncryption",
    "StorageClass",
    "Tagging",
    "WebsiteRedirectLocation",
)
_OVERRIDES = ("CacheControl", "ContentDisposition", "ContentEncoding", "ContentLanguage", "ContentType", "Expires")


@operation("PutObject", service="s3")
async def put_object(call: Call, request: Request) -> Response:
    """Put an object in the place of the one of its key."""
    document, received = describe(request), request["Body"]
    document |= received.checksums

    def write(tx: Tx) -> list[str]:
        return put(call, tx, request, received, document, etag=received.md5)

    call.parts.objects.drop(await call.store.transact(write))
    return {"ETag": f'"{received.md5}"', "ServerSideEncryption": _encryption(document), **received.checksums}


@operation("GetObject", service="s3")
async def get_object(call: Call, request: Request) -> Response:
    """Get an object, or a range of its bytes."""
    found = await call.store.read(lambda tx: require_object(call, tx, request))
    try:
        source = call.parts.objects.open(found.file)
    except FileNotFoundError:  # replaced in this very moment
        found = await call.store.read(lambda tx: require_object(call, tx, request))
        source = call.parts.objects.open(found.file)
    try:
        return _readable(request, found, source)
    except BaseException:
        source.close()
        raise


def _readable(request: Request, found: StoredObject, source: IO[bytes]) -> dict[str, Any]:
    check_reading(request, found)
    shown, overrides = _render(request, found), {name: request[f"Response{name}"] for name in _OVERRIDES if f"Response{name}" in request}
    wanted = byte_range(request.get("Range", ""), found.size)
    start, length = wanted or (0, found.size)
    if wanted:
        shown |= {"ContentRange": f"bytes {start}-{start + length - 1}/{found.size}", "ContentLength": length}
    source.seek(start)
    return {**shown, **overrides, "Body": Content(source, length)}


@operation("HeadObject", service="s3")
async def head_object(call: Call, request: Request) -> Response:
    """Tell what GetObject would, without the content."""
    found = await call.store.read(lambda tx: require_object(call, tx, request))
    check_reading(request, found)
    return _render(request, found)


@operation("GetObjectTagging", service="s3")
async def get_object_tagging(call: Call, request: Request) -> Response:
    """Show the tags that an object was put with."""
    found = await call.store.read(lambda tx: require_object(call, tx, request))
    return {"TagSet": [{"Key": key, "Value": value} for key, value in parse_qsl(found.document.get("Tagging", ""), keep_blank_values=True)]}


@operation("DeleteObject", service="s3")
async def delete_object(call: Call, request: Request) -> Response:
    """Delete an object; one that is not there is deleted."""

    def write(tx: Tx) -> list[str]:
        bucket = require_bucket(call, tx, request["Bucket"])
        return tx.s3_objects.delete(bucket.account, bucket.name, request["Key"])

    call.parts.objects.drop(await call.store.transact(write))
    return {}


@operation("DeleteObjects", service="s3")
async def delete_objects(call: Call, request: Request) -> Response:
    """Delete up to a thousand objects."""
    keys = [entry["Key"] for entry in request["Delete"]["Objects"]]
    if len(keys) > _MOST_DELETED:
        raise InvalidRequest(f"You may not delete more than {_MOST_DELETED} objects in one request.")

    def write(tx: Tx) -> list[str]:
        bucket = require_bucket(call, tx, request["Bucket"])
        return [file for key in keys for file in tx.s3_objects.delete(bucket.account, bucket.name, key)]

    call.parts.objects.drop(await call.store.transact(write))
    return {} if request["Delete"].get("Quiet") else {"Deleted": [{"Key": key} for key in keys]}


@operation("CopyObject", service="s3")
async def copy_object(call: Call, request: Request) -> Response:
    """Copy an object, with what is said of it, or with what the request says instead."""
    source = await call.store.read(lambda tx: require_object(call, tx, source_of(request["CopySource"])))
    replacing = request.get("MetadataDirective") == "REPLACE"
    if not replacing and (source.bucket, source.key) == (request["Bucket"], request["Key"]):
        raise InvalidRequest(
            "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, "
            "storage class, website redirect location or encryption attributes."
        )
    document = describe(request) if replacing else source.document
    copied = await asyncio.to_thread(call.parts.objects.join, [source.file])

    def write(tx: Tx) -> list[str]:
        return put(call, tx, request, copied, document, etag=source.etag)

    await take(call, write, copied)
    return {"CopyObjectResult": {"ETag": f'"{source.etag}"', "LastModified": call.env.now()}, "ServerSideEncryption": _encryption(document)}


async def take(call: Call, write: Callable[[Tx], list[str]], received: Received) -> None:
    """Run a transaction that gives a file to an object; where it fails, nobody has the file."""
    try:
        dropped = await call.store.transact(write)
    except BaseException:
        call.parts.objects.drop([received.file])
        raise
    call.parts.objects.drop(dropped)


def source_of(text: str) -> Request:
    """CopySource, `bucket/key?versionId=`, as the members that name an object."""
    path, _, version = text.partition("?versionId=")
    bucket, _, key = unquote(path).removeprefix("/").partition("/")
    if not (bucket and key):
        raise InvalidArgument("Copy Source must mention the source bucket and key: sourcebucket/sourcekey")
    return {"Bucket": bucket, "Key": key} | ({"VersionId": version} if version else {})


def describe(request: Request) -> dict[str, Any]:
    """What a request says of the object that it makes.

    Raises:
        NotImplementedByEmulator: It shall be encrypted with a key that the client brings.
    """
    if "SSECustomerKey" in request:
        raise NotImplementedByEmulator("This emulator does not encrypt objects with keys of the client's.")
    document = {name: request[name] for name in _KEPT if name in request}
    codings = [each.strip() for each in document.pop("ContentEncoding", "").split(",")]
    if kept := [each for each in codings if each not in {"", "aws-chunked"}]:  # which is the transport's, not the object's
        document["ContentEncoding"] = ",".join(kept)
    return document


def put(call: Call, tx: Tx, request: Request, received: Received, document: dict[str, Any], *, etag: str) -> list[str]:
    """Give received content to an object; returns the files that nobody needs any more.

    Raises:
        AwsError: There is no such bucket, the key is none, or a condition does not hold.
    """
    bucket, key = require_bucket(call, tx, request["Bucket"]), request["Key"]
    check_key(key)
    check_overwriting(request, tx.s3_objects.get(bucket.account, bucket.name, key))
    now = call.env.now()
    return tx.s3_objects.put(StoredObject(bucket.account, bucket.name, key, received.file, received.size, etag, now, document))


def check_key(key: str) -> None:
    """Refuse what no object can be called.

    Raises:
        KeyTooLongError: It has more than 1024 bytes.
        InvalidArgument: It has a NUL in it. Assumption: S3 has keys with NUL; PostgreSQL has no such text.
    """
    if len(key.encode()) > _MOST_KEY_BYTES:
        raise KeyTooLongError(MaxSizeAllowed=_MOST_KEY_BYTES)
    if "\x00" in key:
        raise InvalidArgument("This emulator keeps no keys with NUL in them.")


def require_object(call: Call, tx: Tx, request: Request) -> StoredObject:
    """The object that a request names.

    Raises:
        AwsError: There is no such bucket, key or version.
    """
    if "PartNumber" in request:
        raise NotImplementedByEmulator("This emulator does not keep the parts of an object apart.")
    bucket = require_bucket(call, tx, request["Bucket"])
    found = tx.s3_objects.get(bucket.account, bucket.name, request["Key"])
    if found is None:
        raise NoSuchKey(Key=request["Key"])
    if request.get("VersionId", "null") != "null":
        raise NoSuchVersion(Key=request["Key"], VersionId=request["VersionId"])
    return found


def _render(request: Request, found: StoredObject) -> dict[str, Any]:
    document = dict(found.document)
    tags = parse_qsl(document.pop("Tagging", ""), keep_blank_values=True)
    checksums = {name: document.pop(name) for name in found.document if name.startswith("Checksum")}
    return {
        "ContentType": "binary/octet-stream",
        "ServerSideEncryption": _encryption(document),
        **document,
        **(checksums if request.get("ChecksumMode") == "ENABLED" and "Range" not in request else {}),
        "ContentLength": found.size,
        "ETag": f'"{found.etag}"',
        "LastModified": found.modified_at,
        "AcceptRanges": "bytes",
        "TagCount": len(tags) or None,
    }


def _encryption(document: dict[str, Any]) -> str:
    return str(document.get("ServerSideEncryption", "AES256"))
