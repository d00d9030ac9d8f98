"""Async tests and fixtures: each module's run on one event loop, so that they can share warm sandboxes."""

import asyncio
import inspect
import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.machine import ensure
from tests.support.server import Server, ServerFactory
from tests.triggers.parts import FakeEmulator
from tests.triggers.wiring import Functions


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run async tests on their module's loop."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    runner = pyfuncitem.funcargs["runner"]
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    runner.run(pyfuncitem.obj(**arguments))
    return True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Async tests of this folder need the loop without having to ask for it. The hook sees the whole run's items."""
    for item in items:
        ours = item.path.is_relative_to(Path(__file__).parent)
        if ours and isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.obj):
            item.fixturenames.append("runner")


@pytest.fixture(scope="session")
def new_id() -> Callable[[], str]:
    """Request ids in the order of their making. None comes twice: output that is late must not find the invocation of another test."""
    count = itertools.count(1)
    return lambda: f"00000000-0000-4000-8000-{next(count):012d}"


@pytest.fixture(scope="module")
def emulator(runner: asyncio.Runner) -> Iterator[FakeEmulator]:
    """What handlers call back: a server on loopback."""
    emulator = FakeEmulator()
    runner.run(emulator.start())
    yield emulator
    runner.run(emulator.stop())


@pytest.fixture(scope="session")
def triggered_server(servers: ServerFactory) -> Iterator[Server]:
    """A server that runs triggers as processes, shared by the tests of the wiring."""
    path = os.pathsep.join([ensure("node"), os.environ["PATH"]])
    with servers(triggers="process", environment={"PATH": path}) as server:
        yield server


@pytest.fixture
def functions(triggered_server: Server, account: str) -> Functions:
    """The functions of the test's own account on the server that runs them."""
    return Functions(triggered_server, account)
