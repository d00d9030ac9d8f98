"""A user pool, an identity pool that trusts it, and a provider that is neither."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.identity_pools.pools import IdentityPool, make_identity_pool, provider_entry
from tests.identity_pools.providers import Provider
from tests.operations.people import Pool, make_pool
from tests.support.control import Inbox
from tests.support.server import Server


@pytest.fixture
def people(idp: Any, inbox: Inbox) -> Pool:
    """A user pool with Ann and Bob."""
    people = make_pool(idp, inbox)
    people.enrol("ann")
    people.enrol("bob")
    return people


@pytest.fixture
def provider() -> Iterator[Provider]:
    """An OpenID Connect provider."""
    with Provider() as provider:
        yield provider


@pytest.fixture
def pool(server: Server, identity: Any, account: str, people: Pool, provider: Provider) -> IdentityPool:
    """An identity pool that trusts the user pool, the provider and a backend of one's own, and lets guests in."""
    return make_identity_pool(
        server,
        identity,
        account,
        CognitoIdentityProviders=[provider_entry(people)],
        OpenIdConnectProviderARNs=[provider.arn(account)],
        DeveloperProviderName="backend",
    )
