"""A pool whose users come from an identity provider."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser as Chromium

from tests.federation.openid_provider import OpenIdProvider
from tests.oauth.relying_party import CALLBACK, Application, Browser, Tenant, query_of
from tests.support.browser import open_browser
from tests.support.server import Server
from tests.support.third_parties import run_application

MAPPING = {"email": "email", "email_verified": "email_verified", "name": "name"}


@dataclass
class Company:
    """A pool with the OIDC provider `Corp`."""

    tenant: Tenant
    app: Application
    provider: OpenIdProvider

    def browser(self) -> Browser:
        return Browser(self.tenant.server)

    def leave(self, browser: Browser, **parameters: str) -> str:
        """The address of the provider to which the browser is sent."""
        return browser.location(self.app.authorize_url(**{"identity_provider": "Corp", "state": "xyz"} | parameters))

    def come_back(self, browser: Browser | None = None, **parameters: str) -> dict[str, str]:
        """The whole way of a browser through the provider; what arrives at the client."""
        browser = browser or self.browser()
        return query_of(browser.location(self.provider.authorize(self.leave(browser, **parameters))))

    def sign_in(self, **parameters: str) -> dict[str, Any]:
        """The whole way to tokens; returns the ID token's claims."""
        arrived = self.come_back(**{"scope": "openid email profile"} | parameters)
        assert "code" in arrived, arrived
        return self.tenant.claims(self.app.redeem(arrived["code"]).json()["id_token"], self.app.client_id)

    def refused(self, **parameters: str) -> tuple[str, str]:
        """The error with which the client is left."""
        arrived = self.come_back(**parameters)
        assert arrived.get("state") == "xyz", arrived
        return arrived["error"], arrived["error_description"]

    def user(self, username: str = "Corp_1234") -> dict[str, Any]:
        found: dict[str, Any] = self.tenant.idp.admin_get_user(UserPoolId=self.tenant.pool_id, Username=username)
        return found

    def attributes(self, username: str = "Corp_1234") -> dict[str, str]:
        return {item["Name"]: item["Value"] for item in self.user(username)["UserAttributes"]}

    def update(self, **settings: Any) -> None:
        self.tenant.idp.update_identity_provider(UserPoolId=self.tenant.pool_id, ProviderName="Corp", **settings)


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    """Chromium, for which an application listens at CALLBACK and SIGNED_OUT."""
    application = urlsplit(CALLBACK).netloc
    with run_application() as port, open_browser(f"--host-resolver-rules=MAP {application} 127.0.0.1:{port}") as browser:
        yield browser


@pytest.fixture
def provider() -> Iterator[OpenIdProvider]:
    provider = OpenIdProvider()
    yield provider
    provider.stop()


@pytest.fixture
def company(server: Server, idp: Any, provider: OpenIdProvider) -> Company:
    return make_company(Tenant.make(server, idp), provider)


def make_company(tenant: Tenant, provider: OpenIdProvider, **details: str) -> Company:
    tenant.idp.create_identity_provider(
        UserPoolId=tenant.pool_id,
        ProviderName="Corp",
        ProviderType="OIDC",
        ProviderDetails={
            "client_id": "pool",
            "client_secret": provider.client_secret,
            "authorize_scopes": "openid email",
            "attributes_request_method": "GET",
            "oidc_issuer": provider.url,
            **details,
        },
        AttributeMapping=MAPPING,
        IdpIdentifiers=["corp.example"],
    )
    app = tenant.client(SupportedIdentityProviders=["COGNITO", "Corp"])
    return Company(tenant, app, provider)
