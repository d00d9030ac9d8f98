"""What a sandbox prints, sorted by invocation."""

from __future__ import annotations

import codecs
from collections import defaultdict

from triggers.executors.base import LateOutput

_LIMIT = 256 * 1024
"""Characters kept of one invocation. A function that prints in a loop must not fill the emulator's memory."""


class SandboxOutput:
    """Collects text for the invocation that runs; text that comes between invocations belongs to the last one.

    Attributes:
        late: Where to send text of the last invocation.
    """

    def __init__(self) -> None:
        self.late: LateOutput | None = None
        self._decoders: defaultdict[int, codecs.IncrementalDecoder] = defaultdict(_decoder)
        self._parts: list[str] = []
        self._size = 0
        self._request_id: str | None = None
        self._collecting = True  # what is printed while it starts belongs to the first invocation
        self._cut_line = ""

    def write(self, data: bytes, stream: int = 1) -> None:
        """Take what the process or container wrote; a character may be cut in two, but only within one of its streams."""
        # awslambdaric joins the lines of one error by CR and indents them by no-break spaces, which only CloudWatch undoes.
        text = self._decoders[stream].decode(data).replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
        if self._collecting:
            if self._size < _LIMIT:
                self._parts.append(text[: _LIMIT - self._size])
            self._size += len(text)
        else:
            whole, newline, self._cut_line = (self._cut_line + text).rpartition("\n")
            self._send_late(whole + newline)

    def begin(self, request_id: str) -> None:
        """From now on text belongs to `request_id`."""
        self.complete()
        self._request_id = request_id
        self._collecting = True

    def end(self, *, complete: bool) -> str:
        """The invocation's text. What comes after this is late.

        Unless it is `complete`, a last line without end is kept back until it is whole, or `complete` is called.
        """
        text = "".join(self._parts)
        if self._size > _LIMIT:
            text += f"\n[{self._size - _LIMIT} more characters were not kept]\n"
        self._parts.clear()
        self._size = 0
        self._collecting = False
        if complete:
            return text if not text or text.endswith("\n") else text + "\n"
        whole, newline, self._cut_line = text.rpartition("\n")
        return whole + newline

    def complete(self) -> None:
        """All of the invocation's text has come: a last line without end is all there is of it."""
        if self._cut_line:
            self._send_late(self._cut_line + "\n")
        self._cut_line = ""

    def _send_late(self, text: str) -> None:
        if text and self.late and self._request_id:
            self.late(self._request_id, text)


def _decoder() -> codecs.IncrementalDecoder:
    return codecs.getincrementaldecoder("utf-8")(errors="replace")
