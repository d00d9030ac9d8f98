"""Sandboxes are warm, bounded, shared out in order, and go when they are of no use. Real processes throughout."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.triggers.parts import FakeEmulator, arn, until
from triggers.events import sample_event
from triggers.executors.base import CannotRun, Outcome
from triggers.executors.process import ProcessLauncher
from triggers.executors.sandboxed import SandboxExecutor
from triggers.functions import CodeFolder, CodeZip, FunctionSpec
from triggers.surroundings import Surroundings

PYTHON = CodeFolder(Path(__file__).parent.parent / "handlers" / "python")
MakeExecutor = Callable[..., SandboxExecutor]


@pytest.fixture
def make(runner: asyncio.Runner, emulator: FakeEmulator) -> Iterator[MakeExecutor]:
    with ExitStack() as stack:

        def make(**options: float) -> SandboxExecutor:
            executor = SandboxExecutor(ProcessLauncher(Surroundings(emulator.url)), **options)
            stack.callback(lambda: runner.run(executor.close()))
            return executor

        yield make


def function(name: str, **settings: object) -> FunctionSpec:
    given = {"code": PYTHON, "runtime": "python3.11", "handler": f"app.{name}", "timeout": 20.0}
    return FunctionSpec(name, arn(name), **{**given, **settings})


async def invoke(executor: SandboxExecutor, spec: FunctionSpec) -> Outcome:
    event = f"""{{"userName": "jane", "response": {{}}, "source": "{sample_event("PreSignUp")["triggerSource"]}"}}"""
    return await executor.invoke(spec, event.encode(), request_id="r", patience=20.0)


async def test_calls_beyond_the_limit_wait_and_all_are_served(make):
    executor = make(limit=3)
    sizes = []

    async def one() -> Outcome:
        outcome = await invoke(executor, function("counts"))
        sizes.append(len(executor.pool))
        return outcome

    outcomes = await asyncio.gather(*(one() for _ in range(40)))

    assert all(outcome.error is None for outcome in outcomes)
    assert 1 <= sum(outcome.cold for outcome in outcomes) <= 3
    assert max(sizes) <= 3


async def test_the_sandbox_used_last_is_used_next_so_that_the_others_grow_old(make):
    executor = make(limit=2)
    await asyncio.gather(invoke(executor, function("meets")), invoke(executor, function("meets")))
    idle = executor.pool._idle[function("meets").identity()]
    oldest = idle[0]

    for _ in range(2):
        await asyncio.gather(invoke(executor, function("meets", code=PYTHON)), invoke(make(), function("meets")))

    assert idle[0] is oldest


async def test_an_idle_sandbox_of_another_function_makes_room(make):
    executor = make(limit=1)

    colds = [(await invoke(executor, function(name, handler="app.counts"))).cold for name in ("a", "a", "b", "a")]

    assert colds == [True, False, True, True]


async def test_an_idle_sandbox_goes_after_a_while(make):
    executor = make(idle_seconds=0.02)
    await invoke(executor, function("counts"))

    await until(lambda: len(executor.pool) == 0)

    assert (await invoke(executor, function("counts"))).cold


async def test_a_sandbox_that_died_while_idle_is_not_handed_out(make):
    executor = make()
    assert (await invoke(executor, function("counts"))).cold
    (sandbox,) = executor.pool._idle[function("counts").identity()]
    sandbox._unit._kill_group()
    await until(lambda: not sandbox.alive)

    assert (await invoke(executor, function("counts"))).cold


async def test_a_change_of_settings_replaces_the_sandbox(make):
    executor = make()
    await invoke(executor, function("counts"))

    assert (await invoke(executor, function("counts", environment={"A": "1"}))).cold
    await until(lambda: len(executor.pool) == 1)


async def test_a_caller_that_goes_away_leaves_the_queue(make):
    executor = make(limit=1)
    first = asyncio.ensure_future(invoke(executor, function("meets")))
    await until(lambda: len(executor._runs) == 1)
    second = asyncio.ensure_future(invoke(executor, function("counts")))
    await until(lambda: len(executor.pool._waiting) == 1)

    second.cancel()
    await asyncio.wait({second})

    assert executor.pool._waiting == []
    other = make()
    await asyncio.gather(first, invoke(other, function("meets")))
    assert (await invoke(executor, function("counts"))).error is None


async def test_a_caller_that_goes_away_does_not_stop_the_function(make):
    executor, other = make(limit=1), make()
    first = asyncio.ensure_future(invoke(executor, function("meets")))
    await until(lambda: len(executor._runs) == 1)

    first.cancel()
    await asyncio.wait({first})
    met = await invoke(other, function("meets"))

    assert b'"met"' in met.payload, "the abandoned call was there to be met"
    assert not (await invoke(executor, function("meets", handler="app.counts"))).error


async def test_what_cannot_be_started_is_told_to_each_caller(make, tmp_path):
    executor = make()
    missing = function("missing", code=CodeFolder(tmp_path / "nowhere"))

    results = await asyncio.gather(*(invoke(executor, missing) for _ in range(3)), return_exceptions=True)

    assert [type(result) for result in results] == [CannotRun] * 3
    assert "nowhere does not exist" in str(results[0])
    assert len(executor.pool) == 0


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"runtime": "java21"}, "processes run"),
        ({"code": CodeZip.of(b"no archive")}, "unzip"),
        ({"runtime": "provided.al2023"}, "could not be started"),
    ],
)
async def test_what_processes_cannot_run_says_so(make, settings, complaint):
    with pytest.raises(CannotRun, match=complaint):
        await invoke(make(), function("counts", **settings))


async def test_closing_refuses_those_that_wait_and_those_that_come(make):
    executor = make(limit=1)
    busy = asyncio.ensure_future(invoke(executor, function("hangs")))
    await until(lambda: len(executor._runs) == 1)
    waiting = asyncio.ensure_future(invoke(executor, function("counts")))
    await until(lambda: len(executor.pool._waiting) == 1)

    await executor.close()

    with pytest.raises(CannotRun, match="stopping"):
        await waiting
    with pytest.raises(CannotRun, match="stopping"):
        await invoke(executor, function("counts"))
    assert "signal" in (await busy).error.message
