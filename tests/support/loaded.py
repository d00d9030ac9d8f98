"""Servers that find the server's modules loaded: each is a fork of a process that has imported them and done nothing else.

Importing them takes most of a second of a core, and of a server's start, and a run starts two hundred servers. From its first
statement on a fork runs what `cognito-emu` runs, in a session, folder and environment of its own.

This module is both sides: what tests use, and, run as a program, the process that forks.
"""

import contextlib
import functools
import gc
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.machine import CHECKOUT


class _Nursery:
    """The process that forks, asked one thing at a time: a line of JSON there, a line of JSON back."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-m", "tests.support.loaded", str(theirs.fileno())]
            self._process = subprocess.Popen(
                command, cwd=CHECKOUT, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()], start_new_session=True
            )
        self._lines = ours.makefile("rwb")
        self._turn = threading.Lock()

    def ask(self, **question: Any) -> Any:
        with self._turn:
            self._lines.write(json.dumps(question).encode() + b"\n")
            self._lines.flush()
            line = self._lines.readline()
        assert line, "the process that forks servers has ended"
        return json.loads(line)


# It ends when its socket closes, which is when the process of the tests ends.
_nursery = functools.cache(_Nursery)


@dataclass
class LoadedServer:
    """`cognito-emu` with these arguments, as far as `subprocess.Popen` would let a test see it."""

    pid: int
    returncode: int | None = None

    @classmethod
    def start(cls, arguments: list[str], *, folder: Path, environment: dict[str, str], log: Path) -> "LoadedServer":
        """Start it in `folder`; what it says is appended to `log`."""
        return cls(_nursery().ask(do="start", arguments=arguments, folder=str(folder), environment=environment, log=str(log)))

    def poll(self) -> int | None:
        """Its exit code when it has ended; minus the number of the signal that ended it."""
        if self.returncode is None:
            self.returncode = _nursery().ask(do="poll", pid=self.pid)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, once it has ended.

        Raises:
            subprocess.TimeoutExpired: It still runs after `timeout` seconds.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        pause = 0.001
        while (code := self.poll()) is None:
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired("cognito-emu", timeout or 0)
            time.sleep(pause)
            pause = min(2 * pause, 0.02)
        return code

    def send_signal(self, number: int) -> None:
        """Unless it has ended. Nobody else has its number before `poll` said so."""
        if self.poll() is None:
            os.kill(self.pid, number)


def _load() -> None:
    import uvloop  # noqa: F401, PLC0415 - as the server does, which lives without

    import cognito_emu.app  # noqa: PLC0415
    import cognito_emu.cli  # noqa: F401, PLC0415
    from cognito_emu.operations import register_all  # noqa: PLC0415

    register_all()


@dataclass
class _Forks:
    """The side of the process that forks."""

    connection: socket.socket
    running: set[int] = field(default_factory=set)

    def serve(self) -> dict[str, Any] | None:
        """Answer until the tests are gone: None. In a fork: what that shall be."""
        for line in self.connection.makefile("rb"):
            question = json.loads(line)
            if question["do"] == "poll":
                answer = self._poll(question["pid"])
            elif answer := os.fork():
                self.running.add(answer)
            else:
                return dict(question)
            self.connection.sendall(json.dumps(answer).encode() + b"\n")
        for pid in self.running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
        return None

    def _poll(self, pid: int) -> int | None:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if not ended:
            return None
        self.running.discard(pid)
        return os.waitstatus_to_exitcode(status)


def _become(server: dict[str, Any]) -> None:
    """Be as `subprocess.Popen` would have made it."""
    os.setsid()
    os.chdir(server["folder"])
    os.environ.clear()
    os.environ.update(server["environment"])
    log = os.open(server["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)


def _main() -> None:
    _load()
    assert threading.active_count() == 1, "a thread would be missing in the forks"
    gc.collect()
    gc.freeze()  # else the first collection in each fork would copy every page
    with socket.socket(fileno=int(sys.argv[1])) as connection:
        server = _Forks(connection).serve()
    if server is not None:
        from cognito_emu.cli import main  # noqa: PLC0415

        _become(server)
        main(server["arguments"], prog_name="cognito-emu")


if __name__ == "__main__":
    _main()
