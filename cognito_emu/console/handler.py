"""What all pages of the window share: the guard, the frame around a page, and the way from a form to an operation."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tornado.web import HTTPError, RequestHandler
from typing_extensions import override

from cognito_emu import __version__
from cognito_emu.bell import Bell
from cognito_emu.call import Call, Origin, Parts, Tenant
from cognito_emu.console import display, markup
from cognito_emu.console.assets import asset_addresses
from cognito_emu.console.call_log import CallLog, LoggedCall
from cognito_emu.console.guard import CONTENT_POLICY, comes_from_elsewhere
from cognito_emu.console.operate import Operator
from cognito_emu.errors import AwsError
from cognito_emu.records import Record, field
from cognito_emu.store import Tx
from cognito_emu.store.app_clients import AppClient
from cognito_emu.store.user_pools import UserPool

_TEMPLATES = Path(__file__).parent / "templates"
_NOTICE = "emu_notice"


class NavigationEntry(NamedTuple):
    """A line of the navigation; `section` is that of the pages for which it is lit."""

    section: str
    address: str
    label: str
    icon: str


NAVIGATION = (
    NavigationEntry("home", "/_emu/", "Overview", "home"),
    NavigationEntry("inbox", "/_emu/ui/inbox", "Inbox", "inbox"),
    NavigationEntry("calls", "/_emu/ui/calls", "Calls", "calls"),
    NavigationEntry("triggers", "/_emu/ui/triggers", "Triggers", "trigger"),
    NavigationEntry("token", "/_emu/ui/token", "Token inspector", "token"),
    NavigationEntry("clock", "/_emu/ui/clock", "Clock", "clock"),
    NavigationEntry("addresses", "/_emu/ui/addresses", "Addresses", "addresses"),
)


class Window(Record):
    """What the pages are given besides the emulator's parts."""

    parts: Parts
    calls: CallLog
    operator: Operator
    assets: Mapping[str, str] = field(default_factory=asset_addresses)

    @property
    def bells(self) -> dict[str, Bell]:
        """What pages can wait for, by the topic that they name."""
        parts = self.parts
        return {"inbox": parts.messenger.delivery.changed, "calls": self.calls.changed, "triggers": parts.functions.log.changed}


class PageError(HTTPError):
    """A request that gets no page; `text` says why. It may quote what was asked for, so it stands in the page, never in a header."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(status)
        self.text = text


class Done(Record):
    """What an action has done, and the page to go on with: by default the one that it was asked for on."""

    text: str
    go_to: str | None = None


class PageHandler(RequestHandler):
    """A page. GET calls `show`; POST calls the method `do_<action>` that the form names, then goes to a page by 303.

    An action that the emulator refuses shows its page again, with AWS's error and what was typed.

    Attributes:
        section: Which entry of the navigation is lit.
        failure: The error of the action that was tried.
    """

    section = ""
    show: Callable[..., Awaitable[None]]  # a page's own: takes the names in its address, renders it
    window: Window
    failure: AwsError | None = None

    def initialize(self, window: Window) -> None:
        """Called by Tornado with the arguments of the route."""
        self.window = window

    @property
    def parts(self) -> Parts:
        """The emulator's parts."""
        return self.window.parts

    @override
    def set_default_headers(self) -> None:
        self.set_header("Content-Security-Policy", CONTENT_POLICY)
        self.set_header("X-Frame-Options", "DENY")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "same-origin")
        self.set_header("Cross-Origin-Opener-Policy", "same-origin")
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")
        self.set_header("Cache-Control", "no-store")

    @override
    def prepare(self) -> None:
        if comes_from_elsewhere(self.request):
            raise PageError(403, "This request comes from another site")
        if self.request.method not in {"GET", "HEAD"}:
            self.check_xsrf_cookie()

    # -- from a form to an operation

    async def get(self, *names: str) -> None:
        """Show the page."""
        await self.show(*names)

    async def post(self, *names: str) -> None:
        """Do what the form says."""
        action = getattr(self, f"do_{self.typed('action')}", None)
        if action is None:
            raise PageError(400, "No such action")
        try:
            done: Done = await action(*names)
        except AwsError as error:
            self.failure = error
            self.set_status(error.status)
            await self.show(*names)
            return
        notice = base64.urlsafe_b64encode(done.text.encode()).decode()
        self.set_cookie(_NOTICE, notice, path="/_emu/", httponly=True, samesite="Strict")
        self.redirect(done.go_to or self.request.path, status=303)

    def typed(self, name: str) -> str:
        """A field of the form, without blanks around it; empty when it was left out."""
        return str(self.get_body_argument(name, ""))

    def typed_or_none(self, name: str) -> str | None:
        """A field of the form; None when it was left empty."""
        return self.typed(name) or None

    def lines(self, name: str) -> list[str]:
        """The lines of a field, empty ones left out."""
        return [line.strip() for line in self.typed(name).splitlines() if line.strip()]

    # -- asking the emulator

    @property
    def base_url(self) -> str:
        """The address by which applications reach the emulator, as far as the browser's own tells."""
        return self.parts.settings.public_url.rstrip("/") or f"{self.request.protocol}://{self.request.host}"

    @property
    def now(self) -> float:
        """The emulator's time."""
        return self.parts.env.now()

    def call_for(self, tenant: Tenant) -> Call:
        """A call as an administrator of the tenant makes it."""
        origin = Origin(self.base_url, ip=self.request.remote_ip or "", user_agent="cognito_emu console")
        return Call(self.parts, tenant, origin, request_id=self.parts.env.uuid(), signed=True)

    async def operate(self, owner: UserPool | Tenant, name: str, **request: Any) -> dict[str, Any]:
        """Run an operation on a pool, or in a tenant.

        Raises:
            AwsError: As the API would answer it.
        """
        if isinstance(owner, UserPool):
            request = {"UserPoolId": owner.id} | request
            owner = Tenant(owner.account, owner.region)
        return await self.window.operator.run(self.call_for(owner), name, request)

    async def pool(self, pool_id: str) -> UserPool:
        """The pool of the page's address, whoever owns it."""
        pool = await self.parts.store.read(lambda tx: tx.user_pools.get(pool_id))
        if pool is None:
            raise PageError(404, f"User pool {pool_id} does not exist")
        return pool

    async def names_in(self, calls: Iterable[LoggedCall]) -> dict[str, str]:
        """The names of the pools and clients whose ids stand in calls, by id."""
        ids = {value: member for call in calls for member, value in call.subject}

        def look_up(tx: Tx) -> dict[str, str]:
            found: dict[str, UserPool | AppClient | None] = {}
            for value, member in ids.items():
                if member == "UserPoolId":
                    found[value] = tx.user_pools.get(value)
                elif member in {"ClientId", "client_id"}:
                    found[value] = tx.app_clients.get(value)
            return {value: each.name for value, each in found.items() if each is not None}

        return await self.parts.store.read(look_up)

    # -- rendering

    async def render_page(self, template: str, title: str, **values: Any) -> None:
        """Render a template inside the frame."""
        await self.render(template, title=title, **values)

    @override
    def get_template_path(self) -> str:
        return str(_TEMPLATES)

    @override
    def get_template_namespace(self) -> dict[str, Any]:
        settings = self.parts.settings
        return super().get_template_namespace() | {
            "assets": self.window.assets,
            "navigation": NAVIGATION,
            "section": self.section,
            "version": __version__,
            "settings": settings,
            "database": self.parts.store.kind,
            "base_url": self.base_url,
            "now": self.now,
            "clock_offset": self.parts.env.clock_offset,
            "notice": self._take_notice,
            "failure": self.failure,
            "typed": self.typed,
            "failed_action": self.typed("action") if self.failure else "",
            "show": display,
            "when": lambda at: markup.time_element(at, self.now),
            "icon": lambda name: markup.icon(self.window.assets["icons.svg"], name),
        }

    def _take_notice(self) -> str:
        """What the action before this page has done; told once."""
        try:
            text = base64.urlsafe_b64decode(self.get_cookie(_NOTICE, "") or "").decode()
        except (binascii.Error, ValueError):
            text = ""
        if text:
            self.clear_cookie(_NOTICE, path="/_emu/")
        return text

    @override
    def write_error(self, status_code: int, **kwargs: Any) -> None:
        error = kwargs.get("exc_info", (None, None, None))[1]
        text = error.text if isinstance(error, PageError) else self._reason
        if isinstance(error, AwsError):
            self.set_status(error.status)
            text = f"{error.code}: {error.message}"
        self.finish(self.render_string("error.html", title="That did not work", text=text, status=self.get_status()))

    @override
    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        if not isinstance(value, AwsError):
            super().log_exception(typ, value, tb)
