"""Functions are found by every name that AWS accepts, and their edits are noticed."""

import os

import pytest

from tests.triggers.parts import Functions, arn
from triggers.fingerprint import fingerprint
from triggers.functions import (
    CodeElsewhere,
    CodeFolder,
    CodeZip,
    Debugging,
    FunctionReference,
    FunctionRegistry,
    FunctionSpec,
)


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("f", FunctionReference("f")),
        ("f:live", FunctionReference("f", "live")),
        ("f:$LATEST", FunctionReference("f", "$LATEST")),
        ("123456789012:function:f", FunctionReference("f", account="123456789012")),
        ("123456789012:f:7", FunctionReference("f", "7", account="123456789012")),
        (
            "arn:aws:lambda:us-east-1:123456789012:function:my-f_1",
            FunctionReference("my-f_1", None, "123456789012", "us-east-1"),
        ),
        (
            "arn:aws-cn:lambda:cn-north-1:123456789012:function:f:live",
            FunctionReference("f", "live", "123456789012", "cn-north-1"),
        ),
    ],
)
def test_names_partial_and_full_arns_are_read(text, reference):
    assert FunctionReference.parse(text) == reference


@pytest.mark.parametrize("text", ["", "a b", "arn:aws:sns:us-east-1:123456789012:topic", "arn:aws:lambda:us-east-1:12:function:f"])
def test_what_is_no_function_is_refused(text):
    with pytest.raises(ValueError, match="is no function name or ARN"):
        FunctionReference.parse(text)


class Store:
    """A `FunctionStore` of one function."""

    def __init__(self, spec):
        self.spec = spec

    async def find(self, reference):
        return self.spec if reference.name == self.spec.name else None


async def test_the_store_wins_over_the_file_and_the_file_over_the_remote(tmp_path):
    stored, filed = FunctionSpec("both", arn("both"), CodeFolder(tmp_path)), Functions()
    filed.add(FunctionSpec("both", arn("both"), CodeFolder(tmp_path / "other")))
    filed.add(FunctionSpec("file", arn("file"), CodeFolder(tmp_path)))
    registry = FunctionRegistry(Store(stored), filed, remote=True)

    assert await registry.resolve(arn("both")) is stored
    assert (await registry.resolve(arn("file"))).code == CodeFolder(tmp_path)
    assert (await registry.resolve(arn("away"))).code == CodeElsewhere()


async def test_without_a_remote_an_unknown_function_is_none():
    registry = FunctionRegistry(file=Functions())

    assert await registry.resolve(arn("away")) is None
    assert await registry.resolve("no function at all") is None


def test_an_edited_added_removed_or_renamed_file_changes_the_mark(tmp_path):
    marks = [fingerprint(tmp_path)]

    def change(*commands):
        for command in commands:
            command()
        marks.append(fingerprint(tmp_path))

    file, inner = tmp_path / "a.py", tmp_path / "pkg"
    change(lambda: file.write_text("one"))
    change(lambda: file.write_text("longer"))
    change(lambda: os.utime(file, ns=(1, 1)))
    change(lambda: file.rename(tmp_path / "b.py"))
    change(inner.mkdir, lambda: (inner / "c.py").write_text(""))
    change((inner / "c.py").unlink)

    assert len(set(marks)) == len(marks) - 1, "only the empty folder left behind is no change"


def test_bytecode_and_installed_packages_are_not_looked_into(tmp_path):
    (tmp_path / "node_modules" / "package").mkdir(parents=True)
    before = fingerprint(tmp_path)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").write_text("")
    (tmp_path / "node_modules" / "package" / "index.js").write_text("")

    assert fingerprint(tmp_path) == before

    (tmp_path / "node_modules" / "another").mkdir()
    assert fingerprint(tmp_path) != before


def test_what_pip_installed_beside_the_code_is_not_looked_into_but_the_code_is(tmp_path):
    (tmp_path / "library" / "inner").mkdir(parents=True)
    (tmp_path / "library" / "inner" / "module.py").write_text("")
    (tmp_path / "library-1.0.dist-info").mkdir()
    (tmp_path / "library-1.0.dist-info" / "RECORD").write_text("library/inner/module.py,,\nlibrary-1.0.dist-info/RECORD,,\n")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "module.py").write_text("")
    before = fingerprint(tmp_path)

    (tmp_path / "library" / "inner" / "module.py").write_text("edited")
    assert fingerprint(tmp_path) == before

    (tmp_path / "own" / "module.py").write_text("edited")
    assert fingerprint(tmp_path) != before


def test_a_folder_that_appears_is_a_change(tmp_path):
    before = fingerprint(tmp_path / "later")
    (tmp_path / "later").mkdir()

    assert fingerprint(tmp_path / "later") != before


@pytest.mark.parametrize(
    "changes",
    [
        {"environment": {"A": "1"}},
        {"handler": "b.c"},
        {"memory": 256},
        {"runtime": "python3.12"},
        {"layers": (CodeZip.of(b"layer"),)},
        {"debugging": Debugging(5678)},
        {"configuration": "2"},
        {"code": CodeZip.of(b"other")},
    ],
)
def test_whatever_a_sandbox_has_loaded_is_part_of_the_revision(changes):
    given = {"name": "f", "arn": arn("f"), "code": CodeZip.of(b"code"), "runtime": "python3.11", "handler": "a.b"}

    assert FunctionSpec(**given).revision() != FunctionSpec(**{**given, **changes}).revision()
    assert FunctionSpec(**given).revision() == FunctionSpec(**{**given, "arn": arn("f:live"), "timeout": 9.0}).revision()
