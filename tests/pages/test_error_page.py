"""What users and developers see when a request makes no sense."""

from playwright.sync_api import expect

from tests.pages.inspection import Inspector
from tests.pages.site import Site

TEXT = "An error was encountered with the requested page."


def test_a_callback_that_is_not_registered_is_explained(site: Site, inspect: Inspector) -> None:
    site.open(redirect_uri="http://localhost:1/elsewhere")
    site.expect_at("/error")
    site.expect_heading("Something went wrong")
    expect(site.page.get_by_text(TEXT)).to_be_visible()
    expect(site.page.get_by_text("redirect_mismatch")).to_be_visible()
    expect(site.page.get_by_text("callback URLs")).to_be_visible()
    inspect("error-redirect-mismatch")


def test_a_client_that_nobody_knows_is_told(site: Site, inspect: Inspector) -> None:
    site.open(client_id="nobody")
    expect(site.page.get_by_text("There is no such app client in the pool of this address.")).to_be_visible()
    inspect("error-unknown-client")


def test_a_missing_parameter_is_named(site: Site) -> None:
    site.open(redirect_uri=None)
    expect(site.page.get_by_text("Required String parameter 'redirect_uri' is not present")).to_be_visible()


def test_the_page_speaks_the_users_language(site: Site) -> None:
    site.open(lang="es")
    site.open(redirect_uri="http://localhost:1/elsewhere")
    expect(site.page.locator("html")).to_have_attribute("lang", "es")
