"""Identity providers: what each type must tell, what is asked of it, what is shown of it, and how it is found."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography import x509

from tests.operations.identity_provider_server import REDIRECT, ProviderServer, saml_metadata
from tests.operations.refusals import refusal
from tests.support.control import Clock

INVALID = "InvalidParameterException"
NO_POOL = ("ResourceNotFoundException", "User pool us-east-1_AbCdEfGhI does not exist.")
GOOGLE = {"client_id": "id", "client_secret": "secret", "authorize_scopes": "openid email"}


@pytest.fixture
def pool_id(idp: Any) -> str:
    pool_id: str = idp.create_user_pool(PoolName="pool", Schema=[{"Name": "tier", "AttributeDataType": "String"}])["UserPool"]["Id"]
    return pool_id


@pytest.fixture(scope="module")
def web() -> Iterator[ProviderServer]:
    server = ProviderServer()
    yield server
    server.stop()


@pytest.fixture
def issuer(web: ProviderServer) -> str:
    """An issuer with a discovery document."""
    document = {
        "issuer": web.url,
        "authorization_endpoint": f"{web.url}/authorize",
        "token_endpoint": f"{web.url}/token",
        "userinfo_endpoint": f"{web.url}/userinfo",
        "jwks_uri": f"{web.url}/jwks",
    }
    web.put("/.well-known/openid-configuration", json.dumps(document))
    return web.url


def oidc(issuer: str, **more: str) -> dict[str, str]:
    return {"client_id": "id", "client_secret": "secret", "authorize_scopes": "openid email", "oidc_issuer": issuer} | more


def create(idp: Any, pool_id: str, name: str, provider_type: str, details: dict[str, str], **more: Any) -> dict[str, Any]:
    answer = idp.create_identity_provider(
        UserPoolId=pool_id, ProviderName=name, ProviderType=provider_type, ProviderDetails=details, **more
    )
    provider: dict[str, Any] = answer["IdentityProvider"]
    return provider


def refused(idp: Any, pool_id: str, name: str, provider_type: str, details: dict[str, str], **more: Any) -> tuple[str, str]:
    return refusal(
        idp.create_identity_provider,
        UserPoolId=pool_id,
        ProviderName=name,
        ProviderType=provider_type,
        ProviderDetails=details,
        **more,
    )


def describe(idp: Any, pool_id: str, name: str) -> dict[str, Any]:
    provider: dict[str, Any] = idp.describe_identity_provider(UserPoolId=pool_id, ProviderName=name)["IdentityProvider"]
    return provider


class TestSocialProviders:
    @pytest.mark.parametrize(
        ("provider_type", "given", "added", "claim"),
        [
            (
                "Google",
                GOOGLE,
                {
                    "attributes_url": "https://people.googleapis.com/v1/people/me?personFields=",
                    "attributes_url_add_attributes": "true",
                    "authorize_url": "https://accounts.google.com/o/oauth2/v2/auth",
                    "oidc_issuer": "https://accounts.google.com",
                    "token_request_method": "POST",
                    "token_url": "https://www.googleapis.com/oauth2/v4/token",
                },
                "sub",
            ),
            (
                "Facebook",
                GOOGLE | {"api_version": "v20.0"},
                {
                    "attributes_url": "https://graph.facebook.com/v20.0/me?fields=",
                    "attributes_url_add_attributes": "true",
                    "authorize_url": "https://www.facebook.com/v20.0/dialog/oauth",
                    "token_request_method": "GET",
                    "token_url": "https://graph.facebook.com/v20.0/oauth/access_token",
                },
                "id",
            ),
            (
                "LoginWithAmazon",
                GOOGLE,
                {
                    "attributes_url": "https://api.amazon.com/user/profile",
                    "attributes_url_add_attributes": "false",
                    "authorize_url": "https://www.amazon.com/ap/oa",
                    "token_request_method": "POST",
                    "token_url": "https://api.amazon.com/auth/o2/token",
                },
                "user_id",
            ),
            (
                "SignInWithApple",
                {"client_id": "id", "team_id": "team", "key_id": "key", "private_key": "pem", "authorize_scopes": "email name"},
                {
                    "attributes_url_add_attributes": "false",
                    "authorize_url": "https://appleid.apple.com/auth/authorize",
                    "oidc_issuer": "https://appleid.apple.com",
                    "token_request_method": "POST",
                    "token_url": "https://appleid.apple.com/auth/token",
                },
                "sub",
            ),
        ],
    )
    def test_cognito_adds_what_it_knows_of_them(
        self, idp: Any, pool_id: str, provider_type: str, given: dict[str, str], added: dict[str, str], claim: str
    ) -> None:
        created = create(idp, pool_id, provider_type, provider_type, given)
        described = describe(idp, pool_id, provider_type)
        assert created["ProviderDetails"] == described["ProviderDetails"] == given | added
        assert described["AttributeMapping"] == {"username": claim}

    def test_their_urls_can_lead_to_a_stand_in_on_the_own_machine(self, idp: Any, pool_id: str) -> None:
        created = create(idp, pool_id, "Google", "Google", GOOGLE | {"token_url": "http://localhost:9999/token"})
        assert created["ProviderDetails"]["token_url"] == "http://localhost:9999/token"

    def test_what_terraform_sends_back_of_what_was_described_changes_nothing(self, idp: Any, pool_id: str) -> None:
        described = create(idp, pool_id, "Google", "Google", GOOGLE)["ProviderDetails"]
        assert described["attributes_url_add_attributes"] == "true"
        again = described | {"attributes_url_add_attributes": "false"}
        idp.update_identity_provider(UserPoolId=pool_id, ProviderName="Google", ProviderDetails=again)
        assert describe(idp, pool_id, "Google")["ProviderDetails"] == described

    @pytest.mark.parametrize(
        ("name", "provider_type"),
        [("NameOfGP", "Google"), ("GOOGLE", "Google"), ("Google", "OIDC"), ("Facebook", "SAML"), ("COGNITO", "OIDC")],
    )
    def test_they_alone_have_their_types_name(self, idp: Any, pool_id: str, name: str, provider_type: str) -> None:
        assert refused(idp, pool_id, name, provider_type, GOOGLE) == (INVALID, f"Provider {name} cannot be of type {provider_type}.")

    @pytest.mark.parametrize("provider_type", ["Google", "Facebook", "LoginWithAmazon"])
    @pytest.mark.parametrize("missing", sorted(GOOGLE))
    def test_all_credentials_must_be_given(self, idp: Any, pool_id: str, provider_type: str, missing: str) -> None:
        details = {name: value for name, value in GOOGLE.items() if name != missing}
        assert refused(idp, pool_id, provider_type, provider_type, details) == (
            INVALID,
            "client_id, client_secret and authorize_scopes are all required idp details",
        )

    def test_apple_wants_a_key_instead_of_a_secret(self, idp: Any, pool_id: str) -> None:
        assert refused(idp, pool_id, "SignInWithApple", "SignInWithApple", GOOGLE) == (
            INVALID,
            "client_id, team_id, key_id, private_key and authorize_scopes are all required idp details",
        )


class TestOidc:
    def test_the_issuer_is_asked_for_its_endpoints(self, idp: Any, pool_id: str, web: ProviderServer, issuer: str) -> None:
        web.asked.clear()
        created = create(idp, pool_id, "MyOidc", "OIDC", oidc(issuer))
        assert web.asked == ["/.well-known/openid-configuration"]
        assert created["ProviderDetails"] == oidc(issuer) | {"attributes_request_method": "GET", "attributes_url_add_attributes": "false"}
        assert created["AttributeMapping"] == {"username": "sub"}

    def test_a_slash_at_the_issuers_end_is_no_other_issuer(self, idp: Any, pool_id: str, issuer: str) -> None:
        assert create(idp, pool_id, "MyOidc", "OIDC", oidc(f"{issuer}/"))["ProviderDetails"]["oidc_issuer"] == f"{issuer}/"

    def test_nobody_is_asked_when_all_endpoints_are_given(self, idp: Any, pool_id: str, web: ProviderServer) -> None:
        web.asked.clear()
        names = ("authorize_url", "token_url", "attributes_url", "jwks_uri")
        details = oidc("http://127.0.0.1:9") | {name: f"http://127.0.0.1:9/{name}" for name in names}
        created = create(idp, pool_id, "MyOidc", "OIDC", details)
        assert created["ProviderDetails"].items() >= details.items()
        assert web.asked == []

    def test_an_issuer_that_does_not_answer(self, idp: Any, pool_id: str, web: ProviderServer) -> None:
        unreachable = (INVALID, "Unable to contact well-known endpoint")
        assert refused(idp, pool_id, "MyOidc", "OIDC", oidc("http://127.0.0.1:9")) == unreachable
        assert refused(idp, pool_id, "MyOidc", "OIDC", oidc(f"{web.url}/elsewhere")) == unreachable
        assert idp.list_identity_providers(UserPoolId=pool_id)["Providers"] == []

    def test_an_issuer_that_answers_something_else(self, idp: Any, pool_id: str, web: ProviderServer) -> None:
        web.put("/html/.well-known/openid-configuration", "<html>")
        assert refused(idp, pool_id, "MyOidc", "OIDC", oidc(f"{web.url}/html")) == (
            INVALID,
            "The well-known endpoint returned no valid JSON",
        )
        web.put("/half/.well-known/openid-configuration", json.dumps({"token_endpoint": f"{web.url}/token", "jwks_uri": 7}))
        assert refused(idp, pool_id, "MyOidc", "OIDC", oidc(f"{web.url}/half")) == (
            INVALID,
            "The well-known endpoint returned no valid authorization_endpoint, userinfo_endpoint, jwks_uri",
        )

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"authorize_scopes": "email"}, "authorize_scopes must include openid for OIDC identity providers."),
            ({"attributes_request_method": "PUT"}, "attributes_request_method must be GET or POST."),
            ({"oidc_issuer": ""}, "oidc_issuer or authorize_url, token_url, attributes_url, jwks_uri are required idp details"),
            ({"oidc_issuer": "issuer.example.com"}, "oidc_issuer is not a valid URL."),
            ({"jwks_uri": "ftp://example.com/jwks"}, "jwks_uri is not a valid URL."),
            ({"client_secret": ""}, "client_id, client_secret and authorize_scopes are all required idp details"),
        ],
    )
    def test_details_that_cannot_be(self, idp: Any, pool_id: str, issuer: str, changes: dict[str, str], message: str) -> None:
        assert refused(idp, pool_id, "MyOidc", "OIDC", oidc(issuer) | changes) == (INVALID, message)

    def test_acr_levels_are_mapped_for_oidc_alone(self, idp: Any, pool_id: str, issuer: str) -> None:
        mapping = {"Level2": "urn:example:silver"}
        assert create(idp, pool_id, "MyOidc", "OIDC", oidc(issuer), AcrMapping=mapping)["AcrMapping"] == mapping
        assert refused(idp, pool_id, "Google", "Google", GOOGLE, AcrMapping=mapping) == (
            INVALID,
            "AcrMapping is only supported for OIDC identity providers.",
        )
        idp.update_identity_provider(UserPoolId=pool_id, ProviderName="MyOidc", AcrMapping={})
        assert "AcrMapping" not in describe(idp, pool_id, "MyOidc")


class TestSaml:
    def test_metadata_at_a_url_is_fetched_and_read(self, idp: Any, pool_id: str, web: ProviderServer) -> None:
        logout = f'<md:SingleLogoutService Binding="{REDIRECT}" Location="https://idp.example.com/slo"/>'
        url = web.put("/metadata", saml_metadata(more=logout))
        given = {"MetadataURL": url, "IDPSignout": "true", "RequestSigningAlgorithm": "rsa-sha256"}
        details = create(idp, pool_id, "Corp", "SAML", given)["ProviderDetails"]
        assert details.pop("ActiveEncryptionCertificate")
        assert details == given | {
            "SSORedirectBindingURI": "https://idp.example.com/sso",
            "SLORedirectBindingURI": "https://idp.example.com/slo",
        }
        assert describe(idp, pool_id, "Corp")["AttributeMapping"] == {}

    def test_metadata_in_the_request_is_shown_as_it_was_sent(self, idp: Any, pool_id: str) -> None:
        document = saml_metadata()
        details = create(idp, pool_id, "Corp", "SAML", {"MetadataFile": document})["ProviderDetails"]
        assert details["MetadataFile"] == document
        assert details["SSORedirectBindingURI"] == "https://idp.example.com/sso"
        assert "SLORedirectBindingURI" not in details

    def test_assertions_can_be_encrypted_to_a_certificate_of_the_pools_own(self, idp: Any, pool_id: str) -> None:
        details = [create(idp, pool_id, name, "SAML", {"MetadataFile": saml_metadata()})["ProviderDetails"] for name in ("One", "Two")]
        certificates = {each["ActiveEncryptionCertificate"] for each in details}
        assert len(certificates) == 1
        x509.load_der_x509_certificate(base64.b64decode(certificates.pop()))
        assert details[0]["ActiveEncryptionCertificate"] != idp.get_signing_certificate(UserPoolId=pool_id)["Certificate"]

    def test_a_source_that_has_no_metadata(self, idp: Any, pool_id: str, web: ProviderServer) -> None:
        assert refused(idp, pool_id, "Corp", "SAML", {"MetadataURL": f"{web.url}/nowhere"}) == (
            INVALID,
            f"Non-ok status code 404 returned from remote metadata source {web.url}/nowhere",
        )
        assert refused(idp, pool_id, "Corp", "SAML", {"MetadataURL": "http://127.0.0.1:9/metadata"}) == (
            INVALID,
            "Error retrieving metadata from http://127.0.0.1:9/metadata",
        )

    @pytest.mark.parametrize(
        ("document", "reason"),
        [
            ("<html>", "it is not well-formed XML without a DTD"),
            ('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>', "it is not well-formed XML without a DTD"),
            ("<a/>", "it has no IDPSSODescriptor"),
            (saml_metadata(entity_id=""), "its EntityDescriptor has no entityID"),
            (saml_metadata(sso=""), "it has no SingleSignOnService for HTTP-Redirect or HTTP-POST"),
            (saml_metadata().replace('use="signing"', 'use="encryption"'), "it has no signing certificate"),
        ],
        ids=["no XML", "entities", "no provider", "no id", "no endpoint", "no certificate"],
    )
    def test_a_document_that_describes_no_provider(self, idp: Any, pool_id: str, document: str, reason: str) -> None:
        assert refused(idp, pool_id, "Corp", "SAML", {"MetadataFile": document}) == (INVALID, f"Invalid SAML metadata: {reason}.")

    @pytest.mark.parametrize(
        ("details", "message"),
        [
            ({}, "At least one of the MetadataURL or MetadataFile should be provided."),
            (
                {"MetadataURL": "http://a.example", "MetadataFile": "<a/>"},
                "Only one of the MetadataURL or MetadataFile should be provided.",
            ),
            ({"MetadataURL": "metadata.xml"}, "MetadataURL is not a valid URL."),
            ({"MetadataFile": "<a/>", "IDPSignout": "yes"}, "IDPSignout must be true or false."),
            ({"MetadataFile": "<a/>", "IDPInit": "1"}, "IDPInit must be true or false."),
            ({"MetadataFile": "<a/>", "EncryptedResponses": "on"}, "EncryptedResponses must be true or false."),
            ({"MetadataFile": "<a/>", "RequestSigningAlgorithm": "rsa-sha1"}, "RequestSigningAlgorithm must be rsa-sha256."),
        ],
    )
    def test_details_that_cannot_be(self, idp: Any, pool_id: str, details: dict[str, str], message: str) -> None:
        assert refused(idp, pool_id, "Corp", "SAML", details) == (INVALID, message)


class TestNamesAndIdentifiers:
    def test_a_name_exists_once_in_a_pool(self, idp: Any, pool_id: str) -> None:
        create(idp, pool_id, "Google", "Google", GOOGLE)
        assert refused(idp, pool_id, "Google", "Google", GOOGLE) == (
            "DuplicateProviderException",
            f"Google already exists for tenant {pool_id}.",
        )

    def test_identifiers_are_echoed_only_to_who_sent_them_and_always_described(self, idp: Any, pool_id: str) -> None:
        assert "IdpIdentifiers" not in create(idp, pool_id, "Google", "Google", GOOGLE)
        assert describe(idp, pool_id, "Google")["IdpIdentifiers"] == []
        answer = idp.update_identity_provider(UserPoolId=pool_id, ProviderName="Google", IdpIdentifiers=["b.example", "a.example"])
        assert answer["IdentityProvider"]["IdpIdentifiers"] == ["b.example", "a.example"]
        answer = idp.update_identity_provider(UserPoolId=pool_id, ProviderName="Google", ProviderDetails=GOOGLE)
        assert "IdpIdentifiers" not in answer["IdentityProvider"]
        assert describe(idp, pool_id, "Google")["IdpIdentifiers"] == ["b.example", "a.example"]

    def test_an_identifier_leads_to_its_provider(self, idp: Any, pool_id: str) -> None:
        create(idp, pool_id, "Google", "Google", GOOGLE, IdpIdentifiers=["example.com"])
        found = idp.get_identity_provider_by_identifier(UserPoolId=pool_id, IdpIdentifier="example.com")["IdentityProvider"]
        assert found == describe(idp, pool_id, "Google")
        assert refusal(idp.get_identity_provider_by_identifier, UserPoolId=pool_id, IdpIdentifier="other.example") == (
            "ResourceNotFoundException",
            "Identity provider with identifier other.example does not exist.",
        )

    def test_an_identifier_leads_to_one_provider_alone(self, idp: Any, pool_id: str) -> None:
        create(idp, pool_id, "Google", "Google", GOOGLE, IdpIdentifiers=["example.com"])
        taken = (INVALID, "IdpIdentifier example.com is already in use by another identity provider.")
        assert refused(idp, pool_id, "Facebook", "Facebook", GOOGLE, IdpIdentifiers=["example.com"]) == taken
        create(idp, pool_id, "Facebook", "Facebook", GOOGLE)
        request = {"UserPoolId": pool_id, "ProviderName": "Facebook", "IdpIdentifiers": ["example.com"]}
        assert refusal(idp.update_identity_provider, **request) == taken
        idp.delete_identity_provider(UserPoolId=pool_id, ProviderName="Google")
        idp.update_identity_provider(**request)

    def test_an_identifier_is_given_once(self, idp: Any, pool_id: str) -> None:
        assert refused(idp, pool_id, "Google", "Google", GOOGLE, IdpIdentifiers=["a", "a"]) == (INVALID, "IdpIdentifiers must be unique.")

    def test_claims_go_to_attributes_that_the_pool_has(self, idp: Any, pool_id: str) -> None:
        mapping = {"email": "email", "custom:tier": "tier"}
        assert create(idp, pool_id, "Google", "Google", GOOGLE, AttributeMapping=mapping)["AttributeMapping"] == mapping | {
            "username": "sub"
        }
        for name in ("custom:nothing", "sub", "identities"):
            unknown = (INVALID, f"Attribute mapping {name}: Attribute does not exist in the schema.")
            assert refused(idp, pool_id, "Facebook", "Facebook", GOOGLE, AttributeMapping={name: "x"}) == unknown
            request = {"UserPoolId": pool_id, "ProviderName": "Google", "AttributeMapping": {name: "x"}}
            assert refusal(idp.update_identity_provider, **request) == unknown
        assert refused(idp, pool_id, "Facebook", "Facebook", GOOGLE, AttributeMapping={"email": ""}) == (
            INVALID,
            "Attribute mapping email: The provider's attribute name must not be empty.",
        )


class TestUpdatingAndListing:
    def test_an_update_keeps_what_it_leaves_out_and_clears_what_it_gives_empty(self, idp: Any, pool_id: str, clock: Clock) -> None:
        before = create(idp, pool_id, "Google", "Google", GOOGLE, AttributeMapping={"email": "email"}, IdpIdentifiers=["one"])
        clock.advance(minutes=1)
        after = idp.update_identity_provider(UserPoolId=pool_id, ProviderName="Google", ProviderDetails=GOOGLE | {"client_id": "new"})
        assert after["IdentityProvider"]["ProviderDetails"]["client_id"] == "new"
        assert after["IdentityProvider"]["AttributeMapping"] == before["AttributeMapping"]
        assert after["IdentityProvider"]["CreationDate"] == before["CreationDate"]
        assert after["IdentityProvider"]["LastModifiedDate"] > before["LastModifiedDate"]
        cleared = idp.update_identity_provider(UserPoolId=pool_id, ProviderName="Google", AttributeMapping={}, IdpIdentifiers=[])
        assert (cleared["IdentityProvider"]["AttributeMapping"], cleared["IdentityProvider"]["IdpIdentifiers"]) == ({}, [])

    def test_an_update_asks_the_provider_again(self, idp: Any, pool_id: str, web: ProviderServer) -> None:
        url = web.put("/moving", saml_metadata(sso="https://old.example/sso"))
        create(idp, pool_id, "Corp", "SAML", {"MetadataURL": url})
        web.put("/moving", saml_metadata(sso="https://new.example/sso"))
        idp.update_identity_provider(UserPoolId=pool_id, ProviderName="Corp", ProviderDetails={"MetadataURL": url})
        assert describe(idp, pool_id, "Corp")["ProviderDetails"]["SSORedirectBindingURI"] == "https://new.example/sso"

    def test_a_list_has_names_types_and_dates_page_by_page(self, idp: Any, pool_id: str) -> None:
        for name in ("Corp3", "Corp1", "Corp2"):
            create(idp, pool_id, name, "SAML", {"MetadataFile": saml_metadata()})
        first = idp.list_identity_providers(UserPoolId=pool_id, MaxResults=2)
        assert [provider["ProviderName"] for provider in first["Providers"]] == ["Corp1", "Corp2"]
        assert first["Providers"][0].keys() == {"ProviderName", "ProviderType", "CreationDate", "LastModifiedDate"}
        second = idp.list_identity_providers(UserPoolId=pool_id, MaxResults=2, NextToken=first["NextToken"])
        assert [provider["ProviderName"] for provider in second["Providers"]] == ["Corp3"]
        assert "NextToken" not in second
        assert refusal(idp.list_identity_providers, UserPoolId=pool_id, NextToken="rubbish") == (INVALID, "Invalid pagination token.")

    def test_a_pool_has_at_most_three_hundred(self, idp: Any, pool_id: str) -> None:
        details = {"MetadataFile": saml_metadata()}
        for number in range(300):
            create(idp, pool_id, f"Corp{number}", "SAML", details)
        assert refused(idp, pool_id, "OneMore", "SAML", details) == (
            "LimitExceededException",
            "Identity providers per user pool cannot exceed the limit of 300.",
        )

    def test_a_provider_or_pool_that_does_not_exist(self, idp: Any, pool_id: str) -> None:
        assert refusal(idp.describe_identity_provider, UserPoolId=pool_id, ProviderName="Nobody") == (
            "ResourceNotFoundException",
            f"Identity provider Nobody for tenantId {pool_id} does not exist.",
        )
        absent = ("ResourceNotFoundException", f"Identity provider Nobody in User Pool {pool_id} does not exist.")
        for operation in (idp.update_identity_provider, idp.delete_identity_provider):
            assert refusal(operation, UserPoolId=pool_id, ProviderName="Nobody") == absent
        nowhere = "us-east-1_AbCdEfGhI"
        for operation in (idp.describe_identity_provider, idp.update_identity_provider, idp.delete_identity_provider):
            assert refusal(operation, UserPoolId=nowhere, ProviderName="Google") == NO_POOL
        assert refusal(idp.list_identity_providers, UserPoolId=nowhere) == NO_POOL
        assert refusal(idp.get_identity_provider_by_identifier, UserPoolId=nowhere, IdpIdentifier="x") == NO_POOL
        assert refused(idp, nowhere, "Google", "Google", GOOGLE) == NO_POOL


class TestClients:
    def test_a_client_may_list_providers_that_exist(self, idp: Any, pool_id: str) -> None:
        request = {"UserPoolId": pool_id, "ClientName": "web", "SupportedIdentityProviders": ["COGNITO", "Google"]}
        assert refusal(idp.create_user_pool_client, **request) == (INVALID, f"The provider Google does not exist for User Pool {pool_id}.")
        create(idp, pool_id, "Google", "Google", GOOGLE)
        client = idp.create_user_pool_client(**request)["UserPoolClient"]
        assert client["SupportedIdentityProviders"] == ["COGNITO", "Google"]


class TestSigningCertificate:
    def test_it_is_a_real_certificate_for_ten_years(self, idp: Any, pool_id: str, clock: Clock) -> None:
        shown = idp.get_signing_certificate(UserPoolId=pool_id)["Certificate"]
        certificate = x509.load_der_x509_certificate(base64.b64decode(shown, validate=True))
        certificate.verify_directly_issued_by(certificate)
        assert certificate.subject.rfc4514_string() == f"CN={pool_id}"
        assert 3650 < (certificate.not_valid_after_utc - certificate.not_valid_before_utc).days < 3660
        assert idp.get_signing_certificate(UserPoolId=pool_id)["Certificate"] == shown

    def test_it_is_another_for_each_pool_and_renewed_each_year(self, idp: Any, pool_id: str, clock: Clock) -> None:
        other = idp.create_user_pool(PoolName="other")["UserPool"]["Id"]
        first = idp.get_signing_certificate(UserPoolId=pool_id)["Certificate"]
        assert idp.get_signing_certificate(UserPoolId=other)["Certificate"] != first
        clock.advance(days=364)
        assert idp.get_signing_certificate(UserPoolId=pool_id)["Certificate"] == first
        clock.advance(days=2)
        assert idp.get_signing_certificate(UserPoolId=pool_id)["Certificate"] != first

    def test_a_pool_that_does_not_exist_has_none(self, idp: Any) -> None:
        assert refusal(idp.get_signing_certificate, UserPoolId="us-east-1_AbCdEfGhI") == NO_POOL
