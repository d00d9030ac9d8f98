"""Google, Facebook, Amazon and Apple, played by a stand-in on this machine: one setting each moves all of their addresses."""

from collections.abc import Iterator
from typing import Any

import jwt
import pytest

from tests.federation.openid_provider import OpenIdProvider
from tests.federation.test_rehearsal import APPLE, SECRETS
from tests.oauth.relying_party import Application, Browser, Tenant, query_of
from tests.support.server import Server, ServerFactory


@pytest.fixture(scope="module")
def stand_in() -> Iterator[OpenIdProvider]:
    provider = OpenIdProvider()
    yield provider
    provider.stop()


@pytest.fixture(scope="module")
def redirected(servers: ServerFactory, stand_in: OpenIdProvider) -> Iterator[Server]:
    url = stand_in.url
    with servers(google_url=url, facebook_url=url, amazon_url=url, apple_url=url) as server:
        yield server


def make_app(server: Server, account: str, name: str, details: dict[str, str], mapping: dict[str, str]) -> Application:
    idp = server.client(account=account)
    tenant = Tenant.make(server, idp)
    idp.create_identity_provider(
        UserPoolId=tenant.pool_id, ProviderName=name, ProviderType=name, ProviderDetails=details, AttributeMapping=mapping
    )
    return tenant.client(SupportedIdentityProviders=[name])


def claims_of(app: Application, location: str) -> dict[str, Any]:
    return app.tenant.claims(app.redeem(query_of(location)["code"]).json()["id_token"], app.client_id)


def test_google_is_openid_connect_at_the_stand_ins_addresses(redirected: Server, stand_in: OpenIdProvider, account: str) -> None:
    app, browser = make_app(redirected, account, "Google", SECRETS, {"email": "email"}), Browser(redirected)
    there = browser.location(app.authorize_url(scope="openid email"))
    assert there.startswith(f"{stand_in.url}/authorize?")
    claims = claims_of(app, browser.location(stand_in.authorize(there)))
    assert (claims["cognito:username"], claims["email"]) == ("Google_1234", "ann@idp.example")


def test_facebook_is_asked_by_get_for_the_fields_that_are_mapped(redirected: Server, stand_in: OpenIdProvider, account: str) -> None:
    stand_in.user_info = {"id": "77", "email": "ann@idp.example", "name": "Ann"}
    details = SECRETS | {"authorize_scopes": "public_profile,email"}
    app, browser = make_app(redirected, account, "Facebook", details, {"email": "email", "name": "name"}), Browser(redirected)
    there = browser.location(app.authorize_url(scope="openid email"))
    assert there.startswith(f"{stand_in.url}/v17.0/dialog/oauth?")
    assert query_of(there)["scope"] == "public_profile,email"
    stand_in.requests.clear()
    claims = claims_of(app, browser.location(stand_in.authorize(there)))
    assert claims["cognito:username"] == "Facebook_77"
    asked = {path: parameters for path, parameters, _ in stand_in.requests}
    assert asked["/v17.0/oauth/access_token"]["client_secret"] == "secret"
    assert set(asked["/v17.0/me"]["fields"].split(",")) == {"id", "email", "name"}


def test_amazon_is_known_by_its_user_id(redirected: Server, stand_in: OpenIdProvider, account: str) -> None:
    stand_in.user_info = {"user_id": "amzn1.account.X", "email": "ann@idp.example", "name": "Ann"}
    details = SECRETS | {"authorize_scopes": "profile"}
    app, browser = make_app(redirected, account, "LoginWithAmazon", details, {"email": "email"}), Browser(redirected)
    there = browser.location(app.authorize_url(scope="openid email"))
    assert there.startswith(f"{stand_in.url}/ap/oa?")
    claims = claims_of(app, browser.location(stand_in.authorize(there)))
    assert claims["cognito:username"] == "LoginWithAmazon_amzn1.account.X"


def test_apple_posts_back_and_gets_a_signed_secret(redirected: Server, stand_in: OpenIdProvider, account: str) -> None:
    app, browser = make_app(redirected, account, "SignInWithApple", APPLE, {"email": "email", "name": "firstName"}), Browser(redirected)
    there = browser.location(app.authorize_url(scope="openid email profile"))
    assert query_of(there)["response_mode"] == "form_post"
    stand_in.requests.clear()
    form = query_of(stand_in.authorize(there)) | {"user": '{"name": {"firstName": "Ann", "lastName": "Archer"}}'}
    posted = browser.session.post(f"{redirected.url}/oauth2/idpresponse", data=form, allow_redirects=False, timeout=5)
    assert posted.status_code == 303
    claims = claims_of(app, browser.location(redirected.url + posted.headers["Location"]))
    assert (claims["cognito:username"], claims["name"]) == ("SignInWithApple_1234", "Ann")
    secret = next(parameters["client_secret"] for path, parameters, _ in stand_in.requests if path == "/token")
    assert jwt.get_unverified_header(secret) == {"alg": "ES256", "kid": "key", "typ": "JWT"}
    assert jwt.decode(secret, options={"verify_signature": False})["iss"] == "team"
