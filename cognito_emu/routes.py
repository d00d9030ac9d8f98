"""Where requests go that are not for the lean path: the pages, the window, `/_emu/`, federation, S3, Lambda's API.

Loaded behind the first answer, with all the rooms that it names (`behind.py`).
"""

from __future__ import annotations

from tornado.web import Application, RequestHandler

from cognito_emu.call import Parts
from cognito_emu.cloudformation.signals import SIGNAL_PATH, SignalHandler
from cognito_emu.console.call_log import CallLog
from cognito_emu.console.routes import console_routes
from cognito_emu.control.addresses import AddressesHandler
from cognito_emu.control.auth_event_feedback import AuthEventFeedbackHandler
from cognito_emu.control.chaos import ChaosHandler
from cognito_emu.control.clock import ClockHandler
from cognito_emu.control.credentials import CredentialsHandler, CredentialsOwnerHandler
from cognito_emu.control.inbox import InboxHandler, InboxHtmlHandler, InboxMessageHandler
from cognito_emu.control.reset import ResetHandler
from cognito_emu.control.triggers import (
    FunctionCodeHandler,
    LayerContentHandler,
    TriggerHandler,
    TriggerReplayHandler,
    TriggersHandler,
    TriggerStreamHandler,
)
from cognito_emu.control.ui_images import UiImageHandler
from cognito_emu.federation.routes import federation_routes
from cognito_emu.federation.upstream import Federation
from cognito_emu.oauth.routes import browser_routes
from cognito_emu.operations.threat_protection.notifications import FEEDBACK_PATH
from cognito_emu.pages.routes import page_routes
from cognito_emu.pages.static_files import PREFIX as HOSTED_FILES
from cognito_emu.protocol.nothing_here import NothingHereHandler
from cognito_emu.protocol.rest_json import RestJsonHandler, RestJsonProtocol
from cognito_emu.s3.handler import s3_route
from cognito_emu.user_import.upload import ImportLogHandler, UploadHandler


def application(parts: Parts, calls: CallLog | None) -> Application:
    """The application that answers them, and tells `calls` what it has answered."""
    arguments = {"parts": parts}
    federation = Federation(parts)
    reset = r"/(?:_emu/reset|_ministack/reset|_localstack/state/reset|moto-api/reset)"
    return Application(
        [
            s3_route(parts),
            (reset, ResetHandler, arguments),
            (r"/_emu/clock", ClockHandler, arguments),
            (r"/_emu/inbox", InboxHandler, arguments),
            (r"/_emu/inbox/([^/]+)", InboxMessageHandler, arguments),
            (r"/_emu/inbox/([^/]+)/html", InboxHtmlHandler, arguments),
            (r"/_emu/chaos", ChaosHandler, arguments),
            (r"/_emu/addresses", AddressesHandler, arguments),
            (r"/_emu/ui-images/([\w-]+)", UiImageHandler, arguments),
            (r"/_emu/import-jobs/(import-\w+)/users\.csv", UploadHandler, arguments),
            (r"/_emu/import-jobs/(import-\w+)/log", ImportLogHandler, arguments),
            (SIGNAL_PATH, SignalHandler, arguments),
            (FEEDBACK_PATH, AuthEventFeedbackHandler, arguments),
            (r"/_emu/triggers", TriggersHandler, arguments),
            (r"/_emu/triggers/stream", TriggerStreamHandler, arguments),
            (r"/_emu/triggers/([^/]+)", TriggerHandler, arguments),
            (r"/_emu/triggers/([^/]+)/replay", TriggerReplayHandler, arguments),
            (r"/_emu/functions/([^/]+)/code", FunctionCodeHandler, arguments),
            (r"/_emu/layers/([^/]+)/content", LayerContentHandler, arguments),
            (r"/20\d\d-\d\d-\d\d/.*", RestJsonHandler, {"protocol": RestJsonProtocol(parts, ("lambda",))}),
            (r"/_emu/credentials", CredentialsHandler, arguments),
            (r"/_emu/credentials/(ASIA\w+)", CredentialsOwnerHandler, arguments),
            *page_routes(parts),
            *federation_routes(parts, federation),
            *browser_routes(parts, upstream=federation),
            *(console_routes(parts, calls) if calls else ()),
        ],
        default_handler_class=NothingHereHandler,
        log_function=lambda handler: _record(calls, handler) if calls else None,
        xsrf_cookie_name="emu_xsrf",
        xsrf_cookie_kwargs={"path": "/_emu/", "httponly": True, "samesite": "Strict"},
    )


def _record(calls: CallLog, handler: RequestHandler) -> None:
    """The emulator's own pages do not count as calls, nor do the files that a hosted page loads, unless one is missing."""
    request, status = handler.request, handler.get_status()
    loaded = request.path.startswith(f"{HOSTED_FILES}/") and status < 400  # noqa: PLR2004 - RFC 9110: 4xx and 5xx are errors
    if not loaded and not request.path.startswith("/_emu") and request.method != "OPTIONS":
        calls.record_page(request, status)
