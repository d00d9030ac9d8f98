"""A function under a debugger: the port is open, time-outs are lifted, there is one sandbox."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tornado.httpclient import AsyncHTTPClient

from tests.support.machine import ensure, free_port
from tests.triggers import images
from tests.triggers.parts import FakeEmulator, arn
from triggers.executors.base import Outcome
from triggers.executors.container import ContainerLauncher
from triggers.executors.process import ProcessLauncher
from triggers.executors.sandboxed import SandboxExecutor
from triggers.functions import CodeFolder, Debugging, FunctionSpec
from triggers.surroundings import Surroundings

HANDLERS = Path(__file__).parent.parent / "handlers"


@pytest.fixture(params=["process", pytest.param("container", marks=pytest.mark.docker)])
def executor(request: pytest.FixtureRequest, runner: asyncio.Runner, emulator: FakeEmulator) -> Iterator[SandboxExecutor]:
    async def start() -> SandboxExecutor:
        if request.param == "process":
            return SandboxExecutor(ProcessLauncher(Surroundings(emulator.url)))
        ensure("docker")
        runtimes = {"python3.11": images.python_image(), "nodejs20.x": images.node_image()}
        return SandboxExecutor(ContainerLauncher(Surroundings(emulator.url), images=runtimes))

    executor = runner.run(start())
    yield executor
    runner.run(executor.close())


def function(language: str, handler: str, debugging: Debugging, **settings: object) -> FunctionSpec:
    runtime = {"python": "python3.11", "node": "nodejs20.x"}[language]
    given = {"timeout": 0.05, **settings}
    code = CodeFolder(HANDLERS / language)
    return FunctionSpec("f", arn("f"), code, runtime=runtime, handler=f"app.{handler}", debugging=debugging, **given)


async def invoke(executor: SandboxExecutor, spec: FunctionSpec) -> Outcome:
    return await executor.invoke(spec, b'{"userName": "jane", "response": {}}', request_id="r", patience=0.05)


async def debugpy_answers(port: int) -> bool:
    """Speak the Debug Adapter Protocol as VS Code does, up to being attached."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for sequence, (command, arguments) in enumerate(
        [("initialize", {"adapterID": "test", "clientID": "test"}), ("attach", {"justMyCode": False})], 1
    ):
        body = json.dumps({"seq": sequence, "type": "request", "command": command, "arguments": arguments}).encode()
        writer.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    while True:
        length = int((await reader.readuntil(b"\r\n\r\n")).split(b":")[1])
        message = json.loads(await reader.readexactly(length))
        if message.get("event") == "initialized":
            writer.write(_done(3))
        if message.get("command") == "configurationDone":
            writer.close()
            return message["success"]


def _done(sequence: int) -> bytes:
    body = json.dumps({"seq": sequence, "type": "request", "command": "configurationDone"}).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


async def test_debugpy_takes_a_debugger_and_no_time_out_applies(executor):
    port = free_port()

    outcome = await invoke(executor, function("python", "calls_back", Debugging(port)))

    assert outcome.error is None
    assert await debugpy_answers(port)


async def test_a_python_function_that_waits_starts_when_a_debugger_is_there(executor):
    port = free_port()
    running = asyncio.ensure_future(invoke(executor, function("python", "unchanged", Debugging(port, wait=True))))

    async with asyncio.timeout(30):
        while True:
            try:
                assert await debugpy_answers(port)
                break
            except (ConnectionError, asyncio.IncompleteReadError):
                assert not running.done()
                await asyncio.sleep(0.02)  # the port opens without announcing itself

    assert (await running).error is None


async def test_the_inspector_of_node_answers(executor):
    port = free_port()

    outcome = await invoke(executor, function("node", "calls_back", Debugging(port)))
    targets = await AsyncHTTPClient().fetch(f"http://127.0.0.1:{port}/json/list")

    assert outcome.error is None
    assert json.loads(targets.body)[0]["webSocketDebuggerUrl"].startswith("ws://")


async def test_there_is_one_sandbox_and_its_successor_gets_the_port(executor):
    spec = function("node", "counts", Debugging(free_port()))

    outcomes = await asyncio.gather(*(invoke(executor, spec) for _ in range(4)))
    assert sorted(json.loads(outcome.payload)["response"]["calls"] for outcome in outcomes) == [1, 2, 3, 4]

    changed = await invoke(executor, function("node", "counts", spec.debugging, environment={"A": "1"}))
    assert json.loads(changed.payload)["response"]["calls"] == 1
