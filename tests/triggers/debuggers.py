"""Debuggers as VS Code brings them: one speaks the Debug Adapter Protocol to debugpy, one Chrome's DevTools Protocol to Node.js."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from pathlib import Path
from typing import Any, Self

from tornado.httpclient import AsyncHTTPClient
from tornado.websocket import WebSocketClientConnection, websocket_connect


class DebugAdapter:
    """Attached to debugpy.

    https://microsoft.github.io/debug-adapter-protocol/specification
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._sequence = 0
        self._unread: deque[dict[str, Any]] = deque()

    @classmethod
    async def attach(cls, port: int, *, breakpoints: dict[Path, list[int]] | None = None, remote_root: str | None = None) -> Self:
        """Attach to what listens on `port` and set breakpoints, by file and line."""
        adapter = cls(*await asyncio.open_connection("127.0.0.1", port))
        await adapter.request("initialize", adapterID="debugpy", clientID="vscode", pathFormat="path", linesStartAt1=True)
        mappings = [{"localRoot": str(path.parent), "remoteRoot": remote_root} for path in breakpoints or {} if remote_root]
        attaching = adapter._send("attach", justMyCode=False, pathMappings=mappings)
        await adapter.event("initialized")
        for path, lines in (breakpoints or {}).items():
            found = await adapter.request("setBreakpoints", source={"path": str(path)}, breakpoints=[{"line": line} for line in lines])
            assert all(one["verified"] for one in found["breakpoints"]), found
        await adapter.request("configurationDone")
        await adapter._answer(attaching)
        return adapter

    async def request(self, command: str, **arguments: Any) -> dict[str, Any]:
        """Send a request and wait for its answer."""
        return await self._answer(self._send(command, **arguments))

    async def event(self, name: str) -> dict[str, Any]:
        """Wait for an event; returns its body."""
        message = await self._next(lambda one: one.get("event") == name)
        return dict(message.get("body", {}))

    async def evaluate_where_it_stopped(self, expression: str) -> str:
        """Wait for a breakpoint, look at something there, and let the program go on."""
        thread = (await self.event("stopped"))["threadId"]
        frame = (await self.request("stackTrace", threadId=thread))["stackFrames"][0]["id"]
        seen = await self.request("evaluate", expression=expression, frameId=frame, context="watch")
        await self.request("continue", threadId=thread)
        return str(seen["result"])

    async def close(self) -> None:
        """Detach."""
        self._writer.close()
        await self._writer.wait_closed()

    def _send(self, command: str, **arguments: Any) -> int:
        self._sequence += 1
        body = json.dumps({"seq": self._sequence, "type": "request", "command": command, "arguments": arguments}).encode()
        self._writer.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        return self._sequence

    async def _answer(self, sequence: int) -> dict[str, Any]:
        message = await self._next(lambda one: one.get("request_seq") == sequence)
        assert message["success"], message
        return dict(message.get("body") or {})

    async def _next(self, wanted: Any) -> dict[str, Any]:
        for message in self._unread:
            if wanted(message):
                self._unread.remove(message)
                return message
        while True:
            length = int((await self._reader.readuntil(b"\r\n\r\n")).split(b":")[1])
            message = json.loads(await self._reader.readexactly(length))
            if wanted(message):
                return message
            self._unread.append(message)


class Inspector:
    """Attached to Node.js.

    https://chromedevtools.github.io/devtools-protocol/v8/Debugger/
    """

    def __init__(self, connection: WebSocketClientConnection) -> None:
        self._connection = connection
        self._sequence = 0
        self._unread: deque[dict[str, Any]] = deque()

    @classmethod
    async def attach(cls, port: int) -> Self:
        """Attach to what listens on `port`."""
        targets = json.loads((await AsyncHTTPClient().fetch(f"http://127.0.0.1:{port}/json/list")).body)
        inspector = cls(await websocket_connect(targets[0]["webSocketDebuggerUrl"]))
        await inspector.request("Debugger.enable")
        return inspector

    async def set_breakpoint(self, file: str, line: int) -> None:
        """Stop at a line of a file, which is named by the end of its path."""
        where = {"urlRegex": f"{file}$", "lineNumber": line - 1}
        found = await self.request("Debugger.setBreakpointByUrl", **where)
        assert found["locations"], f"{file} is not loaded"

    async def request(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method and wait for its result."""
        self._sequence += 1
        sequence = self._sequence
        await self._connection.write_message(json.dumps({"id": sequence, "method": method, "params": parameters}))
        message = await self._next(lambda one: one.get("id") == sequence)
        assert "error" not in message, message
        return dict(message["result"])

    async def evaluate_where_it_stopped(self, expression: str) -> Any:
        """Wait for a breakpoint, look at something there, and let the program go on."""
        paused = await self._next(lambda one: one.get("method") == "Debugger.paused")
        frame = paused["params"]["callFrames"][0]["callFrameId"]
        seen = await self.request("Debugger.evaluateOnCallFrame", callFrameId=frame, expression=expression, returnByValue=True)
        await self.request("Debugger.resume")
        return seen["result"]["value"]

    def close(self) -> None:
        """Detach."""
        self._connection.close()

    async def _next(self, wanted: Any) -> dict[str, Any]:
        for message in self._unread:
            if wanted(message):
                self._unread.remove(message)
                return message
        while True:
            text = await self._connection.read_message()
            assert text is not None, "the inspector hung up"
            message = json.loads(text)
            if wanted(message):
                return dict(message)
            self._unread.append(message)
