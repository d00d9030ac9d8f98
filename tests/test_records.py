"""What records show of themselves."""

import ast
import importlib
from pathlib import Path
from typing import Any

import pytest

import cognito_emu
from cognito_emu.operations.authentication.tokens import IssuedTokens
from cognito_emu.records import Hidden, Record, hidden_members, replace
from cognito_emu.store.software_tokens import SoftwareToken

_ROOT = Path(cognito_emu.__file__).parent
# What is secret wherever a record has a text or bytes by that name.
_SECRET = {"access_token", "id_token", "password", "password_hash", "private_key", "refresh_token", "secret", "secret_key", "verifier"}
_HIDING = sorted(path for path in _ROOT.rglob("*.py") if "Hidden[" in path.read_text() and path.name != "records.py")


class Account(Record):
    name: str
    password: Hidden[str | None] = None


class PremiumAccount(Account):
    pin: Hidden[str] = "2468"
    level: int = 3


def test_hidden_members_are_left_out() -> None:
    assert repr(Account("ann", "s3cret")) == "Account(name='ann')"
    assert Account("ann", "s3cret").__rich_repr__() == [("name", "ann")]
    assert repr({"of": Account("ann", "s3cret")}) == "{'of': Account(name='ann')}"


def test_derived_records_hide_what_their_bases_hide() -> None:
    assert repr(PremiumAccount("ann", "s3cret")) == "PremiumAccount(name='ann', level=3)"


def test_hidden_members_count_when_records_are_compared() -> None:
    assert Account("ann", "s3cret") == replace(Account("ann", "other"), password="s3cret") != Account("ann", "other")


def test_secrets_of_the_store_and_of_answers_stay_hidden() -> None:
    token = SoftwareToken(user_id="u", secret="s3cret", pending_secret="s3cret", name="app", last_step=None)
    assert repr(token) == "SoftwareToken(user_id='u', name='app', last_step=None)"
    issued = IssuedTokens(id_token="ey1", access_token="ey2", expires_in=3600, refresh_token="ey3")
    assert "ey" not in repr(issued)
    assert "3600" in repr(issued)


@pytest.mark.parametrize("path", _HIDING, ids=[str(path.relative_to(_ROOT)) for path in _HIDING])
def test_what_the_source_says_is_hidden_is(path: Path) -> None:
    """However an annotation spells Hidden, and in whatever class it stands."""
    module = importlib.import_module(".".join(("cognito_emu", *path.relative_to(_ROOT).with_suffix("").parts)))
    classes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ClassDef)]
    said = {(owner.name, name) for owner in classes for name in _hidden_in(owner)}
    records = [value for value in vars(module).values() if isinstance(value, type) and issubclass(value, Record)]
    assert said
    assert said == {
        (record.__name__, name) for record in records if record.__module__ == module.__name__ for name in hidden_members(record)
    }


def test_what_is_secret_by_its_name_is_hidden() -> None:
    shown = [
        f"{path.relative_to(_ROOT)}: {owner.name}.{member.target.id}"
        for path in _ROOT.rglob("*.py")
        for owner in ast.walk(ast.parse(path.read_text()))
        if isinstance(owner, ast.ClassDef) and any(isinstance(base, ast.Name) and base.id == "Record" for base in owner.bases)
        for member in _members_of(owner)
        if member.target.id in _SECRET and ast.unparse(member.annotation).startswith(("str", "bytes"))
    ]
    assert shown == []


def _hidden_in(owner: ast.ClassDef) -> list[str]:
    return [member.target.id for member in _members_of(owner) if "Hidden" in ast.unparse(member.annotation)]


def _members_of(owner: ast.ClassDef) -> list[Any]:
    return [item for item in owner.body if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)]
