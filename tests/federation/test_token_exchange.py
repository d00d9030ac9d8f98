"""Tokens of a pool's OIDC and SAML providers, exchanged for the pool's own."""

import base64
import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tests.federation.conftest import Company
from tests.federation.openid_provider import OpenIdProvider
from tests.federation.saml_provider import ENTITY, SamlProvider, encrypt_assertion
from tests.oauth.relying_party import API, Application, Tenant
from tests.operations.refusals import refusal
from tests.support.control import Clock
from tests.support.server import Server

FLOWS = ["ALLOW_TOKEN_EXCHANGE_IMPERSONATION", "ALLOW_TOKEN_EXCHANGE_DELEGATION", "ALLOW_REFRESH_TOKEN_AUTH"]
READ, WRITE = f"{API}/read", f"{API}/write"
SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"
NO_USER = ("UserNotFoundException", "User does not exist.")


def service_of(tenant: Tenant) -> Application:
    """The client that exchanges tokens."""
    return tenant.client(ExplicitAuthFlows=FLOWS, AllowedOAuthScopes=["openid", READ])


def derive(service: Application, token: str, kind: str, provider: str = "Corp", **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = service.tenant.idp.get_derived_token(
        ClientId=service.client_id, SubjectToken=token, SubjectTokenType=kind, SubjectTokenProviderName=provider, **more
    )
    return answer


def refused(service: Application, token: str, kind: str, **more: Any) -> str:
    """The reason for which a token is not believed."""
    code, message = refusal(lambda: derive(service, token, kind, **more))
    assert code == "NotAuthorizedException"
    return message


class TestOpenIdConnect:
    @pytest.fixture
    def service(self, company: Company) -> Application:
        """A client of a pool in which Ann has signed in through her company before."""
        company.sign_in()
        return service_of(company.tenant)

    def test_an_id_token_is_exchanged_for_the_users_own(self, company: Company, service: Application) -> None:
        answer = derive(service, company.provider.issue(aud="pool"), "ID_TOKEN", Scopes=[READ, WRITE], Resources=[API])
        claims = company.tenant.claims(answer["IssuedToken"], audience=API)
        assert (claims["username"], claims["scope"], claims["client_id"]) == ("Corp_1234", READ, service.client_id)
        assert (answer["Scopes"], answer["ExpiresIn"]) == ([READ], 3600)
        assert claims["cognito:groups"] == [f"{company.tenant.pool_id}_Corp"]

    def test_without_scopes_it_has_those_of_the_client_and_can_be_revoked(self, company: Company, service: Application) -> None:
        answer = derive(service, company.provider.issue(aud="pool"), "ID_TOKEN")
        assert answer["Scopes"] == ["openid", READ]
        assert service.user_info(answer["IssuedToken"]).json()["username"] == "Corp_1234"
        company.tenant.idp.admin_user_global_sign_out(UserPoolId=company.tenant.pool_id, Username="Corp_1234")
        assert service.user_info(answer["IssuedToken"]).status_code == 401

    def test_an_access_token_that_is_a_jwt_is_exchanged(self, company: Company, service: Application) -> None:
        token = company.provider.issue(aud="https://api.corp.example", client_id="pool")
        answer = derive(service, token, "ACCESS_TOKEN", RequestedTokenType="ID_TOKEN", Audiences=["billing"])
        claims = company.tenant.claims(answer["IssuedToken"], audience="billing")
        assert (claims["cognito:username"], claims["email"]) == ("Corp_1234", "ann@idp.example")

    def test_somebody_of_the_provider_may_act(self, company: Company, service: Application) -> None:
        company.provider.who = {"sub": "agent-7"}
        actor = {"ActorToken": company.provider.issue(aud="pool"), "ActorTokenType": "ID_TOKEN", "ActorTokenProviderName": "Corp"}
        company.provider.who = {"sub": "1234"}
        answer = derive(service, company.provider.issue(aud="pool"), "ID_TOKEN", **actor)
        claims = company.tenant.claims(answer["IssuedToken"])
        assert claims["act"] == {"sub": "agent-7", "iss": company.provider.url}

    @pytest.mark.parametrize(
        ("kind", "claims", "reason"),
        [
            ("ID_TOKEN", {"aud": "another"}, "the audience is another"),
            ("ID_TOKEN", {"aud": ["pool", "another"], "azp": "another"}, "the audience is another"),
            ("ID_TOKEN", {"aud": "pool", "iss": "https://else.example"}, "the issuer is another"),
            ("ID_TOKEN", {"aud": "pool", "exp": 1}, "it has expired"),
            ("ACCESS_TOKEN", {"aud": "api", "client_id": "another"}, "the client is another"),
            ("ACCESS_TOKEN", {}, "the client is another"),
            ("ACCESS_TOKEN", {"client_id": "pool", "exp": None}, "it has expired"),
        ],
    )
    def test_a_token_that_is_not_for_the_pool_is_refused(
        self, company: Company, service: Application, kind: str, claims: dict[str, Any], reason: str
    ) -> None:
        assert refused(service, company.provider.issue(**claims), kind) == f"Bad id_token response from Corp: {reason}"

    def test_a_token_that_the_provider_did_not_sign_is_refused(self, company: Company, service: Application) -> None:
        thief = OpenIdProvider()
        thief.stop()
        forged = thief.issue(aud="pool", iss=company.provider.url)
        invalid = "Bad id_token response from Corp: the signature is invalid"
        assert refused(service, forged, "ID_TOKEN") == invalid
        assert refused(service, "opaque", "ACCESS_TOKEN") == invalid
        company.provider.algorithm = "none"
        assert refused(service, company.provider.issue(aud="pool"), "ID_TOKEN").endswith("the algorithm is not supported")

    def test_who_has_never_signed_in_or_is_disabled_gets_nothing(self, company: Company, service: Application) -> None:
        company.provider.who = {"sub": "stranger"}
        assert refusal(lambda: derive(service, company.provider.issue(aud="pool"), "ID_TOKEN")) == NO_USER
        company.provider.who = {"sub": "1234"}
        company.tenant.idp.admin_disable_user(UserPoolId=company.tenant.pool_id, Username="Corp_1234")
        assert refused(service, company.provider.issue(aud="pool"), "ID_TOKEN") == "User is disabled."

    def test_a_provider_issues_tokens_of_its_own_kind(self, company: Company, service: Application) -> None:
        message = "SAML2 is not a token type of an identity provider of type OIDC."
        assert refusal(lambda: derive(service, "x", "SAML2")) == ("InvalidParameterException", message)

    def test_the_token_endpoint_exchanges_it_too(self, company: Company, service: Application) -> None:
        answer = service.token(
            grant_type="urn:ietf:params:oauth:grant-type:token-exchange",
            subject_token=company.provider.issue(aud="pool"),
            subject_token_type="urn:ietf:params:oauth:token-type:id_token",
            subject_token_provider_name="Corp",
        )
        assert company.tenant.claims(answer.json()["access_token"])["username"] == "Corp_1234"


class Corporation:
    """A pool with the SAML provider `Corp`, at which the local user `ann` is known, too."""

    def __init__(self, tenant: Tenant, provider: SamlProvider) -> None:
        self.tenant, self.provider = tenant, provider
        self.entity_id = f"urn:amazon:cognito:sp:{tenant.pool_id}"
        details = {"MetadataFile": provider.metadata}
        tenant.idp.create_identity_provider(UserPoolId=tenant.pool_id, ProviderName="Corp", ProviderType="SAML", ProviderDetails=details)
        provider.know(self.metadata)
        tenant.user()
        tenant.idp.admin_link_provider_for_user(
            UserPoolId=tenant.pool_id,
            DestinationUser={"ProviderName": "Cognito", "ProviderAttributeValue": "ann"},
            SourceUser={"ProviderName": "Corp", "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": provider.subject},
        )
        self.service = service_of(tenant)

    @property
    def metadata(self) -> str:
        return self.tenant.server.http.get(f"{self.tenant.issuer}/saml2/metadata", timeout=10).text

    def assertion(self, change: Callable[[etree._Element], None] | None = None, *, tag: str = "Assertion", **how: str) -> str:
        """An assertion by itself, base64url. `change` alters the response after it was signed."""
        address = f"{self.tenant.server.url}/saml2/idpresponse"
        response = etree.fromstring(base64.b64decode(self.provider.respond(self.entity_id, address, None, **how)))
        if change is not None:
            change(response)
        found = response.find(f"{SAML}{tag}")
        assert found is not None
        return base64.urlsafe_b64encode(etree.tostring(found, with_tail=False)).rstrip(b"=").decode()


class TestSaml:
    @pytest.fixture
    def corp(self, server: Server, idp: Any, tmp_path: Path) -> Corporation:
        return Corporation(Tenant.make(server, idp), SamlProvider(tmp_path))

    def test_an_assertion_is_exchanged_for_the_users_own_token(self, corp: Corporation) -> None:
        assertion = corp.assertion()
        answer = derive(corp.service, assertion, "SAML2", Scopes=[READ])
        claims = corp.tenant.claims(answer["IssuedToken"])
        assert (claims["username"], claims["scope"]) == ("ann", READ)
        acting = {"ActorToken": assertion, "ActorTokenType": "SAML2", "ActorTokenProviderName": "Corp"}
        claims = corp.tenant.claims(derive(corp.service, assertion, "SAML2", **acting)["IssuedToken"])
        assert claims["act"] == {"sub": corp.provider.subject, "iss": ENTITY}

    def test_an_encrypted_assertion_is_exchanged_and_can_be_demanded(self, corp: Corporation) -> None:
        certificate = str(etree.fromstring(corp.metadata.encode()).findall(".//{*}X509Certificate")[1].text)
        sealed = corp.assertion(lambda root: encrypt_assertion(root, certificate, "aes256-gcm"), tag="EncryptedAssertion")
        details = {"MetadataFile": corp.provider.metadata, "EncryptedResponses": "true"}
        corp.tenant.idp.update_identity_provider(UserPoolId=corp.tenant.pool_id, ProviderName="Corp", ProviderDetails=details)
        assert derive(corp.service, sealed, "SAML2")["IssuedToken"]
        assert refused(corp.service, corp.assertion(), "SAML2") == "Invalid SAML response received: SAML Assertion is not encrypted."

    def test_an_assertion_that_was_tampered_with_or_not_signed_is_refused(self, corp: Corporation) -> None:
        def rename(root: etree._Element) -> None:
            next(root.iter(f"{SAML}NameID")).text = "boss@corp.example"

        def wrap(root: etree._Element) -> None:
            """The signed assertion within a forged one."""
            genuine = root.find(f"{SAML}Assertion")
            assert genuine is not None
            forged = copy.deepcopy(genuine)
            rename(forged)
            signature = forged.find("{http://www.w3.org/2000/09/xmldsig#}Signature")
            assert signature is not None
            etree.SubElement(signature, "{http://www.w3.org/2000/09/xmldsig#}Object").append(copy.deepcopy(genuine))
            root.replace(genuine, forged)

        invalid = "Invalid SAML response received: SAML Assertion signature is invalid."
        assert refused(corp.service, corp.assertion(rename), "SAML2") == invalid
        assert refused(corp.service, corp.assertion(wrap), "SAML2") == invalid
        assert refused(corp.service, corp.assertion(sign="nothing"), "SAML2") == invalid

    def test_an_assertion_for_others_or_of_former_times_is_refused(self, corp: Corporation, clock: Clock) -> None:
        assertion = corp.assertion()
        other = Tenant.make(corp.tenant.server, corp.tenant.idp)
        other.idp.create_identity_provider(
            UserPoolId=other.pool_id, ProviderName="Corp", ProviderType="SAML", ProviderDetails={"MetadataFile": corp.provider.metadata}
        )
        audience = "Invalid SAML response received: Audience restriction is not valid."
        assert refused(service_of(other), assertion, "SAML2") == audience
        clock.advance(minutes=7)
        assert refused(corp.service, assertion, "SAML2") == "Invalid SAML response received: Assertion has expired."

    def test_what_is_no_assertion_is_refused(self, corp: Corporation) -> None:
        for document, reason in ((b"<a/>", "it is no Assertion."), (b"nonsense", "it is not well-formed.")):
            token = base64.b64encode(document).decode()
            assert refused(corp.service, token, "SAML2") == f"Invalid SAML response received: {reason}"
