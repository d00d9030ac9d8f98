"""The window's addresses."""

from __future__ import annotations

from typing import Any

from tornado.web import RedirectHandler, RequestHandler

from cognito_emu.call import Parts
from cognito_emu.console.assets import FOLDER, AssetHandler
from cognito_emu.console.call_log import CallLog
from cognito_emu.console.clients import ClientHandler, ClientsHandler, TryHandler
from cognito_emu.console.events import EventsHandler
from cognito_emu.console.handler import PageHandler, Window
from cognito_emu.console.home import HomeHandler
from cognito_emu.console.inbox import InboxPageHandler
from cognito_emu.console.instruments import AddressesPageHandler, CallsHandler, ClockPageHandler, TokenHandler
from cognito_emu.console.operate import Operator
from cognito_emu.console.pools import GroupHandler, GroupsHandler, ProvidersHandler, SettingsHandler, TriggersHandler, UsersHandler
from cognito_emu.console.trial import CallbackHandler
from cognito_emu.console.trigger_log import InvocationHandler, TriggerLogHandler
from cognito_emu.console.users import UserHandler

Route = tuple[str, type[RequestHandler], dict[str, Any]]

_POOL = r"/_emu/ui/pools/([^/]+)"

_PAGES: dict[str, type[PageHandler]] = {
    r"/_emu/": HomeHandler,
    r"/_emu/ui/events": EventsHandler,
    r"/_emu/ui/inbox": InboxPageHandler,
    r"/_emu/ui/calls": CallsHandler,
    r"/_emu/ui/triggers": TriggerLogHandler,
    r"/_emu/ui/triggers/([^/]+)": InvocationHandler,
    r"/_emu/ui/token": TokenHandler,
    r"/_emu/ui/clock": ClockPageHandler,
    r"/_emu/ui/addresses": AddressesPageHandler,
    r"/_emu/ui/callback": CallbackHandler,
    _POOL: UsersHandler,
    rf"{_POOL}/users": UsersHandler,
    rf"{_POOL}/users/([^/]+)": UserHandler,
    rf"{_POOL}/clients": ClientsHandler,
    rf"{_POOL}/clients/([^/]+)": ClientHandler,
    rf"{_POOL}/clients/([^/]+)/try": TryHandler,
    rf"{_POOL}/groups": GroupsHandler,
    rf"{_POOL}/groups/([^/]+)": GroupHandler,
    rf"{_POOL}/providers": ProvidersHandler,
    rf"{_POOL}/triggers": TriggersHandler,
    rf"{_POOL}/settings": SettingsHandler,
}


def console_routes(parts: Parts, calls: CallLog) -> list[Route]:
    """Routes for Tornado's Application."""
    arguments = {"window": Window(parts, calls, Operator(calls))}
    return [
        (r"/_emu", RedirectHandler, {"url": "/_emu/"}),
        # Who opens the address that was printed at the start shall not be told that there is nothing.
        (r"/", RedirectHandler, {"url": "/_emu/", "permanent": False}),
        (r"/_emu/static/(.*)", AssetHandler, {"path": str(FOLDER)}),
        *((pattern, handler, arguments) for pattern, handler in _PAGES.items()),
    ]
