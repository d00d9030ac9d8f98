"""A base image for the Dockerfile, made without any registry: this interpreter, pip, setuptools, and the emulator's libraries.

The libraries are on PYTHONPATH, so that the Dockerfile's pip finds its requirements met and asks no index. The tag is a hash of what goes
in, so that an image is built once, and the engine knows again what it built on it.
"""

import contextlib
import hashlib
import io
import re
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import docker
from docker.errors import ImageNotFound
from packaging.requirements import Requirement

from tests.support.machine import CHECKOUT
from tests.triggers import images

_REPOSITORY = f"{images.REPOSITORY}/base"
_PROGRAMS = ("install", "env")
_PACKAGES = "packages"
# What no image of Lambda's has: pip, and aiosmtpd for the container that catches mail.
_MORE = ("pip", "aiosmtpd")
_LIBRARIES = "lib/x86_64-linux-gnu"


def build(client: docker.DockerClient, folder: Path) -> str:
    """Make the image, unless it is there; returns its tag. `folder` is for what is unpacked on the way."""
    packages = list(_closure([*_requirements(), *_MORE]))
    foundation = images.python_image()
    ingredients = [Path(__file__).read_text(), foundation, *sorted(f"{package.name} {package.version}" for package in packages)]
    version = hashlib.sha256("\0".join(ingredients).encode()).hexdigest()[:16]
    with contextlib.suppress(ImageNotFound):
        client.images.get(f"{_REPOSITORY}:{version}")
        return f"{_REPOSITORY}:{version}"
    # The build backend is in no virtual environment: pip fetches it whenever it builds something.
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", folder, "setuptools>=77"]
    subprocess.run(install, check=True)
    container = client.containers.create(foundation)
    try:
        container.put_archive("/", _archive(folder, packages))
        container.commit(
            _REPOSITORY,
            version,
            changes=[
                "ENTRYPOINT []",
                "WORKDIR /",
                f"ENV PYTHONPATH=/{_PACKAGES}",
                "ENV PIP_NO_INDEX=1",
                "ENV PIP_NO_BUILD_ISOLATION=0",  # pip reads it as the option's negation: 0 means no isolation
            ],
        )
    finally:
        container.remove()
    return f"{_REPOSITORY}:{version}"


def _archive(build_backend: Path, packages: Iterable[Distribution]) -> bytes:
    files: dict[str, Path] = {}
    for file in build_backend.rglob("*"):
        if file.is_file():
            files[f"{_PACKAGES}/{file.relative_to(build_backend)}"] = file
    for package in packages:
        for entry in package.files or ():
            path = Path(str(entry.locate()))
            if ".." not in entry.parts and path.is_file():
                files[f"{_PACKAGES}/{entry}"] = path
    for name in _PROGRAMS:
        files[f"bin/{name}"] = Path("/usr/bin") / name
    for path in list(files.values()):
        if ".so" in path.suffixes or path.parent == Path("/usr/bin"):
            files |= {f"{_LIBRARIES}/{library.name}": library for library in _linked(path)}
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for target, path in files.items():
            tar.add(path.resolve(), target, recursive=False)
        link = tarfile.TarInfo("var/lang/bin/python")
        link.type, link.linkname = tarfile.SYMTYPE, f"python{sys.version_info.major}.{sys.version_info.minor}"
        tar.addfile(link)
    return buffer.getvalue()


def _linked(binary: Path) -> Iterator[Path]:
    """The machine's libraries that a program or library is linked with; a wheel's own are found by their place beside it."""
    output = subprocess.run(["ldd", binary], capture_output=True, text=True, check=False).stdout
    for path in re.findall(r"(?:=> )?(/\S+) \(0x", output):
        if "site-packages" not in path:
            yield Path(path)


def _requirements() -> list[str]:
    """What pyproject.toml asks for; the metadata of an editable installation may be older."""
    requirements: list[str] = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]["dependencies"]
    return requirements


def _closure(requirements: list[str]) -> Iterator[Distribution]:
    """These installed packages and all that they require."""
    waiting, seen = [Requirement(text) for text in requirements], set()
    while waiting:
        wanted = waiting.pop()
        if str(wanted) in seen:
            continue
        seen.add(str(wanted))
        try:
            package = distribution(wanted.name)
        except PackageNotFoundError:  # another system's
            continue
        yield package
        for text in package.requires or ():
            required = Requirement(text)
            extras = wanted.extras or {""}
            if required.marker is None or any(required.marker.evaluate({"extra": extra}) for extra in extras):
                waiting.append(required)
