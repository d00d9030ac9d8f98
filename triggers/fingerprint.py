"""A cheap mark of a folder's state: it differs when a file was edited, added, removed or renamed.

Only metadata is read (path, modification time, size, inode). Installed packages hold thousands of files that nobody edits, and a
warm call must not pay for them: node_modules, virtual environments and what `pip install --target` or `sam build` put beside the
code are marked by their folders' own entries, which change when something is installed. A mark has meaning within this process only.
"""

from __future__ import annotations

import functools
import os
from pathlib import Path

_IGNORED = frozenset({"__pycache__", ".git", ".hg", ".svn", ".idea", ".vscode", ".mypy_cache", ".ruff_cache", ".pytest_cache"})
_OPAQUE = frozenset({"node_modules", "site-packages", ".venv", "venv"})
_INSTALLED = ".dist-info"

_Mark = tuple[str, int, int, int]


def fingerprint(path: Path) -> str:
    """The mark of a folder or a file. One that is missing has a mark, too: its appearance is a change."""
    marks: list[_Mark] = []
    try:
        if path.is_file():
            marks.append(_mark("", path.stat()))
        else:
            _walk(str(path), "", marks)
    except FileNotFoundError:
        # It vanished, or a file in it did while we looked (an editor replacing it): the next call looks again.
        return f"{path}: missing"
    marks.sort()
    return f"{path}:{hash(tuple(marks)):x}:{len(marks)}"


def _walk(folder: str, prefix: str, marks: list[_Mark]) -> None:
    with os.scandir(folder) as found:
        entries = [entry for entry in found if entry.name not in _IGNORED]
    opaque = _OPAQUE
    for entry in entries:
        if entry.name.endswith(_INSTALLED):
            opaque |= _packages(entry.path, entry.stat().st_mtime_ns) | {entry.name}
    for entry in entries:
        name = f"{prefix}/{entry.name}"
        if entry.is_dir() and entry.name not in opaque:
            _walk(entry.path, name, marks)
        else:
            marks.append(_mark(name, entry.stat()))


@functools.lru_cache(maxsize=1024)
def _packages(dist_info: str, _modified: int) -> frozenset[str]:
    """The top-level folders that an installed distribution brought along, by its RECORD."""
    try:
        lines = (Path(dist_info) / "RECORD").read_text().splitlines()
    except OSError:
        return frozenset()
    return frozenset(line.partition("/")[0] for line in lines if "/" in line.partition(",")[0])


def _mark(name: str, status: os.stat_result) -> _Mark:
    return name, status.st_mtime_ns, status.st_size, status.st_ino
