"""What tests take from the machine: services by the scripts that install and start them, free ports, programs of .venv."""

import functools
import os
import random
import socket
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
ARTIFACTS = CHECKOUT / "artifacts"

# Below the range from which the kernel picks ports for outgoing connections: a port found free stays free until it is used.
_PORTS = range(15_000, 32_000)


def program(name: str) -> str:
    """The path of a program in the virtual environment that runs the tests."""
    return str(Path(sys.executable).with_name(name))


@functools.cache
def ensure(service: str) -> str:
    """Run `scripts/ensure-<service>`, once a test process; returns what it prints (a URL, a path)."""
    script = CHECKOUT / "scripts" / f"ensure-{service}"
    done = subprocess.run([script], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode:
        raise RuntimeError(f"{script.name} failed:\n{done.stderr}")
    return done.stdout.strip()


def free_port() -> int:
    """A port on 127.0.0.1 on which nobody listens."""
    for port in random.sample(_PORTS, 200):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError(f"no free port among 200 of {_PORTS}")


def clean_environment() -> dict[str, str]:
    """The environment without what changes how the emulator or AWS's clients behave, or sends local traffic to a proxy."""
    foreign = ("AWS_", "BOTO_", "COGNITO_", "SMTP_", "SMS_")
    proxies = ("http_proxy", "https_proxy", "all_proxy")
    return {name: value for name, value in os.environ.items() if not name.startswith(foreign) and name.lower() not in proxies}
