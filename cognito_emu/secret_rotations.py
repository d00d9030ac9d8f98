"""The rotation of secrets whose time has come: Cognito's own, and those that functions rotate.

A secret is taken by moving its time into the future, so that of several processes one rotates it, and another when that one dies meanwhile.
https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
"""

from __future__ import annotations

import asyncio
import contextlib

import structlog

from cognito_emu.call import Parts
from cognito_emu.domain.secret_versions import seconds_between_rotations
from cognito_emu.operations.app_clients import published_secrets
from cognito_emu.operations.secrets_manager.rotation import begin_version, version_under_way
from cognito_emu.outage import Outage
from cognito_emu.records import replace
from cognito_emu.store import Tx
from cognito_emu.store.secrets import Secret
from triggers.errors import TriggerError

_log = structlog.get_logger(__name__)

_LOOK_SECONDS = 1.0
# "That rotation will be reattempted." A function may take up to fifteen minutes for each of the steps.
# Assumption: it is tried again after an hour.
_AGAIN_SECONDS = 3600.0
_STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")


class SecretRotations:
    """Rotates what is due, in the background."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, with what an earlier process has left."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Leave the rest to the next process: a function that runs is not waited for."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        outage = Outage("rotations of secrets wait")
        while True:
            try:
                if await self._parts.store.read(self._due):
                    await asyncio.gather(*map(self._rotate_by_function, await self._parts.store.transact(self._take)))
                outage.over()
            except Exception as error:  # noqa: BLE001 - a database that is away must not end the rotations
                outage.tell(error)
            await asyncio.sleep(_LOOK_SECONDS)

    def _due(self, tx: Tx) -> list[Secret]:
        return tx.secrets.due(self._parts.env.now(), managed_only=self._parts.functions.bus is None)

    def _take(self, tx: Tx) -> list[Secret]:
        """Rotate those that Cognito manages, and take those that functions rotate."""
        env = self._parts.env
        by_function = []
        for secret in self._due(tx):
            if secret.client_id is not None:
                published_secrets.rotate_published(env, tx, secret, env.uuid())
            else:
                tx.secrets.update(replace(secret, rotates_at=env.now() + _AGAIN_SECONDS))
                by_function.append(secret)
        return by_function

    async def _rotate_by_function(self, secret: Secret) -> None:
        bus, function = self._parts.functions.bus, secret.document["RotationLambdaARN"]
        assert bus is not None
        token = await self._parts.store.transact(lambda tx: self._pending(tx, secret))
        for step in _STEPS:
            event = {"Step": step, "SecretId": secret.arn, "ClientRequestToken": token}
            try:
                outcome = await bus.run(function, event, trigger="SecretRotation")
                fault = outcome.error.message if outcome.error else ""
            except TriggerError as error:
                fault = error.sentence
            if fault:
                _log.warning("a secret was not rotated", secret=secret.name, step=step, function=function, reason=fault)
                return
        await self._parts.store.transact(lambda tx: self._note(tx, secret))

    def _pending(self, tx: Tx, secret: Secret) -> str:
        """The version that the function is to fill: that of a rotation which is asked for or was not finished, else a new one."""
        under_way = version_under_way(tx, secret)
        if under_way is not None:
            return under_way
        version_id = self._parts.env.uuid()
        begin_version(self._parts.env, tx, secret, version_id)
        return version_id

    def _note(self, tx: Tx, secret: Secret) -> None:
        now, period = self._parts.env.now(), seconds_between_rotations(secret.document["RotationRules"])
        present = tx.secrets.find(secret.account, secret.region, secret.arn)
        if present is not None and present.document.get("RotationEnabled"):
            tx.secrets.update(replace(present, rotated_at=now, rotates_at=now + period if period else None))
