"""The logout endpoint, by all variants of its query."""

from collections.abc import Mapping

import pytest

from tests.oauth.relying_party import CALLBACK, SIGNED_OUT, Application, Browser, Tenant, query_of


@pytest.fixture
def signed_in(app: Application, surfer: Browser) -> Browser:
    surfer.sign_in(app.authorize_url())
    return surfer


def is_signed_in(app: Application, browser: Browser) -> bool:
    return browser.location(app.authorize_url()).startswith(f"{CALLBACK}?code=")


def logout(app: Application, browser: Browser, **parameters: str | None) -> str:
    return browser.location(app.url("/logout", **{"redirect_uri": None} | parameters))


def test_a_registered_logout_uri_is_where_the_browser_goes(app: Application, signed_in: Browser) -> None:
    assert logout(app, signed_in, logout_uri=SIGNED_OUT, state="ignored") == SIGNED_OUT
    assert not is_signed_in(app, signed_in)


def test_the_cookie_is_gone_afterwards(app: Application, signed_in: Browser) -> None:
    logout(app, signed_in, logout_uri=SIGNED_OUT)
    assert "cognito" not in signed_in.session.cookies


def test_a_redirect_uri_leads_back_to_the_login_page(app: Application, signed_in: Browser) -> None:
    location = logout(app, signed_in, redirect_uri=CALLBACK, response_type="code", state="xyz", scope="openid")
    assert location.startswith("/login?")
    wanted = {"client_id": app.client_id, "redirect_uri": CALLBACK, "response_type": "code", "state": "xyz", "scope": "openid"}
    assert query_of(location) == wanted
    assert signed_in.visit(app.server.url + location).status_code == 200
    assert not is_signed_in(app, signed_in)


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"logout_uri": f"{SIGNED_OUT}/"}, "redirect_mismatch"),
        ({"logout_uri": "http://localhost:3000/evil"}, "redirect_mismatch"),
        ({"logout_uri": CALLBACK}, "redirect_mismatch"),
        ({"redirect_uri": SIGNED_OUT, "response_type": "code"}, "redirect_mismatch"),
        ({}, "Required String parameter 'redirect_uri' is not present"),
        ({"post_logout_redirect_uri": SIGNED_OUT, "id_token_hint": "x"}, "Required String parameter 'redirect_uri' is not present"),
        ({"client_id": "unknown", "logout_uri": SIGNED_OUT}, "invalid_request"),
        ({"client_id": None, "logout_uri": SIGNED_OUT}, "Required String parameter 'client_id' is not present"),
    ],
)
def test_whatever_else_is_wrong_leads_to_the_error_page_signed_out(
    app: Application, signed_in: Browser, parameters: Mapping[str, str | None], error: str
) -> None:
    location = logout(app, signed_in, **parameters)
    assert location.startswith("/error?")
    assert query_of(location)["error"] == error
    assert not is_signed_in(app, signed_in)


def test_tokens_survive(app: Application, surfer: Browser) -> None:
    tokens = app.sign_in(surfer)
    logout(app, surfer, logout_uri=SIGNED_OUT)
    assert app.user_info(tokens["access_token"]).status_code == 200
    assert app.refresh(tokens["refresh_token"]).status_code == 200


def test_other_pools_and_other_browsers_stay_signed_in(server, idp, app: Application, signed_in: Browser) -> None:
    other = Tenant.make(server, idp)
    other.user()
    foreign = other.client()
    elsewhere = Browser(server)
    signed_in.sign_in(foreign.authorize_url())
    elsewhere.sign_in(app.authorize_url())
    logout(app, signed_in, logout_uri=SIGNED_OUT)
    assert not is_signed_in(app, signed_in)
    assert is_signed_in(foreign, signed_in)
    assert is_signed_in(app, elsewhere)


def test_signing_out_without_a_session_is_no_error(app: Application, surfer: Browser) -> None:
    assert logout(app, surfer, logout_uri=SIGNED_OUT) == SIGNED_OUT
