"""Our runtime interface client for Node.js takes every kind of handler that Lambda takes."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.triggers.parts import Functions, arn
from triggers.bus import Bus
from triggers.errors import FunctionFailed, InvalidResponse
from triggers.events import sample_event
from triggers.executors.process import ProcessLauncher
from triggers.executors.sandboxed import SandboxExecutor
from triggers.functions import CodeFolder, FunctionRegistry, FunctionSpec
from triggers.surroundings import Surroundings

NODE = Path(__file__).parent.parent / "handlers" / "node"


@pytest.fixture
def bus(runner: asyncio.Runner, new_id: Callable[[], str]) -> Iterator[Bus]:

    class ByHandler(Functions):
        def find(self, reference, arn):
            handler = reference.name.replace("__", "/").replace("--", ".")
            return FunctionSpec(reference.name, arn, CodeFolder(NODE), runtime="nodejs20.x", handler=handler, timeout=10.0)

    async def start() -> Bus:
        executor = SandboxExecutor(ProcessLauncher(Surroundings()))
        return Bus(functions=FunctionRegistry(file=ByHandler()), now=lambda: 0.0, new_id=new_id, local=executor)

    bus = runner.run(start())
    yield bus
    runner.run(bus.close())


async def invoke(bus: Bus, handler: str) -> dict:
    function = arn(handler.replace("/", "__").replace(".", "--"))
    return await bus.invoke("PreSignUp", function, sample_event("PreSignUp"), dict, patience=10)


@pytest.mark.parametrize(
    "handler",
    [
        "styles.by_promise",
        "styles.by_callback",
        "styles.by_callback_without_waiting",
        "styles.by_done",
        "styles.by_succeed",
        "lib/nested.handler",
    ],
)
async def test_a_handler_may_answer_in_any_way(bus, handler):
    for _ in range(2):
        assert await invoke(bus, handler) == sample_event("PreSignUp")["response"]


@pytest.mark.parametrize(
    ("handler", "message", "error_type"),
    [
        ("styles.by_callback_error", "refused", "Error"),
        ("styles.by_callback_text_error", "refused", "string"),
        ("styles.by_fail", "refused", "TypeError"),
        ("styles.by_throw", "refused", "RangeError"),
        ("styles.by_uncaught", "out of the blue", "Error"),
        ("styles.by_unhandled_rejection", "Error: nobody caught this", "Runtime.UnhandledPromiseRejection"),
        ("styles.no_such_export", "styles.no_such_export is undefined or not exported", "Runtime.HandlerNotFound"),
        ("nohandler", "Bad handler 'nohandler'", "Runtime.MalformedHandlerName"),
    ],
)
async def test_a_handler_may_fail_in_any_way(bus, handler, message, error_type):
    with pytest.raises(FunctionFailed) as caught:
        await invoke(bus, handler)

    assert caught.value.message == message
    assert bus.log.all()[-1].error_type == error_type


async def test_a_handler_that_does_nothing_has_answered_null(bus):
    with pytest.raises(InvalidResponse, match="Invalid JSON"):
        await invoke(bus, "styles.by_nothing")


async def test_modules_with_top_level_await_are_loaded(bus):
    assert (await invoke(bus, "modern.handler"))["loaded"] == "loaded"


async def test_an_export_of_the_default_export_is_found(bus):
    assert await invoke(bus, "modern.named") == sample_event("PreSignUp")["response"]


async def test_console_writes_time_request_and_level(bus):
    await invoke(bus, "app.prints")

    line = next(line for line in bus.log.all()[-1].logs.splitlines() if "größer" in line)
    time, request_id, level, text = line.split("\t")
    assert time.endswith("Z")
    assert (request_id, level, text) == (bus.log.all()[-1].request_id, "INFO", "to stdout: größer")
