"""Amplify's signInWithRedirect, which insists on https for the pool's domain: `--tls` has it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.federation.test_rehearsal import SECRETS
from tests.pages.site import PASSWORD
from tests.support.amplify import AmplifyApp, amplify_app
from tests.support.machine import free_port
from tests.support.server import Server, ServerFactory


@dataclass
class Redirecting:
    """The application, and the pool that it sends its users to."""

    app: AmplifyApp
    configuration: dict[str, Any]

    @property
    def page(self) -> Page:
        return self.app.page

    def open(self) -> None:
        self.app.open()
        self.app.configure(self.configuration)

    def leave(self, function: str, argument: dict[str, Any] | None = None) -> None:
        """Call what sends the browser elsewhere; it does not live to see the promise kept."""
        self.page.evaluate("([name, argument]) => { window.amplify.auth[name](argument) }", [function, argument])

    def come_back(self) -> dict[str, Any]:
        """The session, once the application has redeemed its code."""
        self.page.wait_for_url(f"{self.app.url}/?code=*")
        self.app.configure(self.configuration)
        session: dict[str, Any] = self.app.auth("fetchAuthSession")
        return session


@pytest.fixture(scope="module")
def secure(servers: ServerFactory) -> Iterator[Server]:
    with servers(tls=True, tls_port=free_port(), rehearsal_provider=True) as server:
        yield server


@pytest.fixture
def redirecting(secure: Server, account: str, browser: Browser) -> Iterator[Redirecting]:
    context = browser.new_context(ignore_https_errors=True)  # the certificate was made a moment ago, and nobody trusts it yet
    with amplify_app(context.new_page()) as app:
        yield Redirecting(app, make_pool(secure, account, app.url))
    context.close()


def make_pool(server: Server, account: str, app: str) -> dict[str, Any]:
    """A pool with a domain, the provider Google and the user `ann`; what Amplify is told about it."""
    idp = server.client(account=account)
    pool_id = idp.create_user_pool(PoolName="shop")["UserPool"]["Id"]
    idp.create_user_pool_domain(UserPoolId=pool_id, Domain=f"shop-{account}")
    idp.create_identity_provider(
        UserPoolId=pool_id, ProviderName="Google", ProviderType="Google", ProviderDetails=SECRETS, AttributeMapping={"email": "email"}
    )
    scopes = ["openid", "email", "aws.cognito.signin.user.admin"]
    client = idp.create_user_pool_client(
        UserPoolId=pool_id,
        ClientName="Corner Shop",
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=scopes,
        CallbackURLs=[f"{app}/"],
        LogoutURLs=[f"{app}/"],
        SupportedIdentityProviders=["COGNITO", "Google"],
    )["UserPoolClient"]["ClientId"]
    email = {"Name": "email", "Value": "ann@example.com"}
    idp.admin_create_user(UserPoolId=pool_id, Username="ann", MessageAction="SUPPRESS", UserAttributes=[email])
    idp.admin_set_user_password(UserPoolId=pool_id, Username="ann", Password=PASSWORD, Permanent=True)
    oauth = {
        "domain": f"shop-{account}.auth.localhost:{server.settings['tls_port']}",
        "scopes": scopes,
        "redirectSignIn": [f"{app}/"],
        "redirectSignOut": [f"{app}/"],
        "responseType": "code",
    }
    cognito = {"userPoolId": pool_id, "userPoolClientId": client, "userPoolEndpoint": server.url, "loginWith": {"oauth": oauth}}
    return {"Auth": {"Cognito": cognito}}


def test_a_user_is_sent_to_the_hosted_page_comes_back_signed_in_and_signs_out(redirecting: Redirecting) -> None:
    page = redirecting.page
    redirecting.open()
    redirecting.leave("signInWithRedirect")
    page.wait_for_url("https://shop-*.auth.localhost:*/login?*")
    page.fill("#signInFormUsername", "ann")
    page.fill("#signInFormPassword", PASSWORD)
    page.click("[name=signInSubmitButton]")
    assert redirecting.come_back()["tokens"]["idToken"]["payload"]["email"] == "ann@example.com"
    assert redirecting.app.auth("getCurrentUser")["username"] == "ann"
    assert redirecting.app.auth("fetchUserAttributes")["email"] == "ann@example.com"

    with page.expect_navigation(url=f"{redirecting.app.url}/"):  # by way of /logout
        redirecting.leave("signOut")
    redirecting.app.configure(redirecting.configuration)
    assert "tokens" not in redirecting.app.auth("fetchAuthSession")
    redirecting.leave("signInWithRedirect")
    page.wait_for_url("https://shop-*.auth.localhost:*/login?*")


def test_a_provider_is_gone_to_at_once(redirecting: Redirecting) -> None:
    redirecting.open()
    redirecting.leave("signInWithRedirect", {"provider": "Google"})
    redirecting.page.get_by_role("button", name="Ann Archer").click()
    session = redirecting.come_back()
    assert session["tokens"]["idToken"]["payload"]["email"] == "ann.archer@example.com"
