"""One suite for all executors, with the same handlers in Python and Node.js."""

import asyncio
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import docker
import msgspec
import pytest

from tests.support.machine import ensure
from tests.triggers import images
from tests.triggers.lambda_endpoint import LambdaEndpoint
from tests.triggers.parts import ACCOUNT, REGION, FakeEmulator, Functions, arn, runs, until
from triggers import responses
from triggers.bus import Bus
from triggers.errors import FunctionFailed, FunctionUnavailable, InvalidResponse
from triggers.events import Event, sample_event
from triggers.executors.base import Executor
from triggers.executors.container import ContainerLauncher
from triggers.executors.process import ProcessLauncher
from triggers.executors.remote import RemoteExecutor
from triggers.executors.sandboxed import SandboxExecutor
from triggers.functions import CodeFolder, FunctionRegistry, FunctionSpec
from triggers.invocations import Invocation, RecentInvocations
from triggers.surroundings import Surroundings

HANDLERS = Path(__file__).parent.parent / "handlers"
RUNTIMES = {"python": "python3.11", "node": "nodejs20.x"}


@dataclass
class Bench:
    """A bus with one executor, and functions in one language."""

    kind: str
    language: str
    bus: Bus
    functions: Functions
    executor: Executor
    log: RecentInvocations
    emulator: FakeEmulator

    def add(self, handler: str, **settings: object) -> str:
        """Make a function of `app.<handler>` known; returns its ARN. Equal settings give the same function, warm ones included."""
        name = f"{self.language}-{handler}-" + "-".join(f"{key}{value}" for key, value in settings.items() if key != "layers")
        return self.functions.add(
            FunctionSpec(
                name=re.sub(r"\W+", "-", name).strip("-"),
                arn=arn(re.sub(r"\W+", "-", name).strip("-")),
                code=CodeFolder(HANDLERS / self.language),
                runtime=RUNTIMES[self.language],
                handler=f"app.{handler}",
                **{"timeout": 30.0, **settings},
            )
        )

    async def invoke(self, function: str, event: Event | None = None, **options: object) -> responses.Response:
        event = event or sample_event("PreSignUp")
        return await self.bus.invoke("PreSignUp", function, event, dict, **{"patience": 30.0, **options})

    def last(self) -> Invocation:
        return self.log.all()[-1]


def _launcher(kind: str, emulator: FakeEmulator) -> ProcessLauncher | ContainerLauncher:
    surroundings = Surroundings(emulator.url)
    if kind != "container":
        return ProcessLauncher(surroundings, awslambdaric=kind != "process-own-client")
    ensure("docker")
    return ContainerLauncher(surroundings, images={"python3.11": images.python_image(), "nodejs20.x": images.node_image()})


KINDS = ("process", "process-own-client", pytest.param("container", marks=pytest.mark.docker), "remote")


@pytest.fixture(scope="module", params=KINDS)
def parts(
    request: pytest.FixtureRequest, runner: asyncio.Runner, emulator: FakeEmulator
) -> Iterator[tuple[str, Executor, Functions, FakeEmulator]]:
    """An executor, shared by the module's tests so that they find warm sandboxes."""
    functions = Functions()

    async def start() -> tuple[Executor, LambdaEndpoint | None]:
        local = SandboxExecutor(_launcher(request.param, emulator))
        if request.param != "remote":
            return local, None
        ids = (f"remote-{number}" for number in itertools.count())
        theirs = Bus(functions=FunctionRegistry(file=functions), now=lambda: 0.0, new_id=lambda: next(ids), local=local)
        endpoint = LambdaEndpoint(theirs)
        await endpoint.start()
        return RemoteExecutor(endpoint.url), endpoint

    async def stop() -> None:
        await executor.close()
        if endpoint:
            await endpoint.stop()

    executor, endpoint = runner.run(start())
    yield request.param, executor, functions, emulator
    runner.run(stop())


@pytest.fixture(params=RUNTIMES)
def bench(parts, request, new_id) -> Bench:
    kind, executor, functions, emulator = parts
    log = RecentInvocations()
    if kind == "remote":
        registry = FunctionRegistry(remote=True)
        bus = Bus(functions=registry, now=lambda: 1700000000.0, new_id=new_id, remote=executor, log=log)
    else:
        registry = FunctionRegistry(file=functions)
        bus = Bus(functions=registry, now=lambda: 1700000000.0, new_id=new_id, local=executor, log=log)
    return Bench(kind, request.param, bus, functions, executor, log, emulator)


async def test_an_event_returned_unchanged_changes_nothing(bench):
    event = sample_event("PreSignUp")

    result = await bench.bus.invoke("PreSignUp", bench.add("unchanged"), event, responses.pre_sign_up, patience=30)

    assert responses.PreSignUpResult(False, False, False) == result
    assert event == bench.last().event == bench.last().response


async def test_what_the_handler_sets_in_the_response_is_read(bench):
    result = await bench.bus.invoke("PreSignUp", bench.add("confirms"), sample_event("PreSignUp"), responses.pre_sign_up, patience=30)

    assert responses.PreSignUpResult(True, False, False) == result


async def test_a_handler_that_raises_fails_with_its_message(bench):
    with pytest.raises(FunctionFailed) as caught:
        await bench.invoke(bench.add("raises"))

    assert str(caught.value) == "PreSignUp failed with error No entry for jane."
    assert bench.last().error == "PreSignUp failed with error No entry for jane."
    assert bench.last().error_type in {"RuntimeError", "Error"}
    assert len(bench.log.all()) == 1, "an error is not tried again"


async def test_a_handler_that_raised_stays_warm(bench):
    function = bench.add("raises", memory=256)
    for cold in (True, False):
        with pytest.raises(FunctionFailed):
            await bench.invoke(function)
        assert bench.last().cold is (cold and bench.kind != "remote")


async def test_one_sandbox_serves_call_after_call(bench):
    function = bench.add("counts", memory=200)

    assert [(await bench.invoke(function))["calls"] for _ in range(3)] == [1, 2, 3]


async def test_calls_at_once_run_in_sandboxes_of_their_own(bench):
    function = bench.add("meets")

    met = await asyncio.gather(*(bench.invoke(function) for _ in range(2)))

    assert sorted(one["met"] for one in met) == ["first", "second"]


async def test_a_process_that_dies_is_an_exit_error_and_replaced(bench):
    function = bench.add("dies")
    for _ in range(2):
        with pytest.raises(FunctionFailed, match=r"RequestId: \S+ Error: Runtime exited with error: exit status 3\.$"):
            await bench.invoke(function)
        assert bench.last().error_type == "Runtime.ExitError"
    await until(lambda: "last words" in bench.last().logs)


async def test_a_handler_that_overruns_its_own_time_out_fails(bench):
    with pytest.raises(FunctionFailed, match=r"Error: Task timed out after 0\.50 seconds\.$"):
        await bench.invoke(bench.add("hangs", timeout=0.5))

    assert bench.last().error_type == "Sandbox.Timedout"
    await until(lambda: "hanging" in bench.last().logs)


async def test_one_that_gives_no_answer_is_asked_three_times_in_all(bench):
    function = bench.add("hangs", timeout=2.0)

    with pytest.raises(FunctionUnavailable) as caught:
        await bench.invoke(function, patience=0.2)

    expected = "PreSignUp invocation failed due to error Socket timeout while invoking Lambda function."
    assert expected == str(caught.value)
    assert [one.attempt for one in bench.log.all()] == [1, 2, 3]


@pytest.mark.parametrize(
    ("handler", "sentence"),
    [
        ("answers_null", "Invalid lambda function output : Invalid JSON"),
        ("answers_text", "Invalid lambda function output : Invalid JSON"),
        ("forgets_response", "Unrecognizable lambda output"),
        ("answers_wrong_type", "Unrecognizable lambda output"),
    ],
)
async def test_an_answer_that_is_no_event_is_refused(bench, handler, sentence):
    with pytest.raises(InvalidResponse, match=sentence):
        await bench.bus.invoke("PreSignUp", bench.add(handler), sample_event("PreSignUp"), responses.pre_sign_up, patience=30)

    assert sentence == bench.last().error


async def test_what_it_prints_is_in_the_log_of_its_invocation(bench):
    function = bench.add("prints")
    for _ in range(2):
        await bench.invoke(function)

    for invocation in bench.log.all():
        await until(lambda at=invocation: all(text in _logs(bench, at) for text in ("to stdout: größer", "to stderr")))
        logs = _logs(bench, invocation)
        assert re.match(r"START RequestId: \S+ Version: \$LATEST\n", logs)
        assert logs.index("to stdout: größer") < logs.index("to stderr") < logs.index("END RequestId")
        assert re.search(r"END RequestId: \S+\nREPORT RequestId: \S+\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\t", logs)


async def test_a_run_with_all_logs_returns_what_was_printed(bench):
    outcomes = [await bench.bus.run(bench.add("prints"), {"userName": "jane"}, all_logs=True) for _ in range(2)]

    for outcome in outcomes:
        assert outcome.error is None
        assert outcome.logs.startswith("START RequestId: ")
        assert re.search(r"\n.*to stdout: größer\nto stderr\nEND RequestId: ", outcome.logs)


def _logs(bench: Bench, invocation: Invocation) -> str:
    return next(one.logs for one in bench.log.all() if one.request_id == invocation.request_id)


async def test_the_handler_sees_lambda_around_it(bench):
    function = bench.add("describes", memory=192, environment={"TABLE": "users", "AWS_REGION": "eu-west-1"})

    seen = (await bench.invoke(function))["seen"]

    if bench.kind != "remote":
        assert bench.last().request_id == seen["request_id"]
    assert function == seen["arn"]
    assert seen["memory"] == "192"
    assert seen["version"] == "$LATEST"
    assert 20_000 < seen["remaining"] <= 30_000
    environment = seen["environment"]
    assert environment["TABLE"] == "users"
    assert environment["AWS_REGION"] == "eu-west-1", "the function's own variables win"
    assert environment["AWS_DEFAULT_REGION"] == REGION
    assert environment["AWS_ACCESS_KEY_ID"] == ACCOUNT
    assert seen["name"] == environment["AWS_LAMBDA_FUNCTION_NAME"] == function.rpartition(":")[2]
    assert f"AWS_Lambda_{RUNTIMES[bench.language]}" == environment["AWS_EXECUTION_ENV"]


async def test_a_handler_can_call_the_emulator_while_it_is_invoked(bench):
    assert (await bench.invoke(bench.add("calls_back")))["answer"] == "hello jane"


async def test_a_python_handler_finds_the_emulator_by_boto3_alone(bench):
    if bench.language == "node":  # the AWS SDK for JavaScript is no part of this checkout; fetch is tested above
        assert (await bench.invoke(bench.add("calls_back")))["answer"] == "hello jane"
        return
    response = await bench.invoke(bench.add("lists_pools"))

    assert response["pools"] == ["eu-central-1_pool"]
    assert f"Credential={ACCOUNT}/" in bench.emulator.seen[-1]
    assert f"/{REGION}/cognito-idp/" in bench.emulator.seen[-1]


@pytest.mark.parametrize(
    ("module", "error_type", "message"),
    [
        ("missing_import", "Runtime.ImportModuleError", "there.is.no.such.module"),
        ("syntax", "Runtime.UserCodeSyntaxError", "[Ss]yntax"),
        ("raising", "ValueError|Error", "not configured"),
        ("empty", "Runtime.HandlerNotFound", "handler"),
        ("absent", "Runtime.ImportModuleError", "absent"),
    ],
)
async def test_a_function_that_cannot_be_loaded_fails_with_the_reason(bench, module, error_type, message):
    spec = FunctionSpec(
        f"{bench.language}-{module}",
        arn(f"{bench.language}-{module}"),
        CodeFolder(HANDLERS / "broken"),
        runtime=RUNTIMES[bench.language],
        handler=f"{module}.handler",
    )

    with pytest.raises(FunctionFailed, match=message):
        await bench.invoke(bench.functions.add(spec))

    assert re.fullmatch(error_type, bench.last().error_type)


async def test_handlers_in_folders_are_found(bench):
    function = bench.add("unchanged", memory=333)
    bench.functions.add(msgspec.structs.replace(bench.functions.specs[function.rpartition(":")[2]], handler="lib/nested.handler"))

    assert {key: value for key, value in (await bench.invoke(function)).items() if value} == {}


LAYERS = {
    "python": {"lower": "python/layered.py", "upper": "python/layered.py", "versioned": "python/lib/python3.11/site-packages/versioned.py"},
    "node": {
        "lower": "nodejs/node_modules/layered.js",
        "upper": "nodejs/node_modules/layered.js",
        "versioned": "nodejs/node20/node_modules/versioned.js",
    },
}


async def test_layers_are_found_as_on_lambda_the_later_over_the_earlier(bench, tmp_path):
    source = {"python": "NAME = {!r}\n", "node": "exports.NAME = {!r};\n"}[bench.language]
    for layer, names in (("one", ("lower",)), ("two", ("upper", "versioned"))):
        for name in names:
            file = tmp_path / layer / LAYERS[bench.language][name]
            file.parent.mkdir(parents=True)
            file.write_text(source.format(name))
    tool = tmp_path / "one" / "bin" / "layered-tool"
    tool.parent.mkdir()
    tool.write_text("#!/bin/sh\necho from bin\n")
    tool.chmod(0o755)
    function = bench.add("uses_layers", layers=(CodeFolder(tmp_path / "one"), CodeFolder(tmp_path / "two")))

    assert (await bench.invoke(function))["found"] == ["upper", "versioned", "from bin\n"]

    (tmp_path / "two" / LAYERS[bench.language]["upper"]).unlink()
    assert (await bench.invoke(function))["found"] == ["lower", "versioned", "from bin\n"], "an edit counts at once"


async def test_an_edit_of_the_code_is_picked_up_at_the_next_call(bench, tmp_path):
    spec = FunctionSpec(
        f"{bench.language}-edited",
        arn(f"{bench.language}-edited"),
        CodeFolder(tmp_path),
        runtime=RUNTIMES[bench.language],
        handler="app.handler",
    )
    bench.functions.add(spec)
    for answer in ("one", "two"):
        if bench.language == "python":
            (tmp_path / "app.py").write_text(
                f"def handler(event, context):\n    event['response'] = {{'says': '{answer}'}}\n    return event\n"
            )
        else:
            (tmp_path / "app.js").write_text(f"exports.handler = async (event) => ({{ ...event, response: {{ says: '{answer}' }} }});\n")
        assert answer == (await bench.invoke(spec.arn))["says"]
        assert answer == (await bench.invoke(spec.arn))["says"]


async def test_a_function_that_nobody_knows_is_unavailable_as_on_aws(bench):
    with pytest.raises(FunctionUnavailable) as caught:
        await bench.invoke(arn("nobody"))

    assert str(caught.value).startswith("PreSignUp invocation failed due to error AccessDeniedException.")
    assert "nobody" in caught.value.hint


async def test_what_nobody_waits_for_fails_as_what_is_waited_for(bench):
    with pytest.raises(FunctionFailed):
        await bench.bus.run_event(bench.add("raises"), sample_event("CustomEmailSender"), trigger="CustomEmailSender")

    assert bench.last().error == "CustomEmailSender failed with error No entry for jane."


async def test_a_time_out_kills_what_the_handler_started(bench):
    function = bench.add("hangs_with_child", timeout=1.0)

    with pytest.raises(FunctionFailed, match="timed out"):
        await bench.invoke(function)

    if bench.kind == "container":  # processes of a container do not outlive it
        label = f"cognito-emu.function={bench.functions.specs[function.rpartition(':')[2]].identity()}"
        assert docker.from_env().containers.list(all=True, filters={"label": label}) == []
    else:
        child = re.search(r"child (\d+)", bench.last().logs)
        assert child
        await until(lambda: not runs(int(child[1])))
