"""The token endpoint: client authentication, errors row by row, and the client credentials grant."""

import json
from typing import Any

import jwt
import pytest
import requests

from tests.oauth.relying_party import API, Application, Tenant, basic
from tests.support.control import Clock


def post(app: Application, body: str | dict[str, str], **headers: str) -> requests.Response:
    return app.server.http.post(f"{app.server.url}/oauth2/token", data=body, headers=headers, timeout=5)


@pytest.fixture
def machine(tenant: Tenant) -> Application:
    return tenant.machine()


# -- errors


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": None}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "authorization_code"}, "invalid_request"),
        ({"grant_type": "authorization_code", "code": "unknown", "redirect_uri": "http://localhost:3000/callback"}, "invalid_grant"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "unknown"}, "invalid_grant"),
        ({"grant_type": "client_credentials"}, "unauthorized_client"),
        ({"grant_type": "refresh_token", "refresh_token": "x", "client_id": None}, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "x", "client_id": "unknown"}, "invalid_client"),
        ({"grant_type": "refresh_token", "refresh_token": "x", "client_secret": "unexpected"}, "invalid_client"),
        ({"grant_type": "refresh_token", "refresh_token": "x", "aws_client_metadata": "no json"}, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "x", "aws_client_metadata": '{"a": 1}'}, "invalid_request"),
    ],
)
def test_an_error_is_400_and_a_code(app: Application, form: dict[str, str | None], error: str) -> None:
    answer = app.token(**form)
    assert (answer.status_code, answer.json()) == (400, {"error": error})


def test_errors_and_answers_have_the_headers_of_aws(machine: Application) -> None:
    for answer in (machine.token(grant_type="client_credentials"), machine.token(grant_type="nonsense")):
        assert answer.headers["Content-Type"] == "application/json;charset=UTF-8"
        assert answer.headers["Cache-Control"] == "no-cache, no-store, max-age=0, must-revalidate"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert len(answer.headers["x-amz-cognito-request-id"]) == 36


def test_a_doubled_parameter_is_refused(machine: Application) -> None:
    body = f"grant_type=client_credentials&client_id={machine.client_id}&client_secret={machine.secret}&scope=a&scope=b"
    answer = post(machine, body, **{"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.json() == {"error": "invalid_request"}


@pytest.mark.parametrize("body", [b'{"grant_type":"client_credentials"}', b"\xff\xfe", b"", b"&" * 1000, b"x" * 6_000_000])
def test_a_body_that_is_no_form_is_refused(app: Application, body: bytes) -> None:
    answer = app.server.http.post(f"{app.server.url}/oauth2/token", data=body, timeout=10)
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})


def test_other_methods_are_not_allowed(app: Application) -> None:
    answer = app.server.http.get(f"{app.server.url}/oauth2/token", timeout=5)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


def test_a_page_of_any_origin_may_ask(app: Application) -> None:
    headers = {"Origin": "http://localhost:3000", "Access-Control-Request-Method": "POST"}
    answer = app.server.http.options(f"{app.server.url}/oauth2/token", headers=headers, timeout=5)
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


# -- client authentication


def test_a_client_with_a_secret_must_show_it(machine: Application) -> None:
    for wrong in (None, "", "wrong"):
        assert machine.token(grant_type="client_credentials", client_secret=wrong).json() == {"error": "invalid_client"}


@pytest.mark.parametrize(
    "header",
    ["Basic", "Basic !", "Basic bm9jb2xvbg==", "Bearer abc", "Basic /////w=="],
    ids=["empty", "no base64", "no colon", "another scheme", "no text"],
)
def test_a_malformed_authorization_header_is_refused(machine: Application, header: str) -> None:
    answer = post(machine, {"grant_type": "client_credentials"}, Authorization=header)
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_client"})


def test_the_secret_may_come_in_the_header(machine: Application) -> None:
    assert post(machine, {"grant_type": "client_credentials"}, **basic(machine.client_id, machine.secret or "")).status_code == 200


def test_a_wrong_secret_in_the_header_is_refused(machine: Application) -> None:
    answer = post(machine, {"grant_type": "client_credentials"}, **basic(machine.client_id, "wrong"))
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_client"})


def test_a_public_client_may_not_use_the_header(app: Application) -> None:
    answer = post(app, {"grant_type": "refresh_token", "refresh_token": "x"}, **basic(app.client_id, ""))
    assert answer.json() == {"error": "invalid_client"}


def test_two_ways_of_authentication_at_once_are_refused(machine: Application) -> None:
    form = {"grant_type": "client_credentials", "client_secret": machine.secret or ""}
    assert post(machine, form, **basic(machine.client_id, machine.secret or "")).json() == {"error": "invalid_request"}


def test_header_and_body_must_name_the_same_client(machine: Application, app: Application) -> None:
    form = {"grant_type": "client_credentials", "client_id": app.client_id}
    assert post(machine, form, **basic(machine.client_id, machine.secret or "")).json() == {"error": "invalid_client"}


def test_a_secret_of_ones_own_with_a_plus_works_encoded_and_plain(tenant: Tenant) -> None:
    secret = "a+b" * 10
    app = tenant.machine(GenerateSecret=None, ClientSecret=secret)
    for spelled in (secret, secret.replace("+", "%2B")):
        assert post(app, {"grant_type": "client_credentials"}, **basic(app.client_id, spelled)).status_code == 200


# -- client credentials


def test_a_machine_gets_an_access_token_and_nothing_else(machine: Application) -> None:
    answer = machine.token(grant_type="client_credentials", scope=f"{API}/read").json()
    assert list(answer) == ["access_token", "expires_in", "token_type"]
    claims = machine.tenant.claims(answer["access_token"])
    assert claims["sub"] == claims["client_id"] == machine.client_id
    assert (claims["scope"], claims["token_use"], claims["version"]) == (f"{API}/read", "access", 2)
    assert claims.keys().isdisjoint({"username", "event_id", "origin_jti", "cognito:groups"})


def test_without_scope_a_machine_gets_all_of_its_custom_scopes(machine: Application) -> None:
    claims = machine.tenant.claims(machine.token(grant_type="client_credentials").json()["access_token"])
    assert set(claims["scope"].split()) == {f"{API}/read", f"{API}/write"}


@pytest.mark.parametrize("scope", ["openid", "nonsense", f"{API}/delete", f"{API}/read openid"])
def test_a_machine_is_refused_scopes_that_are_not_its_own(machine: Application, scope: str) -> None:
    assert machine.token(grant_type="client_credentials", scope=scope).json() == {"error": "invalid_scope"}


def test_a_machine_whose_scopes_are_no_longer_defined_gets_nothing(machine: Application) -> None:
    machine.tenant.idp.delete_resource_server(UserPoolId=machine.tenant.pool_id, Identifier=API)
    assert machine.token(grant_type="client_credentials").json() == {"error": "invalid_scope"}


def test_a_machine_that_is_not_switched_to_oauth_hears_invalid_grant(tenant: Tenant) -> None:
    machine = tenant.machine(AllowedOAuthFlowsUserPoolClient=False)
    assert machine.token(grant_type="client_credentials").json() == {"error": "invalid_grant"}


def test_expires_in_follows_the_clients_setting(tenant: Tenant) -> None:
    machine = tenant.machine(AccessTokenValidity=10, TokenValidityUnits={"AccessToken": "minutes"})
    answer = machine.token(grant_type="client_credentials", aws_client_metadata=json.dumps({"stage": "dev"})).json()
    claims = jwt.decode(answer["access_token"], options={"verify_signature": False})
    assert answer["expires_in"] == claims["exp"] - claims["iat"] == 600


# -- GetClientToken


def client_token(tenant: Tenant, **settings: Any) -> tuple[str, str]:
    client = tenant.machine(ExplicitAuthFlows=["ALLOW_CLIENT_TOKEN_AUTH"], **settings)
    assert client.secret
    return client.client_id, client.secret


def test_get_client_token_does_the_same_by_api(tenant: Tenant) -> None:
    client_id, secret = client_token(tenant)
    result = tenant.idp.get_client_token(ClientId=client_id, Secret=secret, Scopes=[f"{API}/read"])["ClientAuthenticationResult"]
    assert (result["ExpiresIn"], result["TokenType"]) == (3600, "Bearer")
    assert tenant.claims(result["AccessToken"])["scope"] == f"{API}/read"


def test_get_client_token_refuses_a_wrong_secret(tenant: Tenant) -> None:
    client_id, _ = client_token(tenant)
    with pytest.raises(tenant.idp.exceptions.NotAuthorizedException):
        tenant.idp.get_client_token(ClientId=client_id, Secret="w" * 24)


def test_get_client_token_refuses_foreign_scopes(tenant: Tenant) -> None:
    client_id, secret = client_token(tenant)
    with pytest.raises(tenant.idp.exceptions.InvalidParameterException, match="not allowed"):
        tenant.idp.get_client_token(ClientId=client_id, Secret=secret, Scopes=["openid"])


def test_get_client_token_is_for_clients_with_that_flow_alone(tenant: Tenant) -> None:
    machine = tenant.machine()
    with pytest.raises(tenant.idp.exceptions.NotAuthorizedException):
        tenant.idp.get_client_token(ClientId=machine.client_id, Secret=machine.secret)


# -- expiry


def test_a_refresh_token_lives_as_long_as_the_client_says(tenant: Tenant, clock: Clock) -> None:
    app = tenant.client(RefreshTokenValidity=1, TokenValidityUnits={"RefreshToken": "days"})
    tokens = app.sign_in()
    clock.advance(hours=23)
    assert app.refresh(tokens["refresh_token"]).status_code == 200
    clock.advance(hours=2)
    assert app.refresh(tokens["refresh_token"]).json() == {"error": "invalid_grant"}


def test_another_clients_refresh_token_is_refused(app: Application, tenant: Tenant) -> None:
    assert tenant.client().refresh(app.sign_in()["refresh_token"]).json() == {"error": "invalid_grant"}


def test_a_client_that_is_not_switched_to_oauth_cannot_refresh_here(tenant: Tenant) -> None:
    app = tenant.client(AllowedOAuthFlowsUserPoolClient=False)
    assert app.refresh("x").json() == {"error": "unauthorized_client"}
