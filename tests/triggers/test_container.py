"""What is particular to functions in containers: images, networks, an engine that fails, and nothing left behind."""

import asyncio
import io
import json
import signal
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import docker
import pytest

from tests.support.machine import CHECKOUT, ensure
from tests.triggers import images
from tests.triggers.engine_door import ENGINE, EngineDoor
from tests.triggers.parts import FakeEmulator, arn, until
from triggers.executors.base import CannotRun, Outcome
from triggers.executors.container import ContainerLauncher
from triggers.executors.docker_engine import DockerEngine
from triggers.executors.sandboxed import SandboxExecutor
from triggers.functions import CodeFolder, CodeImage, CodeZip, FunctionSpec
from triggers.surroundings import Surroundings

pytestmark = pytest.mark.docker
PYTHON = Path(__file__).parent.parent / "handlers" / "python"
MakeExecutor = Callable[..., SandboxExecutor]


@pytest.fixture(scope="module")
def client() -> Iterator[docker.DockerClient]:
    ensure("docker")
    client = docker.from_env()
    yield client
    client.close()


@pytest.fixture(scope="module")
def image(client: docker.DockerClient) -> str:
    return images.python_image()


@pytest.fixture
def make(runner: asyncio.Runner, emulator: FakeEmulator, image: str) -> Iterator[MakeExecutor]:
    with ExitStack() as stack:

        def make(limit: int = 10, **options: object) -> SandboxExecutor:
            given = {"images": {"python3.11": image}, **options}
            executor = SandboxExecutor(ContainerLauncher(Surroundings(emulator.url), **given), limit=limit)
            stack.callback(lambda: runner.run(executor.close()))
            return executor

        yield make


def function(name: str, **settings: object) -> FunctionSpec:
    given = {"code": CodeFolder(PYTHON), "runtime": "python3.11", "handler": f"app.{name}", "timeout": 30.0}
    return FunctionSpec(name, arn(name), **{**given, **settings})


async def invoke(executor: SandboxExecutor, spec: FunctionSpec) -> Outcome:
    return await executor.invoke(spec, b'{"userName": "jane", "response": {}}', request_id="r", patience=30.0)


def containers(client: docker.DockerClient, instance: str) -> list[str]:
    label = f"cognito-emu.instance={instance}"
    found = client.containers.list(all=True, filters={"label": label}, ignore_removed=True)
    return [one.id for one in found]


async def test_a_missing_image_is_named(make):
    executor = make(images={"python3.11": "no-such-registry.invalid/lambda/python:3.11"})

    with pytest.raises(CannotRun, match=r"the image no-such-registry.invalid/lambda/python:3.11 is not there and could not be pulled"):
        await invoke(executor, function("unchanged"))


async def test_a_runtime_without_image_says_so(make):
    with pytest.raises(CannotRun, match="no image for the runtime 'cobol85'"):
        await invoke(make(), function("unchanged", runtime="cobol85"))


async def test_a_container_runs_uploaded_code_and_layers(make):
    def archive(**files: str) -> CodeZip:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as target:
            for name, content in files.items():
                target.writestr(name.replace("__", "/") + ".py", content)
        return CodeZip.of(buffer.getvalue())

    code = archive(app="import shared\ndef handler(e, c):\n    return shared.answer\n")
    layers = (archive(python__shared="answer = 'lower'"), archive(python__shared="answer = 'upper'"))

    outcome = await invoke(make(), function("handler", code=code, layers=layers))

    assert json.loads(outcome.payload) == "upper"


async def test_a_function_may_be_an_image_of_its_own(make, client, image):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        content = b"def handler(event, context):\n    return 'from the image'\n"
        entry = tarfile.TarInfo("var/task/own.py")
        entry.size = len(content)
        tar.addfile(entry, io.BytesIO(content))
    container = client.containers.create(image)
    container.put_archive("/", buffer.getvalue())
    container.commit("cognito-emu-test/own", "latest")
    container.remove()

    own = CodeImage("cognito-emu-test/own:latest", command=("own.handler",))
    outcome = await invoke(make(), function("own", code=own, runtime=None, handler=None))

    assert json.loads(outcome.payload) == "from the image"


async def test_a_function_that_takes_too_much_memory_is_killed(make, tmp_path):
    (tmp_path / "app.py").write_text("def greedy(event, context):\n    return len(bytearray(b'x' * 400_000_000))\n")

    outcome = await invoke(make(), function("greedy", code=CodeFolder(tmp_path), memory=64))

    assert outcome.error.error_type == "Runtime.ExitError"
    assert "signal: killed" in outcome.error.message


@contextmanager
def user_network(client: docker.DockerClient, name: str) -> Iterator[str]:
    network = client.networks.create(name)
    try:
        yield name
    finally:
        network.remove()


async def test_containers_join_the_network_that_is_asked_for_and_reach_the_emulator_from_it(make, client, emulator):
    with user_network(client, "cognito-emu-test-functions") as name:
        executor = make(network=name)
        outcome = await invoke(executor, function("calls_back"))
        (running,) = containers(client, executor._launcher.instance)
        networks = client.containers.get(running).attrs["NetworkSettings"]["Networks"]
        await executor.close()

    assert json.loads(outcome.payload)["response"]["answer"] == "hello jane"
    assert list(networks) == [name]


async def test_nothing_is_left_after_closing(make, client):
    executor = make()
    await asyncio.gather(*(invoke(executor, function("meets")) for _ in range(2)))
    instance = executor._launcher.instance
    assert len(containers(client, instance)) == 2

    await executor.close()

    assert containers(client, instance) == []


async def test_cold_starts_do_not_stop_the_event_loop(make):
    """Other requests are served while containers are created, started and removed."""
    gaps, loop = [], asyncio.get_running_loop()

    async def heart() -> None:
        while True:
            before = loop.time()
            await asyncio.sleep(0.001)
            gaps.append(loop.time() - before)

    beating = asyncio.create_task(heart())
    await asyncio.gather(*(invoke(make(limit=1), function("unchanged")) for _ in range(4)))
    beating.cancel()

    assert len(gaps) > 50
    assert sorted(gaps)[len(gaps) * 95 // 100] < 0.05


@pytest.fixture
def door(runner: asyncio.Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EngineDoor]:
    async def start() -> EngineDoor:
        door = EngineDoor(tmp_path / "docker.sock")
        await door.open()
        return door

    door = runner.run(start())
    monkeypatch.setenv("DOCKER_HOST", door.url)
    yield door
    runner.run(door.shut())


async def test_an_absent_engine_is_an_error_until_it_is_there(make, door):
    await door.shut()
    executor = make()
    with pytest.raises(CannotRun, match=r"the Docker engine: .*see that it runs"):
        await invoke(executor, function("unchanged"))

    await door.open()

    assert (await invoke(executor, function("unchanged"))).error is None


async def test_an_engine_that_dies_takes_its_sandboxes_along_and_is_used_again_when_back(make, door):
    executor = make()
    running = asyncio.ensure_future(invoke(executor, function("hangs")))
    await until(lambda: len(executor._runs) == 1)

    await door.shut()

    assert "the container engine went away" in (await running).error.message
    with pytest.raises(CannotRun, match="the Docker engine"):
        await invoke(executor, function("unchanged"))
    await door.open()
    assert (await invoke(executor, function("unchanged"))).error is None


async def test_an_engine_that_hangs_is_an_error_in_good_time(make, door):
    executor = make(engine=DockerEngine(timeout=0.5))
    door.jam()
    began = asyncio.get_running_loop().time()

    with pytest.raises(CannotRun, match=r"the Docker engine: it did not answer within 0\.5 s"):
        await invoke(executor, function("unchanged"))

    assert asyncio.get_running_loop().time() - began < 20, "the SDK's own limit, 60 s, is not waited for"
    door.unjam()


async def start_emulator(image: str) -> tuple[asyncio.subprocess.Process, dict]:
    """An emulator in a process of its own, with a warm sandbox."""
    program = Path(__file__).with_name("emulator_process.py")
    process = await asyncio.create_subprocess_exec(
        sys.executable, program, PYTHON, "app.unchanged", image, "stay", stdout=asyncio.subprocess.PIPE, cwd=CHECKOUT
    )
    return process, json.loads(await process.stdout.readline())


async def test_what_a_crashed_emulator_left_is_removed_by_the_next_and_what_a_live_one_uses_is_not(make, client, image):
    crashed, its = await start_emulator(image)
    alive, others = await start_emulator(image)
    crashed.send_signal(signal.SIGKILL)
    await crashed.wait()
    assert len(containers(client, its["instance"])) == 1

    await make()._launcher.prepare()

    assert containers(client, its["instance"]) == []
    assert len(containers(client, others["instance"])) == 1
    alive.kill()
    await alive.wait()
    await make()._launcher.prepare()
    assert containers(client, others["instance"]) == []


def test_an_emulator_in_a_container_runs_functions_on_its_own_network(client, image):
    """As in compose: the engine's socket is mounted, code goes through the engine's API, the function calls back."""
    packages = Path(sys.prefix) / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    with user_network(client, "cognito-emu-test-compose") as network:
        output = client.containers.run(
            image,
            entrypoint=["/var/lang/bin/python3.11", "/emulator/tests/triggers/emulator_process.py"],
            command=["/emulator/tests/handlers/python", "app.calls_back", image],
            environment={"PYTHONPATH": "/emulator:/packages"},
            volumes={
                ENGINE: {"bind": ENGINE},
                str(CHECKOUT): {"bind": "/emulator", "mode": "ro"},
                str(packages): {"bind": "/packages", "mode": "ro"},
            },
            network=network,
            remove=True,
            stderr=True,
        )

    answer = json.loads(json.loads(output.splitlines()[-1])["payload"])
    assert answer["response"]["answer"] == "hello from /called-back"


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("print('about to go', flush=True); time.sleep(60)", id="overruns"),
        pytest.param("print('about to go', flush=True); os._exit(3)", id="dies"),
        pytest.param(
            "[os.kill(int(pid), 9) for pid in os.listdir('/proc') if pid.isdigit() and pid != '1']; print('about to go')",
            id="kills-its-neighbour",
        ),
    ],
)
async def test_all_that_a_function_prints_is_in_its_log_whatever_becomes_of_it(make, tmp_path, code):
    (tmp_path / "app.py").write_text(f"import os, time\ndef handler(event, context):\n    {code}\n")
    executor = make()

    spec = function("handler", code=CodeFolder(tmp_path), timeout=3.0)
    outcome = await executor.invoke(spec, b"{}", request_id="r", patience=None, all_logs=True)

    assert "\nabout to go\n" in outcome.logs


async def test_what_one_invocation_prints_is_not_in_the_log_of_the_next(make, tmp_path):
    (tmp_path / "app.py").write_text(
        "import sys\ndef handler(event, context):\n    print(event, 'x' * 9000)\n    print(event, file=sys.stderr)\n"
    )
    executor, late = make(), {}
    executor.late_output = lambda request_id, text: late.update({request_id: late.get(request_id, "") + text})
    spec = function("handler", code=CodeFolder(tmp_path))

    outcomes = [await executor.invoke(spec, b"%d" % n, request_id=str(n), patience=30.0) for n in range(20)]
    await all_has_come(executor)

    for n, outcome in enumerate(outcomes):
        printed = outcome.logs.partition("END")[0].partition("\n")[2] + late.get(str(n), "")
        assert printed == f"{n} {'x' * 9000}\n{n}\n"


async def all_has_come(executor: SandboxExecutor) -> None:
    """Wait for output that is under way: what a sandbox does before it takes the next call."""
    for sandboxes in executor.pool._idle.values():
        for sandbox in sandboxes:
            await sandbox._drained
