"""The list of calls where several processes serve one port: each shows what all have answered.

Answering a call costs nothing more. Twice a second a process that has answered some writes its list to a file of its own in the data
folder, and reads those of the others that have changed.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import orjson
from typing_extensions import override

from cognito_emu.call import Tenant
from cognito_emu.console.call_log import CallLog, LoggedCall
from cognito_emu.environment import Environment
from cognito_emu.records import asdict

_KEPT = 1000
_ROUND_SECONDS = 0.5


class SharedCallLog(CallLog):
    """The last calls of all processes that share a folder."""

    def __init__(self, env: Environment, default_tenant: Tenant, folder: Path) -> None:
        super().__init__(env, default_tenant)
        self._folder = folder / "calls"
        self._forgotten = self._folder / "forgotten"
        self._forgotten_at = 0
        self._written = 0  # the number of the newest call that the others can see
        self._others: dict[Path, tuple[int, list[LoggedCall]]] = {}
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to write and to read."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._forgotten_at = _changed_at(self._forgotten)
        self._task = asyncio.create_task(self._share())

    async def stop(self) -> None:
        """Take this process's list away: its calls go with it."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        self._file.unlink(missing_ok=True)

    @override
    def latest(self, *, limit: int, errors_only: bool = False, text: str = "") -> list[LoggedCall]:
        own = super().latest(limit=limit, errors_only=errors_only, text=text)
        others = (call for _, calls in self._others.values() for call in calls)
        fitting = (call for call in others if (call.failed or not errors_only) and (not text or call.mentions(text)))
        return sorted((*own, *fitting), key=lambda call: call.at, reverse=True)[:limit]

    @override
    def clear(self) -> None:
        self._forgotten.touch()
        self._forget()

    @property
    def _file(self) -> Path:
        return self._folder / f"{os.getpid()}.json"

    def _forget(self) -> None:
        self._forgotten_at = _changed_at(self._forgotten)
        self._others.clear()
        self._file.unlink(missing_ok=True)
        super().clear()

    async def _share(self) -> None:
        while True:
            await asyncio.sleep(_ROUND_SECONDS)
            if _changed_at(self._forgotten) != self._forgotten_at:
                self._forget()
            self._write()
            if self._read():
                self.changed.ring()

    def _write(self) -> None:
        newest = super().latest(limit=1)
        if not newest or newest[0].number == self._written:
            return
        self._written = newest[0].number
        staging = self._file.with_suffix(".new")
        staging.write_bytes(orjson.dumps([asdict(call) for call in super().latest(limit=_KEPT)]))
        staging.replace(self._file)

    def _read(self) -> bool:
        """Whether there is anything new."""
        present = {path: _changed_at(path) for path in self._folder.glob("*.json") if path != self._file and _lives(path)}
        changed = present.keys() != self._others.keys()
        self._others = {path: known for path, known in self._others.items() if path in present}
        for path, at in present.items():
            if path not in self._others or self._others[path][0] != at:
                with contextlib.suppress(FileNotFoundError):  # it was forgotten meanwhile
                    self._others[path] = at, list(_calls(path))
                    changed = True
        return changed


def _calls(path: Path) -> Iterator[LoggedCall]:
    for entry in orjson.loads(path.read_bytes()):
        yield LoggedCall(**entry | {"subject": tuple((name, value) for name, value in entry["subject"])})


def _changed_at(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _lives(path: Path) -> bool:
    """Whether the process still runs that wrote the file; one that crashed takes its calls along, too."""
    try:
        os.kill(int(path.stem), 0)
    except ProcessLookupError:
        path.unlink(missing_ok=True)
        return False
    except PermissionError:
        pass
    return True
