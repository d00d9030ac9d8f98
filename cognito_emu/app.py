"""The composition root: builds the parts once, hands them over, mounts the routes, starts and stops."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import itertools
import os
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor

import structlog
from tornado import httputil
from tornado.netutil import bind_sockets

from cognito_emu import routes, secret_rotations
from cognito_emu.behind import FIRST_ANSWERS_SECONDS
from cognito_emu.call import Parts, Tenant
from cognito_emu.cloudformation.stacks.runner import StackRunner
from cognito_emu.config import ConfigurationError, Settings
from cognito_emu.console.call_log import CallLog
from cognito_emu.console.shared_calls import SharedCallLog
from cognito_emu.control.health import Health
from cognito_emu.domain.point_in_time import LONGEST_RECOVERY_SECONDS
from cognito_emu.environment import Environment
from cognito_emu.federation.provider_tokens import ProviderTokens
from cognito_emu.functions import FunctionRuntime
from cognito_emu.login_tokens import LoginTokens
from cognito_emu.messaging import Delivery, Messenger
from cognito_emu.oauth.addresses import ELSEWHERE
from cognito_emu.oauth.identity_service import IdentityServiceMetadata
from cognito_emu.oauth.json_endpoints import JsonEndpoints
from cognito_emu.oauth.metadata import PoolMetadata
from cognito_emu.operations.point_in_time_recovery import finish_recoveries
from cognito_emu.outage import Outage
from cognito_emu.protocol.aws_json import AwsJsonProtocol
from cognito_emu.protocol.cors import answer_preflight
from cognito_emu.protocol.http import Gateway, LeanHandler, LeanRoute, PromptServer
from cognito_emu.protocol.plain_http import PlainServer
from cognito_emu.protocol.query import QueryProtocol
from cognito_emu.rate_limits import RateLimits
from cognito_emu.s3.files import ObjectFiles
from cognito_emu.s3.source import ObjectSource
from cognito_emu.store import DatabaseUnusableError, Store, Tx, open_database
from cognito_emu.tokens import IdentityTokens, KeyRing, Tokens
from cognito_emu.tokens.keys import KeyStock
from cognito_emu.trigger_calls import TriggerCalls
from cognito_emu.user_estimates import UserEstimates
from cognito_emu.user_import import runner as import_runner

_log = structlog.get_logger(__name__)

_SWEEP_SECONDS = 60
_REMEMBER_CREDENTIALS_SECONDS = 7 * 86400
_REMEMBER_AUTH_EVENTS_SECONDS = 2 * 365 * 86400  # Assumption: two years
# A body that is drained and refused: large enough to answer whoever sends a hundred megabytes.
_MAX_DRAINED_BYTES = 512 * 1024 * 1024
_JSON = "application/x-amz-json-1"
_API_PATHS = frozenset({"/", ELSEWHERE, f"{ELSEWHERE}/"})


class Emulator:
    """One running emulator: `await start()`, then `await stop()`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._executor = ThreadPoolExecutor(max(2, os.cpu_count() or 2), thread_name_prefix="crypto")
        env = Environment(fixed_code=settings.fixed_code or None)
        store = _open_store(settings)
        self._delivery = Delivery(settings, env, store)
        secret = store.shared_secret(env.random_bytes(32))
        files = ObjectFiles(settings.data, env)
        functions = FunctionRuntime(settings, env, store, secret)
        tokens = Tokens(settings, env, store, KeyRing(store, env, self._executor, shared=settings.shared_keys), self._executor)
        self.parts = Parts(
            settings=settings,
            env=env,
            store=store,
            tokens=tokens,
            identity_tokens=IdentityTokens(settings, env, store, self._executor),
            login_tokens=LoginTokens(settings, env, store, tokens),
            provider_tokens=ProviderTokens(env, store),
            messenger=Messenger(settings, env, self._delivery),
            functions=functions,
            triggers=TriggerCalls(functions),
            stacks=StackRunner(env, store),
            objects=files,
            object_source=ObjectSource(settings, store, files),
            user_estimates=UserEstimates(env),
            rate_limits=RateLimits(settings, env, store) if settings.rate_limits else None,
            secret=secret,
        )
        self._imports: import_runner.ImportRunner | None = None
        self._key_stock = KeyStock(store, env, settings.key_stock)
        kms = ("kms",) if settings.triggers != "off" else ()
        self._aws_json = AwsJsonProtocol(self.parts, ("cognito-idp", *kms))
        self._query = QueryProtocol(self.parts, ("sts", "cloudformation", "iam"))
        self._calls = _call_log(settings, env) if settings.console else None
        self._servers: list[PromptServer] = []
        self._sweeper: asyncio.Task[None] | None = None
        self._behind: asyncio.Task[None] | None = None
        self._rotations: secret_rotations.SecretRotations | None = None
        self.port = 0

    async def start(self) -> None:
        """Listen. Afterwards `port` is the port that was taken."""
        await self._read_clock()
        gateway = Gateway(self._lean_routes(), lambda: routes.application(self.parts, self._calls))
        sockets = self._bind(self.settings.port, otherwise="--port 0 takes a free one")
        self.port = sockets[0].getsockname()[1]
        self.parts.functions.start(self.port)
        self._plain = PlainServer(gateway, self._tornado(gateway))
        await self._plain.listen(sockets)
        if self.settings.tls:
            self._start_tls(gateway)
        self._delivery.start()
        if isinstance(self._calls, SharedCallLog):
            self._calls.start()
        self._behind = asyncio.create_task(self._start_behind())
        self._sweeper = asyncio.create_task(self._sweep())

    async def stop(self) -> None:
        """Answer what is under way, then let go of everything."""
        for task in (self._sweeper, self._behind):
            if task is not None:
                task.cancel()
        await self._key_stock.stop()
        for server in self._servers:
            server.stop()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.5):
                await asyncio.gather(self._plain.stop(), *(server.close_all_connections() for server in self._servers))
        if isinstance(self._calls, SharedCallLog):
            await self._calls.stop()
        await self.parts.functions.stop()
        for running in (self._imports, self._rotations):
            if running is not None:
                await running.stop()
        await self.parts.stacks.stop()
        await self._delivery.stop()
        self.parts.store.close()
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _lean_routes(self) -> list[LeanRoute]:
        watched: list[LeanRoute] = [
            self._route_api,
            self._query.route,
            PoolMetadata(self.parts).route,
            IdentityServiceMetadata(self.parts).route,
            JsonEndpoints(self.parts).route,
        ]
        return [*(map(self._calls.watch, watched) if self._calls else watched), Health(self.parts).route]

    def _route_api(self, method: str, path: str, headers: httputil.HTTPHeaders) -> LeanHandler | None:
        """`POST /` with a target, or of the API's content type, is the JSON API; a preflight is answered for any path."""
        if method == "POST" and path in _API_PATHS and ("X-Amz-Target" in headers or _JSON in headers.get("Content-Type", "")):
            return self._aws_json.handle
        if method == "OPTIONS":
            return answer_preflight
        return None

    def _start_tls(self, gateway: Gateway) -> None:
        from cognito_emu.tls import ensure_certificate  # noqa: PLC0415 - making certificates is loaded only when asked for

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*ensure_certificate(self.settings))
        self._tornado(gateway, context).add_sockets(self._bind(self.settings.tls_port, otherwise="--tls-port takes another"))

    def _bind(self, port: int, *, otherwise: str) -> list[socket.socket]:
        try:
            sockets = bind_sockets(port, self.settings.host, reuse_port=self.settings.workers > 1)
        except OSError as error:
            hint = f"; {otherwise}" if error.errno == errno.EADDRINUSE else ""
            raise ConfigurationError(f"cannot listen on {self.settings.host}:{port}: {error.strerror or error}{hint}") from error
        for listening in sockets:
            # What is accepted inherits it: the kernel finds out about clients that died without a word.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        return sockets

    def _tornado(self, gateway: Gateway, tls: ssl.SSLContext | None = None) -> PromptServer:
        server = PromptServer(gateway, max_body_size=_MAX_DRAINED_BYTES, ssl_options=tls)
        # An idle connection may stay: the timer that Tornado would set and take back costs each request a twentieth.
        server.conn_params.header_timeout = None
        self._servers.append(server)
        return server

    async def _start_behind(self) -> None:
        """Start what no first answer waits for: making keys, rotating secrets, going on with stacks and imports of an earlier process."""
        await asyncio.sleep(FIRST_ANSWERS_SECONDS)
        self._key_stock.start()
        self.parts.stacks.start(self.parts)
        self._imports = import_runner.ImportRunner(self.parts)
        self._imports.start()
        self._rotations = secret_rotations.SecretRotations(self.parts)
        self._rotations.start()

    async def _sweep(self) -> None:
        """Follow the clock when another process moved it, and now and then throw away what has expired.

        Before, what an earlier process has left: files of objects that are not there, recoveries that were being applied.
        """
        await asyncio.sleep(FIRST_ANSWERS_SECONDS)
        outage, taken_up = Outage("the database is away; what has expired stays for now"), False
        for second in itertools.count():
            try:
                await self._read_clock()
                if not taken_up:
                    await self.parts.objects.remove_orphans(self.parts.store)
                    await finish_recoveries(self.parts.store)
                    taken_up = True
                if second % _SWEEP_SECONDS == 0:
                    await self.parts.store.transact(self._delete_expired)
                outage.over()
            except Exception as error:  # noqa: BLE001 - a database that is away must not end the sweeper
                outage.tell(error)
            await asyncio.sleep(1)

    def _delete_expired(self, tx: Tx) -> None:
        # For an hour after it expired a session or a token still earns an error of its own, so it stays that long.
        before = self.parts.env.now() - 3600
        tx.auth_sessions.delete_expired(before)
        tx.sign_ins.delete_expired(before)
        # Credentials say that they have expired for longer: a key that nobody knows would act in the configured account.
        tx.temporary_credentials.delete_expired(before - _REMEMBER_CREDENTIALS_SECONDS)
        tx.authorizations.delete_expired(before)
        tx.browser_sessions.delete_expired(before)
        tx.auth_events.delete_before(before - _REMEMBER_AUTH_EVENTS_SECONDS)
        tx.user_data_history.delete_before(self.parts.env.now() - LONGEST_RECOVERY_SECONDS)
        tx.secrets.delete_scheduled(self.parts.env.now())
        tx.messages.trim(self.settings.inbox_limit)

    async def _read_clock(self) -> None:
        offset = await self.parts.store.read(lambda tx: tx.emulator_state.get("clock_offset", 0.0))
        if offset != self.parts.env.clock_offset:
            self.parts.env.clock_offset = offset
            self._delivery.notify()
            self.parts.functions.notify()


def _open_store(settings: Settings) -> Store:
    try:
        return open_database(settings.database_url)
    except DatabaseUnusableError as error:
        raise ConfigurationError(str(error)) from error


def _call_log(settings: Settings, env: Environment) -> CallLog:
    tenant = Tenant(settings.account, settings.region)
    return SharedCallLog(env, tenant, settings.data) if settings.workers > 1 else CallLog(env, tenant)
