"""Parts that tests of triggers are made of: functions by name, a server to call back, an eventually-true wait."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from triggers.functions import FunctionReference, FunctionSpec

ACCOUNT = "123456789012"
REGION = "eu-central-1"


def arn(name: str) -> str:
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"


@dataclass
class Functions:
    """A `FunctionFile` of functions that tests put in."""

    specs: dict[str, FunctionSpec] = field(default_factory=dict)

    def add(self, spec: FunctionSpec) -> str:
        self.specs[spec.name] = spec
        return spec.arn

    def find(self, reference: FunctionReference, arn: str) -> FunctionSpec | None:
        return self.specs.get(reference.name)


class FakeEmulator:
    """Answers handlers that call back: `/called-back`, `/meet` (when two are there) and Cognito's ListUserPools.

    `seen` holds the Authorization headers.
    """

    def __init__(self) -> None:
        self.seen: list[str] = []

    async def start(self) -> None:
        outer = self

        pair = asyncio.Barrier(2)

        class Answer(RequestHandler):
            async def post(self) -> None:
                outer.seen.append(self.request.headers.get("Authorization", ""))
                if self.request.path == "/called-back":
                    self.write("hello " + json.loads(self.request.body)["userName"])
                elif self.request.path == "/meet":
                    self.write("first" if await pair.wait() else "second")
                else:
                    self.set_header("Content-Type", "application/x-amz-json-1.1")
                    self.write({"UserPools": [{"Id": "eu-central-1_pool"}]})

        self._server = HTTPServer(Application([(".*", Answer)]))
        sockets = bind_sockets(0, "127.0.0.1")
        self._server.add_sockets(sockets)
        self.url = f"http://127.0.0.1:{sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        self._server.stop()
        await self._server.close_all_connections()


async def until(condition: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait until something is so that announces itself in no other way; fail if it does not become so."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what it waits for sends no event
            await asyncio.sleep(0.005)


def runs(pid: int) -> bool:
    """Whether a process of this machine runs; one that is dead and not yet waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
