"""`/_emu/triggers`: what Lambda functions were invoked with, what came of it, and doing it again.

`GET /_emu/triggers?pool=&account=&trigger=&function=&failed=&after=&limit=&wait=` lists, `GET /_emu/triggers/{request id}` shows one,
`POST /_emu/triggers/{request id}/replay` runs the present code on a recorded event, `GET /_emu/triggers/stream` follows as server-sent
events. `GET /_emu/functions/{arn}/code` is where GetFunction says that the code can be had.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from functools import partial
from typing import Any

import orjson
from tornado.iostream import StreamClosedError
from tornado.web import HTTPError

from cognito_emu.control.handler import ControlHandler
from cognito_emu.functions.stored_functions import version_number
from cognito_emu.records import replace
from cognito_emu.store import Tx
from cognito_emu.store.functions import FunctionKey
from cognito_emu.store.invocations import InvocationFilter, StoredInvocation
from cognito_emu.store.layers import parse_layer_arn
from triggers.errors import FunctionUnavailable
from triggers.functions import FunctionReference
from triggers.invocations import HIDDEN

_LONGEST_WAIT = 60.0
_STREAM_BATCH = 100
# A comment now and then tells a client that has gone from one that has nothing to hear.
_HEARTBEAT_SECONDS = 15.0


class _InvocationsHandler(ControlHandler):
    def filter(self) -> InvocationFilter:
        """The invocations that the query asks for."""
        failed = self.get_query_argument("failed", None)
        return InvocationFilter(
            account=self.get_query_argument("account", None),
            pool_id=self.get_query_argument("pool", None),
            trigger=self.get_query_argument("trigger", None),
            function=self.get_query_argument("function", None),
            failed=None if failed is None else failed.casefold() in {"1", "true", "yes", "on"},
        )

    async def invocation(self, request_id: str) -> StoredInvocation:
        """The invocation, or 404."""
        found = await self.parts.store.read(lambda tx: tx.invocations.get(request_id))
        if found is None:
            raise HTTPError(404, reason="No such invocation")
        return found

    async def number_of(self, request_id: str | None) -> int | None:
        """Where the list goes on after an invocation."""
        return None if request_id is None else (await self.invocation(request_id)).number


class TriggersHandler(_InvocationsHandler):
    """The list of invocations, the last one first. `wait` blocks up to so many seconds until one matches."""

    async def get(self) -> None:
        """List invocations."""
        wait = min(self.number_argument("wait") or 0.0, _LONGEST_WAIT)
        limit = int(self.number_argument("limit", minimum=1) or 100)
        wanted = replace(self.filter(), after_number=await self.number_of(self.get_query_argument("after", None)))

        async def search() -> Sequence[StoredInvocation]:
            return await self.parts.store.read(lambda tx: tx.invocations.search(wanted, limit=limit))

        loop = asyncio.get_running_loop()
        deadline = loop.time() + wait
        while not (found := await search()) and loop.time() < deadline:
            await self.parts.functions.log.changed.wait(deadline - loop.time())
        self.send_json({"invocations": [render_invocation(invocation) for invocation in found]})

    async def delete(self) -> None:
        """Forget invocations."""
        wanted = self.filter()
        self.send_json({"deleted": await self.parts.store.transact(lambda tx: tx.invocations.delete(wanted))})


class TriggerHandler(_InvocationsHandler):
    """One invocation."""

    async def get(self, request_id: str) -> None:
        """Show one invocation."""
        self.send_json(render_invocation(await self.invocation(request_id)))


class TriggerReplayHandler(_InvocationsHandler):
    """Runs a function as it is now on an event as it was then. The body may hold another `event`."""

    async def post(self, request_id: str) -> None:
        """Replay, and show the new invocation."""
        recorded = await self.invocation(request_id)
        event = self.json_body().get("event", recorded.event)
        if event is None:
            raise HTTPError(409, reason="The event was too large to be kept; send it as event")
        if isinstance(event, dict) and isinstance(event.get("request"), dict) and event["request"].get("password") == HIDDEN:
            raise HTTPError(409, reason="Passwords are not kept; send the event with one as event")
        bus = self.parts.functions.bus
        if bus is None:
            raise HTTPError(409, reason="Triggers are off")
        replayed = self.parts.env.uuid()
        # Whatever goes wrong is recorded like everything else, and shown.
        with contextlib.suppress(FunctionUnavailable):
            await bus.run(recorded.function_arn, event, trigger=recorded.trigger, all_logs=True, request_id=replayed)
        await bus.settled()
        self.send_json(render_invocation(await self.invocation(replayed)))


class TriggerStreamHandler(_InvocationsHandler):
    """Follows invocations as server-sent events, each as `data: {...}` under its request id. `Last-Event-ID` or `after` goes on there."""

    _gone = False

    async def get(self) -> None:
        """Send what is recorded from now on, until the client goes away."""
        after = await self.number_of(self.get_query_argument("after", None) or self.request.headers.get("Last-Event-ID"))
        if after is None:
            after = await self.parts.store.read(lambda tx: tx.invocations.last_number())
        self.set_header("Content-Type", "text/event-stream")
        with contextlib.suppress(StreamClosedError):
            await self._follow(replace(self.filter(), after_number=after))

    def on_connection_close(self) -> None:
        """Called by Tornado when the client went away."""
        self._gone = True

    async def _follow(self, wanted: InvocationFilter) -> None:
        loop = asyncio.get_running_loop()
        heartbeat = loop.time()
        while not self._gone:
            found = await self.parts.store.read(partial(_oldest, wanted))
            for invocation in found:
                document = orjson.dumps(render_invocation(invocation)).decode()
                self.write(f"id: {invocation.request_id}\ndata: {document}\n\n")
                wanted = replace(wanted, after_number=invocation.number)
            if loop.time() >= heartbeat:
                self.write(":\n\n")
                heartbeat = loop.time() + _HEARTBEAT_SECONDS
            await self.flush()
            if not found:
                await self.parts.functions.log.changed.wait(_HEARTBEAT_SECONDS)


def _oldest(wanted: InvocationFilter, tx: Tx) -> Sequence[StoredInvocation]:
    return tx.invocations.search(wanted, limit=_STREAM_BATCH, oldest_first=True)


class FunctionCodeHandler(ControlHandler):
    """`GET /_emu/functions/{arn}/code`: a version's zip archive."""

    async def get(self, function: str) -> None:
        """Send the archive."""
        try:
            reference = FunctionReference.parse(function)
        except ValueError as error:
            raise HTTPError(404, reason="No such function") from error
        key = FunctionKey(reference.account or "", reference.region or "", reference.name)
        qualifier = reference.qualifier or "$LATEST"

        def read(tx: Tx) -> bytes | None:
            known = qualifier == "$LATEST" or qualifier.isdigit()
            version = tx.functions.version(key, version_number(qualifier)) if known else None
            return tx.functions.code(key, version.code_sha256) if version and version.code_sha256 else None

        content = await self.parts.store.read(read)
        if content is None:
            raise HTTPError(404, reason="No such code")
        self.set_header("Content-Type", "application/zip")
        await self.finish(content)


class LayerContentHandler(ControlHandler):
    """`GET /_emu/layers/{arn}/content`: the zip archive of a layer's version."""

    async def get(self, layer: str) -> None:
        """Send the archive."""
        key, number = parse_layer_arn(layer) or (None, None)
        if key is None or number is None:
            raise HTTPError(404, reason="No such layer")
        content = await self.parts.store.read(lambda tx: tx.layers.content(key, number))
        if content is None:
            raise HTTPError(404, reason="No such layer")
        self.set_header("Content-Type", "application/zip")
        await self.finish(content)


def render_invocation(invocation: StoredInvocation) -> dict[str, Any]:
    """An invocation as JSON. `duration` in seconds, `at` in seconds since the epoch."""
    return {
        "requestId": invocation.request_id,
        "trigger": invocation.trigger,
        "triggerSource": invocation.trigger_source,
        "functionArn": invocation.function_arn,
        "account": invocation.account,
        "poolId": invocation.pool_id,
        "executor": invocation.executor,
        "at": invocation.at,
        "duration": invocation.duration,
        "cold": invocation.cold,
        "attempt": invocation.attempt,
        "event": invocation.event,
        "response": invocation.response,
        "error": invocation.error,
        "errorType": invocation.error_type,
        "logs": invocation.logs,
    }
