"""Signing in with name and password, and what users do to such a page."""

from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import expect

from tests.pages.inspection import Inspector
from tests.pages.site import PASSWORD, Site
from tests.support.control import Clock


def test_a_user_signs_in_with_name_and_password(site: Site, inspect: Inspector) -> None:
    site.open()
    site.expect_at("/login")
    site.expect_heading("Sign in")
    inspect("sign-in")
    site.sign_in()
    site.expect_signed_in("ann")


def test_all_parameters_of_the_request_go_along_from_page_to_page(site: Site) -> None:
    site.open(scope="openid email", nonce="n-1", code_challenge="a" * 43, code_challenge_method="S256")
    wanted = dict(parse_qsl(urlsplit(site.page.url).query))
    assert wanted.keys() >= {"client_id", "redirect_uri", "state", "scope", "nonce", "code_challenge", "code_challenge_method"}
    for link in ("Sign up", "Sign in", "Forgot your password?", "Back to sign in"):
        site.follow(link)
        assert dict(parse_qsl(urlsplit(site.page.url).query)) == wanted
    site.sign_in(password="wrong")
    site.expect_error("Incorrect username or password.")
    assert dict(parse_qsl(urlsplit(site.page.url).query)).items() >= wanted.items()


def test_a_wrong_password_is_told_and_the_name_stays(site: Site, inspect: Inspector) -> None:
    site.open()
    site.sign_in(password="wrong")
    site.expect_error("Incorrect username or password.")
    expect(site.page.locator("#signInFormUsername")).to_have_value("ann")
    expect(site.page.locator("#signInFormPassword")).to_be_focused()
    expect(site.page.locator("#signInFormPassword")).to_have_accessible_description("Incorrect username or password.")
    inspect("sign-in-wrong-password")
    site.page.reload()
    site.expect_error("Incorrect username or password.")
    site.page.fill("#signInFormPassword", PASSWORD)
    site.press("Sign in")
    site.expect_signed_in("ann")


def test_an_unknown_user_looks_like_a_wrong_password(site: Site) -> None:
    site.open()
    site.sign_in(username="nobody")
    site.expect_error("Incorrect username or password.")


def test_where_existence_is_not_hidden_an_unknown_user_is_told(site: Site) -> None:
    open_about_it = site.through_client(PreventUserExistenceErrors="LEGACY")
    open_about_it.open()
    open_about_it.sign_in(username="nobody")
    open_about_it.expect_error("User does not exist.")


def test_the_keyboard_suffices(site: Site) -> None:
    site.open()
    expect(site.page.locator("#signInFormUsername")).to_be_focused()
    site.page.keyboard.type("ann")
    site.page.keyboard.press("Tab")
    site.page.keyboard.type(PASSWORD)
    site.page.keyboard.press("Enter")
    site.expect_signed_in("ann")


def test_the_tab_key_leads_from_top_to_bottom_and_shows_where_it_is(site: Site) -> None:
    site.open()
    stops = []
    for _ in range(8):
        stops.append(
            site.page.evaluate(
                """() => {
                    const [here, style] = [document.activeElement, getComputedStyle(document.activeElement)];
                    const shown = style.outlineStyle !== "none" || style.boxShadow !== "none";
                    const name = here.labels?.[0]?.innerText || here.ariaLabel || here.value || here.innerText;
                    return shown ? name.split("\\n").pop() : `${name}, and nobody sees it`;
                }"""
            )
        )
        site.page.keyboard.press("Tab")
    rest = ["Forgot your password?", "Sign in", "Sign up", "English", "Inbox"]
    assert stops == ["Username", "Password", "Show password", *rest]


def test_a_password_can_be_looked_at(site: Site) -> None:
    site.open()
    password = site.page.locator("#signInFormPassword")
    password.fill("secret")
    toggle = site.page.get_by_role("button", name="Show password")
    toggle.click()
    expect(password).to_have_attribute("type", "text")
    expect(toggle).to_have_attribute("aria-pressed", "true")
    toggle.click()
    expect(password).to_have_attribute("type", "password")


def test_login_hint_fills_in_the_name(site: Site) -> None:
    site.open(login_hint="ann")
    expect(site.page.locator("#signInFormUsername")).to_have_value("ann")
    expect(site.page.locator("#signInFormPassword")).to_be_focused()


def test_browser_tests_written_for_aws_find_what_they_look_for(site: Site) -> None:
    """Selectors collected from public test suites of applications."""
    site.open()
    page = site.page
    page.locator(".visible-lg input[name=username]#signInFormUsername").fill("ann")
    page.locator("form[name=cognitoSignInForm] input[name=password]#signInFormPassword").fill(PASSWORD)
    assert page.locator("input[type=hidden][name=_csrf]").input_value() == next(
        cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "XSRF-TOKEN"
    )
    page.locator("input[name=signInSubmitButton][type=submit][value='Sign in'].submitButton-customizable").click()
    site.expect_signed_in("ann")


# -- a session that is remembered


def test_whoever_is_signed_in_is_not_asked_again(site: Site) -> None:
    site.open()
    site.sign_in()
    site.expect_signed_in("ann")
    other = site.through_client(ClientName="Second Shop")
    other.open()
    other.expect_signed_in("ann")


def test_the_login_page_itself_offers_to_go_on_as_who_is_signed_in(site: Site, inspect: Inspector) -> None:
    site.open()
    site.sign_in()
    site.expect_signed_in("ann")
    site.open("/login")
    inspect("sign-in-again")
    site.follow("Continue as ann@example.com")
    site.expect_signed_in("ann")


def test_an_hour_later_the_session_does_not_do_any_more(site: Site, clock: Clock) -> None:
    site.open()
    site.sign_in()
    site.expect_signed_in("ann")
    clock.advance(hours=1)
    site.open()
    site.expect_at("/login")


def test_signing_out_ends_it(site: Site) -> None:
    site.open()
    site.sign_in()
    site.expect_signed_in("ann")
    site.open("/logout", redirect_uri=None, response_type=None, logout_uri=site.signed_out)
    site.page.wait_for_url(site.signed_out)
    site.open()
    site.expect_at("/login")


# -- what users do


def test_a_form_that_is_sent_twice_signs_in_once(site: Site) -> None:
    requests: list[str] = []
    site.page.on("request", lambda request: requests.append(request.url) if request.method == "POST" else None)
    site.open()
    site.page.fill("#signInFormUsername", "ann")
    site.page.fill("#signInFormPassword", PASSWORD)
    site.page.dblclick("[name=signInSubmitButton]")
    site.expect_signed_in("ann")
    assert len(requests) == 1


def test_going_back_from_the_application_leads_in_again(site: Site) -> None:
    site.open()
    site.sign_in()
    site.expect_signed_in("ann")
    site.page.go_back()
    site.expect_at("/login")
    site.follow("Continue as ann@example.com")
    site.expect_signed_in("ann")


def test_a_page_from_before_the_cookies_were_deleted_leads_to_a_new_one(site: Site) -> None:
    site.open()
    site.page.context.clear_cookies()
    site.sign_in()
    site.expect_error("Your session has expired. Please try again.")
    site.sign_in()
    site.expect_signed_in("ann")


def test_without_javascript_everything_works(site: Site) -> None:
    with_out = site.page.context.browser.new_context(java_script_enabled=False)
    try:
        page = with_out.new_page()
        page.goto(site.url())
        page.fill("#signInFormUsername", "ann")
        page.fill("#signInFormPassword", PASSWORD)
        page.click("[name=signInSubmitButton]")
        page.wait_for_url(f"{site.callback}?**")
    finally:
        with_out.close()
