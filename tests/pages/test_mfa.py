"""The second factor: asking for it, choosing it, setting it up."""

import re
from collections.abc import Callable
from typing import Any

import pyotp
import pytest
from playwright.sync_api import expect

from tests.operations.factors import EMAIL_SENDER, SMS_SENDER
from tests.pages.inspection import Inspector, scan
from tests.pages.site import Site
from tests.support.control import Clock

PHONE = "+14155552671"
ENABLED = {"Enabled": True}


@pytest.fixture
def make_mfa_site(make_site: Callable[..., Site]) -> Callable[..., Site]:
    """A pool with second factors: ON, or OPTIONAL; of apps, SMS, email."""

    def make(configuration: str, *, app: bool = False, sms: bool = False, email: bool = False) -> Site:
        site = make_site(
            EmailConfiguration=EMAIL_SENDER,
            SmsConfiguration=SMS_SENDER,
            AccountRecoverySetting={"RecoveryMechanisms": [{"Name": "admin_only", "Priority": 1}]},
        )
        request: dict[str, Any] = {"UserPoolId": site.pool_id, "MfaConfiguration": configuration}
        if app:
            request["SoftwareTokenMfaConfiguration"] = ENABLED
        if sms:
            request["SmsMfaConfiguration"] = {"SmsConfiguration": SMS_SENDER}
        if email:
            request["EmailMfaConfiguration"] = {}
        site.idp.set_user_pool_mfa_config(**request)
        return site

    return make


def test_an_authenticator_apps_code_is_asked_for(make_mfa_site: Callable[..., Site], inspect: Inspector, clock: Clock) -> None:
    site = make_mfa_site("OPTIONAL", app=True)
    site.user()
    app = site.set_up_app()
    site.open()
    site.sign_in()
    site.expect_at("/mfa")
    expect(site.page.get_by_text("Enter the code that your authenticator app “Ann's phone” shows.")).to_be_visible()
    expect(site.page.locator("[name=code]")).to_be_focused()
    inspect("mfa-app")
    site.enter_code("000000")
    site.expect_error("Invalid code received for user")
    inspect("mfa-wrong-code")
    clock.advance(seconds=30)
    site.enter_code(app.at(clock.now()))
    site.expect_signed_in("ann")


def test_a_code_by_sms_is_asked_for_and_can_be_sent_again(make_mfa_site: Callable[..., Site], inspect: Inspector) -> None:
    site = make_mfa_site("ON", sms=True)
    site.user(phone_number=PHONE, phone_number_verified="true")
    site.open()
    site.sign_in()
    site.expect_at("/mfa")
    expect(site.page.get_by_text("We have sent a code by SMS to +*******2671.")).to_be_visible()
    inspect("mfa-sms")
    first = site.inbox.code(to=PHONE)
    site.press("Send a new code")
    site.expect_notice("A new code is on its way.")
    site.enter_code(first)
    site.expect_error("Invalid code or auth state for the user.")
    site.enter_code(site.inbox.code(to=PHONE))
    site.expect_signed_in("ann")


def test_reloading_and_going_back_leave_a_challenge_as_it_is(make_mfa_site: Callable[..., Site]) -> None:
    site = make_mfa_site("ON", sms=True)
    site.user(phone_number=PHONE, phone_number_verified="true")
    site.open()
    site.sign_in()
    site.expect_at("/mfa")
    site.page.reload()
    challenge = site.page.url
    site.page.go_back()
    site.expect_at("/login")
    site.page.goto(challenge)
    site.enter_code(site.inbox.code(to=PHONE))
    site.expect_signed_in("ann")
    site.page.goto(challenge)
    site.expect_signed_in("ann")


def test_a_user_with_several_factors_chooses(make_mfa_site: Callable[..., Site], inspect: Inspector) -> None:
    site = make_mfa_site("ON", sms=True, email=True)
    site.user(phone_number=PHONE, phone_number_verified="true")
    site.open()
    site.sign_in()
    site.expect_at("/mfa/choose")
    inspect("mfa-choose")
    site.press("Code by email")
    site.enter_code(site.inbox.code(to="ann@example.com"))
    site.expect_signed_in("ann")


def secret_of(site: Site) -> str:
    site.page.get_by_text("Show secret key").click()
    secret: str = site.page.locator("#secret").inner_text()
    return secret


def test_a_pool_that_demands_an_app_has_it_set_up_by_its_qr_code(make_mfa_site: Callable[..., Site], inspect: Inspector) -> None:
    site = make_mfa_site("ON", app=True)
    site.user()
    site.open()
    site.sign_in()
    site.expect_at("/mfa/setup/app")
    expect(site.page.get_by_role("img", name="QR code")).to_be_visible()
    inspect("mfa-setup-app")
    secret = secret_of(site)
    site.page.reload()
    assert secret_of(site) == secret
    assert not re.search(secret, site.page.url)
    site.page.fill("[name=friendly_device_name]", "Tablet")
    site.enter_code("000000")
    site.expect_error("Code mismatch and fail enable Software Token MFA")
    expect(site.page.locator("[name=friendly_device_name]")).to_have_value("Tablet")
    site.enter_code(pyotp.TOTP(secret).now())
    site.expect_signed_in("ann")
    assert site.idp.admin_get_user(UserPoolId=site.pool_id, Username="ann")["UserMFASettingList"] == ["SOFTWARE_TOKEN_MFA"]


def test_a_phone_that_scans_the_qr_code_has_the_secret(make_mfa_site: Callable[..., Site]) -> None:
    site = make_mfa_site("ON", app=True)
    site.user()
    site.open()
    site.sign_in()
    site.expect_at("/mfa/setup/app")
    scanned = pyotp.parse_uri(scan(site.page.locator(".qr-frame")))
    assert isinstance(scanned, pyotp.TOTP)
    assert (scanned.secret, scanned.name, scanned.issuer) == (secret_of(site), "ann", "Corner Shop")
    site.enter_code(scanned.now())
    site.expect_signed_in("ann")


def test_a_sign_up_where_mfa_is_demanded_ends_with_its_setup(make_mfa_site: Callable[..., Site]) -> None:
    site = make_mfa_site("ON", app=True)
    site.open("/signup")
    site.page.fill("[name=username]", "ben")
    site.page.fill("[name='requiredAttributes[email]']", "ben@example.com")
    site.page.fill("[name=password]", "Correct-Horse-1")
    site.press("Sign up")
    site.enter_code(site.inbox.code(to="ben@example.com"), "Confirm account")
    site.expect_at("/mfa/setup/app")
    site.enter_code(pyotp.TOTP(secret_of(site)).now())
    site.expect_signed_in("ben")


def test_where_there_is_a_choice_the_method_is_chosen_first(make_mfa_site: Callable[..., Site], inspect: Inspector) -> None:
    site = make_mfa_site("ON", app=True, email=True)
    site.idp.admin_create_user(UserPoolId=site.pool_id, Username="dora", MessageAction="SUPPRESS")
    site.idp.admin_set_user_password(UserPoolId=site.pool_id, Username="dora", Password="Correct-Horse-1", Permanent=True)
    site.open()
    site.sign_in("dora")
    site.expect_at("/mfa/setup")
    site.expect_heading("Choose a multi-factor authentication (MFA) method")
    inspect("mfa-setup-choose")
    site.press("Authenticator app")
    site.expect_at("/mfa/setup/app")
    site.press("Back")
    site.press("Code by email")
    site.expect_at("/mfa/setup/address")
    inspect("mfa-setup-email")
    site.page.fill("[name=email]", "dora@example.com")
    site.press("Next")
    site.expect_at("/mfa")
    site.enter_code(site.inbox.code(to="dora@example.com"))
    site.expect_signed_in("dora")


def test_a_pool_that_demands_codes_by_sms_asks_for_the_phone_number(make_mfa_site: Callable[..., Site], inspect: Inspector) -> None:
    site = make_mfa_site("ON", sms=True)
    site.user()
    site.open()
    site.sign_in()
    site.expect_at("/mfa/setup/address")
    site.expect_heading("Set up codes by text message")
    site.page.fill("[name=phone_number]", "0123")
    site.press("Next")
    site.expect_error("Invalid phone number format.")
    expect(site.page.locator("[name=phone_number]")).to_have_value("0123")
    inspect("mfa-setup-sms")
    site.page.fill("[name=phone_number]", "+14155550000")
    site.press("Next")
    expect(site.page.get_by_text("We have sent a code by SMS to +*******0000.")).to_be_visible()
    inspect("mfa-setup-sms-code")
    site.press("Send a new code")
    site.press("Back")  # it is another number, after all
    site.expect_at("/mfa/setup/address")
    site.page.fill("[name=phone_number]", PHONE)
    site.press("Next")
    site.enter_code(site.inbox.code(to=PHONE))
    site.expect_signed_in("ann")
    user = site.idp.admin_get_user(UserPoolId=site.pool_id, Username="ann")
    attributes = {item["Name"]: item["Value"] for item in user["UserAttributes"]}
    assert (attributes["phone_number"], attributes["phone_number_verified"]) == (PHONE, "true")


def test_codes_by_sms_are_among_what_can_be_set_up(make_mfa_site: Callable[..., Site]) -> None:
    site = make_mfa_site("ON", app=True, sms=True)
    site.user()
    site.open()
    site.sign_in()
    site.expect_at("/mfa/setup")
    assert site.page.locator("button.factor").all_inner_texts() == ["Authenticator app", "Code by text message"]
    site.press("Code by text message")
    site.page.fill("[name=phone_number]", PHONE)
    site.press("Next")
    site.enter_code(site.inbox.code(to=PHONE))
    site.expect_signed_in("ann")
    site.page.context.clear_cookies()
    site.open()
    site.sign_in()
    site.expect_at("/mfa")
    site.enter_code(site.inbox.code(to=PHONE))
    site.expect_signed_in("ann")
