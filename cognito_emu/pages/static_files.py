"""The pages' own styles and scripts, in memory, under addresses that change with their contents."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from typing import Self

from tornado.web import HTTPError, RequestHandler

from cognito_emu.records import Hidden, Record

PREFIX = "/_pages"
_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
# What an address names never changes, so nobody needs to ask again.
FOREVER = "public, max-age=31536000, immutable"


class StaticFile(Record):
    """A file's contents, and the version in its address."""

    content: Hidden[bytes]
    content_type: str
    version: str


class StaticFiles:
    """All files of `styles/` and `scripts/`."""

    def __init__(self, contents: dict[str, StaticFile]) -> None:
        self._contents = contents

    @classmethod
    def load(cls) -> Self:
        """Read the folders."""
        contents: dict[str, StaticFile] = {}
        for folder in ("styles", "scripts"):
            for entry in (files(__package__) / folder).iterdir():
                content_type = _TYPES.get(entry.name.rpartition(".")[2])
                if content_type is not None:
                    content = entry.read_bytes()
                    contents[entry.name] = StaticFile(content, content_type, hashlib.sha256(content).hexdigest()[:12])
        return cls(contents)

    def url(self, name: str) -> str:
        """The address of a file."""
        return f"{PREFIX}/static/{self._contents[name].version}/{name}"

    def find(self, version: str, name: str) -> StaticFile | None:
        """The file at an address, if it is still the one that was meant."""
        found = self._contents.get(name)
        return found if found is not None and found.version == version else None


class StaticHandler(RequestHandler):
    """`/_pages/static/<version>/<name>`."""

    static: StaticFiles

    def initialize(self, static: StaticFiles) -> None:
        """Called by Tornado with the arguments of the route."""
        self.static = static

    def get(self, version: str, name: str) -> None:
        """Serve a file."""
        found = self.static.find(version, name)
        if found is None:
            raise HTTPError(404)
        send(self, found.content, found.content_type)


def send(handler: RequestHandler, content: bytes, content_type: str) -> None:
    """Answer with a file that never changes and is nothing but itself: what a user uploaded must not become a page of ours."""
    handler.set_header("Content-Type", content_type)
    handler.set_header("Cache-Control", FOREVER)
    handler.set_header("X-Content-Type-Options", "nosniff")
    handler.set_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
    handler.finish(content)
