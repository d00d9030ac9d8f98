"""Async tests and fixtures: each module's run on one event loop, so that they can share warm sandboxes."""

import asyncio
import inspect
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.triggers.parts import FakeEmulator

HANDLERS = Path(__file__).parent.parent / "handlers"


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
    """Async tests need the loop without having to ask for it."""
    for item in items:
        if isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.obj) and "runner" not in item.fixturenames:
            item.fixturenames.append("runner")


@pytest.fixture
def handlers() -> Path:
    return HANDLERS


@pytest.fixture
def new_id() -> Callable[[], str]:
    """Request ids in the order of their making."""
    count = itertools.count(1)
    return lambda: f"00000000-0000-4000-8000-{next(count):012d}"


@pytest.fixture
def within(runner: asyncio.Runner) -> Callable[..., Any]:
    """Run a coroutine on the module's loop, for fixtures."""
    return runner.run


@pytest.fixture(scope="module")
def emulator(runner: asyncio.Runner) -> Iterator[FakeEmulator]:
    """What handlers call back: a server on loopback."""
    emulator = FakeEmulator()
    runner.run(emulator.start())
    yield emulator
    runner.run(emulator.stop())
