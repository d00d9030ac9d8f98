"""Passwords that were forgotten, reset, or temporary."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.pages.inspection import Inspector
from tests.pages.site import NEW_PASSWORD, PASSWORD, Site
from tests.support.control import Clock


def choose(site: Site, password: str = NEW_PASSWORD, again: str | None = None) -> None:
    site.page.fill("[name=new_password]", password)
    site.page.fill("[name=confirm_password]", again or password)
    site.press("Change password")


def ask_for_reset(site: Site, username: str = "ann") -> None:
    site.open()
    site.follow("Forgot your password?")
    site.page.fill("[name=username]", username)
    site.press("Reset my password")
    site.expect_at("/confirmForgotPassword")


def test_a_forgotten_password_is_reset_by_a_code(site: Site, inspect: Inspector) -> None:
    site.open("/forgotPassword")
    expect(site.page.get_by_text("Enter your Username below and we will send a message to reset your password.")).to_be_visible()
    inspect("forgot-password")
    ask_for_reset(site)
    expect(site.page.get_by_text("We have sent a password reset code by email to a***@e***.")).to_be_visible()
    inspect("reset-password")
    site.page.fill("[name=code]", site.inbox.code(to="ann@example.com"))
    choose(site)
    site.expect_at("/login")
    site.expect_notice("Your password has been changed. You can sign in with it now.")
    expect(site.page.locator("#signInFormUsername")).to_have_value("ann")
    inspect("sign-in-password-changed")
    site.page.fill("#signInFormPassword", NEW_PASSWORD)
    site.press("Sign in")
    site.expect_signed_in("ann")


def test_two_different_passwords_are_refused_and_the_code_stays(site: Site, inspect: Inspector) -> None:
    ask_for_reset(site)
    code = site.inbox.code(to="ann@example.com")
    site.page.fill("[name=code]", code)
    choose(site, NEW_PASSWORD, PASSWORD)
    site.expect_error("The passwords do not match.")
    expect(site.page.locator("[name=code]")).to_have_value(code)
    inspect("reset-password-different")
    choose(site)
    site.expect_notice("Your password has been changed. You can sign in with it now.")


def test_a_weak_password_is_refused_in_awss_words(site: Site) -> None:
    ask_for_reset(site)
    site.page.fill("[name=code]", site.inbox.code(to="ann@example.com"))
    choose(site, "weak")
    site.expect_error("Password does not conform to policy: Password not long enough")


def test_a_wrong_or_old_code_is_told(site: Site, clock: Clock) -> None:
    ask_for_reset(site)
    code = site.inbox.code(to="ann@example.com")
    site.page.fill("[name=code]", f"{(int(code) + 1) % 1_000_000:06}")
    choose(site)
    site.expect_error("Invalid verification code provided, please try again.")
    site.press("Send a new code")
    site.expect_notice("A new code is on its way.")
    site.page.fill("[name=code]", site.inbox.code(to="ann@example.com"))
    clock.advance(hours=1)
    choose(site)
    # After an hour the flow itself has gone: the way on is a new sign-in.
    site.expect_error("Your session has expired. Please try again.")


def test_nobody_learns_who_has_an_account(site: Site) -> None:
    ask_for_reset(site, "nobody")
    expect(site.page.get_by_text("We have sent a password reset code by email to")).to_be_visible()
    site.page.fill("[name=code]", "123456")
    choose(site)
    site.expect_error("Invalid verification code provided, please try again.")


def test_a_reset_by_an_administrator_leads_to_the_code_that_was_sent(site: Site) -> None:
    site.idp.admin_reset_user_password(UserPoolId=site.pool_id, Username="ann")
    site.open()
    site.sign_in()
    site.expect_at("/confirmForgotPassword")
    site.expect_error("Password reset required for the user")
    site.page.fill("[name=code]", site.inbox.code(to="ann@example.com"))
    choose(site)
    site.page.fill("#signInFormPassword", NEW_PASSWORD)
    site.press("Sign in")
    site.expect_signed_in("ann")


def invite(site: Site, **attributes: str) -> str:
    site.idp.admin_create_user(
        UserPoolId=site.pool_id,
        Username="cleo",
        TemporaryPassword="Temporary-1",
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": name, "Value": value} for name, value in ({"email": "cleo@example.com"} | attributes).items()],
    )
    return "Temporary-1"


def test_a_temporary_password_is_replaced_at_the_first_sign_in(site: Site, inspect: Inspector) -> None:
    temporary = invite(site)
    site.open()
    site.sign_in("cleo", temporary)
    site.expect_at("/changePassword")
    site.expect_heading("Change password")
    inspect("new-password")
    site.page.reload()
    choose(site, "weak")
    site.expect_error("Password did not conform with password policy: Password not long enough")
    inspect("new-password-refused")
    choose(site)
    site.expect_signed_in("cleo")
    assert site.status("cleo") == "CONFIRMED"


def test_missing_required_attributes_are_asked_for_with_it(make_site: Callable[..., Any], inspect: Inspector) -> None:
    site = make_site(Schema=[{"Name": "given_name", "Required": True}, {"Name": "birthdate", "Required": True}])
    temporary = invite(site, given_name="Cleo")
    site.open()
    site.sign_in("cleo", temporary)
    expect(site.page.locator("[name^=requiredAttributes]")).to_have_count(1)
    site.page.fill("[name='requiredAttributes[birthdate]']", "1990-02-28")
    inspect("new-password-attributes")
    choose(site, again="Something-Else-3")
    site.expect_error("The passwords do not match.")
    expect(site.page.locator("[name='requiredAttributes[birthdate]']")).to_have_value("1990-02-28")
    choose(site)
    site.expect_signed_in("cleo")


def test_a_sign_in_that_was_left_for_too_long_begins_anew(site: Site, clock: Clock, inspect: Inspector) -> None:
    temporary = invite(site)
    site.open()
    site.sign_in("cleo", temporary)
    site.expect_at("/changePassword")
    clock.advance(minutes=4)
    choose(site)
    site.expect_at("/login")
    site.expect_error("Invalid session for the user, session is expired.")
    expect(site.page.locator("#signInFormUsername")).to_have_value("cleo")
    inspect("sign-in-expired")
