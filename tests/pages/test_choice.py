"""Choice-based sign-in: first the name, then whatever the user has. Passkeys, with Chromium's own authenticator."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.operations.factors import EMAIL_SENDER, SMS_SENDER
from tests.pages.inspection import Inspector
from tests.pages.site import PASSWORD, Site
from tests.support.browser import add_authenticator

PHONE = "+14155552671"


@pytest.fixture
def make_choice(make_site: Callable[..., Site]) -> Callable[..., Site]:
    """A pool that lets users choose among factors, and a client that lets them."""

    def make(*factors: str, **settings: Any) -> Site:
        site = make_site(
            client={"ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]},
            Policies={"SignInPolicy": {"AllowedFirstAuthFactors": list(factors)}},
            EmailConfiguration=EMAIL_SENDER,
            SmsConfiguration=SMS_SENDER,
            **settings,
        )
        site.user(phone_number=PHONE, phone_number_verified="true")
        if "WEB_AUTHN" in factors:
            site.idp.set_user_pool_mfa_config(UserPoolId=site.pool_id, WebAuthnConfiguration={"RelyingPartyId": "localhost"})
        return site

    return make


def say_who(site: Site, username: str = "ann") -> None:
    site.open()
    expect(site.page.locator("#signInFormPassword")).to_have_count(0)
    site.page.fill("#signInFormUsername", username)
    site.press("Next")


def test_a_user_chooses_among_what_the_pool_allows(make_choice: Callable[..., Site], inspect: Inspector) -> None:
    site = make_choice("PASSWORD", "EMAIL_OTP", "SMS_OTP")
    site.open()
    inspect("choice-sign-in")
    say_who(site)
    site.expect_at("/login/choose")
    assert site.page.locator("button.factor").all_inner_texts() == ["Password", "Code by email", "Code by text message"]
    inspect("choice")
    site.press("Code by email")
    site.expect_at("/login/code")
    expect(site.page.get_by_text("We have sent a code by email to a***@e***.")).to_be_visible()
    inspect("choice-code")
    site.enter_code(site.inbox.code(to="ann@example.com"))
    site.expect_signed_in("ann")


def test_a_code_is_sent_again_and_another_way_is_open(make_choice: Callable[..., Site]) -> None:
    site = make_choice("PASSWORD", "EMAIL_OTP", "SMS_OTP")
    say_who(site)
    site.press("Code by email")
    site.inbox.code(to="ann@example.com")
    site.press("Send a new code")
    site.expect_notice("A new code is on its way.")
    site.inbox.code(to="ann@example.com")
    site.press("Choose another way to sign in")
    site.press("Code by text message")
    site.enter_code("00000000")
    site.expect_error("Invalid code or auth state for the user.")
    site.enter_code(site.inbox.code(to=PHONE))
    site.expect_signed_in("ann")


def test_the_password_comes_on_a_page_of_its_own_and_can_be_corrected(make_choice: Callable[..., Site], inspect: Inspector) -> None:
    site = make_choice("PASSWORD")
    say_who(site)
    site.expect_at("/login/password")
    expect(site.page.get_by_text("Signing in as ann")).to_be_visible()
    site.page.fill("[name=password]", "wrong")
    site.press("Sign in")
    site.expect_at("/login/password")
    site.expect_error("Incorrect username or password.")
    inspect("choice-password")
    site.page.fill("[name=password]", PASSWORD)
    site.press("Sign in")
    site.expect_signed_in("ann")


def test_who_is_somebody_else_begins_again(make_choice: Callable[..., Site]) -> None:
    site = make_choice("PASSWORD", "EMAIL_OTP")
    say_who(site)
    site.follow("Not you?")
    site.expect_at("/login")


def test_an_unknown_user_is_asked_like_any_other(make_choice: Callable[..., Site]) -> None:
    site = make_choice("PASSWORD")
    say_who(site, "nobody")
    site.expect_at("/login/password")
    site.page.fill("[name=password]", PASSWORD)
    site.press("Sign in")
    site.expect_error("Incorrect username or password.")


# -- passkeys


@pytest.fixture
def authenticator(user: Page) -> None:
    add_authenticator(user)


def sign_in_by_password(site: Site) -> None:
    say_who(site)
    site.page.fill("[name=password]", PASSWORD)
    site.press("Sign in")
    site.expect_signed_in("ann")


def add_passkey_url(site: Site) -> str:
    return site.url("/passkeys/add", response_type=None, state=None)


@pytest.mark.usefixtures("authenticator")
def test_a_passkey_is_made_and_signs_in(make_choice: Callable[..., Site], inspect: Inspector) -> None:
    site = make_choice("PASSWORD", "WEB_AUTHN")
    sign_in_by_password(site)
    site.page.goto(add_passkey_url(site))
    site.expect_heading("Set up sign-in with a passkey")
    inspect("add-passkey")
    site.press("Add passkey")
    site.page.wait_for_url(f"{site.callback}?result=success")
    site.page.context.clear_cookies()
    say_who(site)
    site.press("Passkey")
    site.expect_at("/login/passkey")
    inspect("passkey")
    site.press("Continue with passkey")
    site.expect_signed_in("ann")


@pytest.mark.usefixtures("authenticator")
def test_a_passkey_that_is_there_already_is_not_made_twice(make_choice: Callable[..., Site]) -> None:
    site = make_choice("PASSWORD", "WEB_AUTHN")
    sign_in_by_password(site)
    site.page.goto(add_passkey_url(site))
    site.press("Add passkey")
    site.page.wait_for_url(f"{site.callback}?result=success")
    site.page.goto(add_passkey_url(site))
    site.press("Add passkey")
    site.expect_error("The passkey was not created. You can try again.")
    site.press("Not now")
    site.page.wait_for_url(f"{site.callback}?result=cancelled")


def test_without_a_session_there_is_no_passkey_to_be_made(make_choice: Callable[..., Site]) -> None:
    site = make_choice("PASSWORD", "WEB_AUTHN")
    site.page.goto(add_passkey_url(site))
    site.page.wait_for_url(f"{site.callback}?result=invalid_session")


def test_a_pool_without_passkeys_says_so(make_choice: Callable[..., Site]) -> None:
    site = make_choice("PASSWORD")
    sign_in_by_password(site)
    site.page.goto(add_passkey_url(site))
    site.expect_error("Passkey authentication is not enabled for the user pool.")


@pytest.mark.usefixtures("authenticator")
def test_who_lost_the_passkey_signs_in_another_way(make_choice: Callable[..., Site], user: Page) -> None:
    site = make_choice("PASSWORD", "WEB_AUTHN")
    sign_in_by_password(site)
    site.page.goto(add_passkey_url(site))
    site.press("Add passkey")
    site.page.wait_for_url(f"{site.callback}?result=success")
    site.page.context.clear_cookies()
    say_who(site)
    site.press("Passkey")
    user.evaluate("() => { navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError')) }")
    site.press("Continue with passkey")
    site.expect_error("The passkey was not used. Try again, or choose another way to sign in.")
    site.press("Choose another way to sign in")
    site.press("Password")
    site.page.fill("[name=password]", PASSWORD)
    site.press("Sign in")
    site.expect_signed_in("ann")
