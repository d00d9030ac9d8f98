"""A server that looks at events, and a guarded pool there."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.operations.threat_protection.guarded import COMPROMISED, Guarded, guard
from tests.support.control import Inbox
from tests.support.server import Server, ServerFactory


@pytest.fixture(scope="module")
def watchful(servers: ServerFactory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that knows one more compromised password."""
    listed = tmp_path_factory.mktemp("passwords") / "breached.txt"
    listed.write_text(f"{COMPROMISED}\nsomething else\n")
    with servers(compromised_passwords=listed) as server:
        yield server


@pytest.fixture
def pool(idp: Any, inbox: Inbox) -> Guarded:
    """A pool that enforces, and its user ann."""
    pool = guard(idp, inbox)
    pool.enrol("ann", email="ann@example.com")
    return pool
