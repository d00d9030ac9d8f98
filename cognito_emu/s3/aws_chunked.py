"""Bodies in the `aws-chunked` encoding: chunks with their sizes, and checksums in a trailer.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html. Chunk signatures are not checked.
"""

from __future__ import annotations

from cognito_emu.s3.errors import InvalidRequest

_LONGEST_LINE = 16 * 1024


class AwsChunkedDecoder:
    """Takes the body piece by piece, however it was cut.

    Attributes:
        trailers: What came after the last chunk, by lower-case names.
        complete: The last chunk has come.
    """

    def __init__(self) -> None:
        self.trailers: dict[str, str] = {}
        self.complete = False
        self._pending = bytearray()
        self._remaining = 0  # bytes of the present chunk, and of the line's end after it

    def feed(self, data: bytes) -> bytes:
        """The content in the next piece of a body.

        Raises:
            InvalidRequest: It is not framed as the encoding demands.
        """
        self._pending += data
        content = bytearray()
        while self._pending:
            if self._remaining:
                taken = bytes(self._pending[: self._remaining])
                # The two last of what remains end the line; they may come in different pieces.
                content += taken[: max(0, self._remaining - 2)]
                self._remaining -= len(taken)
                del self._pending[: len(taken)]
                continue
            line, newline, _ = self._pending.partition(b"\r\n")
            if not newline:
                if len(self._pending) > _LONGEST_LINE:
                    raise InvalidRequest("The body is not encoded as aws-chunked.")
                break
            del self._pending[: len(line) + 2]
            self._read_line(bytes(line))
        return bytes(content)

    def _read_line(self, line: bytes) -> None:
        if self.complete:
            name, _, value = line.decode("latin-1").partition(":")
            if value:
                self.trailers[name.strip().lower()] = value.strip()
            return
        try:
            size = int(line.partition(b";")[0], 16)
        except ValueError as error:
            raise InvalidRequest("The body is not encoded as aws-chunked.") from error
        self.complete = size == 0
        self._remaining = size + 2 if size else 0
