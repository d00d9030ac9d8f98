"""The installed service models, walked: what AWS has, the emulator has, tells of and proves."""

import re
from functools import cache
from pathlib import Path

import pytest
from botocore import xform_name

from cognito_emu.operations import find_operation, register_all
from cognito_emu.protocol.service_models import OperationModel, load_service_model

CHECKOUT = Path(__file__).parents[2]

by_operation = pytest.mark.parametrize(
    "operation",
    [
        pytest.param(model.operation_model(name), id=f"{model.service_name}-{name}")
        for model in map(load_service_model, ("cognito-idp", "cognito-identity"))
        for name in model.operation_names
    ],
)


@by_operation
def test_it_has_a_function_that_says_what_it_does(operation: OperationModel) -> None:
    """A botocore that brings a new operation turns this red."""
    register_all()
    function = find_operation(operation.service_model.service_name, operation.name)
    assert function is not None
    assert function.__name__ == xform_name(operation.name)
    assert function.__doc__


@by_operation
def test_it_has_a_row_among_the_operations(operation: OperationModel) -> None:
    assert f"\n| `{operation.name}` |" in (CHECKOUT / "docs" / "operations.md").read_text()


@by_operation
def test_it_is_called_in_tests_of_its_own(operation: OperationModel) -> None:
    """Beside the generated tests, which call every operation."""
    name = xform_name(operation.name)
    assert re.search(rf'\.{name}\b|"{name}"|"{operation.name}"', _tests())


@cache
def _tests() -> str:
    generated = {"known_names.py", "test_every_operation.py", "test_paging.py", "test_unknown_names.py"}
    files = (path for path in (CHECKOUT / "tests").rglob("*.py") if path.name not in generated)
    return "\n".join(path.read_text() for path in sorted(files))
