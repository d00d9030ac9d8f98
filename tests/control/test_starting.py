"""What the terminal says when the emulator starts, and when it cannot start as it was told to."""

import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cognito_emu import __version__
from tests.support.machine import clean_environment, free_port, program
from tests.support.server import Server


def refused(*options: str, **environment: str) -> str:
    """What `cognito-emu serve` says before it ends with an error."""
    done = subprocess.run(
        [program("cognito-emu"), "serve", *options],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=clean_environment() | environment,
    )
    assert done.returncode > 0
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_port_that_somebody_has(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        said = refused("--port", port, "--data", str(tmp_path))
    assert said == f"Error: cannot listen on 127.0.0.1:{port}: Address already in use; --port 0 takes a free one\n"


def test_a_port_for_https_that_somebody_has(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        said = refused("--port", "0", "--tls", "--tls-port", port, "--data", str(tmp_path))
    assert said == f"Error: cannot listen on 127.0.0.1:{port}: Address already in use; --tls-port takes another\n"


def test_it_ends_as_cleanly_while_it_starts(tmp_path: Path) -> None:
    command = [program("cognito-emu"), "serve", "--port", str(free_port()), "--data", str(tmp_path)]
    with subprocess.Popen(command, env=clean_environment(), stderr=subprocess.PIPE, text=True) as starting:
        while not _catches(starting.pid, signal.SIGTERM):
            assert starting.poll() is None
        starting.send_signal(signal.SIGINT)  # some time before it listens
        told = starting.communicate(timeout=30)[1]
    assert (starting.returncode, "Aborted" in told, "Traceback" in told) == (0, False, False)


def _catches(pid: int, number: int) -> bool:
    """Whether a process has a handler of its own for a signal."""
    status = Path(f"/proc/{pid}/status").read_text()
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt:"))
    return bool(int(caught.split()[1], 16) >> (number - 1) & 1)


def test_it_says_once_where_it_serves(start_server: Callable[..., Server]) -> None:
    server = start_server(workers=2, tls=True, tls_port=free_port())
    secure = f"https://localhost:{server.settings['tls_port']}"
    deadline = time.monotonic() + 30
    while not server.log_path.read_text() and time.monotonic() < deadline:  # the one that answers may not be the one that speaks
        assert server.http.get(f"{server.url}/_emu/health").status_code == 200
    assert server.stop() == 0
    greeting = f"cognito_emu {__version__} on {server.url} and {secure} (sqlite); the window is at {server.url}/_emu/\n"
    assert server.log_path.read_text() == greeting


@pytest.mark.parametrize(
    ("database", "words"),
    [
        ("mysql://user:secret@host/name", "a database is named as postgresql://user:password@host/name or sqlite:///path, not as mysql:…"),
        (
            "postgresql://user:secret@127.0.0.1:1/name",
            "the database postgresql://user:***@127.0.0.1:1/name cannot be opened: connection failed",
        ),
        ("postgresql://user:secret@host:port/name", "the database's address cannot be read"),
    ],
)
def test_a_database_that_cannot_be_opened(database: str, words: str) -> None:
    said = refused("--port", "0", "--database", database)
    assert said.startswith(f"Error: {words}")
    assert "secret" not in said


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "cognito.db").write_text("not a database" * 100)
    assert "cannot be opened: file is not a database" in refused("--port", "0", "--data", str(tmp_path))


def test_a_data_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    folder = str(tmp_path / "file" / "data")
    assert f"cannot be opened: [Errno 20] Not a directory: '{folder}'" in refused("--port", "0", "--data", folder)


@pytest.mark.parametrize(
    ("variable", "text", "expected"),
    [
        ("COGNITO_EMU_WORKERS", "many", "a whole number"),
        ("COGNITO_EMU_PUBLIC_URL", "localhost:4566", "an address such as http://localhost:4566"),
        ("COGNITO_EMU_PUBLIC_URL", "http://localhost:4566/?x", "an address such as http://localhost:4566"),
        ("COGNITO_EMU_ACCOUNT", "12", "12 digits"),
        ("COGNITO_EMU_REGION", "US East", "a region such as us-east-1"),
        ("COGNITO_EMU_FIXED_CODE", "123 456", "a code without spaces"),
    ],
)
def test_a_setting_that_is_none(variable: str, text: str, expected: str) -> None:
    assert f"{variable}={text}: expected {expected}" in refused("--port", "0", **{variable: text})
