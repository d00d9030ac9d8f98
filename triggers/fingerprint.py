"""A cheap mark of a folder's state: it differs when a file was edited, added, removed or renamed.

Only metadata is read (path, modification time, size, inode). Folders of installed packages are marked by their own entry alone:
they hold tens of thousands of files, and installing into them changes that entry. A mark has meaning within this process only.
"""

from __future__ import annotations

import os
from pathlib import Path

_IGNORED = frozenset({"__pycache__", ".git", ".hg", ".svn", ".idea", ".vscode", ".mypy_cache", ".ruff_cache", ".pytest_cache"})
_OPAQUE = frozenset({"node_modules", "site-packages", ".venv", "venv"})


def fingerprint(path: Path) -> str:
    """The mark of a folder or a file. One that is missing has a mark, too: its appearance is a change."""
    marks: list[tuple[str, int, int, int]] = []
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


def _walk(folder: str, prefix: str, marks: list[tuple[str, int, int, int]]) -> None:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name in _IGNORED:
                continue
            name = f"{prefix}/{entry.name}"
            if entry.is_dir() and entry.name not in _OPAQUE:
                _walk(entry.path, name, marks)
            else:
                marks.append(_mark(name, entry.stat()))


def _mark(name: str, status: os.stat_result) -> tuple[str, int, int, int]:
    return name, status.st_mtime_ns, status.st_size, status.st_ino
