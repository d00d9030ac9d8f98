"""A provider that others wrote, panva's oidc-provider, with a user in Chromium."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.federation.conftest import MAPPING
from tests.oauth.relying_party import CALLBACK, Application, Tenant, query_of
from tests.support.oidc_provider import oidc_provider
from tests.support.server import Server


@pytest.fixture(scope="module")
def issuer(server: Server) -> Iterator[str]:
    with oidc_provider(f"{server.url}/oauth2/idpresponse") as issuer:
        yield issuer


def make_app(server: Server, idp: Any, issuer: str, method: str) -> Application:
    tenant = Tenant.make(server, idp)
    details = {
        "client_id": "pool",
        "client_secret": "secret-of-the-pool",
        "authorize_scopes": "openid email profile",
        "attributes_request_method": method,
        "oidc_issuer": issuer,
    }
    idp.create_identity_provider(
        UserPoolId=tenant.pool_id, ProviderName="Panva", ProviderType="OIDC", ProviderDetails=details, AttributeMapping=MAPPING
    )
    return tenant.client(SupportedIdentityProviders=["COGNITO", "Panva"])


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_user_signs_in_at_its_own_pages(server: Server, idp: Any, issuer: str, page: Page, method: str) -> None:
    app = make_app(server, idp, issuer, method)
    page.goto(app.authorize_url(scope="openid email profile", state="xyz"))
    page.get_by_role("button", name="Continue with Panva").click()
    page.fill("[name=login]", "ann")
    page.fill("[name=password]", "anything")
    page.click("[type=submit]")
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(f"{CALLBACK}*")
    arrived = query_of(page.url)
    assert arrived["state"] == "xyz"
    claims = app.tenant.claims(app.redeem(arrived["code"]).json()["id_token"], app.client_id)
    assert (claims["cognito:username"], claims["email"], claims["email_verified"], claims["name"]) == (
        "Panva_ann",
        "ann@idp.example",
        True,
        "ANN",
    )


def test_who_cancels_there_is_told_by_the_application(server: Server, idp: Any, issuer: str, page: Page) -> None:
    app = make_app(server, idp, issuer, "GET")
    page.goto(app.authorize_url(identity_provider="Panva", login_hint="ben"))
    assert page.locator("[name=login]").input_value() == "ben"
    page.get_by_role("link", name="Cancel").click()
    page.wait_for_url(f"{CALLBACK}*")
    assert query_of(page.url)["error_description"].startswith("Panva Error - 302 access_denied")
