"""Dynamic client registration: RFC 7591, as a pool's DcrConfiguration allows it."""

from typing import Any

import pytest
import requests

from tests.oauth.relying_party import API, CALLBACK, Application, Browser, Tenant, pkce, query_of
from tests.support.server import Server

OPEN = {"EnableStatus": "Enabled", "OpenDcrEnabled": True}
PUBLIC = {"redirect_uris": [CALLBACK], "token_endpoint_auth_method": "none", "client_name": "Claude (code)"}


def pool_with(server: Server, idp: Any, **configuration: Any) -> Tenant:
    tenant = Tenant.make(server, idp, DcrConfiguration=configuration)
    tenant.user()
    return tenant


def register(tenant: Tenant, metadata: Any, **headers: str) -> requests.Response:
    return tenant.server.http.post(tenant.issuer + "/oauth2/register", json=metadata, headers=headers, timeout=5)


def initial_access_token(tenant: Tenant) -> dict[str, str]:
    registrar = tenant.machine(AllowedOAuthScopes=["aws.cognito/dcr/register"])
    token = registrar.token(grant_type="client_credentials").json()["access_token"]
    return {"Authorization": f"Bearer {token}"}


def test_an_application_registers_itself_and_signs_a_user_in(server: Server, idp: Any) -> None:
    tenant = pool_with(server, idp, **OPEN)
    answer = register(tenant, PUBLIC | {"grant_types": ["authorization_code", "refresh_token"], "scope": "openid email"})
    assert answer.status_code == 201
    client = answer.json()
    assert client.items() >= {"redirect_uris": [CALLBACK], "token_endpoint_auth_method": "none", "scope": "openid email"}.items()
    assert client["client_name"] == "Claude -code-"
    assert "client_secret" not in client
    app = Application(tenant, client["client_id"])
    verifier, challenge = pkce()
    location = Browser(server).sign_in(app.authorize_url(scope="openid", code_challenge=challenge, code_challenge_method="S256"))
    assert app.redeem(query_of(location)["code"], code_verifier=verifier).json()["refresh_token"]


def test_a_registered_client_is_shown_as_such(server: Server, idp: Any) -> None:
    tenant = pool_with(server, idp, **OPEN)
    client = register(tenant, PUBLIC).json()
    key = {"UserPoolId": tenant.pool_id, "ClientId": client["client_id"]}
    assert idp.describe_user_pool_client(**key)["UserPoolClient"]["ClientType"] == "DCR"
    assert idp.update_user_pool_client(**key)["UserPoolClient"]["ClientType"] == "DCR"
    made = tenant.client()
    assert idp.describe_user_pool_client(UserPoolId=tenant.pool_id, ClientId=made.client_id)["UserPoolClient"]["ClientType"] == "REGULAR"


def test_clients_are_listed_by_their_type(server: Server, idp: Any) -> None:
    tenant = pool_with(server, idp, **OPEN)
    registered, made = register(tenant, PUBLIC).json()["client_id"], tenant.client().client_id
    for client_type, expected in (("DCR", [registered]), ("REGULAR", [made]), (None, [registered, made])):
        kind = {"ClientType": client_type} if client_type else {}
        listed = idp.list_user_pool_clients(UserPoolId=tenant.pool_id, **kind)["UserPoolClients"]
        assert [client["ClientId"] for client in listed] == expected


def test_a_registered_clients_secret_stays_as_it_is(server: Server, idp: Any) -> None:
    tenant = pool_with(server, idp, **OPEN)
    client = register(tenant, {"redirect_uris": [CALLBACK]}).json()
    with pytest.raises(idp.exceptions.InvalidParameterException):
        idp.add_user_pool_client_secret(UserPoolId=tenant.pool_id, ClientId=client["client_id"])


def test_by_default_a_client_gets_a_secret(server: Server, idp: Any) -> None:
    client = register(pool_with(server, idp, **OPEN), {"redirect_uris": [CALLBACK]}).json()
    assert client["token_endpoint_auth_method"] == "client_secret_basic"
    assert client["client_secret_expires_at"] == 0
    assert len(client["client_secret"]) == 51
    assert client["grant_types"] == ["authorization_code"]
    assert client["scope"] == "openid email phone profile"


def test_a_machine_registers_with_an_initial_access_token(server: Server, idp: Any) -> None:
    tenant = pool_with(server, idp, AllowedScopes=[f"{API}/read"])
    answer = register(tenant, {"grant_types": ["client_credentials"]}, **initial_access_token(tenant))
    client = answer.json()
    machine = Application(tenant, client["client_id"], client["client_secret"])
    assert tenant.claims(machine.token(grant_type="client_credentials").json()["access_token"])["scope"] == f"{API}/read"


def test_without_a_token_a_pool_that_is_not_open_refuses(server: Server, idp: Any) -> None:
    answer = register(pool_with(server, idp), PUBLIC)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")
    assert answer.headers["WWW-Authenticate"].startswith('error="invalid_token"')


def test_a_token_without_the_scope_or_of_another_pool_refuses(server: Server, idp: Any) -> None:
    tenant, other = pool_with(server, idp, **OPEN), pool_with(server, idp, **OPEN)
    plain = {"Authorization": f"Bearer {other.machine().token(grant_type='client_credentials').json()['access_token']}"}
    for headers in (plain, initial_access_token(other), {"Authorization": "Bearer rubbish"}):
        assert register(tenant, PUBLIC, **headers).status_code == 401


@pytest.mark.parametrize("configuration", [None, {"EnableStatus": "Disabled", "OpenDcrEnabled": True}])
def test_a_pool_that_does_not_register_clients_refuses(server: Server, idp: Any, configuration: Any) -> None:
    tenant = Tenant.make(server, idp, **({"DcrConfiguration": configuration} if configuration else {}))
    assert register(tenant, PUBLIC).status_code == 400


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        ([], "invalid_client_metadata"),
        ({}, "invalid_redirect_uri"),
        ({"redirect_uris": ["http://example.com/callback"]}, "invalid_redirect_uri"),
        ({"redirect_uris": [f"{CALLBACK}#fragment"]}, "invalid_redirect_uri"),
        ({"redirect_uris": CALLBACK}, "invalid_client_metadata"),
        ({"redirect_uris": [CALLBACK], "token_endpoint_auth_method": "private_key_jwt"}, "invalid_client_metadata"),
        ({"redirect_uris": [CALLBACK], "grant_types": ["implicit"]}, "invalid_client_metadata"),
        ({"redirect_uris": [CALLBACK], "grant_types": ["authorization_code", "client_credentials"]}, "invalid_client_metadata"),
        ({"redirect_uris": [CALLBACK], "grant_types": ["refresh_token"]}, "invalid_client_metadata"),
        ({"redirect_uris": [CALLBACK], "response_types": ["token"]}, "invalid_client_metadata"),
        ({"redirect_uris": [CALLBACK], "scope": f"openid {API}/write"}, "invalid_client_metadata"),
        ({"redirect_uris": [CALLBACK], "scope": "aws.cognito/dcr/register"}, "invalid_client_metadata"),
        ({"grant_types": ["client_credentials"]}, "invalid_client_metadata"),
    ],
)
def test_what_cannot_be_had_is_refused_in_the_words_of_the_rfc(server: Server, idp: Any, metadata: Any, error: str) -> None:
    scopes = [f"{API}/read", "aws.cognito/dcr/register"]
    answer = register(pool_with(server, idp, **OPEN, AllowedScopes=scopes), metadata)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_an_empty_list_of_grants_closes_a_way(server: Server, idp: Any) -> None:
    tenant = pool_with(server, idp, **OPEN, OpenDcrGrantTypes=[])
    assert register(tenant, PUBLIC).json()["error"] == "invalid_client_metadata"
    assert register(tenant, PUBLIC, **initial_access_token(tenant)).status_code == 201


def test_discovery_names_the_endpoint_where_there_is_one(server: Server, idp: Any) -> None:
    tenant = pool_with(server, idp, **OPEN)
    document = server.http.get(tenant.issuer + "/.well-known/openid-configuration", timeout=5).json()
    assert server.http.post(document["registration_endpoint"], json=PUBLIC, timeout=5).status_code == 201
    plain = Tenant.make(server, idp)
    assert "registration_endpoint" not in server.http.get(plain.issuer + "/.well-known/openid-configuration", timeout=5).json()


def test_the_pools_domain_needs_no_pool_id(server: Server, idp: Any) -> None:
    tenant = pool_with(server, idp, **OPEN)
    headers = {"Host": f"{tenant.domain()}.auth.localhost:{server.port}"}
    assert server.http.post(f"{server.url}/oauth2/register", json=PUBLIC, headers=headers, timeout=5).status_code == 201


def test_on_the_bare_address_the_token_tells_the_pool(server: Server, idp: Any) -> None:
    tenant = pool_with(server, idp)
    url = f"{server.url}/oauth2/register"
    assert server.http.post(url, json=PUBLIC, headers=initial_access_token(tenant), timeout=5).status_code == 201
    assert server.http.post(url, json=PUBLIC, timeout=5).json()["error"] == "invalid_request"
