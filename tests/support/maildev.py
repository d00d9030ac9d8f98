"""maildev, a mail catcher with a web page, from the JavaScript packages of tests/clients."""

import contextlib
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.support.machine import CHECKOUT, clean_environment, ensure, free_port


@dataclass(frozen=True)
class Maildev:
    """A running catcher: SMTP on `host:smtp_port`, its page at `url`."""

    host: str
    smtp_port: int
    url: str


@contextlib.contextmanager
def maildev(folder: Path) -> Iterator[Maildev]:
    """A catcher that keeps its mail in `folder`, ended with the `with`."""
    catcher = Maildev("127.0.0.1", free_port(), f"http://127.0.0.1:{(web_port := free_port())}")
    program = CHECKOUT / "tests" / "clients" / "node_modules" / "maildev" / "bin" / "maildev"
    options = [f"--smtp={catcher.smtp_port}", f"--web={web_port}", f"--ip={catcher.host}", f"--mail-directory={folder}"]
    with (folder / "maildev.log").open("wb") as log:
        process = subprocess.Popen(
            [f"{ensure('clients')}/node", program, *options], env=clean_environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        try:
            _wait_for(catcher, process)
            yield catcher
        finally:
            process.terminate()
            process.wait(10)


def _wait_for(catcher: Maildev, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(requests.ConnectionError):
            if requests.get(f"{catcher.url}/healthz", timeout=5).ok:
                return
        time.sleep(0.05)
    raise RuntimeError("maildev did not become ready")
