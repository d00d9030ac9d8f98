"""The userInfo endpoint (OpenID Connect Core, section 5.3) and the revocation endpoint (RFC 7009)."""

import pytest

from tests.oauth.relying_party import API, Application, Tenant, basic
from tests.support.control import Clock

BAD_TOKEN = "Access token is expired, disabled, or deleted, or the user has globally signed out."


def test_user_info_is_text_throughout(app: Application) -> None:
    app.tenant.user("bob", given_name="Bob", phone_number="+15550001111", phone_number_verified="true")
    answer = app.user_info(app.sign_in(scope="openid")["access_token"])
    assert answer.headers["Content-Type"] == "application/json;charset=UTF-8"
    assert answer.json().items() >= {"email": "ann@example.com", "email_verified": "true", "username": "ann"}.items()


@pytest.mark.parametrize(
    ("scope", "shown"),
    [
        ("openid", {"sub", "username", "email", "email_verified", "given_name"}),
        ("openid email", {"sub", "username", "email", "email_verified"}),
        ("openid profile", {"sub", "username", "given_name"}),
        ("openid phone", {"sub", "username"}),
    ],
)
def test_user_info_shows_what_the_scopes_open(app: Application, scope: str, shown: set[str]) -> None:
    app.tenant.idp.admin_update_user_attributes(
        UserPoolId=app.tenant.pool_id, Username="ann", UserAttributes=[{"Name": "given_name", "Value": "Ann"}]
    )
    assert set(app.user_info(app.sign_in(scope=scope)["access_token"]).json()) == shown


def test_user_info_shows_only_what_the_client_may_read(tenant: Tenant) -> None:
    app = tenant.client(ReadAttributes=["name"])
    assert set(app.user_info(app.sign_in(scope="openid")["access_token"]).json()) == {"sub", "username"}


def test_user_info_takes_the_token_of_a_form_too(app: Application) -> None:
    token = app.sign_in()["access_token"]
    url = f"{app.server.url}/oauth2/userInfo"
    assert app.server.http.post(url, data={"access_token": token}, timeout=5).json()["username"] == "ann"
    assert app.server.http.post(url, headers={"Authorization": f"Bearer {token}"}, timeout=5).json()["username"] == "ann"


def test_user_info_without_a_token_is_a_bad_request(app: Application) -> None:
    answer = app.server.http.get(f"{app.server.url}/oauth2/userInfo", timeout=5)
    description = "Bad OAuth2 request at UserInfo Endpoint"
    assert answer.status_code == 400
    assert answer.headers["WWW-Authenticate"] == f'error="invalid_request", error_description="{description}"'
    assert answer.json() == {"error": "invalid_request", "error_description": description}


def assert_refused(app: Application, token: str) -> None:
    answer = app.user_info(token)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == f'error="invalid_token", error_description="{BAD_TOKEN}"'
    assert answer.json() == {"error": "invalid_token", "error_description": BAD_TOKEN}


def test_user_info_refuses_what_is_no_access_token(app: Application) -> None:
    tokens = app.sign_in()
    for token in ("rubbish", tokens["id_token"], tokens["refresh_token"], tokens["access_token"][:-2] + "xx"):
        assert_refused(app, token)


def test_user_info_refuses_a_machines_token(app: Application, tenant: Tenant) -> None:
    assert_refused(app, tenant.machine().token(grant_type="client_credentials").json()["access_token"])


def test_user_info_refuses_an_expired_token(app: Application, clock: Clock) -> None:
    token = app.sign_in()["access_token"]
    clock.advance(hours=1, seconds=1)
    assert_refused(app, token)


def test_user_info_refuses_tokens_of_a_disabled_user(app: Application) -> None:
    token = app.sign_in()["access_token"]
    app.tenant.idp.admin_disable_user(UserPoolId=app.tenant.pool_id, Username="ann")
    assert_refused(app, token)


def test_user_info_needs_the_openid_scope(app: Application) -> None:
    by_api = app.tenant.idp.initiate_auth(
        ClientId=app.client_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": "ann", "PASSWORD": "Correct-Horse-1"}
    )["AuthenticationResult"]["AccessToken"]
    for token in (by_api, app.sign_in(scope=f"{API}/read")["access_token"]):
        answer = app.user_info(token)
        assert answer.status_code == 401
        assert answer.json()["error_description"] == "Access token does not contain openid scope"


# -- revocation


def test_revoking_ends_the_refresh_token_and_what_came_of_it(app: Application) -> None:
    tokens, others = app.sign_in(), app.sign_in()
    answer = app.revoke(tokens["refresh_token"])
    assert (answer.status_code, answer.content) == (200, b"")
    assert app.refresh(tokens["refresh_token"]).json() == {"error": "invalid_grant"}
    assert_refused(app, tokens["access_token"])
    assert app.user_info(others["access_token"]).status_code == 200


def test_revoking_again_or_revoking_rubbish_is_no_error(app: Application) -> None:
    token = app.sign_in()["refresh_token"]
    for text in (token, token, "rubbish"):
        assert app.revoke(text).status_code == 200


def test_a_client_with_a_secret_revokes_with_it(tenant: Tenant) -> None:
    app = tenant.client(GenerateSecret=True)
    token = app.sign_in()["refresh_token"]
    url = f"{app.server.url}/oauth2/revoke"
    assert app.server.http.post(url, data={"token": token}, headers=basic(app.client_id, "wrong"), timeout=5).status_code == 401
    assert app.refresh(token).status_code == 200
    assert app.server.http.post(url, data={"token": token}, headers=basic(app.client_id, app.secret or ""), timeout=5).status_code == 200
    assert app.refresh(token).status_code == 400


def test_revocation_refuses_row_by_row(app: Application, tenant: Tenant) -> None:
    tokens = app.sign_in()
    for answer, status, error in (
        (app.revoke(None), 400, "invalid_request"),
        (app.revoke("x", client_id=None), 400, "invalid_request"),
        (app.revoke("x", client_id="unknown"), 401, "invalid_client"),
        (app.revoke("x", client_secret="unexpected"), 401, "invalid_client"),
        (app.revoke(tokens["access_token"]), 400, "unsupported_token_type"),
        (app.revoke(tokens["id_token"]), 400, "unsupported_token_type"),
        (tenant.client().revoke(tokens["refresh_token"]), 401, "invalid_client"),
        (tenant.client(EnableTokenRevocation=False).revoke("x"), 400, "invalid_request"),
    ):
        assert (answer.status_code, answer.json()) == (status, {"error": error})
    assert app.refresh(tokens["refresh_token"]).status_code == 200
