from typing import Any

import pytest

from tests.support.server import Server


@pytest.fixture
def secrets(server: Server, account: str) -> Any:
    """A boto3 client for Secrets Manager."""
    return server.client("secretsmanager", account=account)
