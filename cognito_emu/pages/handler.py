"""What every page does: know its browser, speak its language, keep forged forms out, show a template."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

from tornado.template import Loader
from typing_extensions import override

from cognito_emu.call import Parts
from cognito_emu.oauth.browser_endpoint import BrowserEndpoint
from cognito_emu.oauth.errors import ErrorPage, RedirectError
from cognito_emu.pages.flow import Step
from cognito_emu.pages.languages import Languages, Texts
from cognito_emu.pages.look import Look
from cognito_emu.pages.static_files import StaticFiles
from cognito_emu.pages.turns import Turns
from cognito_emu.records import Record

CSRF_COOKIE = "XSRF-TOKEN"
LANGUAGE_COOKIE = "lang"
_LANGUAGE_SECONDS = 365 * 86_400
_MOST_FIELDS = 100

EXPIRED = "Your session has expired. Please try again."


class Pages(Record):
    """What the pages share, made once."""

    languages: Languages
    templates: Loader
    static: StaticFiles
    turns: Turns

    @classmethod
    def load(cls) -> Self:
        """Read texts, styles and scripts; a template is compiled when it is first shown."""
        return cls(Languages.load(), Loader(str(files(__package__) / "templates")), StaticFiles.load(), Turns())


class PageHandler(BrowserEndpoint):
    """A page of ours."""

    pages: Pages
    browser = ""
    """The value of the cookie by which the browser is known; empty before `prepare`, to which a body that cannot be read never comes."""

    def initialize(self, parts: Parts, pages: Pages) -> None:  # type: ignore[override] # Tornado hands over what the route names
        """Called by Tornado with the arguments of the route."""
        super().initialize(parts)
        self.pages = pages

    @override
    def prepare(self) -> None:
        super().prepare()
        self.browser = self.get_cookie(CSRF_COOKIE) or self.parts.env.opaque(32)
        self.form = self._read_form()

    def is_forged(self) -> bool:
        """Whether the form did not come from a page that this browser was shown."""
        known = self.get_cookie(CSRF_COOKIE)
        return not known or not hmac.compare_digest(self.form.get("_csrf", "").encode(), known.encode())

    def texts(self, *, managed: bool) -> Texts:
        """The language to speak. `lang` is remembered; the classic pages know English only, as on AWS."""
        languages = self.pages.languages
        if not managed:
            return languages.default
        wanted = self.get_query_argument("lang", None)
        if found := languages.find(wanted):
            self.set_cookie(LANGUAGE_COOKIE, found.code, path="/", max_age=_LANGUAGE_SECONDS, httponly=True, samesite="Lax")
        accepted = self.request.headers.get("Accept-Language", "")
        return languages.choose(wanted=wanted, remembered=self.get_cookie(LANGUAGE_COOKIE), accepted=accepted)

    def show_page(self, template: str, look: Look, texts: Texts, values: Mapping[str, Any], *, redirect_uri: str = "") -> None:
        """Answer with a page.

        Args:
            template: Its file in `templates/`.
            look: How it looks.
            texts: What it says.
            values: What it shows, by the template's names.
            redirect_uri: Where the client waits, for the last form leads there.
        """
        secure = self.request.protocol == "https"
        self.set_cookie(CSRF_COOKIE, self.browser, path="/", httponly=True, samesite="Lax", secure=secure)
        self.set_header("Content-Security-Policy", _policy(redirect_uri))
        self.set_header("Content-Language", texts.code)
        languages = self.pages.languages.all if look.language_menu else []
        defaults = {"error": "", "notice": "", "handle": "", "query": "", "languages": languages}
        namespace = defaults | {
            "t": texts,
            "look": look,
            "csrf": self.browser,
            "step": Step,
            "static": self.pages.static.url,
            "in_language": self._in_language,
            "console": self.parts.settings.console,
        }
        self.finish(self.pages.templates.load(template).generate(**namespace | dict(values)))

    def _in_language(self, code: str) -> str:
        """This page's address in another language."""
        query = [(name, value) for name, value in parse_qsl(self.request.query) if name != "lang"]
        return f"{self.request.path}?{urlencode([*query, ('lang', code)])}"

    def _read_form(self) -> dict[str, str]:
        if self.request.method != "POST":
            return {}
        try:
            fields = parse_qsl(self.request.body.decode(errors="replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
        except ValueError as error:
            raise ErrorPage("invalid_request") from error
        return {name: value.replace("\0", "") for name, value in fields}  # which nobody can type, and PostgreSQL cannot look for

    @override
    def write_error(self, status_code: int, **kwargs: Any) -> None:
        error = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(error, RedirectError | ErrorPage):
            self.go(error.location)
        elif not self.browser:
            self.finish(self._reason)
        else:
            look = Look.of_nobody()
            self.show_page("error.html", look, self.texts(managed=True), {"reason": "", "hint": ""})


def _policy(redirect_uri: str) -> str:
    """Nothing but our own files, no inline styles or scripts, and nobody's frame.

    Browsers hold redirects after a form against `form-action` too, and the application may redirect on to anywhere. So the web stays
    open to them, and the scheme of a native application's callback.
    """
    scheme = urlsplit(redirect_uri).scheme
    actions = " ".join(["'self'", "http:", "https:", *([f"{scheme}:"] if scheme and scheme not in {"http", "https"} else [])])
    return (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        f"form-action {actions}; frame-ancestors 'none'; base-uri 'none'"
    )
