"""A real cognito-emu server in a process of its own, as a user starts it."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from cognito_emu.config import describe_settings
from tests.support import boto, postgres
from tests.support.loaded import LoadedServer
from tests.support.machine import clean_environment, free_port, program

REGION = "us-east-1"
_READY_WITHIN = 60.0
_STOPPED_WITHIN = 10.0
# Pools share their keys, as docs/performance.md advises CI that throws pools away: each would cost the tests 35 ms of a core.
_KEYS_OF_ALL = {"shared_keys": True, "key_stock": 0}
# A stock of the default size would keep a core busy for a second at each start.
_KEYS_OF_THEIR_OWN = {"shared_keys": False, "key_stock": 8}

_variables = {setting.name: setting.env for setting in describe_settings()}


def _as_typed(settings: dict[str, Any]) -> dict[str, str]:
    if unknown := settings.keys() - _variables.keys():
        raise TypeError(f"no such setting: {', '.join(sorted(unknown))}")
    return {name: ("on" if value else "off") if isinstance(value, bool) else str(value) for name, value in settings.items()}


@dataclass
class Server:
    """One server on a port of its own, and ways to reach it, stop it, kill it and start it again.

    Attributes:
        folder: Its working directory, which also holds its data and log; a restart finds everything again.
        settings: Names as in `cognito_emu.config.Settings`, values as a user would type them.
        loaded: Whether it finds its modules loaded; else it is started as users start one.
        http: Plain HTTP: `server.http.get(server.url + "/_emu/health")`. It takes no proxy and retries nothing.
    """

    folder: Path
    settings: dict[str, str]
    environment: dict[str, str] = field(default_factory=dict)
    loaded: bool = False
    port: int = 0
    http: requests.Session = field(default_factory=requests.Session)
    _process: subprocess.Popen[bytes] | LoadedServer | None = None

    @property
    def url(self) -> str:
        """The address by which clients come. `localhost`, as users write it: issuers follow it."""
        return f"http://localhost:{self.port}"

    @property
    def log_path(self) -> Path:
        """All that the server wrote to stdout and stderr."""
        return self.folder / "server.log"

    @property
    def process(self) -> subprocess.Popen[bytes] | LoadedServer:
        """The running process; with several workers, the one that holds them."""
        assert self._process is not None, "the server has not been started"
        return self._process

    @property
    def running(self) -> bool:
        """Whether its process lives."""
        return self._process is not None and self._process.poll() is None

    def client(self, service: str = "cognito-idp", *, account: str, region: str = REGION, **options: Any) -> Any:
        """A boto3 client of this server, as `account` (12 digits), with boto3's `options`."""
        return boto.client(service, url=self.url, account=account, region=region, **options)

    def start(self) -> "Server":
        """Start the process and return when it answers."""
        self.http.trust_env = False
        for attempt in range(3):
            self._launch()
            if self._answers():
                return self
            log = self.log_path.read_text(errors="replace")
            if self.running or "in use" not in log or "port" in self.settings or attempt == 2:
                break
        self.kill()
        raise RuntimeError(f"the server did not become ready; its log:\n{log[-4000:]}")

    def stop(self, number: int = signal.SIGTERM) -> int:
        """End it as a user does, and return its exit code. One that does not end is killed, and that is an error."""
        self.process.send_signal(number)
        try:
            code = self.process.wait(_STOPPED_WITHIN)
        except subprocess.TimeoutExpired:
            self.kill()
            raise RuntimeError(f"the server ignored {signal.Signals(number).name} for {_STOPPED_WITHIN} s") from None
        self._process = None
        return code

    def kill(self) -> None:
        """`kill -9` it and all that it started, at once."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def close(self) -> None:
        """Stop it unless the test did; a server that ended by itself, or badly, is an error."""
        if self._process is None:
            return
        code = self._process.poll()
        if code is None:
            code = self.stop()
        if code != 0:
            raise RuntimeError(f"the server ended with {code}; its log:\n{self.log_path.read_text(errors='replace')[-4000:]}")

    def restart(self, **settings: Any) -> "Server":
        """Start it again on the same port and data, with `settings` changed."""
        if self._process is not None:
            self.stop()
        self.settings["port"] = str(self.port)
        self.settings |= _as_typed(settings)
        return self.start()

    def _launch(self) -> None:
        port = int(self.settings.get("port", 0)) or free_port()
        self.port = port
        temporary = self.folder / "tmp"  # what a server that is killed leaves there goes with its folder
        temporary.mkdir(exist_ok=True)
        environment = clean_environment() | {"TMPDIR": str(temporary)}
        environment |= {_variables[name]: value for name, value in self.settings.items()} | self.environment
        arguments = ["serve", "--port", str(port), "--data", str(self.folder / "data")]
        if self.loaded:
            self._process = LoadedServer.start(arguments, folder=self.folder, environment=environment, log=self.log_path)
            return
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen(
                [program("cognito-emu"), *arguments],
                cwd=self.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _answers(self) -> bool:
        deadline = time.monotonic() + _READY_WITHIN
        while self.running and time.monotonic() < deadline:
            try:
                if self.http.get(f"{self.url}/_emu/health", timeout=5).ok:
                    return True
            except requests.ConnectionError:
                time.sleep(0.02)
        return False


class ServerFactory:
    """Starts servers with settings of a test's own, each with a folder and, on PostgreSQL, a database of its own."""

    def __init__(self, folder: Path, migrated: Callable[[], str]) -> None:
        """`migrated` gives the URL of a PostgreSQL database with all tables, to be copied."""
        self._folder = folder
        self._migrated = migrated
        self._count = 0
        self.running: list[Server] = []

    @contextlib.contextmanager
    def __call__(
        self, database: str = "sqlite", *, environment: dict[str, str] | None = None, loaded: bool = True, **settings: Any
    ) -> Iterator[Server]:
        """A running server, stopped at the end of the `with`.

        Args:
            database: `sqlite`, `postgresql` (both new), or a URL.
            environment: More variables, for what is no setting of the emulator. Libraries may read them when they are loaded, so such a
                server loads its modules itself.
            loaded: Whether it may find its modules loaded, and PostgreSQL's tables made.
            settings: Fields of `cognito_emu.config.Settings`, such as `triggers="process"` or `smtp_host="127.0.0.1"`. Pools share
                their keys unless `shared_keys=False`.
        """
        self._count += 1
        folder = self._folder / f"server{self._count}"
        folder.mkdir()
        keys = _KEYS_OF_ALL if settings.get("shared_keys", "key_stock" not in settings) else _KEYS_OF_THEIR_OWN
        values = _as_typed({**keys, **settings})
        with contextlib.ExitStack() as at_end:
            if database == "postgresql":
                values["database"] = at_end.enter_context(postgres.database(self._migrated() if loaded else ""))
            elif database != "sqlite":
                values["database"] = database
            server = Server(folder, values, dict(environment or {}), loaded and not environment).start()
            self.running.append(server)
            try:
                yield server
            finally:
                self.running.remove(server)
                server.close()
