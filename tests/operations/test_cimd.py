"""CIMD policies, and clients that are known by the address of their metadata document."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.oauth.relying_party import CALLBACK, Application, Browser, Tenant, query_of
from tests.operations.identity_provider_server import ProviderServer
from tests.operations.refusals import refusal
from tests.support.control import Clock
from tests.support.server import Server

DAY = 86_400


@pytest.fixture
def documents() -> Iterator[ProviderServer]:
    """A real server that clients publish their documents on."""
    server = ProviderServer()
    yield server
    server.stop()


@pytest.fixture
def tenant(server: Server, idp: Any) -> Tenant:
    tenant = Tenant.make(server, idp)
    tenant.user()
    return tenant


@pytest.fixture
def app(tenant: Tenant) -> Application:
    """The app client that documents stand for; its own callback is none of theirs."""
    return tenant.client(CallbackURLs=["http://localhost:9/own"])


def secure(url: str) -> str:
    """As a client id: nothing but https will do."""
    return url.replace("http://", "https://")


def publish(documents: ProviderServer, path: str = "/client.json", **members: Any) -> str:
    """Publish a document; returns the client id. A member that is None is left out."""
    client_id = secure(documents.url) + path
    document = {"client_id": client_id, "client_name": "An agent", "redirect_uris": [CALLBACK]} | members
    documents.put(path, json.dumps({name: value for name, value in document.items() if value is not None}))
    return client_id


def make_policy(app: Application, documents: ProviderServer, **settings: Any) -> Any:
    request = {
        "UserPoolId": app.tenant.pool_id,
        "ClientId": app.client_id,
        "PolicyName": "agents",
        "URLPatterns": [f"{secure(documents.url)}/*"],
    }
    return app.tenant.idp.create_cimd_policy(**request | settings)["CIMDPolicy"]


def known_by(app: Application, client_id: str) -> Application:
    """The application under the address of its document."""
    return replace(app, client_id=client_id)


class TestPolicies:
    def test_discovery_tells_of_documents_once_there_is_a_policy(self, server: Server, app: Application, documents: ProviderServer) -> None:
        address = f"{server.url}/{app.tenant.pool_id}/.well-known/openid-configuration"
        assert "client_id_metadata_document_supported" not in server.http.get(address).json()
        make_policy(app, documents)
        assert server.http.get(address).json()["client_id_metadata_document_supported"] is True

    def test_a_policy_is_described_as_it_was_made(self, idp: Any, app: Application, documents: ProviderServer) -> None:
        made = make_policy(app, documents, CacheDuration=2 * DAY)
        assert made["CacheDuration"] == 2 * DAY
        assert (made["ClientId"], made["PolicyName"]) == (app.client_id, "agents")
        shown = idp.describe_cimd_policy(UserPoolId=app.tenant.pool_id, CIMDPolicyId=made["CIMDPolicyId"])["CIMDPolicy"]
        assert shown == made

    def test_an_update_replaces_what_it_names(self, idp: Any, app: Application, documents: ProviderServer) -> None:
        made = make_policy(app, documents)
        other = app.tenant.client()
        idp.update_cimd_policy(
            UserPoolId=app.tenant.pool_id,
            CIMDPolicyId=made["CIMDPolicyId"],
            ClientId=other.client_id,
            URLPatterns=["https://*.example.com/*"],
        )
        shown = idp.describe_cimd_policy(UserPoolId=app.tenant.pool_id, CIMDPolicyId=made["CIMDPolicyId"])["CIMDPolicy"]
        assert (shown["ClientId"], shown["URLPatterns"]) == (other.client_id, ["https://*.example.com/*"])
        assert (shown["PolicyName"], shown["CacheDuration"]) == ("agents", DAY)
        assert shown["LastModifiedDate"] > shown["CreationDate"] == made["CreationDate"]

    def test_policies_are_listed_page_by_page(self, idp: Any, app: Application, documents: ProviderServer) -> None:
        made = [make_policy(app, documents, PolicyName=f"policy {number}")["CIMDPolicyId"] for number in range(3)]
        first = idp.list_cimd_policies(UserPoolId=app.tenant.pool_id, MaxResults=2)
        rest = idp.list_cimd_policies(UserPoolId=app.tenant.pool_id, MaxResults=2, NextToken=first["NextToken"])
        assert [policy["CIMDPolicyId"] for policy in first["CIMDPolicies"] + rest["CIMDPolicies"]] == made
        assert "NextToken" not in rest
        bad = refusal(idp.list_cimd_policies, UserPoolId=app.tenant.pool_id, NextToken="bad")
        assert bad == ("InvalidParameterException", "Invalid pagination token.")

    def test_a_deleted_policy_is_gone(self, idp: Any, app: Application, documents: ProviderServer) -> None:
        request = {"UserPoolId": app.tenant.pool_id, "CIMDPolicyId": make_policy(app, documents)["CIMDPolicyId"]}
        idp.delete_cimd_policy(**request)
        expected = ("ResourceNotFoundException", f"CIMD policy {request['CIMDPolicyId']} does not exist.")
        assert refusal(idp.describe_cimd_policy, **request) == expected
        assert refusal(idp.delete_cimd_policy, **request) == expected
        assert refusal(idp.list_client_metadata_urls, **request) == expected

    def test_a_policy_outlives_its_app_client(self, idp: Any, app: Application, documents: ProviderServer) -> None:
        made = make_policy(app, documents)
        idp.delete_user_pool_client(UserPoolId=app.tenant.pool_id, ClientId=app.client_id)
        shown = idp.describe_cimd_policy(UserPoolId=app.tenant.pool_id, CIMDPolicyId=made["CIMDPolicyId"])["CIMDPolicy"]
        assert "ClientId" not in shown

    def test_a_policy_needs_an_app_client_without_a_secret(self, app: Application, documents: ProviderServer) -> None:
        confidential = app.tenant.client(GenerateSecret=True)
        assert refusal(make_policy, app=confidential, documents=documents) == (
            "InvalidParameterException",
            "A CIMD policy can only be associated with an app client that has no client secret.",
        )
        assert refusal(make_policy, app=known_by(app, "nobody"), documents=documents) == (
            "ResourceNotFoundException",
            "User pool client nobody does not exist.",
        )

    def test_the_lite_tier_has_none(self, server: Server, idp: Any, documents: ProviderServer) -> None:
        app = Tenant.make(server, idp, UserPoolTier="LITE").client()
        assert refusal(make_policy, app=app, documents=documents) == (
            "FeatureUnavailableInTierException",
            "The following feature is not available for the LITE pricing tier configured: Client ID Metadata Documents",
        )


class TestSignIn:
    def test_a_client_signs_users_in_under_the_address_of_its_document(
        self, app: Application, documents: ProviderServer, surfer: Browser
    ) -> None:
        make_policy(app, documents)
        agent = known_by(app, publish(documents))
        location = surfer.sign_in(agent.authorize_url(scope="openid"))
        assert location.startswith(f"{CALLBACK}?code=")
        tokens = agent.redeem(query_of(location)["code"]).json()
        assert {"id_token", "access_token", "refresh_token"} <= tokens.keys()
        assert agent.refresh(tokens["refresh_token"]).status_code == 200
        assert documents.asked == ["/client.json"]

    def test_only_the_documents_own_callbacks_are_gone_to(self, app: Application, documents: ProviderServer, surfer: Browser) -> None:
        make_policy(app, documents)
        agent = known_by(app, publish(documents))
        answer = surfer.visit(agent.authorize_url(redirect_uri="http://localhost:9/own"))
        assert "redirect_mismatch" in answer.headers.get("Location", "") + answer.text

    @pytest.mark.parametrize(
        "members",
        [
            {"client_id": "https://elsewhere.example.com/client.json"},
            {"client_id": None},
            {"redirect_uris": None},
            {"redirect_uris": []},
            {"redirect_uris": ["nowhere"]},
            {"client_secret": "s3cret"},
            {"client_secret_expires_at": 0},
            {"token_endpoint_auth_method": "client_secret_post"},
            {"padding": "x" * 6000},
        ],
    )
    def test_a_document_that_breaks_the_rules_identifies_nobody(
        self, app: Application, documents: ProviderServer, surfer: Browser, members: dict[str, Any]
    ) -> None:
        make_policy(app, documents)
        assert "error=invalid_request" in refused(surfer, known_by(app, publish(documents, **members)))

    def test_neither_do_redirects_nor_errors_nor_other_things(self, app: Application, documents: ProviderServer, surfer: Browser) -> None:
        policy = make_policy(app, documents)
        for path, status, body in (("/moved", 302, "{}"), ("/error", 500, "{}"), ("/text", 200, "hello"), ("/list", 200, "[]")):
            documents.put(path, body, status)
            assert "error=invalid_request" in refused(surfer, known_by(app, secure(documents.url) + path))
        assert listed(app, policy) == []

    def test_an_address_that_fits_no_pattern_is_not_even_visited(
        self, app: Application, documents: ProviderServer, surfer: Browser
    ) -> None:
        make_policy(app, documents, URLPatterns=[f"{secure(documents.url)}/clients/*.json"])
        assert "error=invalid_request" in refused(surfer, known_by(app, publish(documents)))
        assert documents.asked == []
        agent = known_by(app, publish(documents, "/clients/one.json"))
        assert surfer.location(agent.authorize_url()).startswith("/login?")


class TestCache:
    def test_a_copy_is_used_until_it_expires(self, app: Application, documents: ProviderServer, surfer: Browser, clock: Clock) -> None:
        policy = make_policy(app, documents)
        agent = known_by(app, publish(documents))
        surfer.location(agent.authorize_url())
        clock.advance(hours=23)
        surfer.location(agent.authorize_url())
        assert documents.asked == ["/client.json"]
        [entry] = listed(app, policy)
        assert entry["URL"] == agent.client_id
        assert (entry["ExpirationDate"] - entry["CachedDate"]).total_seconds() == pytest.approx(DAY, abs=1)
        clock.advance(hours=2)
        surfer.location(agent.authorize_url())
        assert documents.asked == ["/client.json"] * 2
        documents.put("/client.json", "gone", 404)
        clock.advance(hours=25)
        assert "error=invalid_request" in refused(surfer, agent)

    def test_a_copy_can_be_refreshed_and_thrown_away(self, app: Application, documents: ProviderServer, surfer: Browser) -> None:
        policy = make_policy(app, documents)
        agent = known_by(app, publish(documents))
        surfer.location(agent.authorize_url())
        publish(documents, redirect_uris=["https://new.example.com/"])
        assert update(app, policy, agent.client_id, "REFRESH") == {}
        assert surfer.location(agent.authorize_url(redirect_uri="https://new.example.com/")).startswith("/login?")
        assert update(app, policy, agent.client_id, "INVALIDATE") == {}
        assert listed(app, policy) == []
        assert refusal(update, app=app, policy=policy, url=agent.client_id, action="REFRESH") == (
            "CachedCIMDURLDoesNotExistException",
            "There is no cached client metadata document for the URL.",
        )

    def test_a_refresh_that_fails_leaves_the_copy(self, app: Application, documents: ProviderServer, surfer: Browser) -> None:
        policy = make_policy(app, documents)
        agent = known_by(app, publish(documents))
        surfer.location(agent.authorize_url())
        documents.put("/client.json", "[]")
        assert refusal(update, app=app, policy=policy, url=agent.client_id, action="REFRESH") == (
            "InvalidParameterException",
            "The client metadata document could not be retrieved: The document is not a JSON object.",
        )
        assert len(listed(app, policy)) == 1

    def test_copies_are_listed_page_by_page(self, idp: Any, app: Application, documents: ProviderServer, surfer: Browser) -> None:
        policy = make_policy(app, documents)
        agents = [known_by(app, publish(documents, f"/{number}.json")) for number in range(3)]
        for agent in agents:
            surfer.location(agent.authorize_url())
        request = {"UserPoolId": app.tenant.pool_id, "CIMDPolicyId": policy["CIMDPolicyId"], "MaxResults": 2}
        first = idp.list_client_metadata_urls(**request)
        rest = idp.list_client_metadata_urls(**request, NextToken=first["NextToken"])
        urls = [entry["URL"] for entry in first["ClientMetadataURLs"] + rest["ClientMetadataURLs"]]
        assert urls == [agent.client_id for agent in agents]


@pytest.fixture
def surfer(server: Server) -> Browser:
    return Browser(server)


def refused(surfer: Browser, app: Application) -> str:
    """What the browser is shown, or where it is sent, instead of the login page."""
    answer = surfer.visit(app.authorize_url())
    shown = answer.headers.get("Location", "") + answer.text
    assert "/login?" not in shown
    return str(shown)


def listed(app: Application, policy: Any) -> list[Any]:
    request = {"UserPoolId": app.tenant.pool_id, "CIMDPolicyId": policy["CIMDPolicyId"]}
    return list(app.tenant.idp.list_client_metadata_urls(**request)["ClientMetadataURLs"])


def update(app: Application, policy: Any, url: str, action: str) -> Any:
    request = {"UserPoolId": app.tenant.pool_id, "CIMDPolicyId": policy["CIMDPolicyId"], "URL": url, "Action": action}
    answer = app.tenant.idp.update_client_metadata_url_state(**request)
    del answer["ResponseMetadata"]
    return answer
