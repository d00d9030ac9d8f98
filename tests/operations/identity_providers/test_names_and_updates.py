"""Names and identifiers of providers, their updates and lists, and the clients that may use them."""

from typing import Any

from tests.operations.identity_provider_server import ProviderServer, saml_metadata
from tests.operations.identity_providers.registration import GOOGLE, INVALID, NO_POOL, create, describe, refused
from tests.operations.refusals import refusal
from tests.support.control import Clock


class TestNamesAndIdentifiers:
    def test_a_name_exists_once_in_a_pool(self, idp: Any, pool_id: str) -> None:
        create(idp, pool_id, "Google", "Google", GOOGLE)
        assert refused(idp, pool_id, "Google", "Google", GOOGLE) == (
            "DuplicateProviderException",
            f"Google already exists in user pool {pool_id}",
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
