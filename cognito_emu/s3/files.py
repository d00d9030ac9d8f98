"""The files that hold what objects hold: `s3/<name>` in the data folder, each written once and never changed."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO

from cognito_emu.environment import Environment
from cognito_emu.records import Record, field
from cognito_emu.s3.aws_chunked import AwsChunkedDecoder
from cognito_emu.s3.checksums import Checksums, announced_algorithms, given_checksums
from cognito_emu.s3.errors import EntityTooLarge, IncompleteBody, InvalidRequest
from cognito_emu.store import Store

MOST_BYTES = 5 * 1024**3
"""What S3 takes in one request. What is larger comes in parts."""
_ORPHAN_SECONDS = 86400
_SIZE = re.compile("[0-9]{1,18}")
_PIECE = 1024 * 1024
_NO_HEADERS: Mapping[str, str] = {}


class Received(Record):
    """Content that came whole and lies in a file of its own, which belongs to nobody yet.

    Attributes:
        md5: Hexadecimal.
        checksums: Those that the client sent, under the model's names.
    """

    file: str
    size: int
    md5: str
    checksums: dict[str, str] = field(default_factory=dict)


class Content(Record):
    """Content on its way out: `length` bytes from where the open file stands. Whoever sends it closes it."""

    source: IO[bytes]
    length: int


class ObjectFiles:
    """The folder of contents. Processes that share a database share the data folder as well."""

    def __init__(self, data: Path, env: Environment) -> None:
        self._folder = data / "s3"
        self._env = env

    def receive(self, headers: Mapping[str, str]) -> Receiver:
        """Begin a file for the body of a request with these headers."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return Receiver(self._folder / self._new_name(), headers)

    def open(self, name: str) -> IO[bytes]:
        """A file to read.

        Raises:
            FileNotFoundError: It was dropped.
        """
        return (self._folder / name).open("rb")

    def read(self, name: str) -> bytes:
        """All of a file.

        Raises:
            FileNotFoundError: It was dropped.
        """
        return (self._folder / name).read_bytes()

    def join(self, names: Iterable[str], headers: Mapping[str, str] = _NO_HEADERS) -> Received:
        """A new file with the contents of others, one after the other. Blocks: it copies.

        Args:
            headers: May have the checksum of the whole.

        Raises:
            BadDigest: It is another.
        """
        receiver = self.receive(headers)
        try:
            for name in names:
                with self.open(name) as source:
                    while piece := source.read(_PIECE):
                        receiver.write(piece)
            return receiver.finish()
        except BaseException:
            receiver.abort()
            raise

    def cut(self, name: str, start: int, length: int) -> Received:
        """A new file with a range of another's bytes. Blocks: it copies."""
        receiver = self.receive({})
        try:
            with self.open(name) as source:
                source.seek(start)
                while length and (piece := source.read(min(_PIECE, length))):
                    length -= len(piece)
                    receiver.write(piece)
            return receiver.finish()
        except BaseException:
            receiver.abort()
            raise

    def drop(self, names: Iterable[str]) -> None:
        """Remove files that nobody needs any more; whoever has one open reads it to its end."""
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                (self._folder / name).unlink()

    async def remove_orphans(self, store: Store) -> None:
        """Remove what processes that died left behind: files older than a day that no object has."""
        before = self._env.now() - self._env.clock_offset - _ORPHAN_SECONDS
        for path in self._folder.glob("*"):
            with contextlib.suppress(FileNotFoundError):
                old = path.stat().st_mtime < before
                if old and not await store.read(lambda tx, name=path.name: tx.s3_objects.holds_file(name)):  # type: ignore[misc]  # a default binds
                    path.unlink()

    def _new_name(self) -> str:
        return self._env.random_bytes(16).hex()


def announced_size(headers: Mapping[str, str]) -> int:
    """How much content a request says that it brings; 0 when it does not."""
    text = headers.get("x-amz-decoded-content-length") or headers.get("Content-Length", "")
    return int(text) if _SIZE.fullmatch(text) else 0


def check_size(size: int) -> None:
    """Refuse more than one request may bring.

    Raises:
        EntityTooLarge: It is more.
    """
    if size > MOST_BYTES:
        raise EntityTooLarge(ProposedSize=size, MaxSizeAllowed=MOST_BYTES)


class Receiver:
    """Writes a body to its file as it comes, and checks it at its end."""

    def __init__(self, path: Path, headers: Mapping[str, str]) -> None:
        self._path = path
        self._file = path.with_suffix(".part").open("wb")
        self._headers = headers
        self._checksums = Checksums(announced_algorithms(headers))
        chunked = headers.get("x-amz-content-sha256", "").startswith("STREAMING-") or "aws-chunked" in headers.get("Content-Encoding", "")
        self._decoder = AwsChunkedDecoder() if chunked else None
        self._size = 0

    def write(self, data: bytes) -> None:
        """Take the next piece.

        Raises:
            InvalidRequest: The framing is broken.
        """
        content = self._decoder.feed(data) if self._decoder else data
        self._size += len(content)
        if self._size <= MOST_BYTES:
            self._file.write(content)
            self._checksums.update(content)

    def finish(self) -> Received:
        """The content is whole, and is what the client says it sent.

        Raises:
            AwsError: It is not.
        """
        check_size(self._size)
        announced = self._headers.get("x-amz-decoded-content-length")
        if self._decoder and (not self._decoder.complete or (announced is not None and announced != str(self._size))):
            raise IncompleteBody
        given = given_checksums(self._headers) | given_checksums(self._decoder.trailers if self._decoder else {})
        if len(given) > 1:
            raise InvalidRequest("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.")
        checksums = self._checksums.verify(self._headers.get("Content-MD5"), given)
        self._file.close()
        self._path.with_suffix(".part").replace(self._path)
        return Received(self._path.name, self._size, self._checksums.md5, checksums)

    def abort(self) -> None:
        """Nothing came of it; does nothing after `finish`."""
        self._file.close()
        self._path.with_suffix(".part").unlink(missing_ok=True)
