"""What proves that content arrived whole: Content-MD5 and the checksums of the `x-amz-checksum-*` headers.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import zlib
from collections.abc import Callable, Mapping
from typing import Protocol

from cognito_emu.s3.errors import BadDigest, InvalidDigest

PREFIX = "x-amz-checksum-"


class _Hash(Protocol):
    def update(self, data: bytes, /) -> object: ...

    def digest(self) -> bytes: ...


class _Crc:
    """A CRC that zlib does not have, by its name in the catalogue that anycrc follows."""

    def __init__(self, model: str, width: int) -> None:
        import anycrc  # noqa: PLC0415 - only who sends such a checksum needs it

        self._calculate = anycrc.Model(model).calc
        self._value = self._calculate(b"")
        self._width = width

    def update(self, data: bytes, /) -> None:
        self._value = self._calculate(data, self._value)

    def digest(self) -> bytes:
        return int(self._value).to_bytes(self._width, "big")


class _Crc32:
    def __init__(self) -> None:
        self._value = 0

    def update(self, data: bytes, /) -> None:
        self._value = zlib.crc32(data, self._value)

    def digest(self) -> bytes:
        return self._value.to_bytes(4, "big")


def _xxhash(name: str) -> _Hash:
    import xxhash  # noqa: PLC0415 - as above

    made: _Hash = getattr(xxhash, name)()
    return made


_COMPUTED: dict[str, Callable[[], _Hash]] = {
    "crc32": _Crc32,
    "crc32c": lambda: _Crc("CRC32-ISCSI", 4),
    "crc64nvme": lambda: _Crc("CRC64-NVME", 8),
    "md5": lambda: hashlib.md5(usedforsecurity=False),
    "sha1": hashlib.sha1,
    "sha256": hashlib.sha256,
    "sha512": hashlib.sha512,
    "xxhash64": lambda: _xxhash("xxh64"),
    "xxhash3": lambda: _xxhash("xxh3_64"),
    "xxhash128": lambda: _xxhash("xxh3_128"),
}
_MEMBERS = {
    name.lower(): f"Checksum{name}"
    for name in ("CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256", "SHA512", "MD5", "XXHASH64", "XXHASH3", "XXHASH128")
}


CHECKSUM_HEADERS = {member: PREFIX + name for name, member in _MEMBERS.items()}
"""The model's names of checksums, with those of their headers."""


class Checksums:
    """Computed while content goes by: its MD5, and what the client announced besides."""

    def __init__(self, announced: set[str]) -> None:
        """`announced`: names of algorithms, as headers end with them."""
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._others: dict[str, _Hash] = {name: _COMPUTED[name]() for name in announced & _COMPUTED.keys()}

    @property
    def md5(self) -> str:
        """Hexadecimal: the ETag of an object that was uploaded whole."""
        return self._md5.hexdigest()

    def update(self, data: bytes) -> None:
        """Take the next piece of content."""
        self._md5.update(data)
        for each in self._others.values():
            each.update(data)

    def verify(self, content_md5: str | None, given: Mapping[str, str]) -> dict[str, str]:
        """Hold what the client says against what came.

        Args:
            content_md5: The Content-MD5 header, in base64.
            given: Values in base64, by the names of their algorithms; from headers or the trailer.

        Returns:
            The checksums, under the model's names of their members.

        Raises:
            BadDigest: One differs.
            InvalidDigest: Content-MD5 is no MD5.
        """
        if content_md5 is not None:
            if len(_decoded(content_md5)) != self._md5.digest_size:
                raise InvalidDigest
            if _decoded(content_md5) != self._md5.digest():
                raise BadDigest
        for name, value in given.items():
            if name in self._others and _decoded(value) != self._others[name].digest():
                raise BadDigest(f"The {name.upper()} you specified did not match the calculated checksum.")
        return {_MEMBERS[name]: value for name, value in given.items()}


def announced_algorithms(headers: Mapping[str, str]) -> set[str]:
    """The algorithms whose checksums a request carries, or will carry in its trailer."""
    return set(given_checksums(headers)) | {name.removeprefix(PREFIX) for name in _trailer_names(headers) if name.startswith(PREFIX)}


def given_checksums(headers: Mapping[str, str]) -> dict[str, str]:
    """The checksums among headers or trailers, by the names of their algorithms."""
    lowered = {name.lower(): value for name, value in headers.items()}
    return {name: lowered[PREFIX + name] for name in _MEMBERS if PREFIX + name in lowered}


def _trailer_names(headers: Mapping[str, str]) -> list[str]:
    return [name.strip().lower() for name in headers.get("x-amz-trailer", "").split(",")]


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""
