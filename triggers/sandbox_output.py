"""What a sandbox prints, sorted by invocation."""

from __future__ import annotations

import asyncio
import codecs

from triggers.executors.base import LateOutput

_LIMIT = 256 * 1024
"""Characters kept of one invocation. A function that prints in a loop must not fill the emulator's memory."""


class SandboxOutput:
    """Collects text for the invocation that runs; text that comes between invocations belongs to the last one.

    Attributes:
        late: Where to send text of the last invocation.
        lag: Seconds by which output may come after the answer; within them a line that was cut is waited for, so that it stays one.
        prints: Whether anything has ever been printed.
        last_written: Loop time of the last text.
    """

    def __init__(self) -> None:
        self.late: LateOutput | None = None
        self.lag = 0.0
        self.prints = False
        self.last_written = 0.0
        self._loop = asyncio.get_running_loop()
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._parts: list[str] = []
        self._size = 0
        self._request_id: str | None = None
        self._collecting = True  # what is printed while it starts belongs to the first invocation
        self._cut_line = ""

    def write(self, data: bytes) -> None:
        """Take what the process or container wrote to stdout or stderr."""
        # awslambdaric joins the lines of one error by CR and indents them by no-break spaces, which only CloudWatch undoes.
        text = self._decoder.decode(data).replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
        if not text:
            return
        self.prints, self.last_written = True, self._loop.time()
        if self._collecting:
            if self._size < _LIMIT:
                self._parts.append(text[: _LIMIT - self._size])
            self._size += len(text)
        else:
            whole, newline, self._cut_line = (self._cut_line + text).rpartition("\n")
            self._send_late(whole + newline)
            self._await_rest_of_line()

    def begin(self, request_id: str) -> None:
        """From now on text belongs to `request_id`."""
        self._end_line()
        self._request_id = request_id
        self._collecting = True

    def end(self) -> str:
        """The invocation's text. What comes after this is late."""
        text = "".join(self._parts)
        if self._size > _LIMIT:
            text += f"\n[{self._size - _LIMIT} more characters were not kept]\n"
        self._parts.clear()
        self._size = 0
        self._collecting = False
        if self.lag:
            whole, newline, self._cut_line = text.rpartition("\n")
            self._await_rest_of_line()
            return whole + newline
        return text if not text or text.endswith("\n") else text + "\n"

    def _await_rest_of_line(self) -> None:
        if self._cut_line:
            self._loop.call_later(self.lag / 2, self._end_line_of, self._request_id, self._cut_line)

    def _end_line_of(self, request_id: str | None, cut_line: str) -> None:
        """Nothing came since: the line is all there is."""
        if (self._request_id, self._cut_line) == (request_id, cut_line):
            self._end_line()

    def _end_line(self) -> None:
        if self._cut_line:
            self._send_late(self._cut_line + "\n")
        self._cut_line = ""

    def _send_late(self, text: str) -> None:
        if text and self.late and self._request_id:
            self.late(self._request_id, text)
