"""Which code an ARN stands for.

A `FunctionSpec` is all that an executor needs to run a function. `FunctionRegistry` finds one, and the first place that knows it
wins: the durable functions of the Lambda API (a `FunctionStore` that the caller supplies), then a functions file or template,
then, where a remote endpoint is configured, whatever answers there.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import msgspec

from triggers.fingerprint import fingerprint

LATEST = "$LATEST"

_REFERENCE = re.compile(
    r"(?:arn:(?P<partition>aws[\w-]*):lambda:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):function:"
    r"|(?P<partial_account>\d{12}):(?:function:)?)?"
    r"(?P<name>[\w-]+)(?::(?P<qualifier>\$LATEST|[\w-]+))?"
)


class FunctionReference(msgspec.Struct, frozen=True):
    """A function as clients name it: by ARN, partial ARN or name, each with or without version or alias."""

    name: str
    qualifier: str | None = None
    account: str | None = None
    region: str | None = None

    @classmethod
    def parse(cls, text: str) -> FunctionReference:
        """Read `arn:aws:lambda:us-east-1:123456789012:function:name:alias`, `123456789012:function:name` or `name:alias`.

        Raises:
            ValueError: It is none of these.
        """
        found = _REFERENCE.fullmatch(text)
        if not found:
            raise ValueError(f"{text!r} is no function name or ARN")
        account = found["account"] or found["partial_account"]
        return cls(found["name"], found["qualifier"], account, found["region"])


class CodeFolder(msgspec.Struct, frozen=True):
    """Code in a folder of this machine, edited while it runs."""

    path: Path


class CodeZip(msgspec.Struct, frozen=True):
    """Code as uploaded to the Lambda API. `sha256` is the hexadecimal digest of `content`."""

    content: bytes
    sha256: str

    def __repr__(self) -> str:
        return f"CodeZip({self.sha256})"

    @classmethod
    def of(cls, content: bytes) -> CodeZip:
        """Code from the bytes of a zip archive."""
        return cls(content, hashlib.sha256(content).hexdigest())


class CodeImage(msgspec.Struct, frozen=True):
    """Code in a container image, with the parts of Lambda's ImageConfig."""

    uri: str
    entry_point: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    working_directory: str | None = None


class CodeElsewhere(msgspec.Struct, frozen=True):
    """Code that only the remote endpoint has."""


Code: TypeAlias = CodeFolder | CodeZip | CodeImage | CodeElsewhere
Layer: TypeAlias = CodeFolder | CodeZip


class Debugging(msgspec.Struct, frozen=True):
    """A function under a debugger: one sandbox, no time-outs, `port` open on this machine's loopback address.

    `wait` holds the function's start until a debugger has attached, so that module-level code can be stepped through.
    """

    port: int
    wait: bool = False


class FunctionSpec(msgspec.Struct, frozen=True):
    """A function that can be run.

    Attributes:
        name: Its name.
        arn: The ARN it was asked for by, which the handler sees as `invoked_function_arn`.
        code: Where its code is.
        runtime: Lambda's identifier, such as `python3.12`; None for an image.
        handler: `module.function`; None for an image.
        version: `$LATEST` or a published version's number.
        environment: The function's own variables.
        memory: In MiB.
        timeout: In seconds. AWS's default is 3.
        layers: What lies under /opt, the later over the earlier.
        debugging: Set while it is being debugged.
        policy: Its resource policy, for functions that have one to check; see `triggers.permissions`.
        policy_applies: Whether a missing policy means a missing permission. Functions from a file have no policy to miss.
        configuration: Anything else whose change must replace running sandboxes, e.g. the Lambda API's RevisionId.
    """

    name: str
    arn: str
    code: Code
    runtime: str | None = None
    handler: str | None = None
    version: str = LATEST
    environment: Mapping[str, str] = {}
    memory: int = 128
    timeout: float = 3.0
    layers: Sequence[Layer] = ()
    debugging: Debugging | None = None
    policy: Mapping[str, Any] | None = None
    policy_applies: bool = False
    configuration: str = ""

    def __repr__(self) -> str:
        return f"FunctionSpec({self.arn}, version={self.version})"  # the environment is the function's own business

    @property
    def region(self) -> str | None:
        """The region in the ARN, if it is one."""
        return FunctionReference.parse(self.arn).region

    def identity(self) -> str:
        """What sandboxes belong to: the same for all states of one function's version."""
        reference = FunctionReference.parse(self.arn)
        return f"{reference.account}/{reference.region}/{self.name}:{self.version}"

    def revision(self) -> str:
        """What a sandbox has loaded. When it differs from a sandbox's, that sandbox is stale.

        Reads the folders' metadata: this is how an edit is noticed at the next call.
        """
        parts = (
            _mark(self.code),
            *map(_mark, self.layers),
            self.runtime,
            self.handler,
            tuple(sorted(self.environment.items())),
            self.memory,
            self.debugging,
            self.configuration,
        )
        return repr(parts)


def _mark(code: Code) -> str:
    match code:
        case CodeFolder(path):
            return fingerprint(path)
        case CodeZip(sha256=digest):
            return digest
        case _:
            return repr(code)


class FunctionStore(Protocol):
    """The durable functions of the Lambda API."""

    async def find(self, reference: FunctionReference) -> FunctionSpec | None:
        """The function, its version or alias resolved; None when there is none."""


class FunctionFile(Protocol):
    """Functions described by a file, read again when it changes."""

    def find(self, reference: FunctionReference, arn: str) -> FunctionSpec | None:
        """The function of that name, to be known as `arn`."""


class FunctionRegistry(msgspec.Struct, frozen=True):
    """Finds functions: in the store, then the file, then (if `remote`) it trusts that the remote endpoint has them."""

    store: FunctionStore | None = None
    file: FunctionFile | None = None
    remote: bool = False

    async def resolve(self, function: str) -> FunctionSpec | None:
        """The function that an ARN or a name stands for; None when nothing here knows it."""
        try:
            reference = FunctionReference.parse(function)
        except ValueError:
            return None
        found = await self.store.find(reference) if self.store else None
        if found is None and self.file:
            found = self.file.find(reference, function)
        if found is None and self.remote:
            found = FunctionSpec(name=reference.name, arn=function, code=CodeElsewhere())
        return found
