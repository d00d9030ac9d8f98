"""The classic hosted UI, in the style sheet and with the logo of SetUICustomization."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.pages.inspection import Inspector
from tests.pages.pictures import png
from tests.pages.site import PASSWORD, Site
from tests.pages.test_managed_login_style import look

# Every class that the developer guide lists, with a style that can be told from the default.
CSS = """
.logo-customizable { max-width: 60%; }
.banner-customizable { padding: 25px 0px 25px 0px; background-color: #1f3d2b; }
.label-customizable { font-weight: 400; color: #1f3d2b; }
.textDescription-customizable { padding-top: 10px; color: #1f3d2b; font-size: 18px; }
.idpDescription-customizable { color: #1f3d2b; }
.legalText-customizable { color: #3f5f4d; font-size: 11px; }
.submitButton-customizable { font-size: 14px; font-weight: bold; margin: 20px 0px 10px 0px; height: 40px; width: 100%; color: #fff; background-color: #2f6b45; }
.submitButton-customizable:hover { color: #fff; background-color: #1f3d2b; }
.errorMessage-customizable { padding: 5px; font-size: 14px; width: 100%; background: #fff4f4; border: 2px solid #a3171f; color: #7f1016; }
.inputField-customizable { width: 100%; height: 34px; color: #222222; background-color: #fbfffb; border: 1px solid #6f8f7d; }
.inputField-customizable:focus { border-color: #2f6b45; outline: 0; }
.idpButton-customizable { height: 40px; width: 100%; text-align: center; margin-bottom: 15px; color: #fff; background-color: #3a5f8a; border-color: #3a5f8a; }
.idpButton-customizable:hover { color: #fff; background-color: #2b4a6d; }
.socialButton-customizable { border-radius: 2px; height: 60px; margin-bottom: 15px; padding: 1px; text-align: left; width: 100%; }
.redirect-customizable { text-align: center; color: #1f5d3a; }
.passwordCheck-notValid-customizable { color: #a3171f; }
.passwordCheck-valid-customizable { color: #2f6b45; }
.background-customizable { background-color: #f7fbf8; }
"""  # noqa: E501 - one rule a line, as people write them


@pytest.fixture
def classic(site: Site, account: str) -> Site:
    """A pool whose domain has the classic pages."""
    site.idp.create_user_pool_domain(UserPoolId=site.pool_id, Domain=f"classic-{account}", ManagedLoginVersion=1)
    return site


def test_browser_tests_written_for_awss_classic_page_find_what_they_look_for(classic: Site) -> None:
    """Selectors from public test suites; AWS's button is labelled "submit", whatever it shows."""
    classic.open()
    page = classic.page
    page.locator(".modal-content-desktop.visible-md.visible-lg").get_by_role("textbox", name="Username").fill("ann")
    expect(page.get_by_placeholder("Username")).to_have_value("ann")
    page.get_by_placeholder("Password").fill(PASSWORD)
    page.get_by_role("button", name="submit").click()
    classic.expect_signed_in("ann")


def customize(site: Site, **what: Any) -> None:
    site.idp.set_ui_customization(UserPoolId=site.pool_id, ClientId=site.client_id, **what)


def test_the_classic_page_signs_in(classic: Site, inspect: Inspector) -> None:
    classic.open()
    expect(classic.page.locator("html")).to_have_class("classic")
    inspect("classic-sign-in")
    classic.sign_in(password="wrong")
    classic.expect_error("Incorrect username or password.")
    inspect("classic-wrong-password")
    classic.page.fill("#signInFormPassword", PASSWORD)
    classic.press("submit")
    classic.expect_signed_in("ann")


def test_each_class_of_the_style_sheet_has_its_effect(classic: Site, inspect: Inspector) -> None:
    customize(classic, CSS=CSS, ImageFile=png(350, 178, (247, 251, 248)))
    classic.open()
    page = classic.page
    page.emulate_media(reduced_motion="reduce")
    expect(page.locator(".banner img")).to_have_js_property("naturalWidth", 350)
    assert look(page, ".banner-customizable", "backgroundColor") == "rgb(31, 61, 43)"
    assert look(page, ".background-customizable", "backgroundColor") == "rgb(247, 251, 248)"
    assert look(page, ".label-customizable", "fontWeight") == "400"
    assert look(page, ".textDescription-customizable", "fontSize") == "18px"
    assert look(page, ".inputField-customizable", "height") == "34px"
    assert look(page, ".submitButton-customizable", "backgroundColor") == "rgb(47, 107, 69)"
    assert look(page, ".redirect-customizable", "color") == "rgb(31, 93, 58)"
    page.hover(".submitButton-customizable")
    assert look(page, ".submitButton-customizable", "backgroundColor") == "rgb(31, 61, 43)"
    classic.sign_in(password="wrong")
    assert look(page, ".errorMessage-customizable", "borderColor") == "rgb(163, 23, 31)"
    inspect("classic-customized")
    classic.open("/signup")
    assert look(page, ".passwordCheck-notValid-customizable", "color") == "rgb(163, 23, 31)"
    page.fill("[name=password]", PASSWORD)
    assert look(page, ".passwordCheck-valid-customizable", "color") == "rgb(47, 107, 69)"
    inspect("classic-customized-sign-up")


def test_classic_pages_speak_english_only_and_are_light_only(classic: Site) -> None:
    classic.page.emulate_media(color_scheme="dark")
    classic.open(lang="de")
    expect(classic.page.locator("html")).to_have_attribute("lang", "en")
    expect(classic.page.locator(".languages")).to_have_count(0)
    assert look(classic.page, "html", "colorScheme") == "light"


def test_classic_pages_ask_for_name_and_password_even_where_users_may_choose(classic: Site) -> None:
    choosing = classic.through_client(ExplicitAuthFlows=["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])
    choosing.open()
    choosing.sign_in()
    choosing.expect_signed_in("ann")
