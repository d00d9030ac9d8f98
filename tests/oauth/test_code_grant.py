"""The authorization code grant: RFC 6749, section 4.1, with PKCE."""

from concurrent.futures import ThreadPoolExecutor

import jwt
import pytest

from cognito_emu.domain.tokens import at_hash
from tests.oauth.relying_party import API, CALLBACK, Application, Browser, Tenant, basic, pkce, query_of
from tests.support.control import Clock


def test_a_user_signs_in_and_the_client_gets_three_tokens(app: Application, surfer: Browser) -> None:
    location = surfer.sign_in(app.authorize_url(state="s p&ace", nonce="n-1", scope="openid email"))
    assert location.startswith(f"{CALLBACK}?code=")
    assert query_of(location)["state"] == "s p&ace"
    tokens = app.redeem(query_of(location)["code"]).json()
    assert list(tokens) == ["id_token", "access_token", "refresh_token", "expires_in", "token_type"]
    assert (tokens["expires_in"], tokens["token_type"]) == (3600, "Bearer")
    claims = app.tenant.claims(tokens["id_token"], audience=app.client_id)
    assert claims["nonce"] == "n-1"
    assert claims["at_hash"] == at_hash(tokens["access_token"])
    assert (claims["email"], claims["email_verified"]) == ("ann@example.com", True)
    access = app.tenant.claims(tokens["access_token"])
    assert sorted(access["scope"].split()) == ["email", "openid"]
    assert (access["client_id"], access["version"], access["username"]) == (app.client_id, 2, "ann")
    assert access["origin_jti"] == claims["origin_jti"]


def test_without_openid_there_is_no_id_token(app: Application) -> None:
    tokens = app.sign_in(scope=f"{API}/read")
    assert list(tokens) == ["access_token", "refresh_token", "expires_in", "token_type"]
    assert app.tenant.claims(tokens["access_token"])["scope"] == f"{API}/read"


def test_without_scope_all_of_the_clients_scopes_are_granted(app: Application) -> None:
    assert set(app.tenant.claims(app.sign_in()["access_token"])["scope"].split()) >= {"openid", "email", f"{API}/read"}


def test_a_scope_that_its_resource_server_no_longer_defines_is_left_out(app: Application) -> None:
    app.tenant.idp.update_resource_server(UserPoolId=app.tenant.pool_id, Identifier=API, Name="API", Scopes=[])
    assert app.tenant.claims(app.sign_in(scope=f"openid {API}/read")["access_token"])["scope"] == "openid"


def test_the_resource_becomes_the_access_tokens_audience(app: Application) -> None:
    tokens = app.sign_in(scope="openid", resource="https://mcp.example.com")
    assert app.tenant.claims(tokens["access_token"])["aud"] == "https://mcp.example.com"
    refreshed = app.refresh(tokens["refresh_token"]).json()
    assert app.tenant.claims(refreshed["access_token"])["aud"] == "https://mcp.example.com"


def test_auth_time_is_that_of_the_sign_in_not_of_the_exchange(app: Application, surfer: Browser, clock: Clock) -> None:
    code = query_of(surfer.sign_in(app.authorize_url()))["code"]
    clock.advance(minutes=4)
    claims = app.tenant.claims(app.redeem(code).json()["id_token"])
    assert 239 <= claims["iat"] - claims["auth_time"] <= 245


def test_pkce_lets_only_the_holder_of_the_verifier_redeem_the_code(app: Application, surfer: Browser) -> None:
    verifier, challenge = pkce()
    code = query_of(surfer.sign_in(app.authorize_url(code_challenge=challenge, code_challenge_method="S256")))["code"]
    for wrong in (None, "wrong" * 10, challenge):
        assert app.redeem(code, code_verifier=wrong).json() == {"error": "invalid_grant"}
    assert app.redeem(code, code_verifier=verifier).status_code == 200


def test_a_verifier_for_a_code_without_challenge_is_refused(app: Application, surfer: Browser) -> None:
    code = query_of(surfer.sign_in(app.authorize_url()))["code"]
    assert app.redeem(code, code_verifier=pkce()[0]).json() == {"error": "invalid_grant"}


def test_a_second_use_of_a_code_fails_and_revokes_the_tokens_of_the_first(app: Application, surfer: Browser) -> None:
    code = query_of(surfer.sign_in(app.authorize_url()))["code"]
    tokens = app.redeem(code).json()
    assert app.user_info(tokens["access_token"]).status_code == 200
    assert app.redeem(code).json() == {"error": "invalid_grant"}
    assert app.user_info(tokens["access_token"]).status_code == 401
    assert app.refresh(tokens["refresh_token"]).json() == {"error": "invalid_grant"}


def test_of_many_who_redeem_a_code_at_once_at_most_one_gets_tokens_and_those_are_revoked(app: Application, surfer: Browser) -> None:
    code = query_of(surfer.sign_in(app.authorize_url()))["code"]
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: app.redeem(code), range(8)))
    successes = [answer for answer in answers if answer.status_code == 200]
    assert len(successes) == 1
    assert app.refresh(successes[0].json()["refresh_token"]).json() == {"error": "invalid_grant"}


def test_a_code_dies_after_five_minutes(app: Application, surfer: Browser, clock: Clock) -> None:
    code = query_of(surfer.sign_in(app.authorize_url()))["code"]
    clock.advance(minutes=5, seconds=1)
    assert app.redeem(code).json() == {"error": "invalid_grant"}


def test_a_code_is_another_clients_neither_to_use_nor_to_spoil(app: Application, tenant: Tenant, surfer: Browser) -> None:
    code = query_of(surfer.sign_in(app.authorize_url()))["code"]
    assert tenant.client().redeem(code).json() == {"error": "invalid_grant"}
    assert app.redeem(code).status_code == 200


@pytest.mark.parametrize("uri", ["http://localhost:3000/callback/", "http://localhost:3000/CALLBACK", "http://localhost:3000/other"])
def test_the_redirect_uri_of_the_exchange_must_be_that_of_the_request(app: Application, surfer: Browser, uri: str) -> None:
    code = query_of(surfer.sign_in(app.authorize_url()))["code"]
    answer = app.redeem(code, redirect_uri=uri)
    assert (answer.status_code, answer.json()) == (400, {"error": "unauthorized_client"})
    assert app.redeem(code).status_code == 200


def test_a_client_with_a_secret_shows_it_in_the_header_or_in_the_body(tenant: Tenant, surfer: Browser) -> None:
    app = tenant.client(GenerateSecret=True)
    assert app.sign_in(surfer)["access_token"]
    code = query_of(surfer.location(app.authorize_url()))["code"]
    bare = Application(tenant, app.client_id, None, headers=basic(app.client_id, app.secret or ""))
    assert bare.redeem(code, client_id=None).status_code == 200


def test_either_of_two_secrets_is_good(tenant: Tenant, surfer: Browser) -> None:
    app = tenant.client(GenerateSecret=True)
    added = tenant.idp.add_user_pool_client_secret(UserPoolId=tenant.pool_id, ClientId=app.client_id)["ClientSecretDescriptor"]
    code = query_of(surfer.sign_in(app.authorize_url()))["code"]
    assert app.redeem(code, client_secret=added["ClientSecretValue"]).status_code == 200


def test_the_default_redirect_uri_stands_in_for_a_missing_one(tenant: Tenant, surfer: Browser) -> None:
    app = tenant.client(DefaultRedirectURI=CALLBACK)
    location = surfer.sign_in(app.authorize_url(redirect_uri=None))
    assert location.startswith(CALLBACK)
    assert app.redeem(query_of(location)["code"], redirect_uri=None).status_code == 200


def test_a_query_in_the_redirect_uri_stays(tenant: Tenant, surfer: Browser) -> None:
    uri = "http://localhost:3000/callback?tenant=1"
    app = tenant.client(CallbackURLs=[uri])
    assert surfer.sign_in(app.authorize_url(redirect_uri=uri)).startswith(f"{uri}&code=")


def test_custom_schemes_are_redirected_to(tenant: Tenant, surfer: Browser) -> None:
    app = tenant.client(CallbackURLs=["myapp://signed-in"])
    assert surfer.sign_in(app.authorize_url(redirect_uri="myapp://signed-in")).startswith("myapp://signed-in?code=")


def test_a_scope_of_attributes_that_the_client_cannot_read_is_refused_at_the_exchange(tenant: Tenant, surfer: Browser) -> None:
    app = tenant.client(ReadAttributes=["email"])
    code = query_of(surfer.sign_in(app.authorize_url(scope="openid email")))["code"]
    assert app.redeem(code).json() == {"error": "invalid_grant"}


def test_a_disabled_user_gets_no_tokens_for_his_code(app: Application, surfer: Browser) -> None:
    code = query_of(surfer.sign_in(app.authorize_url()))["code"]
    app.tenant.idp.admin_disable_user(UserPoolId=app.tenant.pool_id, Username="ann")
    assert app.redeem(code).json() == {"error": "invalid_grant"}


def test_a_refreshed_token_keeps_scopes_and_sign_in(app: Application) -> None:
    tokens = app.sign_in(scope="openid email", nonce="n-1")
    refreshed = app.refresh(tokens["refresh_token"]).json()
    assert list(refreshed) == ["id_token", "access_token", "expires_in", "token_type"]
    before, after = (jwt.decode(item["access_token"], options={"verify_signature": False}) for item in (tokens, refreshed))
    for same in ("scope", "auth_time", "origin_jti", "event_id", "sub"):
        assert before[same] == after[same]
    assert before["jti"] != after["jti"]
    assert app.tenant.claims(refreshed["id_token"])["at_hash"] == at_hash(refreshed["access_token"])


def test_with_rotation_each_refresh_token_works_once(tenant: Tenant) -> None:
    app = tenant.client(
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"],
        RefreshTokenRotation={"Feature": "ENABLED", "RetryGracePeriodSeconds": 0},
    )
    tokens = app.sign_in()
    rotated = app.refresh(tokens["refresh_token"]).json()
    assert rotated["refresh_token"] != tokens["refresh_token"]
    assert app.refresh(tokens["refresh_token"]).json() == {"error": "invalid_grant"}
    assert app.refresh(rotated["refresh_token"]).status_code == 200


def test_tokens_of_the_api_are_refreshed_at_the_token_endpoint(app: Application) -> None:
    result = app.tenant.idp.initiate_auth(
        ClientId=app.client_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": "ann", "PASSWORD": "Correct-Horse-1"}
    )["AuthenticationResult"]
    refreshed = app.refresh(result["RefreshToken"]).json()
    assert app.tenant.claims(refreshed["access_token"])["scope"] == "aws.cognito.signin.user.admin"
    assert "id_token" in refreshed


def test_where_devices_are_remembered_tokens_of_the_api_are_not_refreshed_at_the_token_endpoint(server, idp) -> None:
    tenant = Tenant.make(server, idp, DeviceConfiguration={"ChallengeRequiredOnNewDevice": False})
    tenant.user()
    app = tenant.client()
    result = idp.initiate_auth(
        ClientId=app.client_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": "ann", "PASSWORD": "Correct-Horse-1"}
    )["AuthenticationResult"]
    assert app.refresh(result["RefreshToken"]).json() == {"error": "invalid_grant"}
