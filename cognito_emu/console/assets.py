"""The window's stylesheet, script and icon, under addresses that change with them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tornado.web import StaticFileHandler
from typing_extensions import override

FOLDER = Path(__file__).parent / "static"


class AssetHandler(StaticFileHandler):
    """Serves the files; a browser may keep what it asked for by version."""

    @override
    def set_extra_headers(self, path: str) -> None:
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")


def asset_addresses() -> dict[str, str]:
    """Each file's name and its address."""
    return {path.name: f"/_emu/static/{path.name}?v={_version(path)}" for path in FOLDER.iterdir()}


def _version(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
