"""What keeps others out of a sign-in."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.oauth.relying_party import PASSWORD, Application, Browser, Tenant
from tests.pages.site import Site
from tests.support.server import Server

PAGES = ("/login", "/signup", "/forgotPassword", "/error", "/confirmUser", "/passkeys/add", "/logout", "/oauth2/authorize")


@pytest.fixture
def app(server: Server, idp: Any) -> Application:
    tenant = Tenant.make(server, idp)
    tenant.user()
    return tenant.client()


@pytest.mark.parametrize("path", PAGES)
def test_nothing_may_frame_cache_or_leak_a_page(app: Application, path: str) -> None:
    headers = Browser(app.server).visit(app.url(path, response_type="code")).headers
    assert headers["X-Frame-Options"] == "DENY"
    assert "no-store" in headers["Cache-Control"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("path", ["/login", "/signup", "/forgotPassword", "/error"])
def test_a_page_loads_and_runs_nothing_but_our_own_files(app: Application, path: str) -> None:
    answer = Browser(app.server).visit(app.url(path, response_type="code"))
    directives = dict(directive.strip().split(" ", 1) for directive in answer.headers["Content-Security-Policy"].split(";"))
    assert directives["default-src"] == "'none'"
    assert {directives[name] for name in ("script-src", "style-src", "img-src")} == {"'self'"}
    assert (directives["frame-ancestors"], directives["base-uri"]) == ("'none'", "'none'")
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert not re.search(r"<script>|<style|\sstyle=|\son\w+=", answer.text)
    assert not re.search(r'(src|href|srcset)="(https?:)?//', answer.text)


@pytest.mark.parametrize("path", ["/login", "/signup", "/forgotPassword"])
def test_parameters_that_cannot_be_read_lead_to_the_error_page(app: Application, path: str) -> None:
    """More than anybody sends, or with a character that none may hold."""
    for query in ("&".join(f"p{number}=1" for number in range(201)), "client_id=%00"):
        answer = app.server.http.get(f"{app.server.url}{path}?{query}", allow_redirects=False)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/error?error=invalid_request")


def test_a_body_that_cannot_be_read_is_refused_without_a_new_cookie(app: Application) -> None:
    """A new one would spoil the forms that the browser has open."""
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = app.server.http.post(f"{app.server.url}/login", data=b"no parts", headers=headers)
    assert (answer.status_code, answer.text, answer.headers.get("Set-Cookie")) == (400, "Bad Request", None)
    assert "AttributeError" not in app.server.log_path.read_text()


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(app: Application) -> None:
    browser = Browser(app.server)
    browser.visit(app.url("/login", response_type="code", lang="de"))
    browser.sign_in(app.authorize_url())
    found = {cookie.name: cookie for cookie in browser.session.cookies}
    assert found.keys() == {"XSRF-TOKEN", "lang", "cognito"}
    for cookie in found.values():
        assert cookie.has_nonstandard_attr("HttpOnly"), cookie.name
        assert cookie.get_nonstandard_attr("SameSite") == "Lax", cookie.name


@pytest.mark.parametrize("path", ["/login", "/signup", "/forgotPassword"])
@pytest.mark.parametrize("token", [None, "", "guess"])
def test_a_form_from_elsewhere_does_nothing(app: Application, path: str, token: str | None) -> None:
    """With the cookie, as a victim's browser has it, but without the form's own copy."""
    browser = Browser(app.server)
    url = app.url(path, response_type="code")
    browser.visit(url)
    form = {"username": "ann", "password": PASSWORD} | ({} if token is None else {"_csrf": token})
    answer = browser.session.post(url, data=form, allow_redirects=False, timeout=10)
    assert answer.headers["Location"].startswith("/login?")
    assert "notice=expired" in answer.headers["Location"]
    assert "cognito" not in browser.session.cookies


def test_a_form_without_any_cookie_does_nothing(app: Application) -> None:
    url = app.url("/login", response_type="code")
    form = {"username": "ann", "password": PASSWORD, "_csrf": ""}
    answer = Browser(app.server).session.post(url, data=form, allow_redirects=False, timeout=10)
    assert "notice=expired" in answer.headers["Location"]


def test_a_page_in_a_frame_stays_empty(site: Site) -> None:
    site.page.goto(site.app)
    frame = "url => document.body.append(Object.assign(document.createElement('iframe'), {src: url}))"
    with site.page.expect_console_message(lambda message: "frame-ancestors" in message.text or "X-Frame-Options" in message.text):
        site.page.evaluate(frame, site.url("/login"))
    expect(site.page.frame_locator("iframe").locator("form")).to_have_count(0)


def test_a_page_of_another_site_cannot_sign_its_victim_in(site: Site) -> None:
    """Login CSRF: the attacker's name and password in a form that sends itself."""
    site.open()
    site.page.goto(site.app)
    site.page.evaluate(
        """url => {
            const form = Object.assign(document.createElement("form"), {method: "post", action: url});
            for (const [name, value] of Object.entries({username: "ann", password: "Correct-Horse-1", _csrf: ""}))
                form.append(Object.assign(document.createElement("input"), {type: "hidden", name, value}));
            document.body.append(form);
            form.submit();
        }""",
        site.url("/login"),
    )
    site.expect_at("/login")
    site.expect_error("Your session has expired. Please try again.")


ELSEWHERE = "https://evil.example/"


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("/login", {"redirect_uri": ELSEWHERE}),
        ("/signup", {"redirect_uri": ELSEWHERE}),
        ("/forgotPassword", {"redirect_uri": ELSEWHERE}),
        ("/passkeys/add", {"redirect_uri": ELSEWHERE}),
        ("/logout", {"logout_uri": ELSEWHERE}),
        ("/logout", {"redirect_uri": ELSEWHERE}),
        ("/login", {"redirect_uri": "http://localhost:3000/callback@evil.example"}),
        ("/login", {"redirect_uri": "//evil.example/callback"}),
        ("/login", {"redirect_uri": "http://localhost:3000/callback/../evil"}),
    ],
)
def test_nobody_is_sent_to_an_address_that_the_client_did_not_register(app: Application, path: str, parameters: dict[str, str]) -> None:
    location = Browser(app.server).location(app.url(path, **{"response_type": "code"} | parameters))
    assert location.startswith("/error?")


def test_what_is_typed_or_asked_for_is_text_on_the_page(site: Site, user: Page) -> None:
    evil = '"><img src=x onerror=alert(1)>{{ 7*7 }}'
    dialogs: list[str] = []
    user.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    site.open(login_hint=evil, state=evil)
    expect(user.locator("#signInFormUsername")).to_have_value(evil)
    site.page.fill("#signInFormPassword", "wrong")
    site.press("Sign in")
    site.expect_error("Incorrect username or password.")
    expect(user.locator("#signInFormUsername")).to_have_value(evil)
    site.open("/error", error=evil)
    expect(user.locator(".reason")).to_have_text(evil)
    expect(user.locator("img")).to_have_count(0)
    assert dialogs == []


def test_an_uploaded_picture_is_no_page_of_ours(app: Application, idp: Any) -> None:
    """An SVG with a script in it, opened by itself."""
    script = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    asset = {"Category": "FORM_LOGO", "ColorMode": "LIGHT", "Extension": "SVG", "Bytes": script}
    settings = {"components": {"form": {"logo": {"enabled": True}}}}
    idp.create_managed_login_branding(UserPoolId=app.tenant.pool_id, ClientId=app.client_id, Settings=settings, Assets=[asset])
    page = Browser(app.server).visit(app.url("/login", response_type="code")).text
    answer = Browser(app.server).visit(app.server.url + re.search(r'src="(/_pages/branding/[^"]+)"', page)[1].replace("&amp;", "&"))
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
