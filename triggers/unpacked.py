"""Code on disk: folders as they are, zip archives unpacked once each."""

from __future__ import annotations

import asyncio
import io
import shutil
import tempfile
import zipfile
from pathlib import Path

from triggers.executors.base import CannotRun
from triggers.functions import Code, CodeFolder, CodeZip


class Unpacked:
    """Provides code as folders of this machine. Archives go to a temporary folder, named by their digest."""

    def __init__(self) -> None:
        self._root: Path | None = None

    async def folder(self, code: Code) -> Path:
        """The folder that holds `code`.

        Raises:
            CannotRun: It is missing, no archive, or an image.
        """
        match code:
            case CodeFolder(path) if path.is_dir():
                return path
            case CodeFolder(path) if path.is_file():
                return await self._archive(CodeZip.of(await asyncio.to_thread(path.read_bytes)))
            case CodeFolder(path):
                raise CannotRun("ResourceNotFoundException", f"the code folder {path} does not exist")
            case CodeZip():
                return await self._archive(code)
            case _:
                raise CannotRun("InvalidRuntimeException", "a function packaged as an image needs the container executor")

    async def _archive(self, code: CodeZip) -> Path:
        if self._root is None:
            self._root = Path(tempfile.mkdtemp(prefix="lambda-code-"))
        target = self._root / code.sha256
        if not target.exists():
            await asyncio.to_thread(_unpack, code.content, target)
        return target

    def close(self) -> None:
        """Remove what was unpacked."""
        if self._root:
            shutil.rmtree(self._root, ignore_errors=True)
            self._root = None


def _unpack(content: bytes, target: Path) -> None:
    """Unpack beside the target, then rename: nobody sees half an archive, and of two at once one wins."""
    staging = Path(tempfile.mkdtemp(dir=target.parent))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for entry in archive.infolist():
                path = Path(archive.extract(entry, staging))
                mode = entry.external_attr >> 16
                if mode and not entry.is_dir():
                    path.chmod(mode & 0o777 | 0o400)  # zipfile forgets that `bootstrap` is executable
        staging.replace(target)
    except zipfile.BadZipFile as error:
        raise CannotRun(
            "InvalidZipFileException", "Could not unzip uploaded file. Please check your file, then try to upload again."
        ) from error
    except OSError:
        if not target.is_dir():
            raise
    finally:
        shutil.rmtree(staging, ignore_errors=True)
