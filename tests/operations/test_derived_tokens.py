"""GetDerivedToken: fewer scopes, another audience, who acts; and whose tokens may be exchanged by whom."""

from typing import Any

import botocore
import pytest
from botocore.config import Config

from tests.oauth.relying_party import API, SCOPES, Application, Tenant
from tests.operations.refusals import refusal
from tests.support.control import Clock
from tests.support.server import Server

FLOWS = ["ALLOW_TOKEN_EXCHANGE_IMPERSONATION", "ALLOW_TOKEN_EXCHANGE_DELEGATION", "ALLOW_REFRESH_TOKEN_AUTH"]
READ, WRITE = f"{API}/read", f"{API}/write"


@pytest.fixture
def tenant(server: Server, idp: Any) -> Tenant:
    tenant = Tenant.make(server, idp)
    tenant.user()
    return tenant


@pytest.fixture
def service(tenant: Tenant) -> Application:
    """The client that exchanges tokens."""
    return tenant.client(ExplicitAuthFlows=FLOWS, AllowedOAuthScopes=["openid", READ], GenerateSecret=True)


def derive(service: Application, token: str, kind: str = "ACCESS_TOKEN", **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = service.tenant.idp.get_derived_token(
        ClientId=service.client_id, SubjectToken=token, SubjectTokenType=kind, **more
    )
    return answer


def claims(service: Application, answer: dict[str, Any]) -> dict[str, Any]:
    return service.tenant.claims(answer["IssuedToken"])


def test_a_derived_token_has_fewer_scopes_and_an_audience(tenant: Tenant, service: Application) -> None:
    subject = tenant.client().sign_in()["access_token"]
    answer = derive(service, subject, Scopes=[READ, WRITE], Resources=[API])
    assert (answer["IssuedTokenType"], answer["TokenType"], answer["Scopes"]) == ("ACCESS_TOKEN", "Bearer", [READ])
    derived, original = claims(service, answer), tenant.claims(subject)
    assert (derived["scope"], derived["aud"], derived["client_id"]) == (READ, API, service.client_id)
    same = ("sub", "username", "event_id", "origin_jti", "auth_time")
    assert {name: derived[name] for name in same} == {name: original[name] for name in same}
    assert derived["exp"] - derived["iat"] == answer["ExpiresIn"]
    assert "act" not in derived


def test_without_scopes_those_of_the_subject_stay(tenant: Tenant, service: Application) -> None:
    answer = derive(service, tenant.client().sign_in(scope=f"openid {WRITE}")["access_token"])
    assert set(answer["Scopes"]) == {"openid", WRITE}


def test_scopes_that_cannot_be_granted_are_refused(tenant: Tenant, service: Application) -> None:
    subject = tenant.client().sign_in(scope="openid")["access_token"]
    nothing = ("InvalidParameterException", "None of the requested scopes can be granted.")
    assert refusal(lambda: derive(service, subject, Scopes=[READ])) == nothing


def test_an_id_token_can_be_asked_for_and_given(tenant: Tenant, service: Application) -> None:
    subject = tenant.client().sign_in()["id_token"]
    answer = derive(service, subject, "ID_TOKEN", RequestedTokenType="ID_TOKEN", Audiences=["billing"])
    derived = tenant.claims(answer["IssuedToken"], audience="billing")
    assert (answer["IssuedTokenType"], answer["TokenType"]) == ("ID_TOKEN", "N_A")
    assert (derived["token_use"], derived["email"]) == ("id", "ann@example.com")


def test_an_actor_is_named_and_the_one_before_within(tenant: Tenant, service: Application) -> None:
    subject = tenant.client().sign_in()["access_token"]
    machines = [tenant.machine(), tenant.machine()]
    tokens = [machine.token(grant_type="client_credentials").json()["access_token"] for machine in machines]
    first = derive(service, subject, ActorToken=tokens[0], ActorTokenType="ACCESS_TOKEN")
    assert claims(service, first)["act"] == {"sub": machines[0].client_id}
    second = derive(service, first["IssuedToken"], ActorToken=tokens[1], ActorTokenType="ACCESS_TOKEN")
    assert claims(service, second)["act"] == {"sub": machines[1].client_id, "act": {"sub": machines[0].client_id}}
    assert claims(service, derive(service, first["IssuedToken"]))["act"] == {"sub": machines[0].client_id}


@pytest.mark.parametrize(("flow", "with_actor"), [(FLOWS[0], True), (FLOWS[1], False)])
def test_each_kind_of_exchange_needs_its_own_flow(tenant: Tenant, flow: str, with_actor: bool) -> None:
    service = tenant.client(ExplicitAuthFlows=[flow, "ALLOW_REFRESH_TOKEN_AUTH"])
    subject = tenant.client().sign_in()["access_token"]
    actor = {"ActorToken": subject, "ActorTokenType": "ACCESS_TOKEN"}
    denied = ("NotAuthorizedException", "Client is not enabled for this kind of token exchange.")
    assert refusal(lambda: derive(service, subject, **(actor if with_actor else {}))) == denied
    assert derive(service, subject, **({} if with_actor else actor))["IssuedToken"]


def test_who_has_no_credentials_needs_the_secret(server: Server, tenant: Tenant, service: Application, account: str) -> None:
    subject = tenant.client().sign_in()["access_token"]
    unsigned = server.client(account=account, config=Config(signature_version=botocore.UNSIGNED))
    request = {"ClientId": service.client_id, "SubjectToken": subject, "SubjectTokenType": "ACCESS_TOKEN"}
    assert refusal(unsigned.get_derived_token, **request) == (
        "NotAuthorizedException",
        f"Client {service.client_id} is configured for secret but secret was not received",
    )
    wrong = ("NotAuthorizedException", f"Invalid client secret for client {service.client_id}")
    assert refusal(unsigned.get_derived_token, ClientSecret="w" * 30, **request) == wrong
    assert unsigned.get_derived_token(ClientSecret=service.secret, **request)["IssuedToken"]


def test_derived_tokens_end_with_the_sign_in_and_do_not_outlive_their_subject(tenant: Tenant, service: Application, clock: Clock) -> None:
    app = tenant.client()
    tokens = app.sign_in()
    clock.advance(minutes=40)
    answer = derive(service, tokens["access_token"], Scopes=["openid"])
    assert answer["ExpiresIn"] == pytest.approx(1200, abs=10)
    assert service.user_info(answer["IssuedToken"]).status_code == 200
    app.revoke(tokens["refresh_token"])
    assert service.user_info(answer["IssuedToken"]).status_code == 401
    assert refusal(lambda: derive(service, tokens["access_token"])) == ("NotAuthorizedException", "Access Token has been revoked")


def test_tokens_that_are_not_the_pools_are_refused(server: Server, idp: Any, tenant: Tenant, service: Application, clock: Clock) -> None:
    other = Tenant.make(server, idp)
    other.user()
    foreign, own = other.client().sign_in(), tenant.client().sign_in()
    bad_access, bad_id = ("NotAuthorizedException", "Invalid Access Token"), ("NotAuthorizedException", "Invalid ID Token")
    assert refusal(lambda: derive(service, foreign["access_token"])) == bad_access
    assert refusal(lambda: derive(service, foreign["id_token"], "ID_TOKEN")) == bad_id
    assert refusal(lambda: derive(service, own["id_token"])) == bad_access
    assert refusal(lambda: derive(service, own["access_token"], "ID_TOKEN")) == bad_id
    clock.advance(hours=2)
    assert refusal(lambda: derive(service, own["access_token"])) == ("NotAuthorizedException", "Access Token has expired")


def test_what_contradicts_itself_or_does_not_exist_is_refused(tenant: Tenant, service: Application) -> None:
    subject = tenant.client().sign_in()["access_token"]
    invalid = "InvalidParameterException"
    assert refusal(lambda: derive(service, subject, Audiences=["a"], Resources=[API])) == (
        invalid,
        "Audiences and Resources cannot be requested together.",
    )
    assert refusal(lambda: derive(service, subject, Resources=["none"])) == (
        "ResourceNotFoundException",
        "Resource server none does not exist.",
    )
    assert refusal(lambda: derive(service, subject, ActorToken=subject)) == (invalid, "ActorTokenType is required with ActorToken.")
    assert refusal(lambda: derive(service, subject, "SAML2")) == (
        invalid,
        "SubjectTokenProviderName is required with a SAML2 SubjectToken.",
    )
    assert refusal(lambda: derive(service, subject, SubjectTokenProviderName="Corp")) == (
        "ResourceNotFoundException",
        f"Identity provider Corp in User Pool {tenant.pool_id} does not exist.",
    )


def test_token_exchange_is_not_for_the_lite_tier(server: Server, idp: Any) -> None:
    tenant = Tenant.make(server, idp, UserPoolTier="LITE")
    tenant.user()
    service = tenant.client(ExplicitAuthFlows=FLOWS, AllowedOAuthScopes=SCOPES)
    subject = tenant.client().sign_in()["access_token"]
    assert refusal(lambda: derive(service, subject)) == (
        "OperationNotEnabledException",
        "Token exchange is not available in the LITE pricing tier.",
    )
