"""A door to the real Docker engine that can be shut or jammed, so that tests need not harm the engine that others use."""

import asyncio
from pathlib import Path

ENGINE = "/var/run/docker.sock"


class EngineDoor:
    """A Unix socket that passes everything on to the engine until told otherwise."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.url = f"unix://{path}"
        self._connections: set[asyncio.Task[None]] = set()
        self._free = asyncio.Event()

    async def open(self) -> None:
        self._free.set()
        self._server = await asyncio.start_unix_server(self._accept, self._path)

    async def shut(self) -> None:
        """As if the engine had died: no socket, all connections cut."""
        self._server.close()
        self._path.unlink(missing_ok=True)
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    def jam(self) -> None:
        """As if the engine hung: connections are accepted, nothing is answered."""
        self._free.clear()

    def unjam(self) -> None:
        self._free.set()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)
        theirs = await asyncio.open_unix_connection(ENGINE)
        try:
            await asyncio.gather(self._pump(reader, theirs[1]), self._pump(theirs[0], writer), return_exceptions=True)
        finally:
            writer.close()
            theirs[1].close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            await self._free.wait()
            writer.write(data)
            await writer.drain()
        writer.write_eof()
