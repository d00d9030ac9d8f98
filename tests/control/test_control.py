"""The emulator's own endpoints under /_emu/."""

import socket
import ssl
import time
from pathlib import Path
from typing import Any

import pytest

from tests.support import postgres
from tests.support.machine import free_port
from tests.support.server import REGION


@pytest.mark.parametrize("path", ["/_emu/health", "/_ministack/health", "/_localstack/health", "/health", "/moto-api/"])
def test_health_answers_under_the_paths_that_scripts_poll(server, path):
    health = server.http.get(server.url + path).json()
    assert health["status"] == "ok"
    assert health["database"] == "sqlite"
    assert (health["triggers"], health["mail"]) == ("off", "off")
    assert health["services"]["cognito-idp"] == "running"
    assert health["ready"]["s3"] == "available", "LocalStack's word before a service is used, which scripts wait for"
    assert server.http.head(server.url + path).status_code == 200
    assert server.http.post(server.url + path).status_code == 405


def test_nobody_waits_for_the_init_scripts_of_another_emulator(server):
    stages = server.http.get(f"{server.url}/_localstack/init").json()
    assert (stages["completed"]["READY"], stages["scripts"]) == (True, [])
    assert server.http.get(f"{server.url}/_localstack/init/ready").json() == {"completed": True, "scripts": []}


def test_health_says_that_the_database_is_gone(start_server):
    with postgres.database() as url:
        server = start_server(url)
        assert server.http.get(f"{server.url}/health").json()["database"] == "postgresql"
    answer = server.http.get(f"{server.url}/health")
    assert (answer.status_code, answer.json()) == (503, {"status": "unavailable", "message": "The database does not answer."})


def test_what_goes_on_in_the_background_says_once_that_the_database_is_gone(start_server):
    with postgres.database() as url:
        server = start_server(url)
        server.http.get(f"{server.url}/health")
    waiting = ("imports wait", "rotations of secrets wait", "what has expired stays for now")
    until = None
    while until is None or time.monotonic() < until:  # each has tried again by then
        server.http.get(f"{server.url}/health")
        log = server.log_path.read_text()
        if until is None and all(sentence in log for sentence in waiting):
            until = time.monotonic() + 2
    assert [log.count(sentence) for sentence in waiting] == [1, 1, 1]


def test_reset_of_an_account_leaves_the_others(server, account):
    mine, other = server.client(account=account), server.client(account="8" + account[1:])
    mine.create_user_pool(PoolName="mine")
    other.create_user_pool(PoolName="other")
    answer = server.http.post(server.url + "/_emu/reset", params={"account": account})
    assert answer.json() == {"status": "ok", "account": account}
    assert mine.list_user_pools(MaxResults=60)["UserPools"] == []
    assert len(other.list_user_pools(MaxResults=60)["UserPools"]) == 1


@pytest.mark.parametrize("path", ["/_emu/reset", "/_ministack/reset", "/_localstack/state/reset", "/moto-api/reset"])
def test_reset_empties_everything(emptied_server, account, path):
    server = emptied_server()
    server.client(account=account).create_user_pool(PoolName="gone")
    assert server.http.post(server.url + path).status_code == 200
    assert server.client(account=account).list_user_pools(MaxResults=60)["UserPools"] == []


def test_the_clock_moves_and_can_be_set_right(emptied_server):
    server = emptied_server()
    before = server.http.get(server.url + "/_emu/clock").json()["now"]
    moved = server.http.post(server.url + "/_emu/clock", json={"advance": 3600}).json()
    assert moved["now"] - before >= 3600
    assert moved["offset"] == 3600
    assert server.http.delete(server.url + "/_emu/clock").json()["offset"] == 0


def test_the_clock_survives_a_restart(emptied_server):
    server = emptied_server()
    server.http.post(server.url + "/_emu/clock", json={"offset": 7200})
    server.restart()
    assert server.http.get(server.url + "/_emu/clock").json()["offset"] == 7200


@pytest.mark.parametrize("moved", [{"advance": 1e308}, {"offset": 3e11}, {"offset": -1e10}, {"advance": -1e308}])
def test_a_clock_that_no_date_can_tell_is_refused(server, moved):
    before = server.http.get(server.url + "/_emu/clock").json()["offset"]
    answer = server.http.post(server.url + "/_emu/clock", json=moved)
    assert (answer.status_code, answer.json()) == (400, {"message": "The clock goes from 1970 to 9999"})
    assert server.http.get(server.url + "/_emu/clock").json()["offset"] == before


def test_a_senseless_clock_is_refused(server):
    assert server.http.post(server.url + "/_emu/clock", json={"advance": "a day"}).status_code == 400


def test_addresses_agree_and_are_reachable(server, idp):
    pool_id = idp.create_user_pool(PoolName="addresses")["UserPool"]["Id"]
    addresses = server.http.get(server.url + "/_emu/addresses", params={"pool": pool_id}).json()
    assert addresses["issuer"] == f"{server.url}/{pool_id}"
    assert addresses["reachable"] == {"discovery": True, "jwks": True}
    assert addresses["agrees"]["discovery_names_the_issuer"]
    assert addresses["agrees"]["issuer_is_where_discovery_lives"]


def test_addresses_of_an_unknown_pool_are_not_found(server):
    assert server.http.get(server.url + "/_emu/addresses", params={"pool": "us-east-1_x"}).status_code == 404


def test_the_aws_issuer_is_stamped_on_request(emptied_server, account):
    server = emptied_server(issuer="aws")
    pool_id = server.client(account=account).create_user_pool(PoolName="aws")["UserPool"]["Id"]
    document = server.http.get(f"{server.url}/{pool_id}/.well-known/openid-configuration").json()
    assert document["issuer"] == f"https://cognito-idp.us-east-1.amazonaws.com/{pool_id}"
    assert document["jwks_uri"] == f"{server.url}/{pool_id}/.well-known/jwks.json"


def test_the_public_url_is_in_the_issuer(start_server, account):
    server = start_server(public_url="http://emulator.example:9000/")
    pool_id = server.client(account=account).create_user_pool(PoolName="public")["UserPool"]["Id"]
    document = server.http.get(f"{server.url}/{pool_id}/.well-known/openid-configuration").json()
    assert document["issuer"] == f"http://emulator.example:9000/{pool_id}"


def test_two_keys_are_published_and_stay(server, idp):
    pool_id = idp.create_user_pool(PoolName="keys")["UserPool"]["Id"]
    url = f"{server.url}/{pool_id}/.well-known/jwks.json"
    keys = server.http.get(url).json()["keys"]
    assert [key["alg"] for key in keys] == ["RS256", "RS256"]
    assert len({key["kid"] for key in keys}) == 2
    assert all(set(key) == {"alg", "e", "kid", "kty", "n", "use"} for key in keys)
    assert server.http.get(url).json()["keys"] == keys


def test_metadata_of_an_unknown_pool_is_not_found(server):
    assert server.http.get(f"{server.url}/us-east-1_nobody/.well-known/jwks.json").status_code == 404


def test_a_tag_chooses_the_pool_id(idp):
    pool = idp.create_user_pool(PoolName="chosen", UserPoolTags={"_custom_id_": "us-east-1_MyPool1"})["UserPool"]
    assert pool["Id"] == "us-east-1_MyPool1"
    idp.delete_user_pool(UserPoolId=pool["Id"])


def test_a_name_chooses_the_client_id(idp, account):
    pool_id = idp.create_user_pool(PoolName="chosen")["UserPool"]["Id"]
    client = idp.create_user_pool_client(UserPoolId=pool_id, ClientName=f"_custom_id_:my_client_{account}")["UserPoolClient"]
    assert client["ClientId"] == f"my_client_{account}"


def test_https_is_served_beside_http(start_server):
    server = start_server(tls=True, tls_port=free_port())
    certificate = server.folder / "data" / "tls-certificate.pem"
    assert certificate.exists()
    port = server.settings["tls_port"]
    health = server.http.get(f"https://localhost:{port}/_emu/health", verify=str(certificate)).json()
    assert health["status"] == "ok"
    # For libraries that can be told no endpoint, and machines that map AWS's names to the emulator.
    for host in (f"cognito-idp.{REGION}.amazonaws.com", f"shop.auth.{REGION}.amazoncognito.com"):
        assert peer_name(port, host, certificate) == "cognito_emu"
    server.restart(public_url=f"https://emulator.test:{port}")
    assert peer_name(port, "emulator.test", certificate) == "cognito_emu"


def peer_name(port: int, host: str, certificate: Path) -> str:
    """Who the server is to a client that came by a host name; it is refused unless the certificate has the name."""
    context = ssl.create_default_context(cafile=str(certificate))
    with socket.create_connection(("127.0.0.1", port)) as plain, context.wrap_socket(plain, server_hostname=host) as secure:
        subject: Any = (secure.getpeercert() or {})["subject"]
    return dict(pair for part in subject for pair in part)["commonName"]


def test_the_hosted_login_of_another_emulator_is_sent_on(server, idp):
    """A page, with what it was given. Programs, which may not follow, are answered: the token endpoint and the API."""
    pool = idp.create_user_pool(PoolName="elsewhere")["UserPool"]["Id"]
    client = idp.create_user_pool_client(UserPoolId=pool, ClientName="machine", GenerateSecret=True)["UserPoolClient"]
    page = server.http.get(f"{server.url}/_aws/cognito-idp/login?client_id={client['ClientId']}", allow_redirects=False)
    assert (page.status_code, page.headers["Location"]) == (307, f"/login?client_id={client['ClientId']}")
    form = {"grant_type": "client_credentials"}
    secret = (client["ClientId"], client["ClientSecret"])
    answer = server.http.post(f"{server.url}/_aws/cognito-idp/oauth2/token", data=form, auth=secret, allow_redirects=False)
    assert answer.json() == {"error": "invalid_grant"}, "a client without OAuth"
    for path in ("/_aws/cognito-idp", "/_aws/cognito-idp/"):
        headers = {"X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth"}
        sign_in = {"ClientId": client["ClientId"], "AuthFlow": "USER_SRP_AUTH"}
        assert server.http.post(server.url + path, headers=headers, json=sign_in).json()["message"] == "Missing required parameter USERNAME"
    away = server.http.get(f"{server.url}/_aws/cognito-idp//example.com/", allow_redirects=False)
    assert away.headers["Location"] == "/example.com/"
    away = server.http.get(f"{server.url}/_aws/cognito-idp/%5Cexample.com/", allow_redirects=False)
    assert away.headers["Location"] == "/example.com/", "browsers take a backslash for a slash"
