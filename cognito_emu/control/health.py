"""`GET /_emu/health`, also under the paths that scripts for other emulators poll, and what they wait for there."""

from __future__ import annotations

import http.client
from typing import Any

import orjson
from tornado.httputil import HTTPHeaders

from cognito_emu import __version__
from cognito_emu.call import Parts
from cognito_emu.protocol.http import HttpRequest, HttpResponse, LeanHandler
from cognito_emu.store.engine import StoreUnavailableError

_PATHS = frozenset({"/_emu/health", "/_ministack/health", "/_localstack/health", "/health", "/moto-api/"})
# https://docs.localstack.cloud/references/init-hooks: a test waits until the scripts of a stage have run.
_STAGES: dict[str, dict[str, Any]] = {
    "/_localstack/init": {"completed": {"BOOT": True, "START": True, "READY": True, "SHUTDOWN": False}, "scripts": []},
    "/_localstack/init/ready": {"completed": True, "scripts": []},
}
_SERVICES = ("cloudformation", "cognito-identity", "cognito-idp", "iam", "lambda", "s3", "secretsmanager", "ssm", "sts")
_HEADERS = {"Content-Type": "application/json", "Access-Control-Allow-Origin": "*", "Cache-Control": "no-store"}


class Health:
    """Version, database, and what is switched on. On the lean path, since scripts that have started the emulator ask it first."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def route(self, _method: str, path: str, _headers: HTTPHeaders) -> LeanHandler | None:
        """For the front door."""
        return self._answer if path in _PATHS or path in _STAGES else None

    async def _answer(self, request: HttpRequest) -> HttpResponse:
        """Answer once the database does."""
        if request.method not in {"GET", "HEAD"}:
            return HttpResponse(http.client.METHOD_NOT_ALLOWED, headers=_HEADERS | {"Allow": "GET, HEAD"})
        try:
            await self._parts.store.read(lambda tx: tx.emulator_state.get("clock_offset"))
        except StoreUnavailableError:
            return _told(http.client.SERVICE_UNAVAILABLE, {"status": "unavailable", "message": "The database does not answer."})
        if request.path in _STAGES:
            return _told(http.client.OK, _STAGES[request.path])
        settings = self._parts.settings
        document = {
            "status": "ok",
            "version": __version__,
            "database": self._parts.store.kind,
            "triggers": settings.triggers,
            "mail": "smtp" if settings.smtp_host else "off",
            "services": dict.fromkeys(_SERVICES, "running"),
            # At LocalStack a service is "available" until somebody has used it, and scripts wait for that word by grep.
            "ready": dict.fromkeys(_SERVICES, "available"),
        }
        return _told(http.client.OK, document)


def _told(status: int, document: dict[str, Any]) -> HttpResponse:
    return HttpResponse(status, orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n", _HEADERS)
