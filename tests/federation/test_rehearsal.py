"""The built-in provider: every button works without an account anywhere."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.oauth.relying_party import CALLBACK, SIGNED_OUT, Application, Browser, Tenant, query_of
from tests.support.axe import violations
from tests.support.server import Server, ServerFactory

SECRETS = {"client_id": "id", "client_secret": "secret", "authorize_scopes": "openid"}
# An ES256 key that signs nothing of worth.
APPLE_KEY = """-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr88hb2
OF/2NxApJCzGCEDdfSp6VQO30hyhRANCAAQRWz+jn65BtOMvdyHKcvjBeBSDZH2r
1RTwjmYSi9R/zpBnuQ4EiMnCqfMPWiZqB4QdbAd0E7oH50VpuZ1P087G
-----END PRIVATE KEY-----"""
APPLE = {"client_id": "id", "team_id": "team", "key_id": "key", "private_key": APPLE_KEY, "authorize_scopes": "name email"}


@pytest.fixture(scope="module")
def rehearsing(servers: ServerFactory) -> Iterator[Server]:
    with servers(rehearsal_provider=True) as server:
        yield server


@pytest.fixture
def app(rehearsing: Server, account: str) -> Application:
    """An application whose pool has every social provider, and the rehearsal provider as an OIDC provider."""
    idp = rehearsing.client(account=account)
    tenant = Tenant.make(rehearsing, idp)
    providers: dict[str, tuple[str, dict[str, str]]] = {
        "Google": ("Google", SECRETS),
        "Facebook": ("Facebook", SECRETS),
        "LoginWithAmazon": ("LoginWithAmazon", SECRETS),
        "SignInWithApple": ("SignInWithApple", APPLE),
        "Corp": ("OIDC", SECRETS | {"oidc_issuer": f"{rehearsing.url}/_emu/rehearsal", "attributes_request_method": "GET"}),
    }
    for name, (kind, details) in providers.items():
        mapping = {"email": "email", "name": "name"}
        idp.create_identity_provider(
            UserPoolId=tenant.pool_id, ProviderName=name, ProviderType=kind, ProviderDetails=details, AttributeMapping=mapping
        )
    return tenant.client(SupportedIdentityProviders=["COGNITO", *providers])


@pytest.mark.parametrize("name", ["Google", "Facebook", "LoginWithAmazon", "SignInWithApple", "Corp"])
def test_a_click_signs_in_with_any_provider(app: Application, page: Page, name: str) -> None:
    page.goto(app.authorize_url(identity_provider=name, scope="openid email profile"))
    page.get_by_role("button", name="Ann Archer").click()
    page.wait_for_url(f"{CALLBACK}*")
    claims = claims_of(app, page.url)
    assert (claims["email"], claims["name"]) == ("ann.archer@example.com", "Ann Archer")
    assert claims["cognito:username"].startswith(f"{name}_")


def test_the_login_page_has_a_button_for_it(app: Application, page: Page) -> None:
    page.goto(app.authorize_url(scope="openid email profile"))
    page.get_by_role("button", name="Google").first.click()
    page.get_by_role("button", name="Cleo Carter").click()
    page.wait_for_url(f"{CALLBACK}*")
    assert claims_of(app, page.url)["name"] == "Cleo Carter"


def test_a_saml_company_signs_in_and_out(app: Application, page: Page) -> None:
    metadata = f"{app.server.url}/_emu/rehearsal/saml/metadata"
    app.tenant.idp.create_identity_provider(
        UserPoolId=app.tenant.pool_id,
        ProviderName="Company",
        ProviderType="SAML",
        ProviderDetails={"MetadataURL": metadata, "IDPSignout": "true", "RequestSigningAlgorithm": "rsa-sha256"},
        AttributeMapping={"email": "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress", "name": "name"},
    )
    app = app.tenant.client(SupportedIdentityProviders=["Company"])
    page.goto(app.authorize_url(identity_provider="Company", scope="openid email profile"))
    page.get_by_role("button", name="Ben Baker").click()
    page.wait_for_url(f"{CALLBACK}*")
    claims = claims_of(app, page.url)
    assert (claims["cognito:username"], claims["name"]) == ("Company_ben.baker@example.com", "Ben Baker")
    page.goto(app.url("/logout", redirect_uri=None, logout_uri=SIGNED_OUT))
    page.wait_for_url(f"{SIGNED_OUT}*")


def test_one_may_type_who_to_be(app: Application, page: Page) -> None:
    page.goto(app.authorize_url(identity_provider="Google", scope="openid email profile"))
    page.get_by_label("Email address").fill("zoe@shop.example")
    page.get_by_text("More", exact=True).click()
    page.get_by_label("Subject").fill("42")
    page.get_by_label("More claims").fill("{nonsense")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("More claims")
    page.get_by_label("More claims").fill('{"name": "Zoe"}')
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{CALLBACK}*")
    claims = claims_of(app, page.url)
    assert (claims["cognito:username"], claims["name"]) == ("Google_42", "Zoe")


def test_one_may_refuse(app: Application, page: Page) -> None:
    page.goto(app.authorize_url(identity_provider="Google"))
    page.get_by_role("button", name="Cancel").click()
    page.wait_for_url(f"{CALLBACK}*")
    assert query_of(page.url)["error_description"].startswith("Google Error - 302 access_denied")


def test_the_page_is_accessible(app: Application, page: Page) -> None:
    page.goto(app.authorize_url(identity_provider="Google"))
    assert violations(page) == []


def test_it_redirects_to_pools_alone(rehearsing: Server) -> None:
    url = f"{rehearsing.url}/_emu/rehearsal/authorize?client_id=id&redirect_uri=https://evil.example/"
    assert Browser(rehearsing).visit(url).status_code == 400


def test_it_is_off_by_default(server: Server) -> None:
    assert Browser(server).visit(f"{server.url}/_emu/rehearsal/jwks").status_code == 404


def claims_of(app: Application, location: str) -> dict[str, Any]:
    return app.tenant.claims(app.redeem(query_of(location)["code"]).json()["id_token"], app.client_id)
