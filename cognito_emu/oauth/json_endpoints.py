"""The endpoints that programs call: one way in, one way out for answers and errors, on the lean path."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson
import structlog
from tornado.httputil import HTTPHeaders

from cognito_emu.call import Parts
from cognito_emu.errors import AwsError
from cognito_emu.oauth.addresses import ELSEWHERE, Arrival
from cognito_emu.oauth.errors import InvalidRequestError, OAuthError
from cognito_emu.oauth.registration import register
from cognito_emu.oauth.revocation import revoke
from cognito_emu.oauth.token import exchange
from cognito_emu.oauth.userinfo import user_info
from cognito_emu.protocol.http import HttpRequest, HttpResponse, LeanHandler
from cognito_emu.store.engine import StoreUnavailableError

_log = structlog.get_logger(__name__)

Answer = tuple[int, Mapping[str, Any] | None]
JsonEndpoint = Callable[[Parts, Arrival, HttpRequest], Awaitable[Answer]]

_HEADERS = {
    "Content-Type": "application/json;charset=UTF-8",
    "Cache-Control": "no-cache, no-store, max-age=0, must-revalidate",
    "Pragma": "no-cache",
    "Expires": "0",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Access-Control-Allow-Origin": "*",
}


class JsonEndpoints:
    """The lean route of all endpoints that answer with JSON."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._endpoints: dict[str, tuple[frozenset[str], LeanHandler]] = {
            "/oauth2/token": self._mount(exchange, "POST"),
            "/oauth2/revoke": self._mount(revoke, "POST"),
            "/oauth2/userInfo": self._mount(user_info, "GET", "POST"),
            "/oauth2/register": self._mount(register, "POST"),
        }

    def route(self, method: str, path: str, headers: HTTPHeaders) -> LeanHandler | None:
        """Take the endpoints' paths, whatever the method, also where scripts for LocalStack look for them: few follow a redirect.

        Registration may stand below a pool's id: `/<user pool id>/oauth2/register`.
        """
        name = path[path.rfind("/oauth2/") :] if path.endswith("/oauth2/register") else path.removeprefix(ELSEWHERE)
        methods, handler = self._endpoints.get(name, (frozenset(), None))
        if handler is None or method in methods:
            return handler
        return self._refuse_method(methods)

    def _mount(self, endpoint: JsonEndpoint, *methods: str) -> tuple[frozenset[str], LeanHandler]:
        async def handle(request: HttpRequest) -> HttpResponse:
            arrival = Arrival.of(request, self._parts.env.uuid())
            request_id = {"x-amz-cognito-request-id": arrival.request_id}
            try:
                status, document = await endpoint(self._parts, arrival, request)
            except OAuthError as error:
                _log.debug("refused", path=request.path, error=error.error, description=error.description)
                return HttpResponse(error.status, orjson.dumps(error.document), _HEADERS | request_id | error.headers)
            except AwsError as error:
                # Assumption: what a trigger's failure looks like here is not documented; its sentence helps whoever wrote the function.
                refusal = InvalidRequestError(error.message)
                return HttpResponse(400, orjson.dumps(refusal.document), _HEADERS | request_id)
            except StoreUnavailableError as error:
                _log.error("database unavailable", path=request.path, reason=str(error))
                return HttpResponse(500, b'{"error":"server_error"}', _HEADERS | request_id)
            except Exception:  # noqa: BLE001 - the door: nothing may escape as anything but an OAuth error
                _log.exception("failed", path=request.path)
                return HttpResponse(500, b'{"error":"server_error"}', _HEADERS | request_id)
            return HttpResponse(status, b"" if document is None else orjson.dumps(document), _HEADERS | request_id)

        return frozenset(methods), handle

    def _refuse_method(self, methods: frozenset[str]) -> LeanHandler:
        async def refuse(_request: HttpRequest) -> HttpResponse:
            return HttpResponse(405, b"", {"Allow": ", ".join(sorted(methods)), "Access-Control-Allow-Origin": "*"})

        return refuse
