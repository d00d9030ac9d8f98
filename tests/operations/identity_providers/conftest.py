"""A pool, and a web server for the documents that providers publish."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.operations.identity_provider_server import ProviderServer


@pytest.fixture
def pool_id(idp: Any) -> str:
    pool_id: str = idp.create_user_pool(PoolName="pool", Schema=[{"Name": "tier", "AttributeDataType": "String"}])["UserPool"]["Id"]
    return pool_id


@pytest.fixture(scope="module")
def web() -> Iterator[ProviderServer]:
    server = ProviderServer()
    yield server
    server.stop()


@pytest.fixture
def issuer(web: ProviderServer) -> str:
    """An issuer with a discovery document."""
    document = {
        "issuer": web.url,
        "authorization_endpoint": f"{web.url}/authorize",
        "token_endpoint": f"{web.url}/token",
        "userinfo_endpoint": f"{web.url}/userinfo",
        "jwks_uri": f"{web.url}/jwks",
    }
    web.put("/.well-known/openid-configuration", json.dumps(document))
    return web.url
