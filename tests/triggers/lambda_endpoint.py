"""A Lambda endpoint with Invoke alone, served by a bus of its own: what the remote executor talks to."""

import base64
import json

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from triggers.bus import Bus
from triggers.errors import FunctionUnavailable


class LambdaEndpoint:
    """`POST /2015-03-31/functions/{name}/invocations`, as Lambda answers it."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    async def start(self) -> None:
        bus = self._bus

        class Invoke(RequestHandler):
            async def post(self, function: str) -> None:
                try:
                    outcome = await bus.run(function, json.loads(self.request.body))
                except FunctionUnavailable as error:
                    self.set_status(404)
                    self.set_header("x-amzn-ErrorType", "ResourceNotFoundException")
                    self.write({"Message": error.sentence})
                    return
                if outcome.error:
                    self.set_header("X-Amz-Function-Error", "Unhandled")
                self.set_header("X-Amz-Log-Result", base64.b64encode(outcome.logs.encode()[-4096:]).decode())
                self.write(outcome.payload)

        self._server = HTTPServer(Application([(r"/2015-03-31/functions/(.+)/invocations", Invoke)]))
        sockets = bind_sockets(0, "127.0.0.1")
        self._server.add_sockets(sockets)
        self.url = f"http://127.0.0.1:{sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        self._server.stop()
        await self._server.close_all_connections()
        await self._bus.close()
