"""A pool for newcomers."""

from typing import Any

import pytest

from tests.operations.people import Pool, make_pool
from tests.support.control import Inbox


@pytest.fixture
def pool(idp: Any, inbox: Inbox) -> Pool:
    return make_pool(idp, inbox)
