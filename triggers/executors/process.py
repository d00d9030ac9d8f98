"""Functions as processes of this machine, for where there is no container engine.

Python runs under AWS's runtime interface client where the interpreter has it, else, as Node does always, under the small one in
`triggers/runtimes`; `provided` runtimes bring their own `bootstrap`. Each process leads a process group, which is killed as a whole.
POSIX only.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import os
import shutil
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from triggers.debugging import node_options, python_options
from triggers.executors.base import CannotRun
from triggers.functions import FunctionSpec
from triggers.runtime_api import RuntimeApi
from triggers.sandbox import Unit
from triggers.sandbox_output import SandboxOutput
from triggers.surroundings import Surroundings
from triggers.unpacked import Unpacked

_RUNTIMES = Path(__file__).parent.parent / "runtimes"
_NODE_CLIENT = _RUNTIMES / "node_client.mjs"
_PYTHON_CLIENT = _RUNTIMES / "python_client.py"
_LOOPBACK = "127.0.0.1"
_CHUNK = 65536


class ProcessLauncher:
    """Starts functions as processes."""

    name = "process"

    def __init__(
        self,
        surroundings: Surroundings,
        *,
        python: str = sys.executable,
        node: str | None = None,
        node_modules: Path | None = None,
        awslambdaric: bool | None = None,
    ) -> None:
        """`python` needs boto3 if handlers import it; `node` is looked for in PATH when not given.

        `node_modules` is a folder of packages that Node.js functions find after their own: Lambda's runtimes have the AWS SDK.
        `awslambdaric` says whether `python` has it; when not given, it is asked.
        """
        self._surroundings = surroundings
        self._python = python
        self._node = node
        self._node_modules = node_modules
        self._awslambdaric = awslambdaric
        self._unpacked = Unpacked()
        self._count = 0

    async def launch(self, function: FunctionSpec, output: SandboxOutput) -> tuple[RuntimeApi, Unit]:
        """Start a process; see `Launcher.launch`."""
        folder = await self._unpacked.folder(function.code)
        layers = [await self._unpacked.folder(layer) for layer in function.layers]
        if self._awslambdaric is None and (function.runtime or "").startswith("python"):
            self._awslambdaric = await _has_awslambdaric(self._python)
        command = self._command(function, folder)
        api = RuntimeApi(_LOOPBACK)
        self._count += 1
        variables = self._surroundings.variables(
            function,
            runtime_api=f"{_LOOPBACK}:{api.port}",
            task_root=str(folder),
            endpoint_url=self._surroundings.endpoint_url,
            log_stream=f"[{function.version}]process-{os.getpid()}-{self._count}",
        )
        try:
            process = await ProcessUnit.start(command, folder, self._environment_of(function, variables, layers), output)
        except OSError as error:
            await api.close()
            raise CannotRun("InvalidRuntimeException", f"{command[0]} could not be started: {error}") from error
        return api, process

    def _environment_of(self, function: FunctionSpec, variables: Mapping[str, str], layers: Sequence[Path]) -> dict[str, str]:
        environment = _environment(variables)
        if self._node_modules is not None:
            _prepend(environment, "NODE_PATH", self._node_modules.absolute())
        _lay(layers, function.runtime or "", environment)
        return environment

    async def close(self) -> None:
        """Remove unpacked archives."""
        await asyncio.to_thread(self._unpacked.close)

    def _command(self, function: FunctionSpec, folder: Path) -> Sequence[str]:
        runtime, handler = function.runtime or "", function.handler or ""
        debugging = function.debugging
        if runtime.startswith("python"):
            client = ("-m", "awslambdaric") if self._awslambdaric else (str(_PYTHON_CLIENT),)
            return self._python, *python_options(debugging, _LOOPBACK), *client, handler
        if runtime.startswith("nodejs"):
            node = self._node or shutil.which("node")
            if node is None:
                raise CannotRun("InvalidRuntimeException", f"{function.name} needs Node.js, and there is no `node` in PATH")
            return node, *node_options(debugging, _LOOPBACK), str(_NODE_CLIENT), handler
        if runtime.startswith("provided"):
            return (str(folder / "bootstrap"),)
        hint = f"{function.name} wants the runtime {runtime!r}; processes run python*, nodejs* and provided*, containers run all"
        raise CannotRun("InvalidRuntimeException", hint)


async def _has_awslambdaric(python: str) -> bool:
    if python == sys.executable:
        return importlib.util.find_spec("awslambdaric") is not None
    question = "import importlib.util, sys; sys.exit(importlib.util.find_spec('awslambdaric') is None)"
    try:
        process = await asyncio.create_subprocess_exec(python, "-c", question, stdin=asyncio.subprocess.DEVNULL)
    except OSError:
        return False  # the launch that follows says what is wrong with the interpreter
    return await process.wait() == 0


def _environment(variables: Mapping[str, str]) -> dict[str, str]:
    """The process's environment but for packages from elsewhere. Nothing of the emulator's own leaks in but where programs are.

    A developer's AWS profile must not redirect the handler, so its files are out of sight. Bytecode is not written: Python
    notices an edit by time in seconds and size, so two quick edits of one size would run the old code.
    """
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH") if name in os.environ}
    return {
        **inherited,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        **variables,
    }


def _lay(layers: Sequence[Path], runtime: str, environment: dict[str, str]) -> None:
    """There is no /opt to lay layers into, so each is named in the variables by which runtimes find them, the last first.

    https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
    """
    for layer in layers:
        _prepend(environment, "PYTHONPATH", layer / "python")
        _prepend(environment, "PYTHONPATH", layer / "python" / "lib" / runtime / "site-packages")
        _prepend(environment, "NODE_PATH", layer / "nodejs" / "node_modules")
        _prepend(environment, "NODE_PATH", layer / "nodejs" / runtime.replace("nodejs", "node").removesuffix(".x") / "node_modules")
        _prepend(environment, "PATH", layer / "bin")
        _prepend(environment, "LD_LIBRARY_PATH", layer / "lib")


def _prepend(environment: dict[str, str], name: str, folder: Path) -> None:
    if folder.is_dir():
        environment[name] = os.pathsep.join(filter(None, (str(folder), environment.get(name))))


class ProcessUnit:
    """A process group and the pipe that carries its output."""

    def __init__(self, process: asyncio.subprocess.Process, pipe: int, output: SandboxOutput) -> None:
        """Take over a started process and the reading end of its pipe."""
        loop = asyncio.get_running_loop()
        self.exited: asyncio.Future[str] = loop.create_future()
        self._process = process
        self._pipe: int | None = pipe
        self._output = output
        self._drained: asyncio.Future[None] = loop.create_future()
        self._drained.set_result(None)
        loop.add_reader(pipe, self._read)
        self._watch = loop.create_task(self._wait())

    @classmethod
    async def start(cls, command: Sequence[str], folder: Path, environment: Mapping[str, str], output: SandboxOutput) -> ProcessUnit:
        """Start `command` in `folder`. Raises OSError when that is not possible."""
        reading, writing = os.pipe()
        os.set_blocking(reading, False)
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                cwd=folder,
                env=environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=writing,
                stderr=writing,
                start_new_session=True,
            )
        except BaseException:
            os.close(reading)
            raise
        finally:
            os.close(writing)
        return cls(process, reading, output)

    def drain(self) -> asyncio.Future[None]:
        """Read what is in the pipe. A runtime flushes before it answers, so after an answer this completes the log."""
        self._read()
        return self._drained

    def _read(self) -> None:
        while self._pipe is not None:
            try:
                data = os.read(self._pipe, _CHUNK)
            except BlockingIOError:
                return
            if not data:
                self._close_pipe()
                return
            self._output.write(data)

    async def kill(self) -> None:
        """Kill the whole group, also what is left of it when its leader has ended."""
        self._kill_group()
        await self._watch

    async def _wait(self) -> None:
        code = await self._process.wait()
        self._kill_group()
        self._read()
        self._close_pipe()
        self.exited.set_result(f"signal: {signal.Signals(-code).name}" if code < 0 else f"exit status {code}")

    def _kill_group(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _close_pipe(self) -> None:
        if self._pipe is not None:
            asyncio.get_running_loop().remove_reader(self._pipe)
            os.close(self._pipe)
            self._pipe = None
