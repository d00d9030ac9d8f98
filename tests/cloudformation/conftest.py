"""What the tests of stacks share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.server import Server

TEMPLATES = Path(__file__).parent / "templates"


@pytest.fixture
def cfn(server: Server, account: str) -> Any:
    """A boto3 client for CloudFormation."""
    return server.client("cloudformation", account=account)


@pytest.fixture
def template() -> Callable[[str], str]:
    """The text of a template of this folder."""
    return lambda name: (TEMPLATES / name).read_text()


@pytest.fixture
def outputs(cfn: Any) -> Callable[[str], dict[str, str]]:
    """A stack's outputs by their keys."""
    return lambda name: {each["OutputKey"]: each["OutputValue"] for each in cfn.describe_stacks(StackName=name)["Stacks"][0]["Outputs"]}
