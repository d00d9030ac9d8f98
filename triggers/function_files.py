"""Functions described by a file: `functions.toml`, or a SAM or CloudFormation template.

    [functions.pre-sign-up]           # the name in the ARN that the pool's LambdaConfig has
    code = "src/pre_sign_up"          # a folder or a zip archive, relative to this file; or: image = "mine:latest"
    runtime = "python3.12"
    handler = "app.handler"
    timeout = 3                       # seconds
    memory = 128                      # MiB
    layers = ["layers/shared"]
    env_file = ".env"
    environment = { TABLE = "users" }
    debug_port = 5678                 # start it under a debugger; debug_wait = true holds its start until one has attached

The file is read again whenever it changes, so that a new function or setting is there at the next call. A file that cannot be read
is an error of the calls that need it, not of the emulator's start.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import yaml

from triggers.executors.base import CannotRun
from triggers.fingerprint import fingerprint
from triggers.function_template import template_functions
from triggers.functions import Code, CodeFolder, CodeImage, Debugging, FunctionReference, FunctionSpec


class FunctionsFile:
    """A `FunctionFile`: looks functions up by name, whatever account, region, version or alias the ARN has."""

    def __init__(self, path: Path) -> None:
        """`path` ends in .toml, .yaml, .yml, .template or .json. Relative paths in it are relative to its folder."""
        self._path = path
        self._mark = ""
        self._functions: dict[str, FunctionSpec] = {}

    def find(self, reference: FunctionReference, arn: str) -> FunctionSpec | None:
        """The function of that name, known as `arn`. Every version and alias stands for the one code there is.

        Raises:
            CannotRun: The file is missing or wrong.
        """
        mark = fingerprint(self._path)
        if mark != self._mark:
            self._functions = self._read()
            self._mark = mark
        found = self._functions.get(reference.name)
        return msgspec.structs.replace(found, arn=arn) if found else None

    def names(self) -> list[str]:
        """The functions there are."""
        return sorted(self._read())

    def _read(self) -> dict[str, FunctionSpec]:
        try:
            text = self._path.read_text()
            if self._path.suffix == ".toml":
                return _toml_functions(tomllib.loads(text), self._path.parent)
            return template_functions(text, self._path.parent)
        except (OSError, ValueError, TypeError, KeyError, AttributeError, yaml.YAMLError) as error:
            raise CannotRun("ServiceUnavailable", f"the functions file {self._path} cannot be used: {error}") from error


def _toml_functions(document: Mapping[str, Any], folder: Path) -> dict[str, FunctionSpec]:
    """`[functions.NAME]` tables with code or image, handler, runtime and what else `FunctionSpec` has."""
    return {name: _toml_function(name, dict(table), folder) for name, table in document.get("functions", {}).items()}


def _toml_function(name: str, table: dict[str, Any], folder: Path) -> FunctionSpec:
    environment = _dotenv(folder / table.pop("env_file")) if "env_file" in table else {}
    environment |= {key: str(value) for key, value in table.pop("environment", {}).items()}
    code: Code
    if "image" in table:
        code = CodeImage(table.pop("image"), command=tuple(table.pop("command", ())), entry_point=tuple(table.pop("entry_point", ())))
    else:
        code = CodeFolder((folder / table.pop("code")).resolve())
    port, wait = table.pop("debug_port", None), table.pop("debug_wait", False)
    spec = FunctionSpec(
        name=name,
        arn=name,
        code=code,
        runtime=table.pop("runtime", None),
        handler=table.pop("handler", None),
        environment=environment,
        memory=int(table.pop("memory", 128)),
        timeout=float(table.pop("timeout", 3)),
        layers=tuple(CodeFolder((folder / layer).resolve()) for layer in table.pop("layers", ())),
        debugging=Debugging(int(port), bool(wait)) if port else None,
    )
    if table:
        raise ValueError(f"[functions.{name}] has unknown settings: {', '.join(sorted(table))}")
    if not isinstance(code, CodeImage) and not (spec.runtime and spec.handler):
        raise ValueError(f"[functions.{name}] needs `runtime` and `handler`")
    return spec


def _dotenv(path: Path) -> dict[str, str]:
    """NAME=value lines; blank lines and comments are skipped, `export ` and quotes around a value are allowed."""
    variables: dict[str, str] = {}
    for line in path.read_text().splitlines():
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if equals and not name.startswith("#"):
            text = value.strip()
            quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "'\""
            variables[name.strip()] = text[1:-1] if quoted else text
    return variables
