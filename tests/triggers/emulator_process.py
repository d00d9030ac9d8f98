"""A program that runs one function in a container and prints its answer: an emulator of its own, to be killed or containerized.

Usage: emulator_process.py FOLDER HANDLER IMAGE [stay]. With `stay` it keeps the sandbox until it is killed.
"""

import asyncio
import json
import sys
from pathlib import Path

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from triggers.executors.container import ContainerLauncher
from triggers.executors.sandboxed import SandboxExecutor
from triggers.functions import CodeFolder, FunctionSpec
from triggers.surroundings import Surroundings


class CalledBack(RequestHandler):
    """What the function calls back."""

    def post(self) -> None:
        self.write("hello from " + self.request.path)


async def main() -> None:
    folder, handler, image, *stay = sys.argv[1:]
    server = HTTPServer(Application([(".*", CalledBack)]))
    sockets = bind_sockets(0, "127.0.0.1")
    server.add_sockets(sockets)
    surroundings = Surroundings(f"http://127.0.0.1:{sockets[0].getsockname()[1]}")
    launcher = ContainerLauncher(surroundings, images={"python3.11": image})
    executor = SandboxExecutor(launcher)
    arn = "arn:aws:lambda:us-east-1:123456789012:function:f"
    function = FunctionSpec("f", arn, CodeFolder(Path(folder)), runtime="python3.11", handler=handler, timeout=20.0)
    event = json.dumps({"userName": "jane", "response": {}}).encode()
    outcome = await executor.invoke(function, event, request_id="r", patience=20.0)
    print(json.dumps({"instance": launcher.instance, "payload": outcome.payload.decode()}), flush=True)  # noqa: T201
    if stay:
        await asyncio.Event().wait()
    await executor.close()


asyncio.run(main())
