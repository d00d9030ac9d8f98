"""Functions under a debugger: debugpy for Python, the inspector for Node.js.

A process listens on loopback; in a container the debugger listens on all of its interfaces and the port is published on loopback.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

from triggers.code_archive import File, tree
from triggers.functions import Debugging, FunctionSpec

_ROOT = "var/debug"


def python_options(debugging: Debugging | None, host: str) -> tuple[str, ...]:
    """What goes between the interpreter and its own arguments. Frozen modules would hide breakpoints in the standard library."""
    if debugging is None:
        return ()
    wait = ("--wait-for-client",) if debugging.wait else ()
    return "-Xfrozen_modules=off", "-m", "debugpy", "--listen", f"{host}:{debugging.port}", *wait


def node_options(debugging: Debugging | None, host: str) -> tuple[str, ...]:
    """What goes between `node` and its script."""
    if debugging is None:
        return ()
    return (f"{'--inspect-wait' if debugging.wait else '--inspect'}={host}:{debugging.port}",)


def container_variables(function: FunctionSpec) -> dict[str, str]:
    """How a runtime inside an image is told: Node.js by NODE_OPTIONS, Python by Lambda's hook for wrapping the interpreter.

    https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html#runtime-wrapper
    """
    runtime = function.runtime or ""
    if function.debugging and runtime.startswith("nodejs"):
        options = (function.environment.get("NODE_OPTIONS", ""), *node_options(function.debugging, "0.0.0.0"))  # noqa: S104 - inside the container
        return {"NODE_OPTIONS": " ".join(filter(None, options))}
    if function.debugging and runtime.startswith("python"):
        return {"AWS_LAMBDA_EXEC_WRAPPER": f"/{_ROOT}/wrapper", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    return {}


def container_files(function: FunctionSpec) -> dict[str, File]:
    """What a container needs besides the code: the wrapper, and debugpy if this interpreter has it (else the function brings it)."""
    if not function.debugging or not (function.runtime or "").startswith("python"):
        return {}
    options = " ".join(python_options(function.debugging, "0.0.0.0"))  # noqa: S104 - inside the container
    wrapper = f'#!/bin/sh\nexport PYTHONPATH="/{_ROOT}/lib:$PYTHONPATH"\ninterpreter=$1\nshift\nexec "$interpreter" {options} "$@"\n'
    files: dict[str, File] = {f"{_ROOT}/wrapper": (wrapper.encode(), 0o755)}
    found = importlib.util.find_spec("debugpy")
    if found and found.origin:
        files |= tree(Path(found.origin).parent, f"{_ROOT}/lib/debugpy")
    return files
