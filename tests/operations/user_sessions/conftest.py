"""What each test begins with."""

from typing import Any

import pytest

from tests.oauth.relying_party import Application, Tenant
from tests.operations.user_sessions.tracking import track
from tests.support.server import Server


@pytest.fixture
def tenant(server: Server, idp: Any) -> Tenant:
    """A pool that tracks sessions, with Ann in it."""
    tenant = Tenant.make(server, idp)
    tenant.user()
    track(tenant)
    return tenant


@pytest.fixture
def app(tenant: Tenant) -> Application:
    return tenant.client()
