"""The bus permits, hides, records and survives."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
import structlog.testing
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from tests.support.machine import free_port
from tests.triggers.parts import Functions, arn, until
from triggers import responses
from triggers.bus import Bus
from triggers.errors import FunctionFailed, FunctionUnavailable, InvalidResponse
from triggers.events import sample_event
from triggers.executors.base import Outcome
from triggers.executors.process import ProcessLauncher
from triggers.executors.remote import RemoteExecutor
from triggers.executors.sandboxed import SandboxExecutor
from triggers.functions import CodeFolder, FunctionRegistry, FunctionSpec
from triggers.invocations import Invocation, RecentInvocations, with_late_output
from triggers.surroundings import Surroundings

PYTHON = CodeFolder(Path(__file__).parent.parent / "handlers" / "python")
POOL = "arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_abc"


@pytest.fixture(scope="module")
def executor(runner: asyncio.Runner) -> Iterator[SandboxExecutor]:
    executor = SandboxExecutor(ProcessLauncher(Surroundings()))
    yield executor
    runner.run(executor.close())


@pytest.fixture
def functions() -> Functions:
    functions = Functions()
    for handler in ("unchanged", "raises", "hangs", "confirms"):
        spec = FunctionSpec(handler, arn(handler), PYTHON, "python3.11", f"app.{handler}", timeout=20.0)
        functions.add(spec)
    return functions


@pytest.fixture
def make_bus(executor: SandboxExecutor, functions: Functions, new_id: Callable[[], str]) -> Callable[..., Bus]:
    def make(**options: object) -> Bus:
        registry = FunctionRegistry(file=functions)
        return Bus(**{"functions": registry, "now": lambda: 12.5, "new_id": new_id, "local": executor, **options})

    return make


def require_policy(functions: Functions, policy: dict | None) -> str:
    spec = msgspec.structs.replace(functions.specs["confirms"], policy=policy, policy_applies=True)
    return functions.add(spec)


GRANT = {
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "cognito-idp.amazonaws.com"},
            "Action": "lambda:InvokeFunction",
            "Resource": arn("confirms"),
            "Condition": {"ArnLike": {"AWS:SourceArn": POOL}},
        }
    ]
}


async def confirms(bus: Bus, function: str, **options: object) -> responses.PreSignUpResult:
    return await bus.invoke("PreSignUp", function, sample_event("PreSignUp"), responses.pre_sign_up, **options)


async def test_a_missing_permission_is_a_warning_by_default(make_bus, functions):
    bus, function = make_bus(), require_policy(functions, None)

    with structlog.testing.capture_logs() as lines:
        for _ in range(2):
            assert (await confirms(bus, function, source_arn=POOL)).auto_confirm_user

    warned = [line for line in lines if "no permission" in line["event"]]
    assert [(line["function"], line["source"]) for line in warned] == [(function, POOL)], "once, not at each invocation"


async def test_a_missing_permission_is_aws_error_when_enforced(make_bus, functions):
    bus, function = make_bus(permission_mode="enforce"), require_policy(functions, None)

    with pytest.raises(FunctionUnavailable) as caught:
        await confirms(bus, function, source_arn=POOL)

    assert str(caught.value).startswith("PreSignUp invocation failed due to error AccessDeniedException.")
    assert "AddPermission" in caught.value.hint
    assert bus.log.all()[-1].error == str(caught.value)


async def test_a_granted_permission_is_enough(make_bus, functions):
    function = require_policy(functions, GRANT)

    assert (await confirms(make_bus(permission_mode="enforce"), function, source_arn=POOL)).auto_confirm_user


async def test_functions_from_a_file_need_no_permission(make_bus):
    assert (await confirms(make_bus(permission_mode="enforce"), arn("confirms"), source_arn=POOL)).auto_confirm_user


async def test_an_invocation_is_recorded_whole(make_bus):
    bus = make_bus()
    await confirms(bus, arn("unchanged"))

    kept = bus.log.all()[-1]
    assert kept == Invocation(
        request_id=kept.request_id,
        trigger="PreSignUp",
        trigger_source="PreSignUp_SignUp",
        function_arn=arn("unchanged"),
        executor="process",
        at=12.5,
        event=sample_event("PreSignUp"),
        response=sample_event("PreSignUp"),
        duration=kept.duration,
        cold=kept.cold,
        logs=kept.logs,
    )
    assert kept.duration > 0
    assert kept.request_id.startswith("00000000-0000-4000-8000-")


async def test_a_password_is_sent_but_not_kept(make_bus):
    bus, event = make_bus(), sample_event("UserMigration_Authentication")

    await bus.invoke("UserMigration", arn("unchanged"), event, responses.user_migration)

    assert event["request"]["password"] == "Example-1"
    assert bus.log.all()[-1].event["request"]["password"] == "***"
    assert bus.log.all()[-1].response["request"]["password"] == "***", "functions return the whole event"
    assert "Example-1" not in str(bus.log.all()[-1])


async def test_a_log_that_fails_does_not_fail_the_trigger(make_bus):
    class Broken(RecentInvocations):
        async def record(self, invocation: Invocation) -> None:
            raise OSError("disk full")

    assert (await confirms(make_bus(log=Broken()), arn("confirms"))).auto_confirm_user


async def test_output_of_an_abandoned_run_is_added_to_its_record(make_bus, functions):
    bus = make_bus()
    functions.add(msgspec.structs.replace(functions.specs["hangs"], timeout=1.0))

    with pytest.raises(FunctionUnavailable, match="Socket timeout"):
        await confirms(bus, arn("hangs"), patience=0.1, attempts=1)
    assert bus.log.all()[-1].error == "no answer within 0.1 s"

    await until(lambda: "Task timed out after 1.00 seconds" in bus.log.all()[-1].logs)
    assert "hanging" in bus.log.all()[-1].logs


async def test_run_returns_failures_instead_of_raising_them(make_bus):
    bus = make_bus()

    outcome = await bus.run("raises", {"userName": "jane"})

    assert (outcome.error.error_type, outcome.error.message) == ("RuntimeError", "No entry for jane")
    assert (bus.log.all()[-1].trigger, bus.log.all()[-1].error) == ("Invoke", "No entry for jane")


async def test_a_fault_of_ours_is_still_a_declared_error(make_bus):
    class Broken(RemoteExecutor):
        async def invoke(self, *args: object, **options: object) -> Outcome:
            raise ZeroDivisionError("oops")

    with pytest.raises(FunctionUnavailable, match=r"ServiceException\. \(ZeroDivisionError: oops\)"):
        await confirms(make_bus(local=Broken(None)), arn("confirms"))


async def test_without_anything_to_run_functions_that_is_the_error(make_bus):
    with pytest.raises(FunctionUnavailable, match="without anything to run them"):
        await confirms(make_bus(local=None), arn("confirms"))


async def test_the_oldest_invocations_are_forgotten(make_bus):
    bus = make_bus(log=RecentInvocations(limit=2))
    made = []
    for _ in range(3):
        await confirms(bus, arn("unchanged"))
        made.append(bus.log.all()[-1].request_id)

    assert [one.request_id for one in bus.log.all()] == made[1:]


async def test_output_that_comes_while_an_invocation_is_recorded_is_kept_in_order(make_bus, executor):
    class Slow(RecentInvocations):
        async def record(self, invocation: Invocation) -> None:
            executor.late_output(invocation.request_id, "one\n")
            await asyncio.sleep(0)
            executor.late_output(invocation.request_id, "two\n")
            await super().record(invocation)

    bus = make_bus(log=Slow())
    await confirms(bus, arn("confirms"))
    executor.late_output(bus.log.all()[-1].request_id, "three\n")
    await bus.settled()

    assert "\none\ntwo\nthree\nEND RequestId: " in bus.log.all()[-1].logs


def test_late_output_comes_before_the_end_line():
    assert with_late_output("START\nEND RequestId: r\nREPORT\n", "late") == "START\nlate\nEND RequestId: r\nREPORT\n"
    assert with_late_output("", "late") == "late"


class Replies(RequestHandler):
    """An endpoint like AWS's Runtime Interface Emulator: errors without the header that marks them."""

    def post(self, function: str) -> None:
        payloads = {
            "failed": b'{"errorType": "ValueError", "errorMessage": "no entry", "stackTrace": []}',
            "late": b"Task timed out after 2.00 seconds",
            "text": b"nonsense",
        }
        self.write(payloads[function.rpartition(":")[2]])


@pytest.fixture
def remote_bus(runner: asyncio.Runner, make_bus: Callable[..., Bus]) -> Iterator[Bus]:
    async def start() -> HTTPServer:
        server = HTTPServer(Application([(r"/2015-03-31/functions/(.+)/invocations", Replies)]))
        sockets = bind_sockets(0, "127.0.0.1")
        server.add_sockets(sockets)
        server.port = sockets[0].getsockname()[1]
        return server

    server = runner.run(start())
    executor = RemoteExecutor(f"http://127.0.0.1:{server.port}")
    yield make_bus(functions=FunctionRegistry(remote=True), local=None, remote=executor)
    runner.run(executor.close())
    server.stop()
    runner.run(server.close_all_connections())


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("failed", FunctionFailed, "PreSignUp failed with error no entry."),
        ("late", FunctionFailed, "PreSignUp failed with error Task timed out after 2.00 seconds."),
        ("text", InvalidResponse, "Invalid lambda function output : Invalid JSON"),
    ],
)
async def test_errors_of_the_runtime_interface_emulator_are_recognized(remote_bus, name, error, message):
    with pytest.raises(error) as caught:
        await confirms(remote_bus, arn(name))

    assert str(caught.value) == message


async def test_an_endpoint_that_does_not_answer_is_named(make_bus):
    executor = RemoteExecutor(f"http://127.0.0.1:{free_port()}")
    bus = make_bus(functions=FunctionRegistry(remote=True), local=None, remote=executor)

    with pytest.raises(FunctionUnavailable, match=r"the Lambda endpoint http://127.0.0.1:\d+ does not answer"):
        await confirms(bus, arn("f"))

    await executor.close()
