"""Signing up, confirming, and what may come between."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.pages.inspection import Inspector
from tests.pages.site import PASSWORD, Site

SENT = "We have sent a code by email to b***@e***. Enter it below to confirm your account."


def fill_in(site: Site, username: str = "ben", **attributes: str) -> None:
    site.page.fill("[name=username]", username)
    for name, value in attributes.items():
        site.page.fill(f"[name='requiredAttributes[{name}]']", value)
    site.page.fill("[name=password]", PASSWORD)


def sign_up(site: Site, username: str = "ben", email: str = "ben@example.com") -> None:
    site.open()
    site.follow("Sign up")
    fill_in(site, username, email=email)
    site.press("Sign up")
    site.expect_at("/confirm")


def test_a_new_user_signs_up_confirms_and_is_in(site: Site, inspect: Inspector) -> None:
    site.open("/signup")
    site.expect_heading("Sign up with a new account")
    inspect("sign-up")
    fill_in(site, email="ben@example.com")
    site.press("Sign up")
    site.expect_at("/confirm")
    expect(site.page.get_by_text(SENT)).to_be_visible()
    inspect("confirm")
    assert site.status("ben") == "UNCONFIRMED"
    site.enter_code(site.inbox.code(to="ben@example.com"), "Confirm account")
    site.expect_signed_in("ben")
    assert site.status("ben") == "CONFIRMED"


def test_required_attributes_are_asked_for_by_fitting_fields(make_site: Callable[..., Site], inspect: Inspector) -> None:
    names = ("email", "given_name", "birthdate", "phone_number", "website", "address")
    site = make_site(UsernameAttributes=["email"], Schema=[{"Name": name, "Required": True} for name in names])
    site.open("/signup")
    types = {
        field.get_attribute("name"): (field.get_attribute("type"), field.get_attribute("autocomplete"))
        for field in site.page.locator("form[name=cognitoSignUpForm] input:not([type=hidden])").all()
    }
    assert types == {
        "username": ("email", "username"),
        "requiredAttributes[given_name]": ("text", "given-name"),
        "requiredAttributes[birthdate]": ("date", "bday"),
        "requiredAttributes[phone_number]": ("tel", "tel"),
        "requiredAttributes[website]": ("url", "url"),
        "requiredAttributes[address]": ("text", "street-address"),
        "password": ("password", "new-password"),
    }
    inspect("sign-up-many-attributes")
    attributes = {"given_name": "Ben", "birthdate": "1990-02-28", "phone_number": "+14155552671", "website": "https://ben.example.com"}
    fill_in(site, "ben@example.com", **attributes, address="1 High Street")
    site.press("Sign up")
    site.enter_code(site.inbox.code(to="ben@example.com"), "Confirm account")
    tokens = site.expect_signed_in()
    assert {"Name": "birthdate", "Value": "1990-02-28"} in site.idp.get_user(AccessToken=tokens["access_token"])["UserAttributes"]


def test_the_rules_of_the_password_are_ticked_off_and_the_server_has_the_last_word(site: Site, inspect: Inspector) -> None:
    site.open("/signup")
    rules = site.page.locator("#password-rules")
    expect(rules.locator("li")).to_have_count(5)
    fill_in(site, email="ben@example.com")
    expect(rules.locator(".passwordCheck-valid-customizable")).to_have_count(5)
    site.page.fill("[name=password]", "short")
    expect(rules.locator(".passwordCheck-valid-customizable")).to_have_text(["A lowercase letter"])
    site.press("Sign up")
    site.expect_error("Password did not conform with policy: Password not long enough")
    expect(site.page.locator("[name=username]")).to_have_value("ben")
    expect(site.page.locator("[name='requiredAttributes[email]']")).to_have_value("ben@example.com")
    expect(site.page.locator("[name=password]")).to_have_value("")
    inspect("sign-up-refused")


def test_a_name_that_is_taken_is_told(site: Site) -> None:
    site.open("/signup")
    fill_in(site, "ann", email="other@example.com")
    site.press("Sign up")
    site.expect_error("User already exists")


def test_a_wrong_code_can_be_corrected(site: Site, inspect: Inspector) -> None:
    sign_up(site)
    code = site.inbox.code(to="ben@example.com")
    site.enter_code(f"{(int(code) + 1) % 1_000_000:06}", "Confirm account")
    site.expect_error("Invalid verification code provided, please try again.")
    inspect("confirm-wrong-code")
    site.page.reload()
    site.enter_code(f" {code[:3]} {code[3:]} ", "Confirm account")
    site.expect_signed_in("ben")


def test_another_code_can_be_sent(site: Site, inspect: Inspector) -> None:
    sign_up(site)
    first = site.inbox.code(to="ben@example.com")
    site.press("Send a new code")
    site.expect_notice("A new code is on its way.")
    inspect("confirm-new-code")
    second = site.inbox.code(to="ben@example.com")
    site.enter_code(second, "Confirm account")
    site.expect_signed_in("ben")
    assert first != second


def test_who_did_not_confirm_is_led_there_by_signing_in(site: Site) -> None:
    sign_up(site)
    site.open()
    site.sign_in("ben")
    site.expect_at("/confirm")
    site.expect_error("User is not confirmed.")
    site.enter_code(site.inbox.code(to="ben@example.com"), "Confirm account")
    site.expect_signed_in("ben")


def test_a_wrong_password_leads_nowhere_but_back(site: Site) -> None:
    sign_up(site)
    site.open()
    site.sign_in("ben", "wrong-Horse-1")
    site.expect_at("/login")
    site.expect_error("Incorrect username or password.")


def test_a_form_sent_twice_signs_up_once(site: Site) -> None:
    """The second answer to a form finds the user where the first one led."""
    site.open("/signup")
    fill_in(site, email="ben@example.com")
    form = site.page.locator("form[name=cognitoSignUpForm]")
    fields = form.evaluate("form => Object.fromEntries(new FormData(form))")
    first, second = (
        site.page.context.request.post(site.server.url + form.get_attribute("action"), form=fields, max_redirects=0) for _ in range(2)
    )
    assert first.headers["location"] == second.headers["location"]
    assert first.headers["location"].startswith("/confirm?")
    assert len(site.inbox.all(to="ben@example.com", wait=5)) == 1


def test_going_back_after_signing_up_offers_a_new_form(site: Site) -> None:
    sign_up(site)
    site.page.go_back()
    site.expect_at("/signup")
    fill_in(site, "ben2", email="ben2@example.com")
    site.press("Sign up")
    site.enter_code(site.inbox.code(to="ben2@example.com"), "Confirm account")
    site.expect_signed_in("ben2")


def test_two_tabs_do_not_disturb_each_other(site: Site) -> None:
    sign_up(site, "ben", "ben@example.com")
    other = site.through_client(ClientName="Second Shop")
    other.page = site.page.context.new_page()
    sign_up(other, "eve", "eve@example.com")
    site.page.reload()
    expect(site.page.get_by_text(SENT)).to_be_visible()
    other.enter_code(site.inbox.code(to="eve@example.com"), "Confirm account")
    other.expect_signed_in("eve")
    site.enter_code(site.inbox.code(to="ben@example.com"), "Confirm account")
    site.expect_signed_in("ben")


def test_the_page_of_a_step_is_of_no_use_in_another_browser(site: Site) -> None:
    sign_up(site)
    stranger = site.page.context.browser.new_context()
    try:
        page = stranger.new_page()
        page.goto(site.page.url)
        expect(page).to_have_url(re.compile("/login.*notice=expired"))
    finally:
        stranger.close()


def test_where_only_administrators_create_users_there_is_no_sign_up(make_site: Callable[..., Site]) -> None:
    site = make_site(AdminCreateUserConfig={"AllowAdminCreateUserOnly": True})
    site.open()
    expect(site.page.get_by_role("link", name="Sign up")).to_have_count(0)
    site.open("/signup")
    fill_in(site, email="ben@example.com")
    site.press("Sign up")
    site.expect_error("SignUp is not permitted for this user pool")


def test_a_client_with_a_secret_signs_up_as_well(make_site: Callable[..., Site]) -> None:
    site = make_site(client={"GenerateSecret": True})
    sign_up(site)
    site.enter_code(site.inbox.code(to="ben@example.com"), "Confirm account")
    site.expect_signed_in("ben")


def test_terms_are_linked_once_both_documents_exist(site: Site, inspect: Inspector) -> None:
    def create(name: str) -> None:
        links = {"cognito:default": f"https://example.com/{name}", "cognito:german": f"https://example.com/de/{name}"}
        site.idp.create_terms(
            UserPoolId=site.pool_id, ClientId=site.client_id, TermsName=name, TermsSource="LINK", Enforcement="NONE", Links=links
        )

    create("terms-of-use")
    site.open("/signup")
    expect(site.page.get_by_role("link", name="Terms of use")).to_have_count(0)
    create("privacy-policy")
    site.page.reload()
    expect(site.page.get_by_role("link", name="Terms of use")).to_have_attribute("href", "https://example.com/terms-of-use")
    expect(site.page.get_by_role("link", name="Privacy policy")).to_have_attribute("href", "https://example.com/privacy-policy")
    inspect("sign-up-terms")
    site.open("/signup", lang="de")
    expect(site.page.get_by_role("link", name="Datenschutzerklärung")).to_have_attribute("href", "https://example.com/de/privacy-policy")


# -- by the link in a message


@pytest.fixture
def by_link(make_site: Callable[..., Site]) -> Site:
    return make_site(VerificationMessageTemplate={"DefaultEmailOption": "CONFIRM_WITH_LINK"})


def test_the_link_in_the_message_confirms(by_link: Site, inspect: Inspector) -> None:
    sign_up(by_link)
    link = by_link.inbox.next(to="ben@example.com")["link"]
    by_link.page.goto(link)
    by_link.expect_heading("Account confirmed")
    by_link.expect_notice("Your registration has been confirmed!")
    inspect("confirmed")
    assert by_link.status("ben") == "CONFIRMED"
    by_link.page.goto(link)
    by_link.expect_heading("Account not confirmed")
    by_link.expect_error("User cannot be confirmed. Current status is CONFIRMED")
    inspect("not-confirmed")
