"""Images shaped like AWS's Lambda base images, made from what this machine has, without any registry.

Like AWS's: `/lambda-entrypoint.sh` takes the handler, `/var/runtime/bootstrap` starts the runtime interface client (under
AWS_LAMBDA_EXEC_WRAPPER, if set), code is in /var/task, layers in /opt. Tags are hashes of what goes in, so an image is built once.
"""

import fcntl
import hashlib
import io
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
from collections.abc import Callable, Iterable
from importlib.metadata import distribution, version
from pathlib import Path

import docker
from docker.errors import ImageNotFound

import triggers.runtimes

REPOSITORY = "cognito-emu-test"
_PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
_IN_IMAGE = (
    "awslambdaric",
    "snapshot-restore-py",
    "simplejson",
    "boto3",
    "botocore",
    "jmespath",
    "s3transfer",
    "python-dateutil",
    "six",
    "urllib3",
)
_RUNTIMES = Path(triggers.runtimes.__file__).parent
_NOT_FOR_LAMBDA = {"test", "idlelib", "ensurepip", "tkinter", "lib2to3", "turtledemo", "site-packages", "dist-packages"}

_ENTRYPOINT = """#!/bin/sh
[ $# -eq 1 ] || { echo "entrypoint requires the handler name to be the first argument" >&2; exit 142; }
export _HANDLER="$1"
exec /var/runtime/bootstrap
"""
# As AWS's runtimes look for layers, unless the function says otherwise.
_PYTHON_LAYERS = f'export PYTHONPATH="${{PYTHONPATH:-/opt/python/lib/{_PYTHON}/site-packages:/opt/python}}:/var/runtime"\n'
_NODE_LAYERS = 'export NODE_PATH="${NODE_PATH:-/opt/nodejs/node20/node_modules:/opt/nodejs/node_modules}"\n'
_PYTHON_BOOTSTRAP = f'#!/bin/sh\n{_PYTHON_LAYERS}exec $AWS_LAMBDA_EXEC_WRAPPER /var/lang/bin/{_PYTHON} -m awslambdaric "$_HANDLER"\n'
_NODE_BOOTSTRAP = f'#!/bin/sh\n{_NODE_LAYERS}exec /var/lang/bin/node /var/runtime/node_client.mjs "$_HANDLER"\n'


def python_image() -> str:
    """The tag of an image with this interpreter, awslambdaric and boto3."""
    versions = [f"{name} {version(name)}" for name in _IN_IMAGE]
    return _image("python", [sys.version, _PYTHON_BOOTSTRAP, *versions], _python_files)


def node_image() -> str:
    """The tag of an image with this machine's Node.js and our own client."""
    node = _node()
    running = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    return _image("node", [running, _NODE_BOOTSTRAP, *(file.read_text() for file in _node_client())], _node_files)


def _node_client() -> list[Path]:
    """Our own client: `node_client.mjs`, and the modules beside it that it loads."""
    return sorted(_RUNTIMES.glob("*.mjs"))


def _node() -> str:
    node = shutil.which("node")
    assert node, "node is not in PATH"
    return str(Path(node).resolve())


def _image(kind: str, ingredients: Iterable[str], fill: "Callable[[_Root], None]") -> str:
    recipe = "\0".join([Path(__file__).read_text(), _ENTRYPOINT, *ingredients])
    tag = f"{REPOSITORY}/{kind}:{hashlib.sha256(recipe.encode()).hexdigest()[:16]}"
    client = docker.from_env()
    # Test processes run side by side: the second waits and then finds the image.
    with (Path(tempfile.gettempdir()) / f"{REPOSITORY}-{kind}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            client.images.get(tag)
        except ImageNotFound:
            root = _Root()
            _common_files(root)
            fill(root)
            repository, _, hash_ = tag.partition(":")
            changes = [
                'ENTRYPOINT ["/lambda-entrypoint.sh"]',
                "WORKDIR /var/task",
                "ENV PATH=/var/lang/bin:/bin:/opt/bin",
                "ENV LAMBDA_TASK_ROOT=/var/task",
                "ENV LD_LIBRARY_PATH=/var/lang/lib:/lib/x86_64-linux-gnu:/var/runtime:/var/task:/opt/lib",
            ]
            client.api.import_image_from_data(root.finish(), repository=repository, tag=hash_, changes=changes)
    return tag


class _Root:
    """A root file system as a tar archive. The engine refuses a path that comes twice."""

    def __init__(self) -> None:
        self._buffer = io.BytesIO()
        self._tar = tarfile.open(fileobj=self._buffer, mode="w")  # noqa: SIM115 - closed by finish
        self._seen: set[str] = set()

    def copy(self, source: Path, target: str) -> None:
        if target not in self._seen:
            self._seen.add(target)
            entry = self._tar.gettarinfo(str(source.resolve()), target)
            entry.uid = entry.gid = 0
            with source.open("rb") as content:
                self._tar.addfile(entry, content)

    def write(self, target: str, content: str, mode: int = 0o644) -> None:
        entry = tarfile.TarInfo(target)
        entry.size, entry.mode = len(content), mode
        self._tar.addfile(entry, io.BytesIO(content.encode()))

    def folder(self, target: str, mode: int = 0o755) -> None:
        entry = tarfile.TarInfo(target)
        entry.type, entry.mode = tarfile.DIRTYPE, mode
        self._tar.addfile(entry)

    def with_libraries(self, binary: Path, target: str) -> None:
        """A program or library and all that it is linked with."""
        self.copy(binary, target)
        linked = subprocess.run(["ldd", binary], capture_output=True, text=True, check=False).stdout
        for path in re.findall(r"(?:=> )?(/\S+) \(0x", linked):
            library = Path(path)
            self.copy(library, path[1:] if "ld-linux" in path else f"lib/x86_64-linux-gnu/{library.name}")

    def finish(self) -> bytes:
        self._tar.close()
        return self._buffer.getvalue()


def _common_files(root: _Root) -> None:
    root.folder("tmp", 0o1777)
    root.folder("var/task")
    root.folder("opt")
    root.write("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n")
    root.write("etc/nsswitch.conf", "hosts: files dns\n")
    root.write("lambda-entrypoint.sh", _ENTRYPOINT, 0o755)
    shell = shutil.which("dash") or "/bin/sh"
    root.with_libraries(Path(shell).resolve(), "bin/sh")
    root.with_libraries(Path("/bin/sleep").resolve(), "bin/sleep")
    for library in ("libnss_dns.so.2", "libnss_files.so.2", "libresolv.so.2"):
        root.with_libraries(Path("/lib/x86_64-linux-gnu") / library, f"lib/x86_64-linux-gnu/{library}")


def _python_files(root: _Root) -> None:
    root.write("var/runtime/bootstrap", _PYTHON_BOOTSTRAP, 0o755)
    base = Path(sys.base_prefix)
    root.with_libraries((base / "bin" / _PYTHON).resolve(), f"var/lang/bin/{_PYTHON}")
    library = Path(sysconfig.get_path("stdlib", vars={"base": str(base), "platbase": str(base)}))
    for path in sorted(library.rglob("*")):
        inside = path.relative_to(library)
        if path.is_file() and inside.parts[0] not in _NOT_FOR_LAMBDA and not inside.parts[0].startswith("config-"):
            target = f"var/lang/lib/{_PYTHON}/{inside}"
            root.with_libraries(path, target) if path.suffix == ".so" else root.copy(path, target)
    for name in _IN_IMAGE:
        for file in distribution(name).files or []:
            path = Path(str(file.locate()))
            if ".." not in file.parts and path.is_file():
                target = f"var/runtime/{file}"
                root.with_libraries(path, target) if path.suffix == ".so" else root.copy(path, target)


def _node_files(root: _Root) -> None:
    root.write("var/runtime/bootstrap", _NODE_BOOTSTRAP, 0o755)
    root.with_libraries(Path(_node()), "var/lang/bin/node")
    for file in _node_client():
        root.copy(file, f"var/runtime/{file.name}")
