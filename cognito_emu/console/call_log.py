"""The last calls of the API and of the OAuth endpoints, for the page that shows them live.

Kept in memory, a bounded number, by the process that answered. Of a request only names are kept (whose pool, which client, which user,
which flow); passwords, codes and tokens never get here.
"""

from __future__ import annotations

import itertools
import time
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qsl

import orjson
from tornado import httputil

from cognito_emu.bell import Bell
from cognito_emu.call import Tenant
from cognito_emu.environment import Environment
from cognito_emu.protocol.http import HttpRequest, HttpResponse, LeanHandler, LeanRoute
from cognito_emu.protocol.tenancy import parse_credentials, resolve_tenant
from cognito_emu.records import Record

_KEPT = 1000
# A body above this holds an image or an import; its names are not worth parsing it twice.
_LONGEST_BODY = 64 * 1024

_SHOWN_MEMBERS = (
    "UserPoolId",
    "IdentityPoolId",
    "ClientId",
    "Username",
    "GroupName",
    "ProviderName",
    "AuthFlow",
    "ChallengeName",
    "PoolName",
    "ClientName",
    "Domain",
    "AttributeName",
)
_SHOWN_PARAMETERS = ("client_id", "grant_type", "response_type", "scope", "identity_provider", "Action")


class LoggedCall(Record):
    """One call.

    Attributes:
        number: Counts up, in one process.
        at: When it was answered, by the emulator's clock.
        name: The operation, or method and path of an endpoint.
        door: `api`, `http`, or `console` for what was done in the window itself.
        subject: What it was about: names and values, nothing secret.
        error: The error's code; None when it went well.
        seconds: How long it took.
    """

    number: int
    at: float
    door: str
    name: str
    account: str
    subject: tuple[tuple[str, str], ...]
    status: int
    error: str | None
    message: str | None
    seconds: float

    @property
    def failed(self) -> bool:
        """Whether it was answered with an error."""
        return self.error is not None

    def mentions(self, text: str) -> bool:
        """Whether `text` stands anywhere in it."""
        words = (self.name, self.account, self.error or "", self.message or "", *(value for _, value in self.subject))
        return any(text.casefold() in word.casefold() for word in words)


class CallLog:
    """The last calls.

    Attributes:
        changed: Rung at each call.
    """

    def __init__(self, env: Environment, default_tenant: Tenant) -> None:
        self._env = env
        self._default_tenant = default_tenant
        self._calls: deque[LoggedCall] = deque(maxlen=_KEPT)
        self._numbers = itertools.count(1)
        self.changed = Bell()

    def latest(self, *, limit: int, errors_only: bool = False, text: str = "") -> list[LoggedCall]:
        """The last calls, newest first."""
        found = (call for call in reversed(self._calls) if (call.failed or not errors_only) and (not text or call.mentions(text)))
        return list(itertools.islice(found, limit))

    def clear(self) -> None:
        """Forget them all."""
        self._calls.clear()
        self.changed.ring()

    def record(
        self,
        door: str,
        name: str,
        *,
        account: str,
        subject: Iterable[tuple[str, str]],
        started: float,
        status: int = 200,
        error: str | None = None,
        message: str | None = None,
    ) -> None:
        """Keep a call that began at `started`, by `time.perf_counter`."""
        seconds = time.perf_counter() - started
        number, at = next(self._numbers), self._env.now()
        self._calls.append(LoggedCall(number, at, door, name, account, tuple(subject), status, error, message or None, seconds))
        self.changed.ring()

    # -- watching the doors

    def watch(self, route: LeanRoute) -> LeanRoute:
        """The same route; whatever it answers is kept here."""

        def watched(method: str, path: str, headers: httputil.HTTPHeaders) -> LeanHandler | None:
            handler = route(method, path, headers)
            if handler is None or method == "OPTIONS":
                return handler

            async def answer(request: HttpRequest) -> HttpResponse:
                started = time.perf_counter()
                response = await handler(request)
                self._record_lean(request, response, started)
                return response

            return answer

        return watched

    def record_page(self, request: httputil.HTTPServerRequest, status: int) -> None:
        """Keep a request that Tornado's Application answered."""
        self.record(
            "http",
            f"{request.method} {request.path}",
            account="",
            subject=_shown_parameters(request.query),
            started=time.perf_counter() - request.request_time(),
            status=status,
            error=str(status) if status >= 400 else None,  # noqa: PLR2004 - RFC 9110: 4xx and 5xx are errors
        )

    def _record_lean(self, request: HttpRequest, response: HttpResponse, started: float) -> None:
        target = request.headers.get("X-Amz-Target")
        if target:
            credentials = parse_credentials(request.headers.get("Authorization", ""))
            tenant = resolve_tenant(credentials, request.headers.get("Host", ""), default=self._default_tenant)
            error = response.headers.get("x-amzn-ErrorType")
            message = response.headers.get("x-amzn-ErrorMessage")
            name = target.rpartition(".")[2]
            subject = _shown_members(request.body)
            self.record(
                "api", name, account=tenant.account, subject=subject, started=started, status=response.status, error=error, message=message
            )
            return
        error = message = None
        if response.status >= 400:  # noqa: PLR2004 - as above
            error, message = _error_of(response)
        form = request.body.decode(errors="replace") if request.method == "POST" and request.body else ""
        pool_id, well_known, document = request.path.strip("/").partition("/.well-known/")
        self.record(
            "http",
            f"{request.method} {document if well_known else request.path}",
            account="",
            subject=[("UserPoolId", pool_id)] if well_known else _shown_parameters(form or request.query),
            started=started,
            status=response.status,
            error=error,
            message=message,
        )


def shown_members(members: Any) -> Iterator[tuple[str, str]]:
    """What may be shown of an operation's request."""
    if isinstance(members, dict):
        yield from ((name, value) for name in _SHOWN_MEMBERS if isinstance(value := members.get(name), str))


def _shown_members(body: bytes | None) -> Iterator[tuple[str, str]]:
    if not body or len(body) > _LONGEST_BODY:
        return iter(())
    try:
        return shown_members(orjson.loads(body))
    except orjson.JSONDecodeError:
        return iter(())


def _shown_parameters(encoded: str) -> Iterator[tuple[str, str]]:
    parameters = dict(parse_qsl(encoded[:_LONGEST_BODY]))
    return ((name, parameters[name]) for name in _SHOWN_PARAMETERS if name in parameters)


def _error_of(response: HttpResponse) -> tuple[str, str | None]:
    """The code and the sentence of an OAuth error (RFC 6749, section 5.2), else the status."""
    try:
        document = orjson.loads(response.body)
    except orjson.JSONDecodeError:
        document = None
    if not isinstance(document, dict):
        return str(response.status), None
    return str(document.get("error", response.status)), document.get("error_description") or document.get("message")
