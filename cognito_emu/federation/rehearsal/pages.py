"""What the rehearsal provider shows."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qsl

from tornado.template import Template
from tornado.web import HTTPError, RequestHandler

from cognito_emu.call import Parts
from cognito_emu.federation.rehearsal.people import PEOPLE

_POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"
_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}


@functools.cache
def _template(name: str) -> Template:
    return Template((files(__package__) / name).read_text())


class RehearsalHandler(RequestHandler):
    """A handler of the provider's."""

    parts: Parts

    def initialize(self, parts: Parts) -> None:
        """Called by Tornado with the arguments of the route."""
        self.parts = parts

    def set_default_headers(self) -> None:
        """Nothing is kept, nothing is framed."""
        self.set_header("Cache-Control", "no-store")
        self.set_header("Content-Security-Policy", _POLICY)
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("X-Content-Type-Options", "nosniff")

    @property
    def form(self) -> dict[str, str]:
        """What was posted."""
        return dict(parse_qsl(self.request.body.decode(errors="replace"), keep_blank_values=True))

    def show_choice(self, title: str, hidden: Mapping[str, str], *, error: str = "", typed: Mapping[str, str] | None = None) -> None:
        """The page on which one picks who to be."""
        self.set_status(400 if error else 200)
        template = _template("choose.html")
        page = template.generate(title=title, hidden=hidden, people=PEOPLE, error=error, typed=typed or {}, action=self.request.path)
        self.finish(page)

    def show_post(self, action: str, fields: Mapping[str, str]) -> None:
        """A page that posts itself on (SAML 2.0 Bindings, section 3.5; OAuth 2.0 Form Post Response Mode)."""
        self.finish(_template("post.html").generate(action=action, fields=fields))

    def refuse(self, reason: str) -> None:
        """Say what is wrong to whoever is at the keyboard."""
        self.set_status(400)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{reason}\n")

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Short."""
        self.finish(self._reason)


class StaticHandler(RehearsalHandler):
    """`choose.css`, `post.js` and `icon.svg`."""

    def get(self, name: str) -> None:
        """A file of this folder; the route names those that there are."""
        content_type = _TYPES.get(name.rpartition(".")[2])
        if content_type is None:
            raise HTTPError(404)
        self.set_header("Content-Type", content_type)
        self.finish((files(__package__) / name).read_bytes())
