"""Code as a tar archive for a container: /var/task, the layers under /opt.

Archives are sent through the engine's API instead of mounting folders: mounts name paths of the engine's host, which are others when
the emulator itself runs in a container.
"""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

from triggers.executors.base import CannotRun
from triggers.functions import Code, CodeFolder, CodeImage, CodeZip

File: TypeAlias = tuple[bytes, int]
"""Content and mode."""

TASK_ROOT = "var/task"
LAYER_ROOT = "opt"

# Bytecode is for another interpreter; the rest is a developer's, not the function's.
_LEFT_OUT = frozenset({"__pycache__", ".git", ".hg", ".svn", ".venv", ".mypy_cache", ".ruff_cache", ".pytest_cache"})


def code_archive(code: Code, layers: Iterable[Code], extra: Mapping[str, File]) -> bytes:
    """The archive to unpack at the container's root. `extra` holds more files by path.

    Raises:
        CannotRun: Code is missing or no zip archive.
    """
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        if not isinstance(code, CodeImage):
            _add(tar, code, TASK_ROOT)
        for layer in layers:
            _add(tar, layer, LAYER_ROOT)
        for name, (content, mode) in extra.items():
            _add_file(tar, name, content, mode)
    return buffer.getvalue()


def tree(folder: Path, prefix: str) -> dict[str, File]:
    """A folder's files as `extra` for `code_archive`."""
    return {
        f"{prefix}/{path.relative_to(folder)}": (path.read_bytes(), path.stat().st_mode & 0o777)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not _LEFT_OUT.intersection(path.relative_to(folder).parts)
    }


def _add(tar: tarfile.TarFile, code: Code, prefix: str) -> None:
    match code:
        case CodeFolder(path) if path.is_dir():
            tar.add(path, prefix, filter=_readable)
        case CodeFolder(path) if path.is_file():
            _add_zip(tar, path.read_bytes(), prefix)
        case CodeFolder(path):
            raise CannotRun("ResourceNotFoundException", f"the code folder {path} does not exist")
        case CodeZip(content=content):
            _add_zip(tar, content, prefix)
        case _:
            raise CannotRun("InvalidRuntimeException", "a layer cannot be an image")


def _readable(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Owned by root and readable by all, whoever the image's user is."""
    if _LEFT_OUT.intersection(Path(entry.name).parts):
        return None
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    entry.mode |= 0o555 if entry.isdir() or entry.mode & 0o100 else 0o444
    return entry


def _add_zip(tar: tarfile.TarFile, content: bytes, prefix: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.infolist():
                if not member.is_dir():
                    mode = (member.external_attr >> 16) & 0o777
                    _add_file(tar, f"{prefix}/{member.filename}", archive.read(member), mode or 0o644)
    except zipfile.BadZipFile as error:
        raise CannotRun("InvalidZipFileException", "Could not unzip uploaded file. Please check your file.") from error


def _add_file(tar: tarfile.TarFile, name: str, content: bytes, mode: int) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    entry.mode = mode
    readable = _readable(entry)
    if readable:
        tar.addfile(readable, io.BytesIO(content))
