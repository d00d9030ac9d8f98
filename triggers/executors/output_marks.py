"""How to know that all that a container printed for an invocation has come.

The engine hands output on by way of its own, so it may come after the answer, and nothing in it says where an invocation ends. So a
mark is sent the same way: a loop beside the runtime copies what comes on the container's stdin to the pipe that is also the runtime's
stdout and stderr. All that was printed before the mark comes before the mark. One pipe for both streams keeps their order, too.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections import deque
from collections.abc import Sequence

import msgspec

_BEGIN, _END = b"\x1e", b"\n"
_PROGRAM = """
exec 3<&0 </dev/null 2>&1
while read -r mark <&3; do printf '%s\\n' "$mark"; done &
exec 3<&- "$0" "$@"
"""


def with_marks(command: Sequence[str]) -> list[str]:
    """The command that runs `command` with a loop for marks beside it. Needs a POSIX shell in the image."""
    return ["/bin/sh", "-c", _PROGRAM, *command]


class Mark(msgspec.Struct, frozen=True):
    """A line to be sent, and the future that is done when it has come back."""

    number: int
    line: bytes
    came: asyncio.Future[None]


class OutputMarks:
    """The marks of one container: made here, found again in its output."""

    def __init__(self) -> None:
        self._secret = secrets.token_hex(8).encode()
        self._pattern = re.compile(_BEGIN + self._secret + rb":(\d+)" + _END)
        self._count = 0
        self._awaited: deque[Mark] = deque()
        self._held = b""

    def make(self) -> Mark:
        """A new mark."""
        self._count += 1
        line = b"%b%b:%d%b" % (_BEGIN, self._secret, self._count, _END)
        mark = Mark(self._count, line, asyncio.get_running_loop().create_future())
        self._awaited.append(mark)
        return mark

    def sift(self, data: bytes) -> list[bytes | int]:
        """The output without marks, and where a mark stood its number. What may be the beginning of a mark is held back."""
        data, self._held = self._held + data, b""
        pieces: list[bytes | int] = []
        at = 0
        for mark in self._pattern.finditer(data):
            pieces += [data[at : mark.start()], int(mark[1])]
            at = mark.end()
        rest = data[at:]
        begun = rest.rfind(_BEGIN)
        if begun >= 0 and self._may_become_mark(rest[begun:]):
            rest, self._held = rest[:begun], rest[begun:]
        return [piece for piece in (*pieces, rest) if piece != b""]

    def has_come(self, number: int) -> None:
        """A mark has come, or is not waited for any longer, and with it all before it."""
        while self._awaited and self._awaited[0].number <= number:
            came = self._awaited.popleft().came
            if not came.done():
                came.set_result(None)

    def give_up(self) -> None:
        """No mark will come any more."""
        self.has_come(self._count)

    def _may_become_mark(self, data: bytes) -> bool:
        start = _BEGIN + self._secret + b":"
        return start.startswith(data) or (data.startswith(start) and data[len(start) :].isdigit())
