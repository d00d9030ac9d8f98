"""Signing in with identity providers from the hosted pages, rehearsed with the built-in one."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.federation.test_rehearsal import APPLE, SECRETS
from tests.pages.inspection import Inspector
from tests.pages.site import Site
from tests.support.control import Clock, Inbox
from tests.support.server import Server, ServerFactory

MAPPING = {"email": "email", "name": "name"}
ERROR = re.compile(r"/callback\?.*\berror=invalid_request\b")
SOCIAL = {"Google": SECRETS, "Facebook": SECRETS, "LoginWithAmazon": SECRETS, "SignInWithApple": APPLE}


@pytest.fixture(scope="module")
def rehearsing(servers: ServerFactory) -> Iterator[Server]:
    with servers(rehearsal_provider=True) as server:
        yield server


@pytest.fixture
def site(rehearsing: Server, account: str, user: Page, application: str) -> Site:
    """A pool without providers yet, and the local user `ann`."""
    site = Site.make(rehearsing, rehearsing.client(account=account), Inbox(rehearsing, account), user, application)
    site.user()
    return site


def social(site: Site, *names: str) -> Site:
    for name in names:
        site.idp.create_identity_provider(
            UserPoolId=site.pool_id, ProviderName=name, ProviderType=name, ProviderDetails=SOCIAL[name], AttributeMapping=MAPPING
        )
    return site.through_client(SupportedIdentityProviders=["COGNITO", *names])


def company(site: Site, name: str = "Initech", **settings: Any) -> Site:
    details = {"MetadataURL": f"{site.server.url}/_emu/rehearsal/saml/metadata", "IDPSignout": "true"}
    site.idp.create_identity_provider(
        UserPoolId=site.pool_id, ProviderName=name, ProviderType="SAML", ProviderDetails=details, AttributeMapping=MAPPING, **settings
    )
    return site.through_client(SupportedIdentityProviders=["COGNITO", name])


def become(site: Site, person: str) -> None:
    site.page.get_by_role("button", name=person).click()


def test_each_provider_has_a_button(site: Site, inspect: Inspector) -> None:
    company(site)
    site = social(site, *SOCIAL)
    names = ["COGNITO", *SOCIAL, "Initech"]
    site.idp.update_user_pool_client(
        UserPoolId=site.pool_id,
        ClientId=site.client_id,
        ClientName="Corner Shop",
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid", "email", "profile", "aws.cognito.signin.user.admin"],
        CallbackURLs=[site.callback],
        SupportedIdentityProviders=names,
    )
    site.open()
    buttons = site.page.locator(".idpButton-customizable > span:last-child")
    assert buttons.all_inner_texts() == [f"Continue with {name}" for name in ("Google", "Facebook", "Amazon", "Apple", "Initech")]
    inspect("providers")
    site.press("Continue with Google")
    expect(site.page.get_by_role("heading", level=1)).to_have_text("Sign in with Google")
    inspect("rehearsal")
    become(site, "Ann Archer")
    assert site.expect_signed_in()["id_token"]


def test_a_user_of_a_provider_is_remembered_as_any_other(site: Site) -> None:
    site = social(site, "Google")
    site.open()
    site.press("Continue with Google")
    become(site, "Ben Baker")
    site.expect_signed_in()
    site.open()
    site.expect_signed_in()
    site.open("/login")
    expect(site.page.get_by_text("You are signed in as ben.baker@example.com")).to_be_visible()
    site.open("/logout", redirect_uri=None, response_type=None, logout_uri=site.signed_out)
    site.page.wait_for_url(site.signed_out)
    site.open()
    site.expect_at("/login")


def test_who_comes_back_from_the_provider_may_sign_in_otherwise(site: Site) -> None:
    site = social(site, "Google")
    site.open()
    site.press("Continue with Google")
    expect(site.page.get_by_role("button", name="Ann Archer")).to_be_visible()
    site.page.go_back()
    site.expect_at("/login")
    site.sign_in()
    site.expect_signed_in("ann")


def test_who_refuses_at_the_provider_is_told_by_the_application(site: Site) -> None:
    site = social(site, "Google")
    site.open()
    site.press("Continue with Google")
    site.press("Cancel")
    site.page.wait_for_url(ERROR)
    assert "state=s-1" in site.page.url


def test_going_back_after_a_federated_sign_in_and_choosing_again_is_no_dead_end(site: Site) -> None:
    """The provider's answer is taken once; the way on is another sign-in."""
    site = social(site, "Google")
    site.open()
    site.press("Continue with Google")
    become(site, "Ann Archer")
    site.expect_signed_in()
    site.page.go_back()
    become(site, "Cleo Carter")
    site.expect_heading("Something went wrong")
    site.open()
    site.expect_signed_in()


def test_two_tabs_may_be_at_two_providers(site: Site) -> None:
    site = social(site, "Google", "Facebook")
    site.open(identity_provider="Google")
    other = site.page.context.new_page()
    other.goto(site.url(identity_provider="Facebook"))
    become(site, "Ann Archer")
    site.expect_signed_in()
    other.get_by_role("button", name="Ben Baker").click()
    other.wait_for_url(f"{site.callback}?code=*")


def test_whoever_stays_at_the_provider_for_too_long_is_told(site: Site, rehearsing: Server) -> None:
    site = social(site, "Google")
    clock = Clock(rehearsing)
    try:
        site.open(identity_provider="Google")
        clock.advance(minutes=6)
        become(site, "Ann Archer")
        site.page.wait_for_url(ERROR)
    finally:
        clock.reset()


def test_the_only_provider_is_gone_to_at_once(site: Site) -> None:
    company(site)
    site.through_client(SupportedIdentityProviders=["Initech"]).open()
    expect(site.page.get_by_role("button", name="Ann Archer")).to_be_visible()


def test_companies_are_found_by_the_domain_of_an_email_address(site: Site, inspect: Inspector) -> None:
    company(site, "Globex", IdpIdentifiers=["globex.example"])
    company(site, IdpIdentifiers=["example.com"])
    both = site.through_client(SupportedIdentityProviders=["Globex", "Initech"])
    both.open()
    expect(both.page.locator(".idpButton-customizable")).to_have_count(1)
    expect(both.page.locator("#signInFormPassword")).to_have_count(0)
    inspect("providers-by-domain")
    both.page.fill("#corporate-email", "Ann.Archer@Example.com")
    both.press("Next")
    become(both, "Ann Archer")
    assert both.expect_signed_in()["id_token"]
    username = both.idp.list_users(UserPoolId=both.pool_id)["Users"]
    assert "Initech_ann.archer@example.com" in {user["Username"] for user in username}


def test_a_company_is_signed_out_of_with_its_pool(site: Site) -> None:
    site = company(site)
    site.open()
    site.press("Continue with Initech")
    become(site, "Cleo Carter")
    site.expect_signed_in()
    requests: list[str] = []
    site.page.on("request", lambda request: requests.append(request.url))
    site.open("/logout", redirect_uri=None, response_type=None, logout_uri=site.signed_out)
    site.page.wait_for_url(site.signed_out)
    assert any("/_emu/rehearsal/saml/logout?SAMLRequest=" in url for url in requests)
    assert any(url.endswith("/saml2/logout") for url in requests)
    site.open()
    site.expect_at("/login")


def test_classic_pages_have_the_providers_first(site: Site, account: str, inspect: Inspector) -> None:
    site.idp.create_user_pool_domain(UserPoolId=site.pool_id, Domain=f"classic-{account}", ManagedLoginVersion=1)
    site = social(site, "Google", "Facebook")
    site.open()
    buttons, form = site.page.locator(".providers").bounding_box(), site.page.locator("form[name=cognitoSignInForm]").bounding_box()
    assert buttons["y"] < form["y"]
    inspect("classic-providers")
    site.page.locator("button[name=googleSignUpButton]").click()
    become(site, "Ann Archer")
    assert site.expect_signed_in()["id_token"]
