"""A function under a debugger: the port is open, time-outs are lifted, there is one sandbox."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.machine import ensure, free_port
from tests.triggers import images
from tests.triggers.debuggers import DebugAdapter, Inspector
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


def line_of(path: Path, text: str) -> int:
    return next(number for number, line in enumerate(path.read_text().splitlines(), 1) if text in line)


def remote_root(executor: SandboxExecutor) -> str | None:
    """Where a container has the code; a process runs it where it is."""
    return "/var/task" if executor.name == "container" else None


async def test_a_breakpoint_of_python_stops_the_call_and_no_time_out_applies(executor):
    source = HANDLERS / "python" / "app.py"
    spec = function("python", "confirms", Debugging(free_port()))
    assert (await invoke(executor, spec)).error is None  # the first call starts it
    line = line_of(source, '["autoConfirmUser"] = True')
    debugger = await DebugAdapter.attach(spec.debugging.port, breakpoints={source: [line]}, remote_root=remote_root(executor))

    stopped = asyncio.ensure_future(invoke(executor, spec))

    assert await debugger.evaluate_where_it_stopped("event['userName']") == "'jane'"
    assert json.loads((await stopped).payload)["response"]["autoConfirmUser"] is True
    await debugger.close()


async def test_a_python_function_that_waits_starts_when_a_debugger_is_there(executor):
    port = free_port()
    running = asyncio.ensure_future(invoke(executor, function("python", "unchanged", Debugging(port, wait=True))))

    async with asyncio.timeout(30):
        while True:
            try:
                await (await DebugAdapter.attach(port)).close()
                break
            except (ConnectionError, asyncio.IncompleteReadError):
                assert not running.done()
                await asyncio.sleep(0.02)  # the port opens without announcing itself

    assert (await running).error is None


async def test_a_breakpoint_of_node_stops_the_call(executor):
    spec = function("node", "confirms", Debugging(free_port()))
    assert (await invoke(executor, spec)).error is None
    debugger = await Inspector.attach(spec.debugging.port)
    await debugger.set_breakpoint("/app.js", line_of(HANDLERS / "node" / "app.js", "autoConfirmUser = true"))

    stopped = asyncio.ensure_future(invoke(executor, spec))

    assert await debugger.evaluate_where_it_stopped("event.userName") == "jane"
    assert json.loads((await stopped).payload)["response"]["autoConfirmUser"] is True
    debugger.close()


async def test_there_is_one_sandbox_and_its_successor_gets_the_port(executor):
    spec = function("node", "counts", Debugging(free_port()))

    outcomes = await asyncio.gather(*(invoke(executor, spec) for _ in range(4)))
    assert sorted(json.loads(outcome.payload)["response"]["calls"] for outcome in outcomes) == [1, 2, 3, 4]

    changed = await invoke(executor, function("node", "counts", spec.debugging, environment={"A": "1"}))
    assert json.loads(changed.payload)["response"]["calls"] == 1
