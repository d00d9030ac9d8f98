"""A pool with an application and a user, as most tests of the OAuth endpoints want them."""

from typing import Any

import pytest

from tests.oauth.relying_party import Application, Browser, Tenant
from tests.support.server import Server


@pytest.fixture
def tenant(server: Server, idp: Any) -> Tenant:
    """A pool of the test's own with the user `ann`."""
    tenant = Tenant.make(server, idp)
    tenant.user()
    return tenant


@pytest.fixture
def app(tenant: Tenant) -> Application:
    """A public client for the code and implicit grants."""
    return tenant.client()


@pytest.fixture
def surfer(server: Server) -> Browser:
    """A browser without cookies."""
    return Browser(server)
