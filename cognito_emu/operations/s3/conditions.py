"""Conditions of requests, and ranges of bytes. RFC 9110, sections 13 and 14, as S3 has them."""

from __future__ import annotations

import re

from cognito_emu.operations.registry import Request
from cognito_emu.s3.errors import InvalidRange, NoSuchKey, NotModified, PreconditionFailed
from cognito_emu.store.s3 import StoredObject

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def check_reading(request: Request, found: StoredObject) -> None:
    """Hold a request's conditions against the object.

    Raises:
        PreconditionFailed: It shall be another.
        NotModified: The client has it.
    """
    modified_at = int(found.modified_at)  # headers have whole seconds
    if "IfMatch" in request:
        if not _matches(request["IfMatch"], found):
            raise PreconditionFailed(Condition="If-Match")
    elif modified_at > request.get("IfUnmodifiedSince", modified_at):
        raise PreconditionFailed(Condition="If-Unmodified-Since")
    if "IfNoneMatch" in request:
        if _matches(request["IfNoneMatch"], found):
            raise NotModified
    elif modified_at <= request.get("IfModifiedSince", modified_at - 1):
        raise NotModified


def check_overwriting(request: Request, present: StoredObject | None) -> None:
    """Hold the conditions of a request that puts an object against the one that is there.

    Raises:
        PreconditionFailed: There is one and there shall be none, or it is another.
        NoSuchKey: There shall be one.
    """
    if "IfNoneMatch" in request and present is not None and _matches(request["IfNoneMatch"], present):
        raise PreconditionFailed(Condition="If-None-Match")
    if "IfMatch" in request:
        if present is None:
            raise NoSuchKey(Key=request["Key"])
        if not _matches(request["IfMatch"], present):
            raise PreconditionFailed(Condition="If-Match")


def byte_range(header: str, size: int) -> tuple[int, int] | None:
    """Where the wanted bytes begin, and how many they are; None, which means all, for what cannot be read as one range.

    Raises:
        InvalidRange: It lies outside of the object.
    """
    found = _RANGE.fullmatch(header)
    if found is None or not any(found.groups()):
        return None
    first, last = found.groups()
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last), size - 1) if first and last else size - 1
    if start > end:
        raise InvalidRange(RangeRequested=header, ActualObjectSize=size)
    return start, end - start + 1


def _matches(header: str, found: StoredObject) -> bool:
    return any(each.strip().strip('"') in {"*", found.etag} for each in header.split(","))
