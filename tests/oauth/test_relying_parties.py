"""Libraries of others as relying parties: Authlib, panva's openid-client, oidc-client-ts."""

from collections.abc import Callable
from typing import Any

import pytest
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken

from tests.oauth.relying_party import API, CALLBACK, Application, Browser, Tenant


def authlib_session(app: Application, metadata: dict[str, Any], **options: Any) -> OAuth2Session:
    session = OAuth2Session(
        app.client_id,
        app.secret,
        token_endpoint=metadata["token_endpoint"],
        revocation_endpoint=metadata["revocation_endpoint"],
        redirect_uri=CALLBACK,
        **options,
    )
    session.trust_env = False
    return session


def discover(app: Application) -> dict[str, Any]:
    document: dict[str, Any] = app.server.http.get(f"{app.tenant.issuer}/.well-known/openid-configuration", timeout=5).json()
    return document


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post", "none"])
def test_authlib_signs_in_refreshes_reads_and_revokes(tenant: Tenant, surfer: Browser, method: str, monkeypatch: Any) -> None:
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    app = tenant.client(GenerateSecret=method != "none")
    metadata = discover(app)
    session = authlib_session(app, metadata, scope="openid email", token_endpoint_auth_method=method, code_challenge_method="S256")
    verifier, nonce = generate_token(48), generate_token()
    url, state = session.create_authorization_url(metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce)
    tokens = session.fetch_token(authorization_response=surfer.sign_in(url), state=state, code_verifier=verifier)

    payload = tenant.claims(tokens["id_token"], audience=app.client_id)
    expected = {"iss": {"essential": True, "value": metadata["issuer"]}, "aud": {"essential": True, "value": app.client_id}}
    checks = {"nonce": nonce, "client_id": app.client_id, "access_token": tokens["access_token"]}
    claims = CodeIDToken(payload, {"alg": "RS256"}, expected, checks)  # refuses a wrong nonce or at_hash
    claims.validate()

    info = session.get(metadata["userinfo_endpoint"]).json()
    assert (info["sub"], info["email"]) == (claims["sub"], "ann@example.com")
    refreshed = session.refresh_token(metadata["token_endpoint"], tokens["refresh_token"])
    assert refreshed["access_token"] != tokens["access_token"]
    assert session.revoke_token(metadata["revocation_endpoint"], tokens["refresh_token"]).status_code == 200
    assert session.get(metadata["userinfo_endpoint"]).status_code == 401


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_authlib_gets_a_machines_token(tenant: Tenant, method: str, monkeypatch: Any) -> None:
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    machine = tenant.machine()
    session = authlib_session(machine, discover(machine), scope=f"{API}/read", token_endpoint_auth_method=method)
    token = session.fetch_token(grant_type="client_credentials")
    assert tenant.claims(token["access_token"])["scope"] == f"{API}/read"


@pytest.mark.parametrize("with_secret", [False, True], ids=["public", "confidential"])
def test_openid_client_goes_the_whole_way(tenant: Tenant, surfer: Browser, javascript: Callable[..., Any], with_secret: bool) -> None:
    app = tenant.client(GenerateSecret=with_secret)
    options = {"issuer": tenant.issuer, "client": app.client_id, "secret": app.secret or "", "redirect": CALLBACK}
    begun = javascript("openid-client.mjs", **options, callback="", remembered="")
    arrived = surfer.sign_in(begun["url"])
    done = javascript("openid-client.mjs", **options, callback=arrived, remembered=begun["remembered"])
    assert done["claims"]["email"] == done["user"]["email"] == "ann@example.com"
    assert done["refreshed"] == done["claims"]["sub"]
    assert done["afterwards"] == "invalid_grant"


def test_oidc_client_ts_signs_in_and_refreshes(app: Application, surfer: Browser, javascript: Callable[..., Any]) -> None:
    options = {"issuer": app.tenant.issuer, "client": app.client_id, "redirect": CALLBACK}
    begun = javascript("oidc-client-ts.mjs", **options, callback="", remembered="")
    done = javascript("oidc-client-ts.mjs", **options, callback=surfer.sign_in(begun["url"]), remembered=begun["remembered"])
    assert done["profile"]["email"] == "ann@example.com"
    assert done["refreshed"] is True
