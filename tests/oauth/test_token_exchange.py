"""The token exchange grant of the token endpoint: RFC 8693, by the same rules as GetDerivedToken."""

import pytest

from tests.oauth.relying_party import API, Application, Tenant

GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS, ID, SAML2 = (f"urn:ietf:params:oauth:token-type:{kind}" for kind in ("access_token", "id_token", "saml2"))
READ, WRITE = f"{API}/read", f"{API}/write"
IMPERSONATION, DELEGATION = "ALLOW_TOKEN_EXCHANGE_IMPERSONATION", "ALLOW_TOKEN_EXCHANGE_DELEGATION"


@pytest.fixture
def service(tenant: Tenant) -> Application:
    """The client that exchanges tokens; it has none of OAuth's flows."""
    settings = {"AllowedOAuthFlows": None, "AllowedOAuthFlowsUserPoolClient": None, "CallbackURLs": None, "LogoutURLs": None}
    return tenant.client(
        ExplicitAuthFlows=[IMPERSONATION, DELEGATION, "ALLOW_REFRESH_TOKEN_AUTH"],
        AllowedOAuthScopes=["openid", READ],
        GenerateSecret=True,
        **settings,
    )


@pytest.fixture
def tokens(app: Application) -> dict[str, str]:
    """Ann's own."""
    return app.sign_in()


def test_a_token_is_exchanged_for_one_of_another_audience(tenant: Tenant, service: Application, tokens: dict[str, str]) -> None:
    answer = service.token(
        grant_type=GRANT, subject_token=tokens["access_token"], subject_token_type=ACCESS, scope=f"{READ} {WRITE}", resource=API
    )
    assert answer.status_code == 200, answer.text
    document = answer.json()
    derived, original = tenant.claims(document.pop("access_token")), tenant.claims(tokens["access_token"])
    assert document.pop("expires_in") == derived["exp"] - derived["iat"]
    assert document == {"issued_token_type": ACCESS, "token_type": "Bearer", "scope": READ}
    assert (derived["sub"], derived["client_id"], derived["aud"], derived["scope"]) == (original["sub"], service.client_id, API, READ)
    assert "act" not in derived


def test_an_id_token_is_no_bearers(tenant: Tenant, service: Application, tokens: dict[str, str]) -> None:
    answer = service.token(
        grant_type=GRANT, subject_token=tokens["id_token"], subject_token_type=ID, requested_token_type=ID, audience="billing"
    ).json()
    assert (answer["issued_token_type"], answer["token_type"]) == (ID, "N_A")
    assert tenant.claims(answer["access_token"], audience="billing")["token_use"] == "id"


def test_who_acts_is_named(tenant: Tenant, service: Application, tokens: dict[str, str]) -> None:
    machine = tenant.machine()
    own = machine.token(grant_type="client_credentials").json()["access_token"]
    answer = service.token(
        grant_type=GRANT, subject_token=tokens["access_token"], subject_token_type=ACCESS, actor_token=own, actor_token_type=ACCESS
    )
    assert tenant.claims(answer.json()["access_token"])["act"] == {"sub": machine.client_id}


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"subject_token": None}, "invalid_request"),
        ({"subject_token": "nonsense"}, "invalid_request"),
        ({"subject_token_type": None}, "invalid_request"),
        ({"subject_token_type": "ACCESS_TOKEN"}, "invalid_request"),
        ({"subject_token_type": ID}, "invalid_request"),
        ({"subject_token_type": SAML2}, "invalid_request"),
        ({"subject_token_provider_name": "Nobody"}, "invalid_request"),
        ({"actor_token_type": ACCESS}, "invalid_request"),
        ({"actor_token": "nonsense"}, "invalid_request"),
        ({"actor_token": "nonsense", "actor_token_type": ACCESS}, "invalid_request"),
        ({"requested_token_type": SAML2}, "invalid_request"),
        ({"audience": "billing", "resource": API}, "invalid_request"),
        ({"resource": "https://unknown.example.com"}, "invalid_target"),
        ({"scope": WRITE}, "invalid_scope"),
        ({"client_secret": None}, "invalid_client"),
    ],
)
def test_what_cannot_be_exchanged_is_refused(service: Application, tokens: dict[str, str], form: dict[str, str | None], error: str) -> None:
    request: dict[str, str | None] = {"grant_type": GRANT, "subject_token": tokens["access_token"], "subject_token_type": ACCESS}
    answer = service.token(**request | form)
    assert (answer.status_code, answer.json()) == (400, {"error": error})


def test_a_client_must_be_allowed_to_exchange(tenant: Tenant, app: Application, tokens: dict[str, str]) -> None:
    request = {"grant_type": GRANT, "subject_token": tokens["access_token"], "subject_token_type": ACCESS}
    assert app.token(**request).json() == {"error": "unauthorized_client"}
    impersonator = tenant.client(ExplicitAuthFlows=[IMPERSONATION, "ALLOW_REFRESH_TOKEN_AUTH"])
    assert impersonator.token(**request).status_code == 200
    acting = request | {"actor_token": tokens["access_token"], "actor_token_type": ACCESS}
    assert impersonator.token(**acting).json() == {"error": "unauthorized_client"}
