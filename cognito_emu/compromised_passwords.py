"""Passwords that everybody knows: a list that comes with a package, and one of the user's own.

AWS compares with what was found in breaches elsewhere. Here the common passwords of the zxcvbn package stand in for it, and
COGNITO_EMU_COMPROMISED_PASSWORDS names a file for tests that need a certain password to be compromised.
"""

from __future__ import annotations

import asyncio
from functools import cache
from pathlib import Path

import structlog

_log = structlog.get_logger(__name__)


async def is_compromised(password: str, file: str) -> bool:
    """Whether a password is on one of the lists.

    Args:
        password: As it was typed; common ones are known in whatever case they are written.
        file: The path of a file with a password a line, compared as they are; empty for none. It is read once.
    """
    return await asyncio.get_running_loop().run_in_executor(None, _is_listed, password, file)


def _is_listed(password: str, file: str) -> bool:
    return password.casefold() in _common() or (bool(file) and password in _of_file(file))


@cache
def _common() -> frozenset[str]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415 - half a megabyte that most never need

    return frozenset(FREQUENCY_LISTS["passwords"])


@cache
def _of_file(file: str) -> frozenset[str]:
    try:
        return frozenset(Path(file).read_text(encoding="utf-8", errors="replace").splitlines())
    except OSError as error:
        _log.warning("the list of compromised passwords could not be read", path=file, reason=str(error))
        return frozenset()
