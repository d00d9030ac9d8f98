"""The authorize endpoint: what leads where, row by row."""

from collections.abc import Callable

import pytest

from tests.oauth.relying_party import API, CALLBACK, Application, Browser, Tenant, fragment_of, pkce, query_of
from tests.support.control import Clock
from tests.support.machine import free_port
from tests.support.server import Server

OTHER = "http://localhost:3000/evil"


def test_without_a_session_the_browser_goes_to_the_login_page_with_the_same_query(app: Application, surfer: Browser) -> None:
    url = app.authorize_url(state="xyz", scope="openid", login_hint="ann@example.com", lang="de")
    assert surfer.location(url) == "/login?" + url.partition("?")[2]
    assert surfer.location(url.replace("/oauth2/authorize", "/authorize")) == surfer.location(url), "which awslabs/cognito-at-edge asks"


def test_a_form_post_is_answered_like_a_query(app: Application, surfer: Browser) -> None:
    url, _, query = app.authorize_url(state="xyz").partition("?")
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = surfer.session.post(url, data=query, headers=form, allow_redirects=False, timeout=5)
    assert answer.headers["Location"] == f"/login?{query}"


def test_answers_may_not_be_cached_or_framed_and_have_a_request_id(app: Application, surfer: Browser) -> None:
    headers = surfer.visit(app.authorize_url()).headers
    assert headers["Cache-Control"] == "no-cache, no-store, max-age=0, must-revalidate"
    assert headers["X-Frame-Options"] == "DENY"
    assert len(headers["x-amz-cognito-request-id"]) == 36


# -- errors that nobody may be redirected for


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"client_id": None}, "Required parameters missing"),
        ({"client_id": ""}, "Required parameters missing"),
        ({"client_id": "unknown"}, "invalid_request"),
        ({"redirect_uri": None}, "Required String parameter 'redirect_uri' is not present"),
        ({"redirect_uri": OTHER}, "redirect_mismatch"),
        ({"redirect_uri": f"{CALLBACK}/"}, "redirect_mismatch"),
        ({"redirect_uri": f"{CALLBACK}?a=b"}, "redirect_mismatch"),
        ({"redirect_uri": CALLBACK.upper()}, "redirect_mismatch"),
        ({"redirect_uri": OTHER, "response_type": "nonsense"}, "redirect_mismatch"),
    ],
)
def test_an_uncertain_client_or_redirect_uri_leads_to_the_error_page(
    app: Application, surfer: Browser, parameters: dict[str, str | None], error: str
) -> None:
    location = surfer.location(app.authorize_url(**parameters))
    assert location.startswith("/error?")
    assert query_of(location)["error"] == error


@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
def test_a_doubled_client_or_redirect_uri_leads_to_the_error_page(app: Application, surfer: Browser, name: str) -> None:
    assert surfer.location(f"{app.authorize_url()}&{name}=http%3A%2F%2Flocalhost%3A3000%2Fevil").startswith("/error?")


def test_the_error_page_shows_the_error_as_text(app: Application, surfer: Browser) -> None:
    page = surfer.visit(f"{app.server.url}/error?error=%3Cscript%3Ealert(1)%3C/script%3E")
    assert page.status_code == 400
    assert "&lt;script&gt;" in page.text
    assert "<script>" not in page.text


# -- errors that the client hears


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "id_token"}, "invalid_request"),
        ({"code_challenge": pkce()[1]}, "invalid_request"),
        ({"code_challenge_method": "S256"}, "invalid_request"),
        ({"code_challenge": pkce()[1], "code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "short", "code_challenge_method": "S256"}, "invalid_request"),
        ({"scope": "openid nonsense"}, "invalid_scope"),
        ({"scope": f"{API}/delete"}, "invalid_scope"),
        ({"scope": "email"}, "invalid_scope"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "dance"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"max_age": "soon"}, "invalid_request"),
        ({"resource": "http://api.example.com"}, "invalid_target"),
        ({"resource": "https://api.example.com#x"}, "invalid_target"),
        ({"resource": "not-absolute"}, "invalid_target"),
        ({"identity_provider": "Google"}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
    ],
)
def test_other_errors_go_to_the_client_with_its_state(
    app: Application, surfer: Browser, parameters: dict[str, str | None], error: str
) -> None:
    location = surfer.location(app.authorize_url(**{"state": "xyz"} | parameters))
    assert location.startswith(f"{CALLBACK}?")
    assert query_of(location) == {"error": error, "state": "xyz"}


def test_a_doubled_parameter_is_the_clients_error(app: Application, surfer: Browser) -> None:
    assert query_of(surfer.location(f"{app.authorize_url(scope='openid')}&scope=email"))["error"] == "invalid_request"


@pytest.mark.parametrize(
    ("settings", "response_type"),
    [
        ({"AllowedOAuthFlows": ["code"]}, "token"),
        ({"AllowedOAuthFlows": ["implicit"]}, "code"),
        ({"AllowedOAuthFlowsUserPoolClient": False}, "code"),
    ],
)
def test_a_flow_that_the_client_does_not_have_is_unauthorized(
    tenant: Tenant, surfer: Browser, settings: dict[str, object], response_type: str
) -> None:
    location = surfer.location(tenant.client(**settings).authorize_url(response_type=response_type))
    assert query_of(location) == {"error": "unauthorized_client"}


# -- the implicit grant


def test_the_implicit_grant_answers_in_the_fragment(app: Application, surfer: Browser) -> None:
    location = surfer.sign_in(app.authorize_url(response_type="token", scope="openid email", state="xyz", nonce="n-1"))
    assert query_of(location) == {}
    answer = fragment_of(location)
    assert list(answer) == ["id_token", "access_token", "expires_in", "token_type", "state"]
    assert (answer["expires_in"], answer["token_type"], answer["state"]) == ("3600", "Bearer", "xyz")
    assert app.tenant.claims(answer["id_token"], audience=app.client_id)["nonce"] == "n-1"
    assert app.user_info(answer["access_token"]).json()["email"] == "ann@example.com"


def test_the_implicit_grant_without_openid_has_no_id_token(app: Application, surfer: Browser) -> None:
    answer = fragment_of(surfer.sign_in(app.authorize_url(response_type="token", scope=f"{API}/read")))
    assert "id_token" not in answer
    assert "access_token" in answer


# -- the browser's session


def test_with_a_session_the_browser_goes_straight_back_with_a_code(app: Application, surfer: Browser) -> None:
    surfer.sign_in(app.authorize_url())
    location = surfer.location(app.authorize_url(state="again"))
    assert location.startswith(f"{CALLBACK}?code=")
    assert app.redeem(query_of(location)["code"]).status_code == 200


def test_the_session_cookie_is_out_of_reach_of_scripts_and_of_other_sites(app: Application, surfer: Browser) -> None:
    login = surfer.location(app.authorize_url())
    cookie = surfer.submit(app.server.url + login).headers["Set-Cookie"]
    assert cookie.startswith("cognito=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie  # plain http


def test_a_session_signs_the_user_in_to_every_client_of_the_pool(app: Application, tenant: Tenant, surfer: Browser) -> None:
    surfer.sign_in(app.authorize_url())
    other = tenant.client()
    assert other.redeem(query_of(surfer.location(other.authorize_url()))["code"]).status_code == 200


def test_sessions_of_two_pools_live_side_by_side_on_the_bare_address(server, idp, app: Application, surfer: Browser) -> None:
    other = Tenant.make(server, idp)
    other.user()
    foreign = other.client()
    surfer.sign_in(app.authorize_url())
    surfer.sign_in(foreign.authorize_url())
    assert "code" in query_of(surfer.location(app.authorize_url()))
    assert "code" in query_of(surfer.location(foreign.authorize_url()))


def test_each_sign_in_gets_a_new_cookie_and_the_old_one_is_worth_nothing(app: Application, surfer: Browser) -> None:
    surfer.session.cookies.set("cognito", "planted", domain="localhost.local", path="/")
    surfer.sign_in(app.authorize_url())
    thief = Browser(app.server)
    assert thief.location(app.authorize_url(), Cookie="cognito=planted").startswith("/login?")


def test_a_session_is_over_after_an_hour(app: Application, surfer: Browser, clock: Clock) -> None:
    surfer.sign_in(app.authorize_url())
    clock.advance(minutes=59)
    assert "code" in query_of(surfer.location(app.authorize_url()))
    clock.advance(minutes=1, seconds=1)  # a reuse in between does not prolong it
    assert surfer.location(app.authorize_url()).startswith("/login?")
    assert query_of(surfer.location(app.authorize_url(prompt="none")))["error"] == "login_required"


def test_auth_time_stays_at_the_fresh_sign_in(app: Application, surfer: Browser, clock: Clock) -> None:
    first = app.redeem(query_of(surfer.sign_in(app.authorize_url()))["code"]).json()
    clock.advance(minutes=30)
    second = app.redeem(query_of(surfer.location(app.authorize_url()))["code"]).json()
    assert app.tenant.claims(first["id_token"])["auth_time"] == app.tenant.claims(second["id_token"])["auth_time"]


def test_prompt_none_with_a_session_answers_without_a_page(app: Application, surfer: Browser) -> None:
    surfer.sign_in(app.authorize_url())
    assert "code" in query_of(surfer.location(app.authorize_url(prompt="none")))


def test_prompt_login_asks_again(app: Application, surfer: Browser) -> None:
    surfer.sign_in(app.authorize_url())
    assert surfer.location(app.authorize_url(prompt="login")).startswith("/login?")


def test_max_age_asks_again_when_the_sign_in_is_older(app: Application, surfer: Browser, clock: Clock) -> None:
    surfer.sign_in(app.authorize_url())
    clock.advance(minutes=10)
    assert "code" in query_of(surfer.location(app.authorize_url(max_age="900")))
    assert surfer.location(app.authorize_url(max_age="300")).startswith("/login?")
    assert surfer.location(app.authorize_url(max_age="0")).startswith("/login?")


def test_a_disabled_user_has_no_session(app: Application, surfer: Browser) -> None:
    surfer.sign_in(app.authorize_url())
    app.tenant.idp.admin_disable_user(UserPoolId=app.tenant.pool_id, Username="ann")
    assert surfer.location(app.authorize_url()).startswith("/login?")


def test_a_login_form_without_its_token_signs_nobody_in(app: Application, surfer: Browser) -> None:
    login = app.server.url + surfer.location(app.authorize_url())
    form = surfer.hidden_fields(login) | {"_csrf": "guessed", "username": "ann", "password": "Correct-Horse-1"}
    answer = surfer.session.post(login, data=form, allow_redirects=False, timeout=5)
    assert query_of(answer.headers["Location"])["notice"] == "expired"
    assert "cognito" not in surfer.session.cookies


def test_a_login_page_works_twice_and_however_long_it_was_left_open(app: Application, surfer: Browser, clock: Clock) -> None:
    login = app.server.url + surfer.location(app.authorize_url())
    form = surfer.hidden_fields(login) | {"username": "ann", "password": "Correct-Horse-1"}

    def submit() -> str:
        return surfer.session.post(login, data=form, allow_redirects=False, timeout=5).headers["Location"]

    assert submit().startswith(CALLBACK)
    clock.advance(minutes=59)
    assert submit().startswith(CALLBACK)
    clock.advance(days=2)
    assert submit().startswith(CALLBACK)


def test_a_login_page_is_worth_nothing_when_its_client_lost_the_redirect_uri(app: Application, surfer: Browser) -> None:
    login = app.server.url + surfer.location(app.authorize_url())
    form = surfer.hidden_fields(login) | {"username": "ann", "password": "Correct-Horse-1"}
    app.tenant.idp.update_user_pool_client(UserPoolId=app.tenant.pool_id, ClientId=app.client_id, CallbackURLs=["https://example.com"])
    answer = surfer.session.post(login, data=form, allow_redirects=False, timeout=5)
    assert answer.headers["Location"].startswith("/error?")


def test_a_wrong_password_is_told_on_the_form(app: Application, surfer: Browser) -> None:
    login = app.server.url + surfer.location(app.authorize_url())
    answer = surfer.submit(login, password="wrong-Horse-1")
    assert "Incorrect username or password." in surfer.visit(app.server.url + answer.headers["Location"]).text


def test_over_https_the_cookie_is_for_https_alone(start_server: Callable[..., Server], account: str) -> None:
    server = start_server(tls=True, tls_port=free_port())
    tenant = Tenant.make(server, server.client(account=account))
    tenant.user()
    browser = Browser(server)
    browser.session.verify = str(server.folder / "data" / "tls-certificate.pem")
    secure = f"https://localhost:{server.settings['tls_port']}"
    url = tenant.client().authorize_url().replace(server.url, secure)
    cookie = browser.submit(secure + browser.location(url)).headers["Set-Cookie"]
    assert cookie.startswith("cognito=")
    assert "Secure" in cookie
