"""`FunctionRuntime`: the bus of this process, built when it is known where functions can call back."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from cognito_emu.call import Tenant
from cognito_emu.config import ConfigurationError, Settings
from cognito_emu.environment import Environment
from cognito_emu.functions.event_queue import StoredEventQueue
from cognito_emu.functions.invocation_log import StoredInvocations
from cognito_emu.functions.stored_functions import StoredFunctions
from cognito_emu.store import Store
from cognito_emu.store.function_events import FunctionEvent
from triggers import function_files
from triggers.bus import Bus
from triggers.event_queue import EventWorker
from triggers.executors.base import CannotRun, Executor
from triggers.executors.sandboxed import Launcher, SandboxExecutor
from triggers.functions import FunctionRegistry
from triggers.local_kms import LocalKms
from triggers.surroundings import Surroundings

if TYPE_CHECKING:  # boto3, the Docker SDK and the Encryption SDK are loaded by those who run triggers
    from triggers.executors.container import ContainerLauncher
    from triggers.sender_encryption import CodeEncryption

_log = structlog.get_logger(__name__)

_EVERY_ADDRESS = {"", "0.0.0.0", "::"}  # noqa: S104 - compared with, not listened on
_FILE_SUFFIXES = {".toml", ".yaml", ".yml", ".json", ".template"}


class FunctionRuntime:
    """Everything that running functions takes.

    Attributes:
        bus: Invokes functions; None while triggers are off, and before `start`.
        log: What was invoked.
        kms: Answers the handlers of custom senders.
        senders: Encrypts their codes; None as `bus`.
    """

    def __init__(self, settings: Settings, env: Environment, store: Store, secret: bytes) -> None:
        self.bus: Bus | None = None
        self.log = StoredInvocations(store, settings.invocation_limit)
        self.kms = LocalKms(hmac.digest(secret, b"kms", hashlib.sha256), env.random_bytes)
        self.senders: CodeEncryption | None = None
        self._settings = settings
        self._env = env
        self._store = store
        self._default = Tenant(settings.account, settings.region)
        self._stored = StoredFunctions(store, env, self._default)
        self._file = _functions_file(settings.functions)
        self._images = _images(settings.lambda_images)
        self._engine_check: asyncio.Task[None] | None = None
        self._events: EventWorker | None = None
        self._containers: ContainerLauncher | None = None
        self._own_address: str | None = None

    def start(self, port: int) -> None:
        """Make the bus. `port` is the emulator's own, where functions call back."""
        mode = self._settings.triggers
        if mode == "off":
            return
        from triggers.sender_encryption import CodeEncryption  # noqa: PLC0415 - slow to load

        if self._settings.functions and not Path(self._settings.functions).exists():
            _log.warning("the functions file is not there yet; calls fail until it is", path=str(Path(self._settings.functions).resolve()))
        self.senders = CodeEncryption(self.kms)
        self.bus = Bus(
            functions=FunctionRegistry(self._stored, self._file, remote=mode == "remote"),
            now=self._env.now,
            new_id=self._env.uuid,
            local=self._local_executor(port) if mode in {"process", "docker"} else None,
            remote=self._remote_executor() if mode == "remote" else None,
            log=self.log,
            permission_mode=self._settings.lambda_permissions,
        )
        self._events = EventWorker(self.bus, StoredEventQueue(self._store), now=self._env.now)
        self._events.start()

    async def stop(self) -> None:
        """Stop what runs. Events that were sent stay in their queue."""
        if self._engine_check is not None:
            self._engine_check.cancel()
        if self._events is not None:
            self._events.let_go()
        if self.bus is not None:
            await self.bus.close()
        if self._events is not None:
            await self._events.stopped()

    async def send(self, account: str, function_arn: str, event: Any, *, request_id: str) -> None:
        """Accept an event for a function: it runs soon, and again when that fails, also after a restart."""
        now = self._env.now()
        accepted = FunctionEvent(request_id, account, function_arn, event, sent_at=now, due_at=now)
        await self._store.transact(lambda tx: tx.function_events.add(accepted))
        self.notify()

    def notify(self) -> None:
        """An event was stored, or the clock was moved: one may be due."""
        if self._events is not None:
            self._events.notify()

    async def address_for_functions(self) -> str | None:
        """The emulator's address as functions see it; None where they run elsewhere, or not at all.

        Raises:
            CannotRun: Functions run in containers, and no engine answers.
        """
        if self._containers is not None:
            await self._containers.prepare()
            return self._containers.endpoint_url
        return self._own_address

    def _local_executor(self, port: int) -> Executor:
        settings = self._settings
        host = "127.0.0.1" if settings.host in _EVERY_ADDRESS else settings.host
        host = f"[{host}]" if ":" in host else host
        self._own_address = f"http://{host}:{port}"
        surroundings = Surroundings(endpoint_url=self._own_address, region=settings.region, access_key_id=self._access_key)
        launcher = self._container_launcher(surroundings) if settings.triggers == "docker" else self._process_launcher(surroundings)
        return SandboxExecutor(launcher, limit=settings.lambda_limit, idle_seconds=settings.lambda_idle)

    def _access_key(self, account: str | None) -> str:
        """Functions sign with their account's number, so that they call back into the tenant that invoked them."""
        return account or self._default.account

    def _process_launcher(self, surroundings: Surroundings) -> Launcher:
        from triggers.executors.process import ProcessLauncher  # noqa: PLC0415 - one of the ways is loaded

        modules = self._settings.lambda_node_modules
        return ProcessLauncher(
            surroundings, python=self._settings.lambda_python or sys.executable, node_modules=Path(modules) if modules else None
        )

    def _container_launcher(self, surroundings: Surroundings) -> Launcher:
        from triggers.executors.container import ContainerLauncher  # noqa: PLC0415 - as above

        launcher = ContainerLauncher(surroundings, images=self._images, network=self._settings.lambda_network or None)
        self._containers = launcher
        self._engine_check = asyncio.create_task(_prepare(launcher))
        return launcher

    def _remote_executor(self) -> Executor:
        from triggers.executors.remote import RemoteExecutor  # noqa: PLC0415 - as above

        return RemoteExecutor(self._settings.lambda_endpoint or None, region=self._settings.region)


async def _prepare(launcher: ContainerLauncher) -> None:
    """Find the engine and remove what a crashed predecessor left, beside the start: an absent engine is an error of the calls."""
    try:
        await launcher.prepare()
    except CannotRun as error:
        _log.warning("no Docker engine answers; triggers fail until one does", reason=error.hint or error.reason)


def _functions_file(path: str) -> function_files.FunctionsFile | None:
    if not path:
        return None
    if Path(path).suffix not in _FILE_SUFFIXES:
        raise ConfigurationError(f"COGNITO_EMU_FUNCTIONS={path}: expected a .toml file, or a template in YAML or JSON")
    return function_files.FunctionsFile(Path(path).resolve())


def _images(text: str) -> dict[str, str]:
    """`python3.12=mine:1,nodejs22.x=mine-too:1` as a mapping."""
    images: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        runtime, equals, image = pair.partition("=")
        if not (runtime and equals and image):
            raise ConfigurationError(f"COGNITO_EMU_LAMBDA_IMAGES={text}: expected runtime=image,...")
        images[runtime] = image
    return images
