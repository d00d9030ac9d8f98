"""What Lambda triggers cost: `python -m bench.triggers`, and the last part of `python -m bench`.

A server of its own runs a function that returns its event. Also measured, without a server: the start of a function and its warm calls
through the bus.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import statistics
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docker.errors import DockerException

from bench.client import Connection, connect
from bench.measure import Target, measure
from bench.scenarios import PASSWORD, Operation, Scenario, new_pool
from bench.server import own_server
from tests.triggers import images
from triggers.bus import Bus
from triggers.events import sample_event
from triggers.executors.container import ContainerLauncher
from triggers.executors.process import ProcessLauncher
from triggers.executors.sandboxed import Launcher, SandboxExecutor
from triggers.function_files import FunctionsFile
from triggers.functions import FunctionRegistry
from triggers.responses import pre_sign_up
from triggers.surroundings import Surroundings

_ARN = "arn:aws:lambda:us-east-1:000000000000:function:"
_PYTHON = "import time\n\ndef noop(event, context):\n    return event\n\ndef slow(event, context):\n    time.sleep(0.1)\n    return event\n"
_NODE = "exports.noop = async (event) => event;\n"
_FUNCTIONS = """
[functions.noop]
code = "python"
runtime = "python3.11"
handler = "app.noop"

[functions.slow]
code = "python"
runtime = "python3.11"
handler = "app.slow"

[functions.node]
code = "node"
runtime = "nodejs20.x"
handler = "app.noop"
"""
_WARM_CALLS = 1000
_COLD_STARTS = 5
_BURST = 200
_numbers = itertools.count()


def write_functions(folder: Path) -> Path:
    """The functions file and the code that it names."""
    for name, file, source in (("python", "app.py", _PYTHON), ("node", "app.js", _NODE)):
        (folder / name).mkdir()
        (folder / name / file).write_text(source, encoding="utf-8")
    path = folder / "functions.toml"
    path.write_text(_FUNCTIONS, encoding="utf-8")
    return path


def _sign_ups(function: str | None) -> Scenario:
    async def prepare(connection: Connection) -> Operation:
        config = {"PreSignUp": f"{_ARN}{function}"} if function else {}
        _, client = await new_pool(connection, LambdaConfig=config)

        async def operation(connection: Connection) -> None:
            await connection.call("SignUp", {"ClientId": client, "Username": f"user{next(_numbers)}", "Password": PASSWORD})

        return operation

    return Scenario(f"SignUp, PreSignUp: {function or 'none'}", 1, prepare)


async def _burst(target: Target) -> float:
    """Seconds that 200 sign-ups at once take whose function takes 100 ms."""
    connection = await connect(target.url)
    _, client = await new_pool(connection, LambdaConfig={"PreSignUp": f"{_ARN}slow"})
    lanes = [await connect(target.url) for _ in range(_BURST)]
    requests = [{"ClientId": client, "Username": f"user{next(_numbers)}", "Password": PASSWORD} for _ in lanes]
    began = time.perf_counter()
    await asyncio.gather(*(lane.call("SignUp", request) for lane, request in zip(lanes, requests, strict=True)))
    return time.perf_counter() - began


async def _invokes(functions: Path, name: str, in_images: dict[str, str] | None = None) -> dict[str, float]:
    """Milliseconds of a first call and of warm ones, of which the function's own time is none; in containers of `in_images`, if given."""
    event = sample_event("PreSignUp_SignUp")
    cold = []
    for _ in range(_COLD_STARTS):
        bus = await _bus(functions, in_images)
        cold.append(await _timed(bus, name, event))
        await bus.close()
    bus = await _bus(functions, in_images)
    await _timed(bus, name, event)
    warm = [await _timed(bus, name, event) for _ in range(_WARM_CALLS)]
    await bus.close()
    return {"cold_ms": round(statistics.median(cold), 1), "warm_ms": round(statistics.median(warm), 3)}


async def _bus(functions: Path, in_images: dict[str, str] | None) -> Bus:
    launcher: Launcher = ProcessLauncher(Surroundings())
    if in_images:
        launcher = ContainerLauncher(Surroundings(), images=in_images)
        await launcher.prepare()  # as the emulator does when it starts
    executor = SandboxExecutor(launcher)
    registry = FunctionRegistry(file=FunctionsFile(functions))
    return Bus(functions=registry, now=time.time, new_id=lambda: str(uuid.uuid4()), local=executor)


def _container_images() -> dict[str, str]:
    """Images shaped like AWS's that the tests make from this machine; none where no Docker engine answers."""
    try:
        return {"python3.11": images.python_image(), "nodejs20.x": images.node_image()}
    except DockerException as error:
        print(f"no figures of containers: {error}")
        return {}


async def _timed(bus: Bus, name: str, event: dict[str, Any]) -> float:
    began = time.perf_counter()
    await bus.invoke("PreSignUp", f"{_ARN}{name}", event, pre_sign_up)
    return (time.perf_counter() - began) * 1e3


@contextlib.contextmanager
def _environment(**variables: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


async def trigger_figures(*, connections: int = 8, seconds: float = 2.0, rounds: int = 3) -> dict[str, Any]:
    """Measure, print as it goes, and return all figures."""
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        functions = write_functions(folder)
        for function in ("noop", "node"):
            figures[f"invoke {function}"] = await _invokes(functions, function)
            print(f"invoke, process, {function:10} {figures[f'invoke {function}']}")
        made = _container_images()
        for function in ("noop", "node") if made else ():
            figures[f"invoke {function}, docker"] = await _invokes(functions, function, made)
            print(f"invoke, docker, {function:11} {figures[f'invoke {function}, docker']}")
        with _environment(COGNITO_EMU_TRIGGERS="process", COGNITO_EMU_FUNCTIONS=str(functions)), own_server(folder / "data") as (target, _):
            for scenario in map(_sign_ups, (None, "noop", "node")):
                (result,) = await measure(scenario, [target], connections=connections, seconds=seconds, rounds=rounds)
                figures[scenario.name] = result.summary()
                print(f"{scenario.name:36} {figures[scenario.name]}")
            figures["burst_s"] = round(await _burst(target), 2)
            print(f"{_BURST} sign-ups at once, a function of 100 ms, 10 instances: {figures['burst_s']} s")
        if made:
            pairs = ",".join(f"{runtime}={image}" for runtime, image in made.items())
            settings = {"COGNITO_EMU_TRIGGERS": "docker", "COGNITO_EMU_FUNCTIONS": str(functions), "COGNITO_EMU_LAMBDA_IMAGES": pairs}
            with _environment(**settings), own_server(folder / "data-docker") as (target, _):
                scenario = _sign_ups("noop")
                (result,) = await measure(scenario, [target], connections=connections, seconds=seconds, rounds=rounds)
                figures[f"{scenario.name}, docker"] = result.summary()
                print(f"{scenario.name + ', docker':36} {figures[f'{scenario.name}, docker']}")
    return figures


if __name__ == "__main__":
    asyncio.run(trigger_figures())
