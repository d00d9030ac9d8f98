"""What is particular to functions that run as processes."""

import asyncio
import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.triggers.parts import arn
from triggers.executors.base import CannotRun, Outcome
from triggers.executors.process import ProcessLauncher
from triggers.executors.sandboxed import SandboxExecutor
from triggers.functions import CodeFolder, CodeImage, CodeZip, FunctionSpec
from triggers.surroundings import Surroundings


@pytest.fixture
def executor(runner: asyncio.Runner) -> Iterator[SandboxExecutor]:
    executor = SandboxExecutor(ProcessLauncher(Surroundings()))
    yield executor
    runner.run(executor.close())


def archive(**files: str) -> CodeZip:
    """An archive of files whose names have `_` for the dot; all executable."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name.replace("_", "."))
            entry.external_attr = 0o755 << 16
            target.writestr(entry, content)
    return CodeZip.of(buffer.getvalue())


async def invoke(executor: SandboxExecutor, **settings: object) -> Outcome:
    given = {"runtime": "python3.11", "handler": "app.handler", "timeout": 20.0}
    spec = FunctionSpec("f", arn("f"), **{**given, **settings})
    return await executor.invoke(spec, b'{"a": 1}', request_id="r", patience=20.0)


async def test_uploaded_code_runs(executor):
    outcome = await invoke(executor, code=archive(app_py="def handler(event, context):\n    return event['a'] + 1\n"))

    assert outcome.payload == b"2"


async def test_layers_are_found_in_python_and_node(executor, tmp_path):
    (tmp_path / "python").mkdir()
    (tmp_path / "python" / "shared.py").write_text("answer = 'from the layer'")
    module = tmp_path / "nodejs" / "node_modules" / "shared"
    module.mkdir(parents=True)
    (module / "index.js").write_text("exports.answer = 'from the layer';")
    module_importer = "import shared from 'shared';\nexport const handler = async () => shared.answer;\n"
    layers = (CodeFolder(tmp_path),)
    python = archive(app_py="import shared\ndef handler(event, context):\n    return shared.answer\n")
    node = archive(app_js="const shared = require('shared');\nexports.handler = async () => shared.answer;\n")

    assert json.loads((await invoke(executor, code=python, layers=layers)).payload) == "from the layer"
    for code in (node, archive(app_mjs=module_importer)):
        assert json.loads((await invoke(executor, code=code, layers=layers, runtime="nodejs20.x")).payload) == "from the layer"


async def test_node_functions_find_the_packages_that_lambda_has(tmp_path):
    """In CommonJS and in ES modules; what nobody has is told by its name."""
    package = tmp_path / "node_modules" / "@aws-sdk" / "client-cognito-identity-provider"
    package.mkdir(parents=True)
    (package / "package.json").write_text('{"exports": "./main.js"}')
    (package / "main.js").write_text("exports.answer = 'the SDK';")
    executor = SandboxExecutor(ProcessLauncher(Surroundings(), node_modules=tmp_path / "node_modules"))
    name = "@aws-sdk/client-cognito-identity-provider"
    codes = [
        archive(app_js=f"exports.handler = async () => require('{name}').answer;\n"),
        archive(app_mjs=f"import sdk from '{name}';\nexport const handler = async () => sdk.answer;\n"),
        archive(app_mjs="import 'nowhere';\n"),
    ]
    answers = [await invoke(executor, code=code, runtime="nodejs20.x") for code in codes]
    assert [json.loads(answer.payload) for answer in answers[:2]] == ["the SDK", "the SDK"]
    assert b"Cannot find package 'nowhere' imported from" in answers[2].payload
    await executor.close()


async def test_a_provided_runtime_brings_its_own_bootstrap(executor, tmp_path):
    script = """#!/usr/bin/env python3
import json, os, urllib.request
api = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/invocation/"
while True:
    with urllib.request.urlopen(api + "next") as event:
        body = json.load(event)
        request_id = event.headers["Lambda-Runtime-Aws-Request-Id"]
    urllib.request.urlopen(api + request_id + "/response", json.dumps({"got": body, "handler": os.environ["_HANDLER"]}).encode())
"""
    outcome = await invoke(executor, code=archive(bootstrap=script), runtime="provided.al2023")

    assert json.loads(outcome.payload) == {"got": {"a": 1}, "handler": "app.handler"}


async def test_an_image_needs_containers(executor):
    with pytest.raises(CannotRun, match="container"):
        await invoke(executor, code=CodeImage("mine:latest"), runtime=None)


async def test_the_emulators_own_environment_stays_outside(executor, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_EMULATOR", "1")
    monkeypatch.setenv("AWS_PROFILE", "production")
    code = archive(app_py="import os\ndef handler(event, context):\n    return dict(os.environ)\n")

    environment = json.loads((await invoke(executor, code=code)).payload)

    assert "SECRET_OF_THE_EMULATOR" not in environment
    assert "AWS_PROFILE" not in environment
    assert environment["AWS_SHARED_CREDENTIALS_FILE"] == "/dev/null"


async def test_running_leaves_no_bytecode_in_the_code_folder(executor, tmp_path):
    (tmp_path / "app.py").write_text("import inner\ndef handler(event, context):\n    return 1\n")
    (tmp_path / "inner.py").write_text("")

    await invoke(executor, code=CodeFolder(tmp_path))

    assert sorted(path.name for path in tmp_path.iterdir()) == ["app.py", "inner.py"]


async def test_a_flood_of_output_is_cut(executor):
    code = archive(app_py="def handler(event, context):\n    print('x' * 1000000)\n    return 1\n")

    outcome = await invoke(executor, code=code)

    assert outcome.payload == b"1"
    assert len(outcome.logs) < 300_000
    assert "more characters were not kept" in outcome.logs


@pytest.fixture
def bare(runner: asyncio.Runner) -> Iterator[SandboxExecutor]:
    """An executor with an interpreter that has no packages installed."""
    python = str(Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}")
    executor = SandboxExecutor(ProcessLauncher(Surroundings(), python=python))
    yield executor
    runner.run(executor.close())


async def test_a_function_that_never_gets_ready_has_overrun_its_own_time(executor, monkeypatch):
    """Lambda gives it ten seconds, and then its time-out once more."""
    monkeypatch.setattr("triggers.sandbox.INIT_LIMIT", 0.1)
    outcome = await invoke(executor, code=archive(app_py="import threading\nthreading.Event().wait()\n"), timeout=1.0)

    assert b"Task timed out after 1.00 seconds" in outcome.payload


async def test_an_interpreter_without_awslambdaric_runs_handlers_too(bare):
    source = "import importlib.util, logging\ndef handler(event, context):\n    logging.warning('seen')\n"
    code = archive(app_py=source + "    return importlib.util.find_spec('awslambdaric') is None\n")

    outcome = await invoke(bare, code=code)

    assert outcome.payload == b"true"
    assert re.search(r"\[WARNING\]\t\S+Z\tr\tseen\n", outcome.logs)


async def test_an_answer_that_is_no_json_is_a_marshal_error(bare):
    outcome = await invoke(bare, code=archive(app_py="def handler(event, context):\n    return {1, 2}\n"))

    assert outcome.error.error_type == "Runtime.MarshalError"
    assert "not JSON serializable" in outcome.error.message


async def test_an_interpreter_that_is_missing_is_named(tmp_path):
    executor = SandboxExecutor(ProcessLauncher(Surroundings(), python=str(tmp_path / "python")))

    with pytest.raises(CannotRun, match=r"python could not be started"):
        await invoke(executor, code=archive(app_py=""))

    await executor.close()
