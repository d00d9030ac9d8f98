"""What is loaded behind the first answer.

A server can answer before everything is loaded: what few requests need, and takes long, comes a moment later. Each of `MODULES` is at first
a promise of itself. A thread keeps the promises when the server has started, and whoever asks one for something before that keeps it,
waiting no longer than loading takes. So such a module is imported whole, `from package import module`, and asked for its names when they
are needed; a name imported out of it would load it.

The standard library's LazyLoader would do, were there no threads: in Python 3.11 it shows a module to the second that asks while the first
still loads it (https://github.com/python/cpython/issues/114763).
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import sys
import threading
from collections.abc import Iterator
from types import ModuleType
from typing import Any

MODULES = (
    "cognito_emu.routes",  # whatever is no call of the API: the pages, the window, federation
    "cryptography.x509",  # before passkeys, which import modules below it
    "cognito_emu.domain.saml_metadata",
    "cognito_emu.protocol.xml_values",
    "cognito_emu.domain.passkeys",  # py_webauthn, with every kind of attestation: a tenth of a second
    "cognito_emu.cloudformation.stacks.engine",  # templates, and what can stand in them
    "cognito_emu.operations.app_clients.published_secrets",
    "cognito_emu.user_import.runner",
    "cognito_emu.secret_rotations",
    "triggers.function_files",  # YAML
    "aiosmtplib",
    "mail.html_text",
    "segno",
    "tinycss2",
)
FIRST_ANSWERS_SECONDS = 0.1
"""How long a server that listens does nothing else: whoever waits for it asks again and again, and is answered first."""

_TURN_SECONDS = 0.0005  # Python's default is ten times that, which a request waits for each time that it wants to go on

_lock = threading.Lock()


class _Promise(ModuleType):
    """A module that is loaded when it is asked for something."""

    def __getattr__(self, name: str) -> Any:
        return getattr(_load(self.__name__), name)


def promise() -> None:
    """Put promises in the place of those that are not loaded, to be done before anybody imports them."""
    for name in MODULES:
        sys.modules.setdefault(name, _Promise(name))


@contextlib.contextmanager
def giving_way() -> Iterator[None]:
    """Whoever loads here gives way to requests sooner than threads do to each other else."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(_TURN_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


async def keep() -> None:
    """Load them, in a thread; to be begun when the server listens."""
    await asyncio.sleep(FIRST_ANSWERS_SECONDS)
    for name in MODULES:
        await asyncio.to_thread(_load, name)


def _load(name: str) -> ModuleType:
    with _lock:  # else a second thread might throw out what the first has begun to load
        if isinstance(sys.modules.get(name), _Promise):
            del sys.modules[name]
    return importlib.import_module(name)  # one thread loads it, the others wait
