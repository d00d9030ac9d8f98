"""A pool for each test."""

from typing import Any

import pytest

from tests.operations.admin_users.administration import make_pool


@pytest.fixture
def pool_id(idp: Any) -> str:
    return make_pool(idp)
