"""panva's oidc-provider, a certified OpenID Connect provider, from the JavaScript packages of tests/clients."""

import contextlib
import subprocess
from collections.abc import Iterator

from tests.support.machine import CHECKOUT, clean_environment, ensure, free_port


@contextlib.contextmanager
def oidc_provider(callback: str) -> Iterator[str]:
    """A provider whose client `pool` waits at `callback`, ended with the `with`; its issuer."""
    program, port = CHECKOUT / "tests" / "clients" / "oidc-provider.mjs", free_port()
    process = subprocess.Popen(
        [f"{ensure('clients')}/node", program, f"--port={port}", f"--callback={callback}"],
        env=clean_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        if process.stdout.readline().strip() != "ready":
            raise RuntimeError("oidc-provider did not become ready")
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()
