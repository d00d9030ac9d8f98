"""A server of this checkout, started for a measurement."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from bench.measure import Target


@contextlib.contextmanager
def own_server(data: Path, *options: str, **settings: str) -> Iterator[tuple[Target, float]]:
    """A server of this checkout, and the seconds until its first answer; `settings` are environment variables."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).with_name("cognito-emu")), "serve", "--port", str(port), "--data", str(data), *options]
    began = time.perf_counter()
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, env=os.environ | settings)
    url = f"http://127.0.0.1:{port}"
    while True:
        try:
            urllib.request.urlopen(f"{url}/_emu/health", timeout=5).read()
            break
        except OSError:
            if process.poll() is not None:
                raise SystemExit("the server did not start") from None
            time.sleep(0.005)
    try:
        yield Target("cognito_emu", url, process.pid), time.perf_counter() - began
    finally:
        process.terminate()
        process.wait()
